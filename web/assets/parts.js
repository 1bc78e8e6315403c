// Where the window is narrow the stage shows one part at a time, chosen above the picture; elsewhere all of it.
import { all, find } from "./dom.js";

export const narrow = matchMedia("(max-width: 820px)");

export function parts(bridge) {
  const show = () => bridge.send("parts", { value: narrow.matches ? find('[name="parts"]:checked').value : "all" });
  for (const choice of all('[name="parts"]')) choice.addEventListener("change", show);
  narrow.addEventListener("change", show);
  bridge.on("ready", show);
}

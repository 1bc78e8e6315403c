// Hides the lesson's text, so that the stage has the whole width, and shows it again.
import { find, keep } from "./dom.js";
import { t } from "./words.js";

export function lesson(bridge) {
  const button = find('[data-do="lesson"]');

  function set(hidden) {
    document.documentElement.classList.toggle("no-lesson", hidden);
    keep("lesson", hidden ? "hidden" : "shown");
    words();
  }

  const hidden = () => document.documentElement.classList.contains("no-lesson");
  const words = () => { button.textContent = t(hidden() ? "showLesson" : "hideLesson"); };

  bridge.on("wanted", ({ id }) => {
    if (id !== "lesson") return;
    const inside = find("#lesson").contains(document.activeElement);
    set(!hidden());
    if (inside && hidden()) find("#play").focus();
  });
  bridge.on("asked", () => { if (hidden()) set(false); }); // a question stands in the text
  for (const link of document.querySelectorAll('a.jump[href="#lesson"]')) link.addEventListener("click", () => set(false));
  words();
  return { words };
}

// Playback: the buttons, the slider, the speed and the clock.
import { all, find, make } from "./dom.js";
import { duration, ratio } from "./format.js";
import { t } from "./words.js";

const speeds = ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "max"];

export function transport(bridge) {
  const play = find("#play"), scrub = find("#scrub"), speed = find("#speed"), clock = find("#clock"), instant = find("#instant");

  for (const b of all("[data-cmd]")) b.addEventListener("click", () => bridge.send(b.dataset.cmd));
  play.addEventListener("click", () => bridge.send("toggle"));
  scrub.addEventListener("input", () => bridge.send("seek", { instant: Number(scrub.value) }));
  speed.addEventListener("change", () => bridge.send("speed", { value: speed.value }));

  function words() {
    const chosen = speed.value || bridge.state?.speed || "0.01";
    speed.replaceChildren(...speeds.map((v) => make("option", { value: v }, v === "max" ? t("speedMax") : ratio(v))));
    show(speed, chosen);
    if (bridge.state) update(bridge.state);
  }

  function update(s) {
    const n = s.count, label = t(s.playing ? "pause" : "play");
    document.body.classList.toggle("playing", s.playing);
    play.setAttribute("aria-label", label);
    play.title = label;
    scrub.max = Math.max(n - 1, 0);
    scrub.value = s.instant;
    scrub.disabled = n === 0;
    scrub.setAttribute("aria-valuetext", `${place(s)}, ${duration(s.time - s.start)}`);
    instant.textContent = place(s);
    clock.textContent = n === 0 ? "–" : duration(s.time - s.start);
    clock.classList.toggle("hurried", s.hurried === true);
    clock.title = s.hurried ? t("hurried") : "";
    show(speed, s.speed);
  }

  bridge.on("state", update);
  words();
  return { words };
}

const place = (s) => (s.instant < 0 ? t("beforeFirst", { count: s.count }) : t("instant", { n: s.instant + 1, count: s.count }));

// show puts a speed into the list, also one that is not on it.
function show(select, value) {
  if (![...select.options].some((o) => o.value === value)) select.append(make("option", { value }, ratio(value)));
  select.value = value;
}

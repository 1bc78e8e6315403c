// The picture in words, for whoever does not see it, and for search and copying.
import { find, make, reducedMotion } from "./dom.js";
import { t } from "./words.js";

const selectable = ["task", "packet", "state", "slot", "queue", "thread", "xprt", "workqueue"];

export function twin(bridge) {
  const details = find("#twin"), text = find("#twin-text"), said = find("#said");
  let lines = [], shown = [];

  // draw rebuilds the text unless the reader's focus is inside it and nothing but the words changed there.
  function draw() {
    if (!details.open) return;
    const held = text.contains(document.activeElement) ? document.activeElement.dataset.ref : null;
    text.replaceChildren(...lines.map(line));
    if (held) find(`[data-ref="${CSS.escape(held)}"]`, text)?.focus({ preventScroll: true });
  }

  function line(l) {
    const words = selectable.includes(l.kind)
      ? make("button", { type: "button", class: "ref", "data-ref": `${l.kind} ${l.num} ${l.name}`, title: t("select"), onclick: () => bridge.send("select", { kind: l.kind, num: l.num, name: l.name }) }, l.text)
      : document.createTextNode(l.text);
    return l.level > 0 ? make(l.level === 1 ? "h3" : "h4", {}, words) : make("p", {}, words);
  }

  // speak says what is new, but only while the run stands still: a reader cannot listen to a film.
  function speak() {
    if (bridge.state?.playing) return;
    const before = new Set(shown);
    const fresh = lines.filter((l) => l.level === 0 && !before.has(l.text)).slice(0, 3).map((l) => l.text);
    shown = lines.map((l) => l.text);
    if (fresh.length > 0) said.textContent = fresh.join(". ");
  }

  bridge.on("twin", (message) => {
    lines = message.lines ?? [];
    draw();
    speak();
  });
  details.addEventListener("toggle", () => {
    document.body.classList.toggle("with-words", details.open);
    draw();
    if (details.open) details.scrollIntoView({ block: "nearest", behavior: reducedMotion.matches ? "auto" : "smooth" });
  });
  return { words: draw };
}

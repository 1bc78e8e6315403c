// Keys: they work on the whole page, and the viewer says what they do, so that page and picture never disagree.
import { find, make } from "./dom.js";
import { language } from "./words.js";

const faces = { Space: "Space", ArrowRight: "→", ArrowLeft: "←", "Shift+ArrowRight": "Shift →", "Shift+ArrowLeft": "Shift ←", Escape: "Esc" };

export function help(bridge) {
  const dialog = find("#keys"), list = find("#keys-list");

  function fill() {
    const rows = bridge.commands.filter((c) => c.keys).map((c) => make("tr", {},
      make("td", {}, ...c.keys.split(" ").map((k) => make("kbd", {}, faces[k] ?? k))),
      make("td", {}, c[language()] ?? c.en)));
    list.replaceChildren(make("table", {}, make("tbody", {}, ...rows)));
  }

  function open() {
    fill();
    if (!dialog.open) dialog.showModal();
  }

  find("#help").addEventListener("click", open);
  // "?" pressed inside the picture: the viewer says that help is wanted; the page shows it and takes the wish back.
  bridge.on("state", (s) => {
    if (!s.help) return;
    bridge.send("help");
    open();
  });
  addEventListener("keydown", (event) => key(bridge, dialog, event, open));
  return { words: () => { if (dialog.open) fill(); } };
}

function key(bridge, dialog, event, open) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || dialog.open) return;
  if (event.key === "?" && !typing(event.target)) {
    event.preventDefault();
    open();
    return;
  }
  const name = event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key === " " ? "Space" : event.key;
  const known = bridge.commands.some((c) => c.keys.split(" ").includes(name));
  if (!known || typing(event.target) || needs(event.target, name)) return;
  event.preventDefault();
  bridge.send("key", { key: name });
}

const typing = (e) => e.closest?.("input:not([type=range]):not([type=radio]), textarea, [contenteditable]") != null;

// needs reports whether a control has a use of its own for a key.
function needs(e, name) {
  if (name === "Space") return e.closest?.("button, a, summary, select, input:not([type=range])") != null;
  if (name === "Escape") return false;
  return e.closest?.("select, input") != null;
}

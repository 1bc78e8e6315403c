// Keys: they work on the whole page, and the viewer says what they do, so that page and picture never disagree.
import { find, make } from "./dom.js";
import { faces, nameOf } from "./keys.js";
import { language } from "./words.js";

export function help(bridge) {
  const dialog = find("#keys"), list = find("#keys-list");

  function fill() {
    const rest = bridge.commands.filter((c) => c.keys), groups = bridge.groups;
    const part = (title, commands) => commands.length === 0 ? "" : make("section", {}, title ? make("h3", {}, title) : "", make("table", {}, make("tbody", {}, ...commands.map(row))));
    list.replaceChildren(...groups.map((g) => part(g[language()] ?? g.en, rest.filter((c) => c.group === g.id))),
      part("", rest.filter((c) => !groups.some((g) => g.id === c.group))));
  }

  const row = (c) => make("tr", {},
    make("td", {}, ...c.keys.split(" ").map((k) => make("kbd", {}, faces(k)))),
    make("th", { scope: "row" }, c[language()] ?? c.en));

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
  bridge.on("wanted", ({ id }) => { if (id === "leave" && document.activeElement?.id === "viewer") find("#play").focus(); });
  addEventListener("keydown", (event) => key(bridge, event, open));
  return { words: () => { if (dialog.open) fill(); } };
}

function key(bridge, event, open) {
  if (event.defaultPrevented || event.altKey || find("dialog[open]")) return;
  const name = nameOf(event), control = name.startsWith("Ctrl+");
  if (name === "?" && !typing(event.target)) {
    event.preventDefault();
    open();
    return;
  }
  const known = bridge.commands.some((c) => c.keys.split(" ").includes(name));
  if (!known || typing(event.target) && name !== "Ctrl+k" || !control && needs(event.target, name)) return;
  event.preventDefault();
  bridge.send("key", { key: name });
}

const typing = (e) => e.closest?.("input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, [contenteditable]") != null;

// needs reports whether a control has a use of its own for a key.
function needs(e, name) {
  if (name === "Space") return e.closest?.("button, a, summary, select, input:not([type=range])") != null;
  if (name === "Escape") return false;
  return e.closest?.("select, input, [role=menu]") != null;
}

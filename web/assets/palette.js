// The palette: whatever can be done now, searched by words. The viewer makes the list (a palette message) and searches it; what
// takes arguments can also be typed as a line: seek instant=100.
import { find, make } from "./dom.js";
import { faces } from "./keys.js";
import { language, t } from "./words.js";

export function palette(bridge) {
  const dialog = find("#palette"), input = find("#palette-input"), list = find("#palette-list"), hint = find("#palette-hint");
  let entries = [], at = 0, was = null;

  // typed reads a command line. A value reaches to the next argument that the command has, and so may hold spaces.
  function typed(line) {
    const [, id, rest] = /^\s*(\S+)\s*(.*)$/s.exec(line) ?? [];
    const c = bridge.commands.find((c) => c.id === id);
    if (!c?.args || !rest.includes("=")) return null;
    const names = [...c.args.matchAll(/(\w+)=/g)].map((m) => m[1]);
    const parts = rest.split(new RegExp(`(?:^|\\s)(${names.join("|")})=`));
    if (parts[0].trim() !== "") return null;
    const args = {};
    for (let i = 1; i < parts.length; i += 2) args[parts[i]] = parts[i + 1].trim();
    return { cmd: id, args, label: c[language()] ?? c.en, key: "", group: "", line };
  }

  // asked are commands that begin with what was typed and that the viewer did not list: those that want arguments, of which
  // choosing one writes the beginning, and those that make no sense at the moment.
  function asked(line, listed) {
    const word = line.trim().toLowerCase();
    if (word === "") return [];
    const wanting = (c) => c.args && !c.args.startsWith("[");
    return bridge.commands.filter((c) => c.group !== "wiring" && c.id !== "recording" && c.id.startsWith(word) && (wanting(c) || !listed.some((e) => e.cmd === c.id)))
      .map((c) => ({ cmd: c.id, args: {}, open: wanting(c) ? c.args : "", label: c[language()] ?? c.en, key: "", group: "" }));
  }

  function draw() {
    const line = typed(input.value);
    const listed = bridge.last.palette?.entries ?? [];
    entries = line ? [line] : [...listed, ...asked(input.value, listed)];
    at = 0;
    let group = "";
    const rows = [];
    entries.forEach((e, i) => {
      if (e.group && e.group !== group) rows.push(make("li", { role: "presentation", class: "group" }, e.group));
      group = e.group;
      rows.push(option(e, i));
    });
    list.replaceChildren(...rows);
    hint.textContent = entries.length === 0 ? t("nothingFits") : t("paletteCount", { n: entries.length });
    mark();
  }

  const option = (e, i) => make("li", { role: "option", "data-cmd": e.cmd, id: `palette-${i}`, class: e.on ? "on" : null, onclick: () => choose(i) },
    make("span", { class: "does" }, e.label),
    e.line || e.open ? make("code", {}, e.line ?? `${e.cmd} ${e.open}`) : null,
    e.key ? make("kbd", {}, faces(e.key)) : null);

  function mark() {
    entries.forEach((_, i) => find(`#palette-${i}`, list).setAttribute("aria-selected", i === at));
    if (entries.length > 0) input.setAttribute("aria-activedescendant", `palette-${at}`);
    else input.removeAttribute("aria-activedescendant");
    if (at === 0) list.scrollTop = 0;
    else find(`#palette-${at}`, list)?.scrollIntoView({ block: "nearest" });
  }

  function choose(i) {
    const e = entries[i];
    if (!e) return;
    if (e.open) { // its arguments are still to be said
      input.value = `${e.cmd} ${/(\w+)=/.exec(e.open)?.[1] ?? ""}=`;
      draw();
      input.focus();
      return;
    }
    dialog.close();
    bridge.send(e.cmd, e.args);
  }

  function shown(m) {
    if (!m.open) {
      if (dialog.open) dialog.close();
      return;
    }
    if (!dialog.open) {
      was = document.activeElement;
      input.value = m.query;
      dialog.showModal();
      input.focus();
    }
    draw();
  }

  input.addEventListener("input", () => {
    bridge.send("palette", { query: input.value });
    if (typed(input.value)) draw();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key], n = entries.length;
    if (step && n > 0) {
      at = Math.abs(step) === 1 ? (at + step + n) % n : Math.max(0, Math.min(at + step, n - 1));
      mark();
    }
    if (event.key === "Enter") choose(at);
    const again = event.key === "k" && (event.ctrlKey || event.metaKey);
    if (again) dialog.close();
    if (step || event.key === "Enter" || again) event.preventDefault();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => {
    if (bridge.last.palette?.open) bridge.send("palette", { go: "close" });
    was?.focus({ preventScroll: true });
    was = null;
  });
  find("#commands").addEventListener("click", () => bridge.send("palette", { query: "" }));
  bridge.on("palette", shown);
  return { words: () => { if (dialog.open) draw(); } };
}

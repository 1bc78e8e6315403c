// What /proc and debugfs would print at this instant. Words that changed since the instant shown before are marked; what is
// inferred is underlined with dots; what no event tells stands there as "?".
import { make } from "./dom.js";
import { t } from "./words.js";

export function proc(box) {
  let shown = null;
  function draw() {
    const m = shown;
    if (m === null) {
      box.replaceChildren();
      return;
    }
    const files = m.counting ? [make("p", { role: "status" }, t("counting"))] : (m.sections ?? []).map(file);
    box.replaceChildren(changed(m.sections ?? [], files), ...files);
  }
  return {
    words: draw,
    show(message) {
      shown = message;
      draw();
    },
  };
}

// changed names the files in which something has changed, each a way to its first change: that may be out of sight.
function changed(sections, files) {
  const list = make("p", { class: "proc-changed" }, t("changedHere"), " ");
  let n = 0;
  sections.forEach((s, i) => {
    const first = (s.lines ?? []).findIndex((l) => l.changed || l.gone);
    if (first < 0) return;
    const to = () => files[i].querySelectorAll(".line")[first].scrollIntoView({ block: "center" });
    list.append(n++ > 0 ? ", " : "", make("button", { type: "button", class: "ref", onclick: to }, shortName(s.name)));
  });
  if (n === 0) list.append(t("nothingChanged"));
  return list;
}

// shortName is a file's name without what all have in common.
const shortName = (name) => name.split(" ")[0].replace("/sys/kernel/debug/sunrpc/", "").replace("/proc/net/rpc/", "").replace("/proc/self/", "");

function file(section) {
  return make("section", { class: "proc-file" }, make("h3", {}, section.name), make("div", { class: "lines" }, ...(section.lines ?? []).map(line)));
}

function line(l) {
  if (l.gone) return make("del", { class: "line" }, l.text);
  const kind = l.note ? "line note" : l.changed === "0-" + l.text.length ? "line new" : l.changed ? "line has" : "line";
  return make("div", { class: kind }, ...words(l));
}

// words cuts a line where something changed or is inferred.
function words(l) {
  const changed = ranges(l.changed), guessed = ranges(l.guessed);
  const cuts = [0, l.text.length, ...changed.flat(), ...guessed.flat()].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    if (from === to) continue;
    let part = l.text.slice(from, to);
    if (inside(guessed, from)) part = make("span", { class: "guess", title: t("how.inferred") }, part);
    if (inside(changed, from)) part = make("mark", {}, part);
    parts.push(part);
  }
  return parts;
}

const ranges = (text) => (text ? text.split(" ").map((r) => r.split("-").map(Number)) : []);
const inside = (list, at) => list.some(([from, to]) => at >= from && at < to);

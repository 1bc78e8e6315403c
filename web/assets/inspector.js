// What is selected on the stage: what it is, where its time went, its fields with where they come from, its bytes, its story.
import { find, make } from "./dom.js";
import { octets } from "./fields.js";
import { life } from "./life.js";
import { t } from "./words.js";

export function inspector(bridge) {
  const panel = find("#inspector");
  const slots = {}, holds = {};
  for (const name of ["head", "about", "spent", "last", "octets", "rows", "ways", "story"]) slots[name] = make(name === "head" ? "header" : "div", { class: `slot-${name}` });
  panel.replaceChildren(...Object.values(slots));
  const told = life(bridge, panel, slots.spent, slots.story);
  let shown = null;

  // put fills a slot, unless it holds that already; the focus stays on the button that it was on.
  function put(name, from, ...children) {
    const slot = slots[name], print = JSON.stringify(from);
    if (holds[name] === print) return;
    const held = slot.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    holds[name] = print;
    slot.replaceChildren(...children.filter((c) => c !== ""));
    if (held !== undefined) find(`[data-key="${held}"]`, slot)?.focus({ preventScroll: true });
  }

  function draw() {
    const m = shown;
    document.body.classList.toggle("inspecting", m !== null);
    panel.hidden = m === null;
    if (m === null) return;
    const words = t("deselect");
    put("head", [m.title, words],
      make("h2", {}, m.title),
      make("button", { type: "button", class: "close", "data-key": "close", onclick: leave }, words));
    put("about", m.about, m.about ? make("p", { class: "about" }, m.about) : "");
    put("last", [m.last, words], last(m));
    put("octets", [m.bytes, m.spans, m.kind, words], octets(m, bridge));
    find(".packet", slots.octets)?.show(m.field ?? -1);
    put("rows", [m.rows, words], table(m.rows ?? [], bridge));
    put("ways", [m.ways, words], ways(m.ways ?? []));
    told.present(m.present ?? -1);
  }

  function leave() {
    bridge.send("deselect");
    find("#play").focus();
  }

  bridge.on("inspect", (message) => {
    const other = shown === null || message.kind !== shown.kind || message.num !== shown.num || message.id !== shown.id;
    shown = message.none ? null : message;
    draw();
    if (other) panel.scrollTop = 0;
  });
  return { words() { draw(); told.words(); } };
}

function table(rows, bridge) {
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...["field", "value"].map((k) => make("th", { scope: "col" }, t(k)))));
  return make("table", {}, head, make("tbody", {}, ...rows.map((r, i) => row(r, i, bridge))));
}

// row marks what is not observed: by a word, by the type face and by an underline. The reasoning is there to read.
function row(r, i, bridge) {
  const link = r.ref && r.ref.kind !== "none";
  const value = link ? make("button", { type: "button", class: "ref it", "data-key": `row-${i}`, onclick: () => bridge.send("select", r.ref) }, r.value) : make("span", { class: "it" }, r.value);
  return make("tr", { class: r.how }, make("th", { scope: "row" }, r.name), make("td", {}, value, source(r)));
}

function source(r) {
  if (!r.how || r.how === "observed") return "";
  const how = t(`how.${r.how}`);
  return r.rule ? make("details", { class: "how" }, make("summary", {}, how), make("p", {}, t("byRule", { rule: r.rule }))) : make("span", { class: "how" }, how);
}

function last(m) {
  return m.last ? make("div", {}, make("h3", {}, t("lastEvent")), make("code", { class: "event" }, m.last)) : "";
}

function ways(list) {
  if (list.length === 0) return "";
  return make("div", {}, make("h3", {}, t("ways")), make("ul", { class: "ways" }, ...list.map((w) => make("li", {}, make("code", {}, w.to), " ", w.when))));
}

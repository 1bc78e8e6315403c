// What is selected on the stage: what it is, where its time went, its fields with where they come from, its bytes, its story.
// Beside it, as another tab: what /proc would print.
import { find, make } from "./dom.js";
import { octets } from "./fields.js";
import { life } from "./life.js";
import { proc } from "./proc.js";
import { t } from "./words.js";

export function inspector(bridge) {
  const panel = find("#inspector");
  const slots = {}, holds = {};
  for (const name of ["about", "spent", "last", "octets", "rows", "ways", "story"]) slots[name] = make("div", { class: `slot-${name}` });
  const head = make("header"), boxes = { inspector: make("div", {}, ...Object.values(slots)), proc: make("div") };
  const bar = tabs(boxes, (name) => {
    if (name === "proc" && files === null) bridge.send("proc");
    else choose(name);
  });
  panel.replaceChildren(head, bar.list, ...Object.values(boxes));
  const told = life(bridge, panel, slots.spent, slots.story), read = proc(boxes.proc);
  let shown = null, files = null, tab = "inspector";

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
    const open = shown !== null || files !== null;
    document.body.classList.toggle("inspecting", open);
    panel.hidden = !open;
    if (!open) return;
    bar.draw(tab);
    drawHead();
    const m = shown, words = t("deselect");
    if (m === null) {
      put("about", words, make("p", { class: "about" }, t("nothingSelected")));
      for (const name of ["last", "octets", "rows", "ways"]) put(name, words, "");
      return;
    }
    put("about", m.about, m.about ? make("p", { class: "about" }, m.about) : "");
    put("last", [m.last, words], last(m));
    put("octets", [m.bytes, m.spans, m.kind, m.rows.length > 0, words], octets(m, bridge));
    find(".packet", slots.octets)?.show(m.field ?? -1);
    put("rows", [m.rows, words], table(m.rows ?? [], bridge));
    put("ways", [m.ways, words], ways(m.ways ?? [], bridge));
    told.present(m.present ?? -1);
  }

  function drawHead() {
    const title = tab === "proc" ? t("procTitle") : (shown?.title ?? t("inspector")), text = t(tab === "proc" || shown === null ? "close" : "deselect");
    if (head.dataset.print === title + text) return;
    const held = head.contains(document.activeElement);
    head.dataset.print = title + text;
    head.replaceChildren(make("h2", {}, title), make("button", { type: "button", class: "close", onclick: leave }, text));
    if (held) find(".close", head).focus({ preventScroll: true });
  }

  function choose(name) {
    tab = name;
    panel.scrollTop = 0;
    draw();
  }

  function leave() {
    const both = shown !== null && files !== null;
    bridge.send(tab === "proc" || shown === null ? "proc" : "deselect");
    if (!both) find("#play").focus();
  }

  bridge.on("inspect", (message) => {
    const other = !message.none && (shown === null || message.kind !== shown.kind || message.num !== shown.num || message.id !== shown.id);
    shown = message.none ? null : message;
    if (other) choose("inspector");
    else if (shown === null && files !== null) choose("proc");
    else draw();
  });
  bridge.on("proc", (message) => {
    const was = files;
    files = message.none ? null : message;
    read.show(files);
    if ((was === null) !== (files === null)) choose(files === null ? "inspector" : "proc");
  });
  return { words() { draw(); told.words(); read.words(); } };
}

// tabs is a list of tabs, and what each shows.
function tabs(boxes, chosen) {
  const names = { inspector: "inspector", proc: "procTab" };
  const list = make("div", { role: "tablist" }), buttons = {};
  for (const [name, box] of Object.entries(boxes)) {
    buttons[name] = make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `tab-${name}-shows`, onclick: () => chosen(name) });
    for (const [k, v] of Object.entries({ role: "tabpanel", id: `tab-${name}-shows`, "aria-labelledby": `tab-${name}` })) box.setAttribute(k, v);
    list.append(buttons[name]);
  }
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = document.activeElement === buttons.proc ? "inspector" : "proc";
    chosen(other);
    buttons[other].focus();
  });
  return {
    list,
    draw(tab) {
      for (const [name, b] of Object.entries(buttons)) {
        b.textContent = t(names[name]);
        b.setAttribute("aria-selected", name === tab);
        b.tabIndex = name === tab ? 0 : -1;
        boxes[name].hidden = name !== tab;
      }
    },
  };
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

// ways are the edges that leave a state, the one that was taken last with a mark and a word.
function ways(list, bridge) {
  if (list.length === 0) return "";
  return make("div", {}, make("h3", {}, t("ways")), make("ul", { class: "ways" }, ...list.map((w, i) => make("li", { class: w.last ? "last" : null },
    make("button", { type: "button", class: "ref", "data-key": `way-${i}`, onclick: () => bridge.send("select", { kind: "state", num: w.num }) }, make("code", {}, w.to)), " ", w.when, w.last ? make("strong", { class: "taken" }, ` ${t("takenLast")}`) : ""))));
}

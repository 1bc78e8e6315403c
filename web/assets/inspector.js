// What is selected on the stage: its fields with where they come from, its last event, its bytes. Each byte is tied to the
// field that it belongs to: pointing at either, or moving the focus to a field, lights both.
import { all, find, make } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./words.js";

export function inspector(bridge) {
  const panel = find("#inspector");
  let shown = null;

  function draw() {
    const m = shown;
    document.body.classList.toggle("inspecting", m !== null);
    panel.hidden = m === null;
    if (m === null) {
      panel.replaceChildren();
      return;
    }
    const place = panel.scrollTop, held = panel.contains(document.activeElement) ? document.activeElement.dataset.span ?? "close" : null;
    panel.replaceChildren(
      make("header", {},
        make("h2", {}, m.title),
        make("button", { type: "button", class: "close", onclick: leave }, t("deselect"))),
      m.about ? make("p", { class: "about" }, m.about) : "",
      last(m),
      octets(m) ?? "",
      table(m.rows ?? [], bridge),
      make("div", {}, lately(m.story ?? [], bridge), ways(m.ways ?? [])));
    panel.scrollTop = place;
    if (held === "close") find(".close", panel).focus({ preventScroll: true });
    else if (held !== null) find(`button[data-span="${held}"]`, panel)?.focus({ preventScroll: true });
  }

  function leave() {
    bridge.send("deselect");
    find("#play").focus();
  }

  bridge.on("inspect", (message) => {
    shown = message.none ? null : message;
    draw();
  });
  return { words: draw };
}

function table(rows, bridge) {
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...["field", "value"].map((k) => make("th", { scope: "col" }, t(k)))));
  return make("table", {}, head, make("tbody", {}, ...rows.map((r) => row(r, bridge))));
}

// row marks what is not observed: by a word, by the type face and by an underline. The reasoning is there to read.
function row(r, bridge) {
  const link = r.ref && r.ref.kind !== "none";
  const value = link ? make("button", { type: "button", class: "ref it", onclick: () => bridge.send("select", r.ref) }, r.value) : make("span", { class: "it" }, r.value);
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

// lately is a task's latest events in words, each a way back to its moment.
function lately(lines, bridge) {
  if (lines.length === 0) return "";
  return make("div", {}, make("h3", {}, t("lately")), make("ol", { class: "lately" }, ...lines.map((l) => make("li", {},
    make("button", { type: "button", class: "ref", onclick: () => bridge.send("seek", { instant: l.instant }) }, duration(l.time)), " ", l.text))));
}

function ways(list) {
  if (list.length === 0) return "";
  return make("div", {}, make("h3", {}, t("ways")), make("ul", { class: "ways" }, ...list.map((w) => make("li", {}, make("code", {}, w.to), " ", w.when))));
}

const perRow = 8;

// octets shows the bytes in rows of eight, and the list of their fields.
function octets(m) {
  const bytes = m.bytes ? m.bytes.match(/../g) : null;
  if (!bytes) return m.kind === "packet" ? make("div", {}, make("h3", {}, t("bytes")), make("p", {}, t("bytesUnknown"))) : null;
  const spans = m.spans ?? [];
  const owner = new Array(bytes.length).fill(-1);
  spans.forEach((s, i) => { for (let at = s.from; at < s.to; at++) owner[at] = i; }); // a later span lies within an earlier one
  const dump = make("div", { class: "bytes" });
  for (let at = 0; at < bytes.length; at += perRow) {
    dump.append(make("span", { class: "offset" }, at.toString(16).padStart(4, "0")),
      make("span", { class: "octets" }, ...bytes.slice(at, at + perRow).map((b, i) =>
        make("b", { "data-span": owner[at + i], title: spans[owner[at + i]]?.name ?? null }, b))));
  }
  const list = make("ul", { class: "fields" }, ...spans.map((s, i) => make("li", {},
    make("button", { type: "button", class: `depth-${Math.min(s.depth ?? 0, 4)}`, "data-span": i, title: s.ref ? t("reference", { ref: s.ref }) : null }, make("span", { class: "name" }, s.name), make("span", { class: "value" }, s.value)))));
  const lit = make("p", { class: "lit-field", hidden: true, "aria-hidden": "true" });
  const box = make("div", {}, make("h3", {}, `${t("bytes")} (${bytes.length})`), dump, list, lit);
  tie(box, spans, lit);
  return box;
}

// tie lights everything of a span together, and says below which it is, as the list may be out of sight.
function tie(box, spans, lit) {
  const bytes = all(".octets b", box), names = all("button[data-span]", box);
  const light = (span) => {
    const field = spans[span];
    bytes.forEach((e, at) => e.classList.toggle("lit", field !== undefined && at >= field.from && at < field.to));
    for (const e of names) e.classList.toggle("lit", field !== undefined && e.dataset.span === span);
    lit.hidden = field === undefined;
    lit.textContent = field ? `${field.name}  ${field.value}` : "";
  };
  for (const on of ["pointerover", "focusin"]) box.addEventListener(on, (event) => light(event.target.closest("[data-span]")?.dataset.span));
  for (const off of ["pointerleave", "focusout"]) box.addEventListener(off, () => light(null));
  box.addEventListener("click", (event) => {
    const span = event.target.closest("b[data-span]")?.dataset.span;
    if (span) find(`button[data-span="${span}"]`, box)?.scrollIntoView({ block: "nearest" });
  });
}

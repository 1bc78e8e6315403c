// What is selected on the stage: its fields with where they come from, its last event, its bytes. Each byte is tied to the
// field that it belongs to: pointing at either, or moving the focus to a field, lights both.
import { all, find, make } from "./dom.js";
import { narrow } from "./parts.js";
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
      make("div", {}, table(m.rows ?? []), last(m)),
      octets(m));
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

function table(rows) {
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...["field", "value", "source"].map((k) => make("th", { scope: "col" }, t(k)))));
  return make("table", {}, head, make("tbody", {}, ...rows.map(row)));
}

// row marks what is inferred in three ways: by a word, by the type face, by an underline.
function row(r) {
  const how = t(`how.${r.how || "observed"}`);
  return make("tr", { class: r.how }, make("th", { scope: "row" }, r.name), make("td", {}, r.value),
    make("td", { class: "how", title: r.rule || null }, r.how === "observed" || !r.how ? make("span", { class: "unseen" }, how) : how,
      r.rule ? make("span", { class: "unseen" }, ` ${t("byRule", { rule: r.rule })}`) : null));
}

function last(m) {
  return m.last ? make("div", {}, make("h3", {}, t("lastEvent")), make("code", { class: "event" }, m.last)) : null;
}

// octets shows the bytes in rows of sixteen, or of eight where there is no room, and the list of their fields.
function octets(m) {
  const perRow = narrow.matches ? 8 : 16;
  const bytes = m.bytes ? m.bytes.match(/../g) : null;
  if (!bytes) return m.kind === "packet" ? make("div", {}, make("h3", {}, t("bytes")), make("p", {}, t("bytesUnknown"))) : null;
  const spans = m.spans ?? [];
  const owner = new Array(bytes.length).fill(-1);
  spans.forEach((s, i) => { for (let at = s.from; at < s.to; at++) owner[at] = i; }); // a later span lies within an earlier one
  const dump = make("div", { class: "bytes" });
  for (let at = 0; at < bytes.length; at += perRow) {
    dump.append(make("span", { class: "offset" }, at.toString(16).padStart(4, "0")),
      make("span", { class: "row" }, ...bytes.slice(at, at + perRow).map((b, i) =>
        make("b", { "data-span": owner[at + i], title: spans[owner[at + i]]?.name ?? null }, b))));
  }
  const list = make("ul", { class: "fields" }, ...spans.map((s, i) => make("li", {},
    make("button", { type: "button", "data-span": i }, make("span", { class: "name" }, s.name), make("span", { class: "value" }, s.value)))));
  const box = make("div", {}, make("h3", {}, `${t("bytes")} (${bytes.length})`), dump, list);
  tie(box);
  return box;
}

// tie lights everything of a span together.
function tie(box) {
  const light = (span) => {
    for (const e of all("[data-span]", box)) e.classList.toggle("lit", span != null && span !== "-1" && e.dataset.span === span);
  };
  for (const on of ["pointerover", "focusin"]) box.addEventListener(on, (event) => light(event.target.closest("[data-span]")?.dataset.span));
  for (const off of ["pointerleave", "focusout"]) box.addEventListener(off, () => light(null));
  box.addEventListener("click", (event) => {
    const span = event.target.closest("b[data-span]")?.dataset.span;
    if (span) find(`button[data-span="${span}"]`, box)?.scrollIntoView({ block: "nearest" });
  });
}

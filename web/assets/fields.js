// The bytes of a packet and the fields that they belong to. Pointing at a byte lights the innermost field that it belongs to,
// pointing at a field its bytes; the arrow keys go through the fields, and open and close those that hold others.
import { all, find, make } from "./dom.js";
import { t } from "./words.js";

const perRow = 8;

// octets shows the bytes in rows of eight, and the tree of their fields; "" for what is no packet.
export function octets(m, bridge) {
  const bytes = m.bytes ? m.bytes.match(/../g) : null;
  if (!bytes) return m.kind === "packet" && m.rows.length ? make("div", {}, make("h3", {}, t("bytes")), make("p", {}, t("bytesUnknown"))) : "";
  const spans = m.spans ?? [];
  const lit = make("p", { class: "lit-field", hidden: true, "aria-hidden": "true" });
  const box = make("div", { class: "packet" }, make("h3", {}, `${t("bytes")} (${bytes.length})`), dump(bytes, owners(bytes, spans)), tree(spans), lit);
  tie(box, spans, lit, bridge);
  return box;
}

// owners says for each byte which field it belongs to: the innermost one, which comes after those that it lies in.
function owners(bytes, spans) {
  const owner = new Array(bytes.length).fill(-1);
  spans.forEach((s, i) => { for (let at = s.from; at < s.to; at++) owner[at] = i; });
  return owner;
}

// dump leaves rows out that belong to one field from end to end: two rows of a READ's data say as much as a thousand.
function dump(bytes, owner) {
  const list = make("div", { class: "bytes" });
  const row = (at) => list.append(make("span", { class: "offset" }, at.toString(16).padStart(4, "0")),
    make("span", { class: "octets" }, ...bytes.slice(at, at + perRow).map((b, i) => make("b", { "data-span": owner[at + i], "data-at": at + i }, b))));
  for (let at = 0; at < bytes.length; at += perRow) {
    row(at);
    let n = 0;
    while (at + (n + 2) * perRow <= bytes.length && owner.slice(at, at + (n + 2) * perRow).every((o) => o === owner[at])) n++;
    if (n < 3) continue;
    list.append(make("span", { class: "offset" }, "…"), make("span", { class: "left-out", "data-span": owner[at] }, t("moreBytes", { count: (n - 1) * perRow })));
    at += (n - 1) * perRow;
  }
  return list;
}

// tree lists the fields, one that holds others before those.
function tree(spans) {
  return make("ul", { class: "fields", role: "tree", "aria-label": t("fields") }, ...spans.map((s, i) => {
    const holds = (spans[i + 1]?.depth ?? 0) > s.depth;
    return make("li", { role: "treeitem", "aria-level": s.depth + 1, "aria-expanded": holds ? "true" : null, "aria-selected": "false", tabindex: i === 0 ? 0 : -1, class: `depth-${Math.min(s.depth, 6)}`, "data-span": i, "data-key": `field-${i}` },
      make("span", { class: "name" }, s.name), make("span", { class: "value" }, s.value), s.ref ? make("span", { class: "section" }, s.ref) : "");
  }));
}

// tie lights everything of a field together, and says below which it is, as the tree may be out of sight.
function tie(box, spans, lit, bridge) {
  const items = all("[role=treeitem]", box), bytes = all(".bytes [data-span]", box);
  let chosen = -1;
  function light(n) {
    const field = spans[n];
    for (const e of bytes) {
      const at = e.dataset.at ?? spans[e.dataset.span]?.from;
      e.classList.toggle("lit", field !== undefined && at >= field.from && at < field.to);
    }
    items.forEach((e, i) => e.classList.toggle("lit", i === n));
    lit.hidden = field === undefined;
    lit.textContent = field ? [field.name, field.value, field.ref].filter(Boolean).join("  ") : "";
  }
  function choose(n) {
    chosen = n;
    items.forEach((e, i) => {
      e.setAttribute("aria-selected", i === n);
      e.tabIndex = i === Math.max(n, 0) ? 0 : -1;
    });
    light(n);
  }
  function go(n) {
    const e = items[n];
    if (e === undefined || n === chosen) {
      e?.focus({ preventScroll: true });
      return;
    }
    for (let p = parent(items, n); p >= 0; p = parent(items, p)) open(items, p, true);
    bridge.send("field", { n });
    choose(n);
    e.focus({ preventScroll: true });
    e.scrollIntoView({ block: "nearest" });
  }
  box.addEventListener("pointerover", (event) => light(number(event.target) ?? chosen));
  box.addEventListener("pointerleave", () => light(chosen));
  box.addEventListener("focusin", (event) => go(number(event.target)));
  box.addEventListener("click", (event) => {
    const n = number(event.target);
    if (n === null) return;
    if (n === chosen) open(items, n, items[n].getAttribute("aria-expanded") === "false");
    go(n);
  });
  find(".fields", box).addEventListener("keydown", (event) => {
    const n = items.indexOf(document.activeElement);
    if (n < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moved(items, n, event.key);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  });
  box.show = (n) => { if (n !== chosen) choose(n); };
}

const number = (e) => {
  const span = e.closest?.("[data-span]")?.dataset.span;
  return span === undefined || span === "-1" ? null : Number(span);
};

const level = (e) => Number(e.getAttribute("aria-level"));

// parent is the field that a field lies in; -1 without.
function parent(items, n) {
  for (let i = n - 1; i >= 0; i--) if (level(items[i]) < level(items[n])) return i;
  return -1;
}

// open shows or hides what a field holds: a field is hidden while one that it lies in is closed.
function open(items, n, on) {
  if (items[n].getAttribute("aria-expanded") === null) return;
  items[n].setAttribute("aria-expanded", on);
  let closed = Infinity;
  for (const e of items) {
    if (level(e) <= closed) closed = Infinity;
    e.hidden = level(e) > closed;
    if (!e.hidden && e.getAttribute("aria-expanded") === "false") closed = level(e);
  }
}

// moved is where a key leads from a field; null if it leads nowhere.
function moved(items, n, key) {
  const next = (by) => {
    for (let i = n + by; i >= 0 && i < items.length; i += by) if (!items[i].hidden) return i;
    return n;
  };
  const expanded = items[n].getAttribute("aria-expanded");
  switch (key) {
    case "ArrowDown": case "j": return next(1);
    case "ArrowUp": case "k": return next(-1);
    case "Home": return 0;
    case "End": for (let i = items.length - 1; ; i--) if (!items[i].hidden) return i;
    case "ArrowRight":
      if (expanded === "false") open(items, n, true);
      else if (expanded === "true") return next(1);
      return n;
    case "ArrowLeft":
      if (expanded === "true") {
        open(items, n, false);
        return n;
      }
      return Math.max(parent(items, n), 0);
  }
  return null;
}

// The story of what is selected: where its time went, and what happened to it, a line for each event. The viewer tells some
// lines of a long story at a time; the buttons at its ends ask for others.
import { all, find, make } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./words.js";

export function life(bridge, panel, spentSlot, storySlot) {
  let shown = null, now = -1;

  function draw() {
    const m = shown;
    const held = storySlot.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    spentSlot.replaceChildren(...(m?.spent?.length ? [spent(m, bridge)] : []));
    storySlot.replaceChildren(...(m?.lines?.length ? story(m, bridge, toPresent) : []));
    mark();
    if (held !== undefined) (find(`[data-key="${held}"]`, storySlot) ?? find("[tabindex='0']", storySlot))?.focus({ preventScroll: true });
  }

  // toPresent scrolls to the present line, or to the first if nothing has happened yet.
  function toPresent() {
    if (now >= 0 && find("[aria-current]", storySlot) === null) bridge.send("story", { at: "now" });
    (find("[aria-current]", storySlot) ?? find("li", storySlot)).scrollIntoView({ block: "center" });
  }

  // mark shows which line is the present one, and keeps it in sight if the one before it was.
  function mark() {
    const was = find("[aria-current]", storySlot);
    const follow = was !== null && inSight(was, panel);
    for (const li of all("li", storySlot)) {
      const line = Number(li.dataset.line);
      li.classList.toggle("future", line > now);
      if (line === now) li.setAttribute("aria-current", "step");
      else li.removeAttribute("aria-current");
    }
    const is = find("[aria-current]", storySlot);
    if (is !== was && !storySlot.contains(document.activeElement)) rove(storySlot, find("button.at", is ?? storySlot));
    if (follow && is !== null && !inSight(is, panel)) is.scrollIntoView({ block: "nearest" });
  }

  storySlot.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = document.activeElement.closest("button.at");
    if (step === undefined || at === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const list = all("button.at", storySlot), next = list[list.indexOf(at) + step];
    event.preventDefault();
    if (next === undefined) return;
    rove(storySlot, next);
    next.focus();
  });

  bridge.on("life", (message) => {
    shown = message.none ? null : message;
    draw();
  });
  return {
    words: draw,
    present(line) {
      now = line;
      mark();
    },
  };
}

function inSight(e, panel) {
  const a = e.getBoundingClientRect(), b = panel.getBoundingClientRect();
  return a.bottom > b.top + 40 && a.top < b.bottom;
}

// rove lets the Tab key reach one line of the story; the arrows reach the others.
function rove(slot, button) {
  if (button === null) return;
  for (const b of all("button.at", slot)) b.tabIndex = b === button ? 0 : -1;
}

const mostParts = 5;

// spent is a table of where the time went. Bars repeat what the numbers say.
function spent(m, bridge) {
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...["share", "time", "percent"].map((k) => make("th", { scope: "col" }, t(k)))));
  const rows = [];
  let left = 0;
  m.spent.forEach((s, i) => {
    left = s.depth === 0 || s.depth < (m.spent[i - 1]?.depth ?? 0) ? 0 : s.depth > (m.spent[i - 1]?.depth ?? 0) ? 1 : left + 1;
    if (s.depth > 1 && left > mostParts) return;
    const link = s.ref.kind !== "none";
    const mark = s.how === "inferred" ? make("span", { class: "approx", title: t("byRule", { rule: s.rule }) }, make("span", { "aria-hidden": "true" }, "≈ "), make("span", { class: "unseen" }, `${t("how.inferred")}: `)) : "";
    const what = link ? make("button", { type: "button", class: "ref", onclick: () => bridge.send("select", s.ref) }, mark, s.what) : make("span", {}, mark, s.what);
    const row = make("tr", { class: `depth-${Math.min(s.depth, 2)}` },
      make("th", { scope: "row" }, what, s.count > 1 ? ` (${s.count}×)` : ""), make("td", {}, short(s.time)), make("td", { class: "part" }, s.percent));
    row.style.setProperty("--part", s.part);
    rows.push(row);
  });
  return make("div", {}, make("h3", {}, `${t("spent")} (${short(m.total)})`), make("table", { class: "spent" }, head, make("tbody", {}, ...rows)));
}

// short shows a length of time with about three digits.
function short(ns) {
  for (const [unit, name] of [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]]) {
    if (ns >= unit) return `${(ns / unit).toPrecision(3)} ${name}`.replace(/(\d)\.?e\+(\d)/, "$1$2");
  }
  return `${ns} ns`;
}

function story(m, bridge, toPresent) {
  const end = m.from + m.lines.length;
  const more = (at, text) => make("button", { type: "button", class: "more", "data-key": text, onclick: () => bridge.send("story", { at }) }, text);
  return [
    make("h3", {}, t("lately"), " ", make("button", { type: "button", class: "ref", "data-key": "present", onclick: toPresent }, t("toPresent"))),
    m.from > 0 ? more(Math.max(0, m.from - 20), t("earlier", { count: m.from })) : "",
    make("ol", { class: "lately", start: m.from + 1 }, ...m.lines.map((l, i) => line(l, m.from + i, bridge))),
    end < m.count ? more(end + 20, t("later", { count: m.count - end })) : "",
  ].filter((e) => e !== "");
}

function line(l, n, bridge) {
  return make("li", { "data-line": n },
    make("button", { type: "button", class: "ref at", tabindex: "-1", "data-key": `line-${n}`, onclick: () => bridge.send("seek", { instant: l.instant }) }, duration(l.time)),
    make("span", { class: "text" }, l.text, because(l, bridge)));
}

// because is what is known besides what the event states.
function because(l, bridge) {
  if (!l.why) return "";
  const why = l.ref.kind !== "none" ? make("button", { type: "button", class: "ref", onclick: () => bridge.send("select", l.ref) }, l.why) : l.why;
  if (l.how !== "inferred") return make("span", { class: "why" }, why);
  return make("span", { class: "why inferred", title: t("byRule", { rule: l.rule }) }, make("span", { "aria-hidden": "true" }, "≈ "), make("span", { class: "unseen" }, `${t("how.inferred")}: `), why);
}

// The runs that were made by breaking things: go from one to another, drop one, compare two and see where they part.
import { find, make } from "./dom.js";
import { t } from "./words.js";

export function runs(bridge, host) {
  const box = host.add("runs", "runs");
  const list = make("ol", { class: "runs" }), parting = make("div", { class: "parting", role: "status" });
  box.append(list, parting);

  function draw() {
    const m = bridge.last.runs;
    if (!m || host.shown() !== "runs") return;
    const held = box.contains(document.activeElement) ? document.activeElement.dataset.run : null;
    list.replaceChildren(...(m.runs ?? []).map((r) => line(r, m)));
    if (!m.runs?.length) list.replaceChildren(make("li", { class: "note" }, t("runsNone")));
    parting.replaceChildren(...apart(m));
    if (held) find(`[data-run="${held}"]`, box)?.focus({ preventScroll: true });
  }

  const button = (key, r, does, more = {}) => make("button", { type: "button", class: "quiet", "data-run": `${key} ${r.id}`, "aria-label": `${t(key)}: ${r.title}`, onclick: does, ...more }, t(key));

  function line(r, m) {
    const facts = [t("runEvents", { n: r.events }), r.parent ? t("runParent", { id: r.parent }) : "", r.ended].filter(Boolean).join(" · ");
    const others = (m.runs ?? []).length > 1;
    return make("li", { class: r.current ? "current" : r.compared ? "compared" : null, "aria-current": r.current ? "true" : null },
      make("strong", {}, `${r.id}. ${r.title}`),
      make("span", { class: "note" }, facts, r.current ? ` · ${t("runCurrent")}` : ""),
      make("span", { class: "does" },
        r.current ? null : button("runShow", r, () => bridge.send("run", { id: r.id })),
        r.current || !others ? null : button(r.compared ? "runApart" : "runCompare", r, () => bridge.send("compare", { id: r.compared ? "off" : r.id }), { "aria-pressed": String(r.compared) }),
        r.current || !others ? null : button("runDrop", r, () => bridge.send("run-drop", { id: r.id }))));
  }

  // apart says where the two runs part.
  function apart(m) {
    if (!m.compare) return [];
    const other = m.runs.find((r) => r.id === m.compare);
    if (m.same) return [make("p", {}, t("runsSame", { id: m.compare }))];
    return [
      make("h3", {}, t("runsPart", { id: m.compare, title: other?.title ?? "" })),
      make("p", { class: "note" }, t("runHere", { n: m.this + 1 })), make("code", {}, m.here || t("runOver")),
      make("p", { class: "note" }, t("runThere", { n: m.other + 1 })), make("code", {}, m.there || t("runOver")),
      m.here && m.here === m.there ? make("p", { class: "note" }, t("runTime")) : "",
      make("p", {}, make("button", { type: "button", "data-run": "diverge", onclick: () => bridge.send("diverge") }, t("runGo"))),
    ];
  }

  bridge.on("runs", draw);
  host.onShow("runs", draw);
  return { words: draw };
}

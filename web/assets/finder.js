// Search, and stopping by itself: one condition is looked for, run to, or always stopped at. The viewer knows what conditions mean
// (viz/stage/condition.go), counts what fits and keeps the breakpoints.
import { all, find, make } from "./dom.js";
import { t } from "./words.js";

// examples are conditions to begin with.
const examples = ["task:9", "item:read[3]", "xid:0x113a0c5f", "queue:xprt_backlog", "queue:xprt_backlog>=3", "state:call_bind", "status<0", "proc:READ", "rpc_retrans>=2"];

export function finder(bridge, host) {
  const input = make("input", { type: "search", class: "wide", id: "find-text", autocomplete: "off", spellcheck: "false" });
  const box = host.add("find", "findTitle", () => { input.select(); return input; });
  const label = make("label", { class: "labelled", for: "find-text" });
  const count = make("output", { for: "find-text", class: "count" });
  const button = (key, does, more = {}) => make("button", { type: "button", "data-i18n": key, onclick: does, ...more }, t(key));
  const ask = (cmd, key) => { if (input.value.trim() !== "") bridge.send(cmd, { [key]: input.value.trim() }); };
  const form = make("form", {}, label, input,
    make("div", { class: "acts" }, make("button", { class: "strong", "data-i18n": "find" }, t("find")),
      button("findPrev", () => bridge.send("find-prev")), button("findNext", () => bridge.send("find-next")), count),
    make("div", { class: "acts" }, button("runBack", () => ask("run-back", "when")), button("runTo", () => ask("run-to", "when")), button("breakAdd", () => ask("break-add", "when"))));
  const tries = make("p", { class: "tries" }, ...examples.map((e) => make("button", { type: "button", class: "quiet", onclick: () => { input.value = e; input.focus(); } }, e)));
  const breaks = make("ul", { class: "breaks" }), about = make("p", { class: "note" });
  box.append(form, about, tries, make("h3", { "data-i18n": "breaks" }, t("breaks")), breaks);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim() === "") bridge.send("find-clear");
    else ask("find", "text");
  });

  // The bar over the picture shows a search while there is one, also when the panel is closed.
  const bar = find("#found"), barText = make("button", { type: "button", class: "text", onclick: () => host.show("find") }), barCount = make("output");
  const sign = (key, face, cmd) => make("button", { type: "button", "data-i18n-label": key, "aria-label": t(key), "data-i18n-title": key, title: t(key), onclick: () => bridge.send(cmd) }, face);
  bar.append(barText, barCount, sign("findPrev", "‹", "find-prev"), sign("findNext", "›", "find-next"), sign("findEnd", "×", "find-clear"));

  const told = (m) => {
    if (!m?.text) return "";
    const some = m.index >= 0 ? t("foundAt", { n: m.index + 1, count: m.count }) : t("foundOf", { count: m.count });
    return m.seen < m.of ? `${some} ${t("foundSeen", { part: Math.floor(100 * m.seen / m.of) })}` : some;
  };

  function found(m) {
    bar.hidden = !m.text;
    barText.textContent = m.text ?? "";
    count.textContent = barCount.textContent = told(m);
    if (m.text && document.activeElement !== input) input.value = m.text;
  }

  let listed = "";
  function list(s) {
    const now = JSON.stringify([s?.breaks ?? [], s?.running ?? "", document.documentElement.lang]);
    if (now === listed) return;
    listed = now;
    const held = breaks.contains(document.activeElement);
    breaks.replaceChildren(...(s?.running ? [make("li", { class: "running" }, t("runningTo"), " ", make("code", {}, s.running))] : []),
      ...(s?.breaks ?? []).map((b) => make("li", {}, make("code", {}, b.when),
        make("button", { type: "button", "aria-label": `${t("breakDrop")}: ${b.when}`, onclick: () => bridge.send("break-drop", { id: b.id }) }, t("breakDrop")))));
    if (breaks.children.length === 0) breaks.replaceChildren(make("li", { class: "note" }, t("breaksNone")));
    if (held) (all("button", breaks)[0] ?? input).focus({ preventScroll: true });
  }

  function words() {
    label.textContent = t("findWhat");
    about.textContent = t("findAbout");
    listed = "";
    list(bridge.state);
    if (bridge.last.found) found(bridge.last.found);
  }

  bridge.on("found", found);
  bridge.on("state", list);
  bridge.on("stopped", ({ when }) => { find("#said").textContent = t("stoppedAt", { when }); });
  words();
  return { words };
}

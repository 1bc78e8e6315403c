// What can be played: every scenario that the viewer has, with what it shows, and recordings from the reader's disk.
import { all, find, make } from "./dom.js";
import { t } from "./words.js";

export function scenarios(bridge, host, played) {
  const filter = make("input", { type: "search", class: "wide", autocomplete: "off", spellcheck: "false" });
  const list = make("ul", { class: "choose" });
  const box = host.add("scenarios", "scenarios", () => filter);
  const label = make("label", { class: "labelled" }, make("span"), filter);
  const opener = make("button", { type: "button", class: "strong", onclick: () => find("#file").click() });
  const note = make("p", { class: "note" });
  const wanted = make("div", { class: "away", role: "alert", hidden: true }); // a link waits for a recording
  box.append(wanted, make("div", { class: "opener" }, opener, note), label, list);

  const text = (s) => {
    const key = `scenario.${s.name}`, told = t(key);
    return told === key ? s.title : told;
  };

  function draw() {
    const state = bridge.state, here = state?.source === "simulation" ? state.name : "";
    const wanted = filter.value.trim().toLowerCase().split(/\s+/);
    const fits = (s) => wanted.every((w) => `${s.name} ${s.title} ${text(s)}`.toLowerCase().includes(w));
    const held = list.contains(document.activeElement) ? document.activeElement.dataset.scenario : null;
    list.replaceChildren(...bridge.scenarios.filter(fits).map((s) => make("li", {},
      make("button", { type: "button", "data-scenario": s.name, "aria-current": s.name === here ? "true" : null, onclick: () => play(s.name) },
        make("span", { class: "told" }, text(s)), make("code", {}, s.name)))));
    if (list.children.length === 0) list.replaceChildren(make("li", { class: "note" }, t("nothingFits")));
    if (held) all("button", list).find((b) => b.dataset.scenario === held)?.focus({ preventScroll: true });
  }

  function play(name) {
    played.play(name);
    if (matchMedia("(max-width: 820px)").matches) host.close();
  }

  // A link to a moment of a recording carries its name and hash: only the reader has the file.
  let awaited = null;
  function ask() {
    wanted.hidden = awaited === null;
    if (awaited) wanted.replaceChildren(make("p", {}, t("linkNeeds", { name: awaited.name })), make("p", { class: "note" }, "SHA-256 ", make("code", {}, `${awaited.hash}…`)));
  }
  bridge.on("wanted", (m) => {
    if (m.id !== "recording") return;
    awaited = m;
    ask();
    host.show("scenarios");
    opener.focus();
  });

  function words() {
    ask();
    find("span", label).textContent = t("scenarioFilter");
    opener.textContent = t("openRecording");
    note.textContent = t("openNote");
    draw();
  }

  let shown = "";
  bridge.on("state", (s) => {
    if (`${s.source} ${s.name}` === shown) return;
    shown = `${s.source} ${s.name}`;
    if (s.source === "recording") {
      awaited = null;
      ask();
    }
    draw();
  });
  filter.addEventListener("input", draw);
  words();
  return { words };
}

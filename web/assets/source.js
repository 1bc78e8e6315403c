// What is played: the lesson's simulation with its seed, or a recording from the reader's disk.
import { find, make } from "./dom.js";
import { megabytes } from "./format.js";
import { t } from "./words.js";

const most = 256e6; // bytes; the viewer keeps a run in memory

export function source(bridge, { trouble, opening }) {
  const file = find("#file"), seed = find("#seed"), frame = find("#viewer"), drop = find("#drop");
  const lesson = document.body.dataset;
  let away = find("#away"); // where the text says that the stage plays something else
  let last = null; // the recording that was opened last, for a viewer that had to start again

  function simulate(value = lesson.seed, name = lesson.scenario) {
    last = null;
    opening();
    bridge.send("scenario", { name, seed: value });
  }

  // play simulates a scenario: the lesson's own with the lesson's seed, another with the seed that is chosen.
  const play = (name) => (name === lesson.scenario ? simulate() : simulate(seed.value.trim() || lesson.seed, name));

  async function open(chosen) {
    if (!chosen) return;
    if (chosen.size > most) {
      trouble(t("tooLarge", { name: chosen.name, size: megabytes(chosen.size), most: megabytes(most) }));
      return;
    }
    try {
      const data = await chosen.arrayBuffer();
      last = chosen;
      opening();
      bridge.send("recording", { name: chosen.name, data }, [data]);
    } catch (err) {
      trouble(t("unreadable", { name: chosen.name, why: err.message }));
    }
  }

  // resume opens what was played before the viewer had to start again; at first that is the lesson's simulation.
  const resume = () => (last ? open(last) : simulate(seed.value.trim() || lesson.seed));

  find("#open").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    open(file.files[0]);
    file.value = "";
  });
  find("#seed-form").addEventListener("submit", (event) => {
    event.preventDefault();
    rerun();
  });
  seed.addEventListener("change", rerun);
  function rerun() {
    const value = seed.value.trim();
    if (!/^\d{1,20}$/.test(value) || BigInt(value) > 18446744073709551615n) {
      trouble(t("seedBad"));
      return;
    }
    const now = bridge.state;
    if (now?.source !== "simulation" || now.seed !== value) simulate(value, now?.source === "simulation" ? now.name : lesson.scenario);
  }

  // Dropping: a frame would swallow the drag, so it is made transparent to the pointer meanwhile; where a drag enters the
  // frame first, the viewer's document hands the file out (viewer/boot.js).
  let depth = 0;
  const dragged = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  function drag(on) {
    drop.hidden = !on;
    document.body.classList.toggle("dragging", on);
  }
  addEventListener("dragenter", (event) => { if (dragged(event)) { depth++; drag(true); } });
  addEventListener("dragleave", (event) => { if (dragged(event) && --depth <= 0) { depth = 0; drag(false); } });
  addEventListener("dragover", (event) => { if (dragged(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    depth = 0;
    drag(false);
    open(event.dataTransfer.files[0]);
  });
  addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.data?.type === "file") open(event.data.file);
  });

  function update(s) {
    const recording = s.source === "recording";
    const kind = find("#source-kind");
    kind.dataset.i18n = recording ? (s.saved ? "savedRun" : "recording") : "simulation";
    kind.textContent = t(kind.dataset.i18n);
    find("#source-name").textContent = s.name;
    find("#source-name").title = s.name;
    find("#seed-form").hidden = recording;
    if (!recording && document.activeElement !== seed) seed.value = s.seed;
    const elsewhere = other(s), note = elsewhere ? `${s.source} ${s.name} ${document.documentElement.lang}` : "";
    if (away.dataset.name === note) return;
    away.dataset.name = note;
    away.hidden = !elsewhere;
    away.replaceChildren(...(elsewhere ? [make("p", {}, t(recording ? "recordingNote" : "scenarioNote", { name: s.name })),
      make("button", { type: "button", class: "quiet", onclick: () => simulate() }, t("returnToLesson"))] : []));
  }
  bridge.on("state", (s) => { if (s.source) update(s); });

  // adopt takes over the text of another language.
  function adopt() {
    away = find("#away");
    if (bridge.state?.source) update(bridge.state);
  }
  return { resume, adopt, play };
}

// other reports whether the stage plays something else than the lesson's simulation.
export function other(state) {
  return state?.source === "recording" || state?.source === "simulation" && state.name !== document.body.dataset.scenario;
}

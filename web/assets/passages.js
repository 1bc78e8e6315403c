// Passages of the lesson that wait for an event. Until it has happened a passage is hidden behind a line that says what it
// waits for; only the first of them shows it, so that the text does not run ahead of the run. What was once told stays.
import { all, find, make, reveal } from "./dom.js";
import { other } from "./source.js";
import { t } from "./words.js";

export function passages(bridge) {
  let sections = []; // {element, id, when, gate, moment}
  let gatesOpen = false; // the reader wants all text, or there is no stage
  let current = "";
  let toldIds = new Set(); // what the lesson's run has told; a recording leaves it as it was

  // adopt takes over the passages of a (new) lesson text.
  function adopt() {
    sections = all("section.await").map((element) => {
      const id = element.id, when = element.dataset.await;
      const moment = make("button", { type: "button", class: "moment", onclick: () => go(id) }, icon());
      const gate = make("div", { class: "gate" });
      element.append(gate);
      element.prepend(moment);
      return { element, id, when, gate, moment };
    });
    current = "";
    update(bridge.state);
  }

  // watch tells the viewer what to look for; marks come back in its state.
  function watch() {
    for (const s of sections) bridge.send("watch", { id: s.id, when: s.when });
  }

  function go(id) {
    const mark = bridge.state?.marks?.[id];
    if (mark >= 0) bridge.send("seek", { instant: mark });
  }

  const told = (s, state) => {
    const mark = state?.marks?.[s.id];
    if (mark === undefined) return false;
    return mark < 0 || mark <= state.furthest; // never in this run: nothing to wait for
  };

  function update(state) {
    const away = other(state);
    if (!away) toldIds = new Set(sections.filter((s) => told(s, state)).map((s) => s.id));
    const waiting = sections.filter((s) => !gatesOpen && !toldIds.has(s.id));
    const next = waiting[0];
    later(next);
    for (const s of sections) {
      const waits = waiting.includes(s);
      const opened = s.element.classList.contains("waits") && !waits;
      s.element.classList.toggle("waits", waits);
      s.element.classList.toggle("next", s === next);
      s.moment.hidden = waits || !(state?.marks?.[s.id] >= 0) || away;
      s.moment.title = t("showMoment");
      s.moment.setAttribute("aria-label", s.moment.title);
      if (s === next) fill(s, waiting.length - 1, away);
      if (opened && state?.playing) reveal(s.element);
    }
    follow(state, away);
  }

  // later holds back what comes after the first passage that waits: questions and closing words.
  function later(next) {
    let after = false;
    for (const e of find("#text").children) {
      e.classList.toggle("later", after && !e.matches("nav"));
      after ||= e === next?.element;
    }
  }

  // follow marks the passage that the run is in.
  function follow(state, away) {
    let now = "";
    let latest = -1;
    for (const s of sections) {
      const mark = state?.marks?.[s.id] ?? -1;
      if (!away && mark >= 0 && mark <= state.instant && mark >= latest) [now, latest] = [s.id, mark];
    }
    if (now === current) return;
    current = now;
    for (const s of sections) s.element.classList.toggle("now", s.id === now);
  }

  function fill(s, more, away) {
    const key = `${more} ${away}`;
    if (s.gate.dataset.more === key && s.gate.lang === document.documentElement.lang) return;
    s.gate.dataset.more = key;
    s.gate.lang = document.documentElement.lang;
    s.gate.replaceChildren(
      make("p", {}, t("waitsFor"), " ", make("code", {}, s.when)),
      make("p", { class: "ways" },
        away ? null : make("button", { type: "button", class: "quiet", onclick: () => go(s.id) }, t("goThere")), " ",
        make("button", { type: "button", class: "quiet", onclick: openAll }, t("showAll")), " ",
        more > 0 ? make("span", { class: "more" }, more === 1 ? t("oneWaiting") : t("moreWaiting", { n: more })) : null));
  }

  function openAll() {
    const focus = document.activeElement?.closest("section.await");
    gatesOpen = true;
    update(bridge.state);
    if (focus) find(".passage", focus)?.scrollIntoView({ block: "nearest" });
  }

  bridge.on("state", update);
  adopt();
  return { adopt, watch, openAll, words: () => update(bridge.state) };
}

// icon is the sign of going back to a moment.
function icon() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4 4v4.5h4.5M12 8v4.4l3 1.8");
  svg.append(path);
  return svg;
}

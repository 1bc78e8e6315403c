// Questions: asked when the stage pauses for them, graded by the engine's run.
import { all, find, make, reveal } from "./dom.js";
import { other } from "./source.js";
import { t } from "./words.js";

export function predictions(bridge) {
  const verdicts = new Map(); // question id → graded message with the reader's choice
  let forms = [];

  function adopt() {
    forms = all("form.predict");
    for (const form of forms) {
      const id = form.dataset.predict;
      find(".answer", form).prepend(make("p", { class: "hint" }));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const choice = new FormData(form).get(id);
        if (choice) bridge.send("answer", { id, choice });
      });
      find(".skip", form).addEventListener("click", () => {
        bridge.send("skip", { id });
        bridge.send("play");
        form.classList.add("skipped");
        hint(form);
      });
      const verdict = verdicts.get(id);
      if (verdict) show(form, verdict);
    }
    update(bridge.state);
  }

  // ask tells the viewer where to pause, and watches the moment so that a reader who seeks past it can answer too.
  function ask() {
    for (const { dataset: d } of forms) {
      bridge.send("predict", { id: d.predict, ask: d.ask, about: d.about, choices: d.choices });
      bridge.send("watch", { id: `ask:${d.predict}`, when: d.ask });
    }
  }

  // hint says in what state an unanswered question is.
  function hint(form) {
    const key = form.classList.contains("asked") ? "askedNow" : form.classList.contains("skipped") ? "skipped" : form.classList.contains("early") ? "questionWaits" : "";
    const text = key ? t(key) : "";
    const p = find(".hint", form);
    if (p.textContent !== text) p.textContent = text;
  }

  // offer shows the choices of the present run: under another seed something else may be true.
  function offer(form, choices) {
    if ((form.dataset.offered ?? form.dataset.choices) === choices) return;
    form.dataset.offered = choices;
    const id = form.dataset.predict;
    find(".choices", form).replaceChildren(...choices.split(",").map((c) => make("label", {},
      make("input", { type: "radio", required: true, name: id, value: c }), make("span", {}, c))));
    if (verdicts.has(id)) show(form, verdicts.get(id));
  }

  let run = ""; // what is played: another run begins without answers

  function update(state) {
    const away = other(state);
    const now = state?.source ? `${state.source} ${state.name} ${state.seed}` : run;
    if (now !== run) {
      run = now;
      forget();
    }
    for (const form of forms) {
      offer(form, state?.choices?.[form.dataset.predict] ?? form.dataset.choices);
      const id = form.dataset.predict, mark = state?.marks?.[`ask:${id}`] ?? -1;
      const early = !state || away || mark < 0 || state.furthest < mark;
      form.classList.toggle("early", early);
      form.classList.toggle("asked", state?.asking === id && !verdicts.has(id));
      find("fieldset", form).disabled = early || verdicts.has(id);
      hint(form);
    }
  }

  function show(form, v) {
    const id = form.dataset.predict;
    for (const radio of all("input", form)) {
      radio.checked = radio.value === v.choice;
      radio.parentElement.classList.toggle("truth", radio.value === v.truth);
      radio.parentElement.classList.toggle("chosen", radio.value === v.choice);
    }
    form.classList.add("answered");
    form.classList.remove("asked", "skipped");
    form.classList.toggle("right", v.right);
    find(".verdict", form).replaceChildren(
      make("p", { class: "judgement" }, t(v.right ? "right" : "wrong", v), v.seen ? ` ${t("seenAlready")}` : null),
      make("p", { class: "why" }, make("span", {}, t("whyLabel")), make("code", {}, v.why)),
      make("button", { type: "button", class: "quiet", onclick: () => bridge.send("seek", { instant: v.instant }) }, t("seeIt")));
    find("fieldset", form).disabled = true;
    form.dataset.graded = id;
  }

  function forget() {
    verdicts.clear();
    for (const form of forms) {
      form.classList.remove("answered", "right", "skipped");
      form.reset();
      find(".verdict", form).replaceChildren();
      for (const label of all("label", form)) label.classList.remove("truth", "chosen");
    }
  }

  // The viewer asks before it sends the state in which it asks; passages open with the state, and move the form.
  let pending = "";
  const nudge = find("#nudge");
  bridge.on("asked", ({ id }) => {
    pending = id;
    if (bridge.state?.asking !== id) return;
    lead();
    nudge.textContent = t("answerFirst"); // asked again: the reader tried to go on
    nudge.hidden = false;
  });
  function lead() {
    const form = find(`#predict-${CSS.escape(pending)}`);
    pending = "";
    if (form) reveal(form);
  }
  bridge.on("graded", (v) => {
    const form = find(`#predict-${CSS.escape(v.id)}`);
    if (!form) return;
    v.choice = new FormData(form).get(v.id) ?? find("input:checked", form)?.value;
    verdicts.set(v.id, v);
    show(form, v);
    reveal(form);
  });
  bridge.on("state", (state) => {
    update(state);
    if (!state.asking) nudge.hidden = true;
    if (pending && state.asking === pending) lead();
  });
  adopt();
  return { adopt, ask };
}

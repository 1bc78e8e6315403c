// Break things: what can go wrong now, with the selected thing or with the world, and the settings of the run. Each makes a fork
// of the run, from the present instant on; whoever goes back first breaks the past. The viewer says what there is (a knobs
// message) and makes the fork.
import { find, make } from "./dom.js";
import { t } from "./words.js";

export function faults(bridge, host) {
  const box = host.add("faults", "breakThings");
  const when = make("p", { class: "note" }), here = make("div"), world = make("div"), knobs = make("div", { class: "knobs" });
  box.append(when, here, world, knobs);
  let rows = new Map(), made = "";

  const list = (title, entries) => entries.length === 0 ? [] : [make("h3", {}, title), make("ul", { class: "choose" }, ...entries.map((f) => make("li", {},
    make("button", { type: "button", "data-fault": f.do, onclick: () => bridge.send("fault", { do: f.do, at: f.at }) },
      f.label, Number(f.at) !== bridge.state?.instant ? make("span", { class: "note" }, ` ${t("fromEvent", { n: Number(f.at) + 1 })}`) : null))))];

  function draw() {
    const m = bridge.last.knobs;
    if (!m || host.shown() !== "faults") return;
    const can = bridge.last.runs?.can ?? m.knobs.length > 0, n = (bridge.state?.instant ?? -1) + 1;
    when.textContent = can ? t("breakWhen", { n }) : t("breakNever");
    const held = box.contains(document.activeElement) ? document.activeElement.dataset.fault : null;
    const name = bridge.last.inspect?.title ?? t("selected");
    here.replaceChildren(...list(name, m.here ?? []));
    world.replaceChildren(...list(t("breakWorld"), m.faults ?? []));
    if (held) find(`[data-fault="${CSS.escape(held)}"]`, box)?.focus({ preventScroll: true });
    settle(m.knobs);
  }

  // settle makes a row for each knob, once, and then only moves what has changed: a reader may be at one of them.
  function settle(all) {
    const now = all.map((k) => `${k.name} ${k.help} ${k.choices} ${k.try}`).join("\n");
    if (now !== made) {
      made = now;
      rows = new Map(all.map((k) => [k.name, row(k)]));
      knobs.replaceChildren(...(all.length > 0 ? [make("h3", {}, t("knobs"))] : []), ...[...rows.values()].map((r) => r.element));
    }
    for (const k of all) rows.get(k.name).update(k);
  }

  function row(k) {
    const id = `knob-${k.name}`, turn = (value) => bridge.send("knob", { name: k.name, value, ...(bridge.state.instant < 0 ? { at: -1 } : {}) });
    const was = make("span", { class: "was" }), label = make("label", { for: id }, k.help);
    const begins = k.start ? make("span", { class: "note" }, t("knobStart")) : null;
    if (k.choices) {
      const select = make("select", { id, onchange: () => turn(select.value) }, ...k.choices.split(",").map((v) => make("option", { value: v }, t(`value.${v}`) === `value.${v}` ? v : t(`value.${v}`))));
      return { element: make("div", { class: "knob" }, label, make("div", { class: "turn-it" }, select, was), begins), update: (k) => { select.value = k.value; tell(was, k); } };
    }
    const steps = k.try.split(",").filter(Boolean);
    const text = make("input", { type: "text", id, autocomplete: "off", spellcheck: "false", title: k.want, onchange: () => turn(text.value.trim()) });
    const slider = make("input", { type: "range", min: 0, max: steps.length - 1, step: 1, "aria-label": k.help, oninput: () => { text.value = steps[slider.value]; slider.setAttribute("aria-valuetext", steps[slider.value]); }, onchange: () => turn(steps[slider.value]) });
    return {
      element: make("div", { class: "knob" }, label, make("div", { class: "turn-it" }, steps.length > 1 ? slider : null, text, was), begins),
      update: (k) => {
        if (document.activeElement !== text && document.activeElement !== slider) text.value = k.value;
        const at = steps.indexOf(k.value);
        if (at >= 0 && document.activeElement !== slider) slider.value = at;
        slider.setAttribute("aria-valuetext", k.value);
        tell(was, k);
      },
    };
  }

  const tell = (was, k) => { was.textContent = k.value === k.was ? "" : t("knobWas", { value: k.was }); };

  for (const type of ["knobs", "runs", "inspect"]) bridge.on(type, draw);
  let instant = null;
  bridge.on("state", (s) => {
    if (s.instant === instant || s.playing) return;
    instant = s.instant;
    draw();
  });
  host.onShow("faults", draw);
  return { words: () => { made = ""; draw(); } };
}

// A lesson's page: puts the parts together and brings the viewer up.
import { Bridge } from "./bridge.js";
import { find, make, reducedMotion } from "./dom.js";
import { faults } from "./faults.js";
import { finder } from "./finder.js";
import { megabytes } from "./format.js";
import { help } from "./help.js";
import { inspector } from "./inspector.js";
import { lesson } from "./lesson.js";
import { menu } from "./menu.js";
import { out } from "./out.js";
import { palette } from "./palette.js";
import { panels } from "./panels.js";
import { narrow, parts as stageParts } from "./parts.js";
import { passages } from "./passages.js";
import { predictions } from "./predict.js";
import { runs } from "./runs.js";
import { scenarios } from "./scenarios.js";
import { languages, motion, shade, themes } from "./settings.js";
import { source } from "./source.js";
import { transport } from "./transport.js";
import { twin } from "./twin.js";
import { language, t, translate } from "./words.js";

const frame = find("#viewer"), veil = find("#veil"), first = find("#first"), error = find("#error");
const bridge = new Bridge(frame);
globalThis.sunscope = bridge; // for tests, and for whoever opens the console
const host = panels(bridge);
const parts = {
  transport: transport(bridge), passages: passages(bridge), predictions: predictions(bridge),
  parts: stageParts(bridge), inspector: inspector(bridge), twin: twin(bridge), help: help(bridge),
  panels: host, lesson: lesson(bridge), palette: palette(bridge), menu: menu(bridge),
};
const played = source(bridge, { trouble, opening: () => trouble("") });
parts.scenarios = scenarios(bridge, host, played);
parts.faults = faults(bridge, host);
parts.runs = runs(bridge, host);
parts.finder = finder(bridge, host);
parts.out = out(bridge, host, trouble, parts.parts.fit);

// trouble shows one line, or takes it away.
function trouble(message) {
  error.textContent = message;
  error.hidden = message === "";
}

// look tells the viewer how the reader wants to see things.
function look() {
  document.documentElement.dataset.shade = shade();
  bridge.send("theme", { value: shade() });
  bridge.send("lang", { value: language() });
  bridge.send("motion", { value: motion() });
  firstFrame();
}

// firstFrame puts a still picture of just the right size in place of the one that came with the page, if that is another's.
function firstFrame() {
  if (bridge.ready) return;
  const box = find("#picture").getBoundingClientRect(), w = Math.round(box.width), h = Math.round(box.height);
  const drawn = find("svg, img", first), part = find("#picture").dataset.part ?? "";
  const told = `${w}x${h}.${part}.${language()}`;
  if (drawn && first.dataset.told === undefined && near(drawn.getAttribute("width"), w) && near(drawn.getAttribute("height"), h)) return;
  if (first.dataset.told === told) return;
  first.dataset.told = told;
  const exact = make("img", { alt: "", src: `${first.dataset.first}?lang=${language()}&theme=${shade()}&w=${w}&h=${h}&part=${part}` });
  exact.onload = () => { if (!bridge.ready) first.replaceChildren(exact); };
}

const near = (a, b) => Math.abs(Number(a) - b) <= 2;

bridge.on("ready", () => {
  look();
  parts.passages.watch();
  parts.predictions.ask();
  played.resume();
  parts.out.arrive();
});
bridge.on("state", (s) => {
  if (s.count === 0 || veil.hidden) return;
  veil.hidden = true;
  first.hidden = true;
  document.body.classList.add("live");
  requestAnimationFrame(() => performance.mark("stage")); // tests/bench/page measures the start by it
});
bridge.on("error", ({ message }) => trouble(message));
bridge.on("loading", ({ done, total }) => {
  const bar = find("#veil-progress");
  const ended = total > 0 && done >= total;
  find("#veil-text").textContent = ended || !total ? t(ended ? "starting" : "loading") : `${t("loading")} · ${t("loadingOf", { done: megabytes(done), total: megabytes(total) })}`;
  if (total > 0 && !ended) bar.value = done / total;
  else bar.removeAttribute("value");
});
bridge.on("broken", ({ reason, message }) => {
  veil.hidden = false;
  veil.classList.add("broken");
  find("#veil-text").textContent = t(`broken.${reason}`) + (message ? ` (${message})` : "");
  find("#veil-progress").hidden = true;
  parts.passages.openAll();
});

// speak puts the page into another language without disturbing the run.
async function speak(lang, href) {
  if (lang === language()) return;
  let page;
  try {
    const answer = await fetch(href);
    if (!answer.ok) throw new Error(answer.statusText);
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    location.href = href;
    return;
  }
  document.documentElement.lang = lang;
  document.title = page.title;
  const text = find("#text");
  text.replaceWith(document.adoptNode(find("#text", page)));
  find(".brand").href = `/${lang}/`;
  for (const a of document.querySelectorAll("a[data-lang]")) {
    if (a.dataset.lang === lang) a.setAttribute("aria-current", "true");
    else a.removeAttribute("aria-current");
  }
  history.replaceState(null, "", href + location.hash);
  translate();
  played.adopt();
  parts.passages.adopt();
  parts.predictions.adopt();
  for (const part of [...Object.values(parts), played]) part.words?.();
  look();
}

themes(look);
languages(speak);
reducedMotion.addEventListener("change", look);
look();

// Panels beside the picture: one at a time, over the lesson's text on a wide window and as a sheet from below on a narrow one.
// A panel is an element that its module fills and keeps up to date; this module shows and hides it.
import { all, find, make } from "./dom.js";
import { t } from "./words.js";

export function panels(bridge) {
  const host = find("#panel"), title = find("#panel-title"), body = find("#panel-body"), tools = find("#tools"), more = find("#more");
  const known = new Map(); // name → {box, title, shown}
  let open = "", from = null; // what is shown, and what had the focus before

  // add makes a panel; shown is called when it comes to sight and gives the element that takes the focus.
  function add(name, titleKey, shown = () => null) {
    const box = make("div", { class: `panel-${name}`, hidden: true });
    body.append(box);
    known.set(name, { box, title: titleKey, shown });
    return box;
  }

  // onShow adds what is done when a panel comes to sight.
  const seen = new Map();
  const onShow = (name, does) => seen.set(name, does);

  function show(name) {
    const panel = known.get(name);
    if (!panel) return;
    if (open === "") from = document.activeElement;
    open = name;
    for (const [other, { box }] of known) box.hidden = other !== name;
    sheet(false);
    draw();
    find("#twin").open = false;
    seen.get(name)?.();
    host.scrollTop = 0;
    (panel.shown() ?? title).focus({ preventScroll: true });
  }

  function close() {
    if (open === "") return;
    const button = find(`[data-panel="${open}"]`);
    open = "";
    const inside = host.contains(document.activeElement);
    draw();
    if (inside) (from?.isConnected && from.checkVisibility() ? from : button?.checkVisibility() ? button : find("#play")).focus({ preventScroll: true });
  }

  const toggle = (name) => (open === name ? close() : show(name));

  function draw() {
    host.hidden = open === "";
    document.body.classList.toggle("with-panel", open !== "");
    if (open !== "") title.textContent = t(known.get(open).title);
    for (const b of all("[data-panel]")) b.setAttribute("aria-expanded", b.dataset.panel === open);
  }

  // sheet shows the tools where there is no room for them all the time.
  function sheet(on) {
    tools.classList.toggle("open", on);
    more.setAttribute("aria-expanded", on);
  }

  for (const b of all("[data-panel]")) b.addEventListener("click", () => toggle(b.dataset.panel));
  for (const b of all("[data-do]")) b.addEventListener("click", () => { sheet(false); bridge.send(b.dataset.do); });
  more.addEventListener("click", () => {
    sheet(!tools.classList.contains("open"));
    if (tools.classList.contains("open")) all("button", tools).find((b) => b.checkVisibility())?.focus();
  });
  find("#panel-close").addEventListener("click", close);
  find("#twin").addEventListener("toggle", () => { if (find("#twin").open) close(); });
  for (const e of [host, tools]) e.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    if (e === host) close();
    else if (tools.classList.contains("open")) { sheet(false); more.focus(); }
  });
  bridge.on("wanted", ({ id }) => { if (id.startsWith("show-")) toggle(id.slice(5)); });
  // A tool is there if the viewer knows what it needs.
  bridge.on("ready", () => {
    for (const b of all("[data-needs]")) b.hidden = !bridge.knows(b.dataset.needs);
  });
  return { add, onShow, show, close, shown: () => open, words: draw };
}

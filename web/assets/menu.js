// The context menu of a thing on the stage: the viewer says what is in it and where (a menu message), and does what is chosen.
import { all, find, make } from "./dom.js";
import { faces } from "./keys.js";
import { t } from "./words.js";

export function menu(bridge) {
  const box = find("#menu"), frame = find("#viewer");
  let from = null, since = 0; // what had the focus, and when the menu opened

  function draw(m) {
    if (!m.open) return hide();
    if (box.hidden) from = document.activeElement;
    let group = "";
    const rows = [];
    for (const e of m.entries) {
      if (group !== "" && e.group !== group) rows.push(make("hr", { role: "separator" }));
      group = e.group;
      rows.push(make("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => choose(e) },
        make("span", {}, e.label), e.key ? make("kbd", { "aria-hidden": "true" }, faces(e.key)) : null));
    }
    if (rows.length === 0) rows.push(make("button", { type: "button", role: "menuitem", tabindex: "-1", "aria-disabled": "true", onclick: dismiss }, t("menuEmpty")));
    box.replaceChildren(make("p", { class: "of", role: "presentation" }, m.title), ...rows);
    box.setAttribute("aria-label", m.title);
    box.hidden = false;
    box.showPopover(); // above everything, wherever it stands in the document
    since = performance.now();
    place(m);
    items()[0]?.focus({ preventScroll: true });
  }

  // place puts the menu where the pointer was, but never over the edge of the window.
  function place(m) {
    const f = frame.getBoundingClientRect(), b = box.getBoundingClientRect(), edge = 8;
    const x = Math.max(edge, Math.min(f.left + m.x, innerWidth - b.width - edge));
    const y = f.top + m.y + b.height + edge > innerHeight ? Math.max(edge, Math.min(f.top + m.y - b.height, innerHeight - b.height - edge)) : f.top + m.y;
    box.style.setProperty("left", `${x}px`); // by script: the policy forbids styles in markup only
    box.style.setProperty("top", `${y}px`);
  }

  const items = () => all("[role=menuitem]", box);

  function hide() {
    if (box.hidden) return;
    const inside = box.contains(document.activeElement);
    box.hidden = true;
    box.hidePopover();
    if (inside) (from?.isConnected ? from : frame).focus({ preventScroll: true });
  }

  function choose(e) {
    hide();
    bridge.send(e.cmd, e.args);
  }

  // dismiss closes the menu here and at the viewer.
  function dismiss() {
    hide();
    bridge.send("menu", { kind: "none" });
  }

  box.addEventListener("keydown", (event) => {
    const list = items(), at = list.indexOf(document.activeElement), n = list.length;
    const to = { ArrowDown: (at + 1) % n, ArrowUp: (at + n - 1) % n, Home: 0, End: n - 1 }[event.key];
    if (to !== undefined) list[to]?.focus();
    else if (event.key === "Escape") dismiss();
    else if (event.key === "Tab") return dismiss();
    else if (event.key.length === 1 && !event.ctrlKey && event.key !== " ") begins(list, at, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // begins goes to the next line that begins with a letter.
  function begins(list, at, letter) {
    const turned = [...list.slice(at + 1), ...list.slice(0, at + 1)];
    turned.find((e) => e.textContent.toLowerCase().startsWith(letter.toLowerCase()))?.focus();
  }
  box.addEventListener("contextmenu", (event) => event.preventDefault());
  addEventListener("pointerdown", (event) => { if (!box.hidden && !box.contains(event.target)) dismiss(); });
  // A press in the picture closes the menu; the very press that opened it may still be taking the focus there.
  addEventListener("blur", () => {
    if (box.hidden || document.activeElement !== frame) return;
    if (performance.now() - since > 400) dismiss();
    else setTimeout(() => items()[0]?.focus({ preventScroll: true }));
  });
  bridge.on("menu", draw);
  return {};
}

// Small helpers around the document.

export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// make builds an element: make("button", {class: "quiet", onclick: f}, "text", child…). Text is never read as HTML.
export function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value != null) e.setAttribute(name, value);
  }
  e.append(...children.filter((c) => c != null));
  return e;
}

// keep holds a choice in this browser, where storage is allowed (early.js reads it).
export function keep(key, value) {
  try {
    localStorage.setItem(`sunscope.${key}`, value);
  } catch { /* the choice lasts as long as the page */ }
}

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

// reveal scrolls an element into sight, unless it is there already.
export function reveal(e) {
  const box = e.getBoundingClientRect();
  const top = obscured();
  if (box.top >= top && box.bottom <= innerHeight) return;
  const room = innerHeight - top;
  const y = box.height < room * 0.8 ? box.top - top - room * 0.35 : box.top - top - 16;
  scrollBy({ top: y, behavior: reducedMotion.matches ? "auto" : "smooth" });
}

// obscured is how much of the window's top the stage covers, where it stands above the text.
function obscured() {
  const stage = find("#stage"), text = find("#lesson");
  if (!stage || !text) return 0;
  const s = stage.getBoundingClientRect(), x = text.getBoundingClientRect();
  const beside = s.left >= x.right - 1 || s.right <= x.left + 1;
  return beside ? 60 : Math.max(0, s.bottom);
}

// The page's own words in the language that the page is in.
import strings from "./strings.js";

const root = document.documentElement;

export const languages = Object.keys(strings);

export function language() {
  return root.lang in strings ? root.lang : "en";
}

// t gives a word; {name} in it stands for values.name.
export function t(key, values = {}) {
  const text = strings[language()][key] ?? strings.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// translate puts every marked element of the page into the present language.
export function translate(within = document) {
  const marks = [["data-i18n", (e, w) => { e.textContent = w; }],
    ["data-i18n-label", (e, w) => e.setAttribute("aria-label", w)],
    ["data-i18n-title", (e, w) => { e.title = w; }],
    ["data-i18n-hint", (e, w) => { e.placeholder = w; }]];
  for (const [mark, put] of marks) {
    for (const e of within.querySelectorAll(`[${mark}]`)) put(e, t(e.getAttribute(mark)));
  }
}

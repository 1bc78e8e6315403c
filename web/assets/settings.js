// Theme, language and motion: chosen once, kept in this browser, told to the viewer.
import { all, find, keep, reducedMotion } from "./dom.js";

const dark = matchMedia("(prefers-color-scheme: dark)"), contrast = matchMedia("(prefers-contrast: more)");

// shade is the theme that is in force: light, dark or projector, which is light with all the contrast there is.
export function shade() {
  const theme = document.documentElement.dataset.theme;
  if (theme !== "auto" && theme) return theme;
  return dark.matches ? "dark" : contrast.matches ? "projector" : "light";
}

// themes makes the theme's selector work; changed is called when what is in force may have changed.
export function themes(changed = () => {}) {
  const select = find("#theme");
  select.value = document.documentElement.dataset.theme;
  select.addEventListener("change", () => {
    document.documentElement.dataset.theme = select.value;
    keep("theme", select.value);
    changed();
  });
  for (const m of [dark, contrast]) m.addEventListener("change", changed);
}

// languages makes the links of other languages keep the choice; with change they switch within the page.
export function languages(change) {
  for (const link of all("a[data-lang]")) {
    link.addEventListener("click", (event) => {
      document.cookie = `sunscope-lang=${link.dataset.lang}; path=/; max-age=31536000; samesite=lax`;
      if (!change || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      change(link.dataset.lang, link.href);
    });
  }
}

export const motion = () => (reducedMotion.matches ? "reduced" : "full");

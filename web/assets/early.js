// Runs before the first paint: the reader's theme, and that there is a script at all.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    root.dataset.theme = localStorage.getItem("sunscope.theme") || "auto";
  } catch {
    root.dataset.theme = "auto"; // storage is forbidden: the theme lasts as long as the page
  }
})();

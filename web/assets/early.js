// Runs before the first paint: the reader's theme, whether the lesson's text is hidden, and that there is a script at all.
// The viewer starts together with the page; what it says before the page's modules listen is kept for them (bridge.js).
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  root.dataset.theme = "auto";
  try {
    root.dataset.theme = localStorage.getItem("sunscope.theme") || "auto";
    root.classList.toggle("no-lesson", localStorage.getItem("sunscope.lesson") === "hidden");
  } catch { /* storage is forbidden: choices last as long as the page */ }
  const events = [], hear = (event) => events.push(event);
  addEventListener("message", hear);
  globalThis.sunscopeHeard = () => {
    removeEventListener("message", hear);
    return events;
  };
})();

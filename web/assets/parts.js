// Where there is no room for the whole stage it shows a part of it at a time, chosen beside the picture.
import { all, find, make } from "./dom.js";
import { t } from "./words.js";

export const narrow = matchMedia("(max-width: 820px)");

// choices of parts, by how much room there is; names are the viewer's. The first is where a reader begins.
const choices = {
  whole: [["", "all"]],
  low: [["client", "map,slots,queues,timeline"], ["wire", "wire,demux,callbacks,server,work,timeline"]],
  narrow: [["slots", "slots,queues"], ["map", "map"], ["wire", "wire,demux,callbacks,server"], ["time", "timeline"]],
};

// The stage is whole from this size on, in CSS pixels (viz/scene/panels.go).
const wide = 940, high = 690;

export function parts(bridge) {
  const group = find("#parts"), picture = find("#picture");
  let room = "", chosen = "";

  function measure() {
    const box = picture.getBoundingClientRect();
    if (room) remember(box);
    const now = narrow.matches ? "narrow" : box.width < wide && box.height < high ? "low" : "whole";
    if (now === room) return;
    room = now;
    if (!choices[room].some(([name]) => name === chosen)) chosen = choices[room][0][0];
    draw();
    send();
  }

  // remember tells the server how large the stage is, for the picture in the next page (server/site/first.go).
  function remember(box) {
    if (box.width > 0) document.cookie = `sunscope-view=${Math.round(box.width)}x${Math.round(box.height)}.${chosen}; path=/; max-age=31536000; samesite=lax`;
  }

  function draw() {
    group.hidden = room === "whole";
    group.replaceChildren(...choices[room].filter(([name]) => name).map(([name]) => make("label", {},
      make("input", { type: "radio", name: "parts", value: name, checked: name === chosen, onchange: choose }),
      make("span", {}, t(`part.${name}`)))));
  }

  function choose() {
    chosen = find("input:checked", group).value;
    send();
  }

  function send() {
    picture.dataset.part = chosen;
    remember(picture.getBoundingClientRect());
    const choice = choices[room].find(([name]) => name === chosen);
    bridge.send("parts", { value: choice[1] });
  }

  measure();
  new ResizeObserver(measure).observe(picture);
  bridge.on("ready", () => { measure(); send(); });
  return { words: () => { if (room && !all("input:focus", group).length) draw(); } };
}

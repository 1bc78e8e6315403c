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

  // present is the choice that is made; the first where a reader's own parts are none of them.
  const present = () => choices[room].find(([name]) => name === chosen) ?? choices[room][0];

  function send() {
    chosen = present()[0];
    picture.dataset.part = chosen;
    remember(picture.getBoundingClientRect());
    bridge.send("parts", { value: present()[1] });
  }

  // follow lights the choice that holds what the viewer shows, which a link or a key may have chosen; none if none does.
  let shown = "";
  function follow({ parts: now, count }) {
    if (room === "whole" || count === 0 || now === shown) return;
    shown = now;
    const list = now.split(",");
    const holds = choices[room].find(([, value]) => list.every((part) => value.split(",").includes(part)));
    picture.dataset.part = chosen = holds?.[0] ?? "";
    for (const input of all("input", group)) input.checked = input.value === chosen;
    remember(picture.getBoundingClientRect());
  }

  // fit gives a link to the whole stage the part that there is room for.
  function fit(link) {
    const pairs = link.split("&").filter((pair) => pair !== "p=all");
    if (room === "whole" || pairs.some((pair) => pair.startsWith("p="))) return link;
    return [...pairs, `p=${present()[1]}`].join("&");
  }

  measure();
  new ResizeObserver(measure).observe(picture);
  bridge.on("ready", () => { measure(); send(); });
  bridge.on("state", follow);
  return { fit, words: () => { if (room && !all("input:focus", group).length) draw(); } };
}

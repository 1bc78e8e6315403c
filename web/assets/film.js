// A film of a range of the run: the stage plays it, at a speed that makes it as long as is asked for, and the browser records the
// picture inside the viewer's frame.
import { find, make } from "./dom.js";
import { t } from "./words.js";

const kinds = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];

export function film(bridge, save) {
  const number = (id, key, attributes) => {
    const input = make("input", { type: "number", id, inputmode: "numeric", ...attributes });
    return [make("label", { for: id, class: "labelled" }, make("span", { "data-i18n": key }, t(key)), input), input];
  };
  const [fromLabel, from] = number("film-from", "filmFrom", { min: 1, placeholder: "1" }), [toLabel, to] = number("film-to", "filmTo", { min: 1 });
  const [lastsLabel, lasts] = number("film-lasts", "filmLasts", { min: 1, max: 120, value: 10 });
  const go = make("button", { type: "button", id: "film", onclick: () => (recorder ? stop() : start()) });
  const told = make("p", { class: "note", role: "status" });
  const element = make("section", {}, make("h3", { "data-i18n": "film" }, t("film")), make("div", { class: "three" }, fromLabel, toLabel, lastsLabel), make("div", { class: "acts" }, go), told);
  let recorder = null, until = 0;

  // reach sends the stage to an instant and gives the time that it has there.
  const reach = (instant) => new Promise((done) => {
    const look = (event) => {
      if (event.detail.instant !== instant) return;
      bridge.removeEventListener("state", look);
      done(event.detail.time);
    };
    bridge.addEventListener("state", look);
    if (bridge.state.instant === instant) look({ detail: bridge.state });
    else bridge.send("seek", { instant });
  });

  async function start() {
    const window = find("#viewer").contentWindow, canvas = window.document.querySelector("canvas"), count = bridge.state?.count ?? 0;
    const kind = kinds.find((k) => window.MediaRecorder?.isTypeSupported(k));
    if (recorder || count === 0) return;
    if (!kind || !canvas?.captureStream) {
      told.textContent = t("filmNever");
      return;
    }
    bridge.send("pause");
    const first = Math.min(Math.max((Number(from.value) || 1) - 2, -1), count - 2), last = Math.min((Number(to.value) || count) - 1, count - 1);
    if (last <= first) {
      told.textContent = t("filmRange");
      return;
    }
    const { instant, speed, name } = bridge.state;
    const end = await reach(last), begin = await reach(first);
    const wanted = Math.max(1, Math.min(Number(lasts.value) || 10, 120));
    until = last;
    bridge.send("speed", { value: String(Math.max(0.001, Math.min((end - begin) / 1e9 / wanted, 1000)).toPrecision(3)) });
    record(window, canvas, kind, () => {
      bridge.send("pause");
      bridge.send("speed", { value: speed });
      bridge.send("seek", { instant });
    }, name);
    bridge.send("play");
  }

  function record(window, canvas, kind, restore, name) {
    const parts = [];
    const mine = new window.MediaRecorder(canvas.captureStream(30), { mimeType: kind, videoBitsPerSecond: 6e6 });
    recorder = mine;
    mine.ondataavailable = (event) => parts.push(event.data);
    mine.onstop = () => {
      recorder = null;
      for (const track of mine.stream.getTracks()) track.stop();
      restore();
      told.textContent = "";
      words();
      save(`${name}.webm`, "video/webm", new Blob(parts));
    };
    mine.start(1000);
    told.textContent = t("filming");
    words();
  }

  function stop() {
    if (recorder?.state === "recording") recorder.stop();
  }

  let was = false;
  bridge.on("state", (s) => {
    if (recorder && (s.instant >= until || was && !s.playing)) setTimeout(stop, 300); // the last frame is still to be drawn
    was = s.playing;
    to.placeholder = s.count;
    from.max = to.max = s.count;
  });
  const words = () => { go.textContent = t(recorder ? "filmStop" : "filmStart"); };
  words();
  return { element, start, words };
}

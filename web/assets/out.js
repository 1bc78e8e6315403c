// Taking a moment along: a link to it, pictures, a film, and the run in the forms of other tools. The viewer makes links and files;
// what is drawn with pixels is made here.
import { find, make } from "./dom.js";
import { film } from "./film.js";
import { t } from "./words.js";

// forms of files, with the words for each.
const forms = ["png", "svg", "pcapng", "ftrace", "perfetto", "csv"];

export function out(bridge, host, trouble, fit) {
  const link = make("input", { type: "text", class: "wide", id: "link", readonly: true, onfocus: () => link.select() });
  const box = host.add("share", "share", () => find("#copy"));
  const told = make("p", { class: "note", role: "status" });
  const copy = make("button", { type: "button", id: "copy", class: "strong", "data-i18n": "copyLink", onclick: take }, t("copyLink"));
  const linked = make("div", {}, make("label", { class: "labelled" }, make("span", { "data-i18n": "link" }, t("link")), link), make("div", { class: "acts" }, copy));
  const files = make("ul", { class: "choose" }, ...forms.map((f) => make("li", {}, make("button", { type: "button", "data-format": f, "data-i18n": `export.${f}`, onclick: () => bridge.send("export", { format: f }) }, t(`export.${f}`)))));
  const shot = film(bridge, save);
  box.append(linked, told, make("h3", { "data-i18n": "files" }, t("files")), files, shot.element);

  // The address follows the moment while the run stands still, so that it can be copied from there as well. A link that the
  // reader asked for is shown.
  let moment = "", quiet = 0, soon = 0, told0 = "";
  function follow(value) {
    const asked = quiet === 0;
    quiet = Math.max(0, quiet - 1);
    link.value = `${location.origin}${location.pathname}#${value}`;
    if (value !== moment) history.replaceState(history.state, "", `#${value}`);
    moment = value;
    if (asked) host.show("share");
  }

  // ask wants a link shortly after something changed, when nothing is in the way: any command closes a menu.
  function ask() {
    clearTimeout(soon);
    soon = setTimeout(() => {
      const s = bridge.state;
      if (!bridge.knows("link") || !s?.count || s.playing) return;
      if (bridge.last.menu?.open) return ask();
      quiet++;
      bridge.send("link");
    }, 400);
  }
  bridge.on("state", (s) => {
    const now = JSON.stringify([s.source, s.name, s.seed, s.instant, s.playing, s.selected, s.breaks, s.count]);
    if (now === told0) return;
    told0 = now;
    if (!s.playing) ask();
  });
  for (const type of ["runs", "found"]) bridge.on(type, ask);

  // arrive opens the link that the page was called with, or that was put into its address.
  function arrive() {
    const value = location.hash.slice(1);
    if (value.includes("=") && value !== moment && bridge.knows("open-link")) bridge.send("open-link", { value: fit(value) });
  }
  addEventListener("hashchange", arrive);

  async function take() {
    told.textContent = "";
    try {
      await navigator.clipboard.writeText(link.value);
      told.textContent = t("linkCopied");
    } catch { // no permission: the reader copies it
      link.focus();
      told.textContent = t("linkSelected");
    }
  }

  // save hands a file to the browser's downloads.
  function save(name, type, data) {
    const url = URL.createObjectURL(new Blob([data], { type }));
    const a = make("a", { href: url, download: name, hidden: true });
    document.body.append(a);
    a.click();
    a.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    find("#said").textContent = told.textContent = t("saved", { name });
  }

  // Pixels are made of the svg picture, twice as fine as the screen: it needs no second look at the stage.
  let drawing = false;
  async function png(name, data) {
    const url = URL.createObjectURL(new Blob([data], { type: "image/svg+xml" })), image = new Image();
    image.src = url;
    await image.decode();
    const canvas = make("canvas", { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => save(name.replace(/\.svg$/, ".png"), "image/png", blob), "image/png");
  }

  bridge.on("file", ({ name, media, data }) => {
    if (!drawing) return save(name, media, data);
    drawing = false;
    png(name, data).catch((err) => trouble(t("exportFailed", { why: err.message })));
  });
  bridge.on("wanted", ({ id }) => {
    if (id === "export-png") {
      drawing = true;
      bridge.send("export", { format: "svg" });
    } else if (id === "export-webm" || id === "export-apng") {
      host.show("share");
      shot.start();
    }
  });
  bridge.on("error", () => {
    drawing = false;
    quiet = 0;
  });
  bridge.on("link", ({ value }) => follow(value));
  bridge.on("ready", () => { linked.hidden = !bridge.knows("open-link"); });
  return { words: shot.words, arrive };
}

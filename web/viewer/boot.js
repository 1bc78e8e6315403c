// Starts the viewer's module in its frame and tells the page around it how far that is. Once the module runs, it speaks the
// bridge itself (viz/stage/bridge.go); loading, broken and file are this script's own messages.
"use strict";
(() => {
  const version = 1;
  const tell = (type, fields = {}) => parent.postMessage({ v: version, type, ...fields }, "*");

  // Whether the browser refuses WebGL is seen when Ebitengine asks for it: asking twice costs a slow machine a second.
  let refused = false;
  const plain = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = plain.call(this, kind, ...rest);
    if (String(kind).startsWith("webgl")) refused = !context;
    return context;
  };

  // loadedBefore remembers that the module is in the browser's cache. Then nobody needs to see how far it has come, and the
  // browser may use what it has compiled already, which it does only for an answer that no script looks at.
  function loadedBefore() {
    try {
      const before = localStorage.getItem("sunscope.loaded") !== null;
      localStorage.setItem("sunscope.loaded", "1");
      return before;
    } catch {
      return false; // storage is forbidden
    }
  }

  // counted passes a response's body on and tells how much of it came.
  function counted(response) {
    const total = Number(response.headers.get("X-Decoded-Length")) || 0;
    if (!response.body || typeof TransformStream === "undefined") return response;
    let done = 0, told = 0;
    const count = new TransformStream({
      transform(chunk, controller) {
        done += chunk.byteLength;
        if (done - told > 250000 || done === total) {
          told = done;
          tell("loading", { done, total });
        }
        controller.enqueue(chunk);
      },
    });
    return new Response(response.body.pipeThrough(count), { headers: { "Content-Type": "application/wasm" } });
  }

  // compile loads the module, and compiles it while it comes.
  async function compile() {
    const response = await fetch("viewer.wasm");
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return WebAssembly.compileStreaming(loadedBefore() ? response : counted(response));
  }

  async function start(module) {
    const go = new Go();
    go.env = { GOGC: "off", GOMEMLIMIT: "96MiB" }; // until the first frame (viz/stage/page_js.go): nothing is collected in vain
    const resume = go._resume;
    go._resume = () => { if (!go.exited) resume.call(go); }; // the next frame of a module that has ended is nobody's
    go.exit = (code) => { if (code !== 0 && !refused) console.warn("exit code:", code); };
    let instance;
    try {
      instance = await WebAssembly.instantiate(await module, go.importObject);
    } catch (err) {
      return tell("broken", { reason: err instanceof WebAssembly.CompileError ? "webassembly" : "fetch", message: err.message });
    }
    tell("loading", { done: 1, total: 1 });
    await go.run(instance);
    tell("broken", { reason: refused ? "webgl" : "crash" });
  }

  // A file dropped on the picture goes to the page, which opens it.
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files?.[0];
    if (file) tell("file", { file });
  });

  if (typeof WebAssembly === "undefined" || !WebAssembly.compileStreaming) return tell("broken", { reason: "webassembly" });
  const module = compile();
  module.catch(() => {}); // start says it
  // The still picture that came with the page is painted first: after that the page's thread is busy for a while.
  addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(() =>
    start(module).catch((err) => tell("broken", { reason: "crash", message: err.message })))));
})();

// Messages to and from the viewer in its frame. The contract stands in viz/stage/bridge.go; this side holds no logic.

const version = 1;

export class Bridge extends EventTarget {
  #frame;
  ready = false;
  state = null; // the last state message
  last = {}; // the last message of each type
  commands = []; // what the viewer can do, from its ready message
  groups = []; // headings for the commands
  scenarios = []; // what it can simulate

  constructor(frame) {
    super();
    this.#frame = frame;
    addEventListener("message", (event) => this.#hear(event));
    // What came before (early.js), once everything that is to hear it has been put together.
    const heard = globalThis.sunscopeHeard?.() ?? [];
    setTimeout(() => heard.forEach((event) => this.#hear(event)));
  }

  // send asks for a command; before the viewer is ready nothing is sent.
  send(cmd, args = {}, transfer = []) {
    if (!this.ready) return false;
    this.#frame.contentWindow.postMessage({ v: version, cmd, ...args }, "*", transfer);
    return true;
  }

  // knows reports whether the viewer has a command.
  knows(id) {
    return this.commands.some((c) => c.id === id);
  }

  // on calls back with every message of a type.
  on(type, callback) {
    this.addEventListener(type, (event) => callback(event.detail));
  }

  #hear(event) {
    if (event.source === this.#frame.contentWindow) this.#receive(event.data);
  }

  #receive(message) {
    if (typeof message !== "object" || message === null) return;
    if (message.v !== version) {
      this.#tell("error", { message: `The stage speaks version ${message.v} of the bridge, this page version ${version}: reload the page.` });
      return;
    }
    if (message.type === "ready") {
      this.ready = true;
      this.commands = message.commands ?? [];
      this.groups = message.groups ?? [];
      this.scenarios = message.scenarios ?? [];
    }
    if (message.type === "state") this.state = message;
    this.last[message.type] = message;
    this.#tell(message.type, message);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

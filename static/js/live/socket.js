// The live WebSocket: opens, comes back by itself, asks for what it missed.

const FIRST = 500; // ms before the first new attempt
const LONGEST = 15_000;
const ASLEEP = 120_000; // ms without a timer: the machine was asleep
const KINDS = new Set(["ready", "rows", "waiting", "slow"]);
const FINAL = { 4401: "signedOut", 4403: "noRights" }; // codes of closing

export class LiveSocket {
  /** `on` has ready(message, again), rows(message), waiting(message), slow(message),
   *  error(message), state(name, seconds). */
  constructor(url, cap, on) {
    this.url = url;
    this.cap = cap;
    this.on = on;
    this.query = "";
    this.flows = false;
    this.head = null;
    this.flowsHead = null;
    this.paused = false;
    this.attempts = 0;
  }

  connect() {
    clearTimeout(this.timer);
    this.on.state("connecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => {
      if (socket === this.socket) this.receive(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code);
    };
  }

  greet() {
    this.answered = false;
    this.send({
      type: "open",
      q: this.query,
      after: this.head,
      after_flows: this.flowsHead,
      cap: this.cap,
      flows: this.flows,
      paused: this.paused,
    });
  }

  /** Another filter: what follows, follows from now. */
  open(query, flows) {
    this.query = query;
    this.flows = flows;
    this.head = null;
    this.flowsHead = null;
    if (this.isOpen()) this.greet();
  }

  pause() {
    this.paused = true;
    this.send({ type: "pause" });
  }

  resume() {
    this.paused = false;
    this.send({ type: "resume" });
  }

  /** The next so many of the rows that wait, while paused. */
  step(count) {
    this.send({ type: "step", count });
  }

  isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.isOpen()) this.socket.send(JSON.stringify(message));
  }

  receive(message) {
    if (message.type === "error") {
      this.failed(message);
      return;
    }
    // Until `ready`, what comes belongs to the filter before.
    if (message.type === "ready") this.answered = true;
    if (!this.answered) return;
    if (message.type === "ready" || message.type === "rows") this.move(message);
    if (KINDS.has(message.type)) this.on[message.type](message, this.isAgain);
  }

  move(message) {
    this.attempts = 0;
    this.isAgain = this.head !== null;
    if (message.type === "ready" && this.isAgain) return;
    this.head = message.head;
    this.flowsHead = message.flows_head ?? null;
  }

  /** An error without a place is not the filter's: it is tried again. */
  failed(message) {
    this.on.error(message);
    if (message.at === null) this.socket.close();
  }

  lost(code) {
    if (FINAL[code]) {
      this.on.state(FINAL[code]);
      return;
    }
    const wait = Math.min(LONGEST, FIRST * 2 ** this.attempts);
    this.attempts += 1;
    const jittered = wait * (0.75 + Math.random() / 2);
    this.on.state("lost", Math.ceil(jittered / 1000));
    this.timer = setTimeout(() => this.connect(), jittered);
  }

  /** Tries at once, for when the network or the machine comes back. */
  hurry() {
    if (!this.isOpen()) this.connect();
  }

  /** For good. */
  end() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  /** Ends a connection that may be dead without knowing; nothing is lost by it. */
  renew() {
    this.socket?.close();
  }
}

/** Follows the network, and notices that the machine slept. */
export function watchNetwork(sockets) {
  addEventListener("online", () => sockets().forEach((socket) => socket.hurry()));
  addEventListener("offline", () => sockets().forEach((socket) => socket.renew()));
  let awake = Date.now();
  setInterval(() => {
    const hasSlept = Date.now() - awake > ASLEEP;
    awake = Date.now();
    if (hasSlept) sockets().forEach((socket) => socket.renew());
  }, 10_000);
}

// The live WebSocket: opens, comes back by itself, asks for what it missed.

const FIRST = 500; // ms before the first new attempt
const LONGEST = 15_000;

export class LiveSocket {
  /** `on` has ready(head), rows(message), error(message), state(name, seconds). */
  constructor(url, cap, on) {
    this.url = url;
    this.cap = cap;
    this.on = on;
    this.query = "";
    this.head = null;
    this.paused = false;
    this.attempts = 0;
  }

  connect() {
    clearTimeout(this.timer);
    this.on.state("connecting");
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (socket === this.socket) this.lost(event.code);
    };
  }

  greet() {
    this.send({ type: "open", q: this.query, after: this.head, cap: this.cap });
    if (this.paused) this.send({ type: "pause" });
  }

  /** Another filter: what follows, follows from now. */
  open(query) {
    this.query = query;
    this.head = null;
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

  isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.isOpen()) this.socket.send(JSON.stringify(message));
  }

  receive(message) {
    this.attempts = 0;
    if (message.type === "ready") {
      const again = this.head !== null;
      this.head ??= message.head;
      this.on.ready(message.head, again);
    } else if (message.type === "rows") {
      this.head = message.head;
      this.on.rows(message);
    } else if (message.type === "error") {
      this.on.error(message);
    }
  }

  lost(code) {
    if (code === 4401 || code === 4403) {
      this.on.state("refused");
      return;
    }
    const wait = Math.min(LONGEST, FIRST * 2 ** this.attempts);
    this.attempts += 1;
    const jittered = wait * (0.75 + Math.random() / 2);
    this.on.state("lost", Math.ceil(jittered / 1000));
    this.timer = setTimeout(() => this.connect(), jittered);
  }

  /** Tries at once, for when the network or the tab comes back. */
  hurry() {
    if (!this.socket || this.socket.readyState === WebSocket.CLOSED) this.connect();
  }
}

// One filter that is followed: its connection, its rows, its counts. A tab each; the
// page shows one of them, the others go on in the background.

import { Buffer } from "./buffer.js";
import { Rates, SECONDS } from "./rates.js";
import { LiveSocket } from "./socket.js";

const AT_ONCE = 500; // rows a message may bring; the server counts the rest
const SETTLED = 3000; // milliseconds until what came is in the minutes before
const OLDER = 200; // rows from before the page was opened

/** A flow of the API as the stream would have sent it. */
function flowRow(flow) {
  const isKnown = (flow.bytes_in ?? flow.bytes_out) != null;
  const bytes = isKnown ? (flow.bytes_in ?? 0) + (flow.bytes_out ?? 0) : null;
  const { uid, end } = flow;
  return { ...flow, type: 4, type_name: "flow", time: end, bytes, flow: uid };
}

export class Stream {
  /** `settings` has q, flows, paused, cap; `onChange(stream)` after every change. */
  constructor(socketUrl, settings, onChange) {
    this.query = settings.q;
    this.flows = settings.flows;
    this.buffer = new Buffer(settings.cap);
    this.rates = new Rates();
    this.changed = () => onChange(this);
    this.socket = new LiveSocket(socketUrl, AT_ONCE, this);
    this.socket.paused = settings.paused;
    this.forget();
    this.status = "connecting";
    this.socket.query = this.query;
    this.socket.flows = this.flows;
    this.socket.connect();
  }

  forget() {
    this.buffer.clear();
    this.rates.clear();
    this.unseen = 0;
    this.waits = null; // {count, exact} while paused
    this.seconds = null; // latency
    this.wrong = null; // {message, at}
    this.behind = 0;
    this.isLoading = true;
    this.asksPast = false;
    this.isCounting = false; // the minutes before are asked for
    this.notBefore = 0;
  }

  get paused() {
    return this.socket.paused;
  }

  get isAway() {
    return ["lost", "signedOut", "noRights"].includes(this.status);
  }

  // -- what the server says

  ready(message, again) {
    this.status = "live";
    this.wrong = null;
    this.rates.hold(this.paused);
    if (!again) this.loadOlder(message);
    this.changed();
  }

  rows(message) {
    this.buffer.take(message.rows, message.skipped);
    this.count(message);
    this.unseen += message.rows.length + message.skipped;
    this.behind = 0;
    if (message.latency != null) this.seconds = message.latency;
    if (message.waiting !== undefined) this.waiting(message);
    if (message.waiting !== undefined) this.stepped = true;
    this.changed();
  }

  /** What had waited for the page says nothing of the present: the minutes before are
   *  asked for again. */
  count({ now, by, latency, rows, skipped }) {
    const hasWaited = latency == null && rows.length + skipped > 0;
    if (!hasWaited) {
      this.rates.add(now, by);
      return;
    }
    this.rates.clear();
    this.rates.hold(this.paused);
    this.asksPast = false;
    this.isCounting = !this.flows;
    this.notBefore = Date.now() + SETTLED;
  }

  waiting({ count, waiting, exact }) {
    this.waits = { count: count ?? waiting, exact };
    this.changed();
  }

  slow({ behind }) {
    this.behind = behind;
    this.changed();
  }

  error({ message, at }) {
    this.isLoading = false;
    this.status = "wrong";
    this.wrong = { message, at };
    this.changed();
  }

  state(name, seconds) {
    this.status = name;
    this.retry = seconds;
    if (this.isAway) this.rates.hold(true);
    this.changed();
  }

  /** What was there before; without it the page still shows the present. */
  async loadOlder({ head, flows_head: flowsHead }) {
    const { query, flows } = this;
    const isSame = () => query === this.query && flows === this.flows;
    const asked = [older("events", query)];
    if (flows && flowsHead != null) asked.push(older("flows", query));
    const [events, others = []] = await Promise.all(asked);
    if (!isSame()) return;
    const rows = [
      ...events.filter((row) => row.id <= head),
      ...others.filter((row) => row.id <= flowsHead).map(flowRow),
    ];
    if (flows) rows.sort((a, b) => b.received.localeCompare(a.received));
    this.buffer.addOlder(rows);
    this.isLoading = false;
    this.hasOlder = true;
    this.changed();
  }

  /** The counts of the minutes before, for the graph; exact or not at all. */
  async loadPast() {
    if (this.asksPast || this.flows || this.status !== "live") return;
    if (Date.now() < this.notBefore) return;
    this.asksPast = this.isCounting = true;
    const { query, rates } = this;
    const past = await counted(query, rates.now);
    if (query !== this.query || this.flows) return;
    this.isCounting = false;
    if (past) rates.addPast(past);
  }

  // -- what the reader does

  filter(query, flows = this.flows) {
    if (query === this.query && flows === this.flows) return;
    this.query = query;
    this.flows = flows;
    this.forget();
    this.socket.open(query, flows);
    this.changed();
  }

  pause() {
    this.socket.pause();
    this.rates.hold(true);
    this.waits = null;
    this.changed();
  }

  resume() {
    this.socket.resume();
    this.rates.hold(false);
    this.waits = null;
    this.changed();
  }

  step(count) {
    if (this.paused) this.socket.step(count);
  }

  end() {
    this.socket.end();
  }
}

async function answerOf(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** How many of each type in each of the last seconds; null where only a guess is had. */
async function counted(query, now) {
  const end = new Date(now);
  end.setMilliseconds(0); // so that the buckets are whole seconds
  const asked = new URLSearchParams({
    q: query,
    start: new Date(end - SECONDS * 1000).toISOString(),
    end: end.toISOString(),
    by: "type",
    buckets: SECONDS,
    fields: "",
    exact: 1,
    stream: 0,
  });
  const found = await answerOf(`/api/v1/overview?${asked}`);
  const isExact = found?.done && !found.estimated && found.histogram?.step === 1;
  return isExact ? found.histogram : null;
}

/** The newest rows of a table; none when they cannot be had. */
async function older(table, query) {
  const asked = new URLSearchParams({ q: query, limit: OLDER });
  return (await answerOf(`/api/v1/${table}?${asked}`))?.results ?? [];
}

// One question for graph, total and facets: GET /api/v1/overview, answered in steps
// (counts kept at ingest, a sample, the exact figures). The range compared with is the
// same question, earlier.

import { plain, counted, difference, percent, share } from "./figures.js";
import { Refused, read } from "./stream.js";
import { asked, state } from "./state.js";

const DAY = 86_400_000;
const BACK = { day: DAY, week: 7 * DAY };
const BEFORE = { day: "the day before", week: "the week before" };

function earlier(iso) {
  return new Date(new Date(iso).getTime() - BACK[state.compare]).toISOString();
}

export class Overview {
  /** `parts` has graph, facets, legend, counting (each may be null) and `total`, an
   *  element. */
  constructor(parts) {
    this.parts = parts;
    this.now = null;
    this.before = null;
    if (parts.counting) parts.counting.onStop = () => this.stop();
    addEventListener("pagehide", () => this.controller?.abort());
  }

  address(fields, buckets, more = {}) {
    const { by } = state;
    const wanted = asked({ by, buckets, fields: fields.join(","), exact: 1, ...more });
    return `/api/v1/overview?${wanted}`;
  }

  /** Asks anew; what was asked before is not waited for any more. */
  async run(fields, buckets) {
    this.controller?.abort();
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.parts.counting.show("Counting…");
    const questions = [this.ask(this.address(fields, buckets), "now", signal)];
    if (state.compare) {
      const range = { start: earlier(state.start), end: earlier(state.end) };
      questions.push(this.ask(this.address(fields, buckets, range), "before", signal));
    }
    await Promise.all(questions);
  }

  async ask(address, which, signal) {
    try {
      await read(address, (value) => !signal.aborted && this.show(which, value), signal);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.parts.counting.show(error.message);
      this.parts.facets.fail();
    }
  }

  /** What is known stays; it says what it is. */
  stop() {
    this.controller?.abort();
    this.describe(true);
  }

  show(which, value) {
    this[which] = value;
    const { graph, facets, legend } = this.parts;
    if (this.now) {
      if (this.now.histogram) graph.show(this.now.histogram, this.before?.histogram);
      legend.show(this.now);
      facets.show(this.now, this.before);
      this.describe(false);
    }
  }

  describe(isStopped) {
    const { counting } = this.parts;
    const value = this.now;
    if (!value) return counting.show(isStopped ? "Stopped" : "Counting…");
    const isSample = value.sampled !== null && value.sampled !== undefined;
    const noun = value.total === 1 ? state.table.slice(0, -1) : state.table;
    const total = `${counted(value.total, isSample, plain)} ${noun}`;
    const sample = isSample ? ` (sample of ${share(value.sampled)})` : "";
    const stopped = isStopped && !value.done ? ", stopped" : "";
    const progress = value.done || isStopped ? null : value.progress;
    counting.show(`${total}${sample}${this.compared()}${stopped}`, progress);
  }

  compared() {
    if (!this.before) return "";
    const [now, before] = [this.now.total, this.before.total];
    const then = counted(before, this.before.sampled != null, plain);
    const by = percent(now, before) || difference(now, before);
    return ` · ${then} ${BEFORE[state.compare]}: ${by}`;
  }
}

// The rows of one filter, newest first: those shown, those held, and what was never
// shown. No element in sight, so that the counts can be reasoned about.

/** What tells a row from all others: an event and a flow may have the same id. */
export function keyOf(row) {
  return row.flow === undefined ? row.id : `flow ${row.flow}`;
}

export class Buffer {
  constructor(cap) {
    this.cap = cap;
    this.clear();
  }

  clear() {
    this.shown = [];
    this.held = [];
    this.missed = 0;
  }

  /** Takes newer rows, newest first; `skipped` is what the server did not send. */
  take(rows, skipped) {
    this.held = rows.concat(this.held);
    this.missed += skipped;
    this.cut();
  }

  cut() {
    this.missed += Math.max(0, this.held.length - this.cap);
    this.held.length = Math.min(this.held.length, this.cap);
  }

  /** Puts the held rows on top. The oldest shown beyond the cap go. */
  release() {
    if (!this.held.length) return false;
    this.shown = this.held.concat(this.shown).slice(0, this.cap);
    this.held = [];
    return true;
  }

  /** Keeps at most so many rows from now on. */
  limit(cap) {
    this.cap = cap;
    this.shown.length = Math.min(this.shown.length, cap);
    this.cut();
  }

  /** Adds rows that were there before the page was opened. */
  addOlder(rows) {
    const known = new Set([...this.held, ...this.shown].map(keyOf));
    const older = rows.filter((row) => !known.has(keyOf(row)));
    this.shown = this.shown.concat(older).slice(0, this.cap);
  }

  indexOf(key) {
    return this.shown.findIndex((row) => keyOf(row) === key);
  }
}

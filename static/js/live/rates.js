// How many new rows of each kind came in each of the last seconds: exact, from the
// counts that every message carries.

export const SECONDS = 300;

export class Rates {
  constructor() {
    this.clear();
  }

  clear() {
    this.kinds = { type: new Map(), class: new Map() };
    this.since = null; // the first second that is known
  }

  /** `by` is a message's `{type: {"5": n}, class: {"3": n}}`; `now` its time. */
  add(now, by) {
    const second = Math.floor(new Date(now).getTime() / 1000);
    if (!Number.isFinite(second)) return;
    this.since ??= second;
    for (const [dimension, counts] of Object.entries(by ?? {})) {
      for (const [kind, count] of Object.entries(counts)) {
        this.count(this.kinds[dimension], kind, second, count);
      }
    }
  }

  count(kinds, kind, second, count) {
    if (!kinds) return;
    if (!kinds.has(kind)) kinds.set(kind, new Map());
    const seconds = kinds.get(kind);
    seconds.set(second, (seconds.get(second) ?? 0) + count);
    for (const old of seconds.keys()) {
      if (old > second - SECONDS) break;
      seconds.delete(old);
    }
  }

  /** The seconds up to the last whole one, and the counts of every kind in them. */
  table(dimension, now = Date.now()) {
    const end = Math.floor(now / 1000);
    const times = Array.from({ length: SECONDS }, (_, place) => end - SECONDS + place);
    const rows = [...this.kinds[dimension]].map(([kind, seconds]) => {
      return [kind, times.map((time) => seconds.get(time) ?? this.none(time))];
    });
    return { times, rows: rows.filter(([, counts]) => counts.some(Boolean)) };
  }

  /** Nothing came, or nothing was known then. */
  none(time) {
    return this.since === null || time < this.since ? null : 0;
  }
}

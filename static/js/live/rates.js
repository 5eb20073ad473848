// How many new rows of each kind came in each of the last seconds: exact, from the
// counts that every message carries.

export const SECONDS = 300;
const SEAM = 2; // seconds between what was counted and what is followed: not known

/** The first second that may not be known whole yet. */
function endOf(now) {
  return Math.floor(now / 1000) - 1;
}

export class Rates {
  constructor() {
    this.ahead = 0; // milliseconds that the server's clock is before the browser's
    this.clear();
  }

  clear() {
    this.kinds = { type: new Map(), class: new Map() };
    this.gap = Infinity;
    this.since = {}; // of each dimension, the first second that is known
    this.until = Infinity; // nothing is known from this second on
  }

  /** The server's time in milliseconds: rows are counted by it. */
  get now() {
    return Date.now() + this.ahead;
  }

  /** Nothing comes for a while (a pause, no connection), and then it does again. */
  hold(isHeld) {
    const now = Math.floor(this.now / 1000);
    this.until = isHeld ? Math.min(this.until, now) : Infinity;
  }

  /** Whether rows came that are too new for the table. */
  hasNewer(dimension) {
    const end = endOf(this.now);
    const isNewer = (seconds) => [...seconds.keys()].some((second) => second >= end);
    return [...this.kinds[dimension].values()].some(isNewer);
  }

  /** Whether what came before the first message is known as well. */
  get isWhole() {
    return this.gap < Infinity;
  }

  /** `by` is a message's `{type: {"5": n}, class: {"3": n}}`; `now` its time. */
  add(now, by) {
    const second = Math.floor(new Date(now).getTime() / 1000);
    if (!Number.isFinite(second)) return;
    this.ahead = new Date(now).getTime() - Date.now();
    for (const [dimension, counts] of Object.entries(by ?? {})) {
      this.since[dimension] ??= second;
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

  /** What came before the first message: a histogram of `/api/v1/overview` whose
   *  values are types and whose step is a second. */
  addPast({ start, series }) {
    const first = Math.floor(new Date(start).getTime() / 1000);
    const end = (this.since.type ?? Math.floor(this.now / 1000)) - SEAM;
    for (const { value, counts } of series) {
      const recent = this.kinds.type.get(String(value)) ?? [];
      const past = counts.map((count, place) => [first + place, count]);
      const known = past.filter(([second, count]) => count > 0 && second < end);
      this.kinds.type.set(String(value), new Map([...known, ...recent]));
    }
    this.since.type = first;
    this.gap = end;
  }

  /** The seconds up to the last that is known whole (the newest rows are on their way),
   *  and the counts of every kind in them. */
  table(dimension) {
    const end = endOf(this.now);
    const times = Array.from({ length: SECONDS }, (_, place) => end - SECONDS + place);
    const rows = [...this.kinds[dimension]].map(([kind, seconds]) => {
      return [kind, times.map((time) => seconds.get(time) ?? this.none(dimension, time))];
    });
    return { times, rows: rows.filter(([, counts]) => counts.some(Boolean)) };
  }

  /** Nothing came, or nothing was known then. */
  none(dimension, time) {
    if (time >= this.until) return null;
    const isSeam = dimension === "type" && time >= this.gap && time < this.gap + SEAM;
    return !isSeam && time >= (this.since[dimension] ?? Infinity) ? 0 : null;
  }
}

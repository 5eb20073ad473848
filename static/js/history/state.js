// What the page shows, as the server gave it, and the addresses beside it. The address
// is the state: every change is a step to another address.

import { combined } from "../parts/terms.js";

const element = document.getElementById("history-state");

/** null where nothing was searched (a wrong query, a store that is away). */
export const state = element && JSON.parse(element.textContent);

const USUAL = { table: "events", order: "-count" };

function rangeOf({ range, start, end }) {
  if (range === "custom") return { start, end };
  return range === "24h" ? {} : { range };
}

function query(values) {
  const usual = { ...USUAL, by: values.table === "flows" ? "sensor" : "type" };
  const kept = Object.entries(values).filter(
    ([name, value]) => value && value.length && value !== usual[name],
  );
  // Without any, the page would open with the user's default search.
  const pairs = kept.length ? kept : [["range", "24h"]];
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
  return `?${String(text).replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

/** The address of this search with changes; pages begin anew. */
export function address(changes = {}) {
  const { q, table, by, compare, group, order, sort, columns, ...rest } = {
    ...state,
    ...changes,
  };
  return query({ q, ...rangeOf(rest), table, group, order, sort, by, compare, columns });
}

export function go(changes) {
  location.assign(address(changes));
}

/** Another range, of times in milliseconds. */
export function goTo(start, end) {
  const iso = (time) => new Date(Math.round(time)).toISOString().replace(".000Z", "Z");
  go({ range: "custom", start: iso(start), end: iso(end) });
}

/** The query with the term: `for` it, `out` without it, `only` the term. */
export function filter(term, how) {
  go({ q: combined(state.q, term, how) });
}

/** For a colleague: absolute times, the columns that are shown, and the event whose
 *  details are. */
export function sharedLink(columns = [], event = null) {
  const exact = { range: "custom", columns };
  const text = withEvent(address(exact), event);
  return new URL(text, location.href).href;
}

/** The event whose details the address shows; null when it names none. */
export function askedEvent() {
  const id = new URLSearchParams(location.search).get("event");
  return /^\d{1,18}$/.test(id ?? "") ? Number(id) : null;
}

function withEvent(query, id) {
  const pairs = query.slice(1).split("&");
  const kept = pairs.filter((pair) => pair && !pair.startsWith("event="));
  return `?${[...kept, ...(id === null ? [] : [`event=${id}`])].join("&")}`;
}

/** The address says which event's details are shown. */
export function keepEvent(id) {
  const query = withEvent(location.search, id);
  history.replaceState(null, "", query === "?" ? location.pathname : query);
}

/** The parameters that every call of the API takes. */
export function asked(more = {}) {
  const { q, start, end, table } = state;
  return new URLSearchParams({ q, start, end, table, ...more });
}

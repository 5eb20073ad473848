// Where nothing was found: where the nearest matches are, and values that exist and are
// nearly what was written.

import { make } from "../parts/elements.js";
import { moment } from "./figures.js";
import { address, asked, state } from "./state.js";
import { readJson } from "./stream.js";

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
const SECOND = 1_000;

/** "3 hours", "1 day". */
export function distance(ms) {
  const [name, size] = UNITS.find(([, one]) => ms >= one) ?? UNITS.at(-1);
  const count = Math.max(1, Math.round(ms / size));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** The same length of time, with the match at its edge. */
function range(first, last) {
  const iso = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
  return address({ range: "custom", start: iso(first), end: iso(last) });
}

function linkTo(time, which) {
  const ms = new Date(time).getTime();
  const [start, end] = [state.start, state.end].map((iso) => new Date(iso).getTime());
  const length = end - start;
  const [away, way, href] =
    which === "before"
      ? [start - ms, "earlier", range(ms + SECOND - length, ms + SECOND)]
      : [ms - end, "later", range(ms, ms + length)];
  const words = `${distance(Math.max(0, away))} ${way}`;
  return make("a", { href, title: moment(ms), "data-near": which }, words);
}

/** Says where the nearest matches are; what else could be tried, when there are none. */
export async function showNearest(element, otherwise) {
  const { before, after, complete } = await readJson(`/api/v1/nearest?${asked()}`);
  const found = [before && linkTo(before, "before"), after && linkTo(after, "after")]
    .filter(Boolean);
  if (found.length) element.append("The nearest match is ", found[0]);
  if (found[1]) element.append(", or ", found[1]);
  if (found.length) element.append(".");
  else if (complete) element.append("No other time has one either.");
  element.hidden = !element.textContent;
  otherwise.hidden = !element.hidden;
}

// -- values that exist

const TERM = /(^|[\s(])(-?)([a-z]+):([\w.-]{3,40})(?=$|[\s)])/g;
const FAR = 2; // letters that may differ

/** How many letters have to be changed, left out or put in. */
export function edits(a, b) {
  let above = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j] + 1, row[j - 1] + 1));
    }
    above = row;
  }
  return above.at(-1);
}

async function likely(field, value) {
  const begin = `${field}:${value.slice(0, 2)}`;
  const wanted = new URLSearchParams({ q: begin, at: begin.length, table: state.table });
  const { suggestions } = await readJson(`/api/v1/query?${wanted}`);
  const values = suggestions
    .filter(({ kind }) => kind === "value")
    .map(({ text }) => text.trim().replace(`${field}:`, ""));
  if (values.some((one) => one.toLowerCase() === value.toLowerCase())) return null;
  return values.find((one) => edits(one.toLowerCase(), value.toLowerCase()) <= FAR);
}

/** "Did you mean host:fw1?" */
export async function showMisspelt(element) {
  for (const [, , sign, field, value] of [...state.q.matchAll(TERM)].slice(0, 4)) {
    const better = await likely(field, value);
    if (!better || sign) continue;
    const [wrong, right] = [`${field}:${value}`, `${field}:${better}`];
    const href = address({ q: state.q.replace(wrong, right) });
    element.replaceChildren("Did you mean ", make("a", { href }, right), "?");
    element.hidden = false;
    return;
  }
}

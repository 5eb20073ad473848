// Numbers and times as graph, facets and groups write them.

import { isThisYear, split } from "../parts/time.js";

const PLAIN = new Intl.NumberFormat("en-US");
const SHORT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

export const plain = (number) => PLAIN.format(Math.round(number));

/** 12,345 as 12.3K. */
export const short = (number) =>
  number < 10_000 ? plain(number) : SHORT.format(number);

/** "≈" before what a sample only estimates. */
export const counted = (number, isSample, write = short) =>
  `${isSample ? "≈" : ""}${write(number)}`;

/** +1,204, −17, ±0. */
export function difference(now, before) {
  const by = Math.round(now - before);
  return by === 0 ? "±0" : `${by > 0 ? "+" : "−"}${plain(Math.abs(by))}`;
}

/** +12 %; empty where there was nothing before. */
export function percent(now, before) {
  if (!before) return "";
  const by = Math.round((100 * (now - before)) / before);
  return by === 0 ? "±0 %" : `${by > 0 ? "+" : "−"}${plain(Math.abs(by))} %`;
}

/** A share of the whole: 1 %, 0.1 %. */
export const share = (part) => `${Number((100 * part).toPrecision(2))} %`;

export function moment(ms, digits = 8) {
  const { date, clock } = split(new Date(ms).toISOString());
  return `${date} ${clock.slice(0, digits)}`;
}

/** To the second; without this year, as in rows. */
export function shortMoment(iso) {
  const text = moment(new Date(iso).getTime());
  return isThisYear(text) ? text.slice(5) : text;
}

/** "2026-11-17 08:00:00 to 08:10:00"; seconds only where they count. */
export function stretch(start, end) {
  const digits = (end - start) % 60_000 ? 8 : 5;
  const [first, last] = [moment(start, digits), moment(end, digits)];
  const isOneDay = first.slice(0, 10) === last.slice(0, 10);
  return `${first} to ${isOneDay ? last.slice(11) : last}`;
}

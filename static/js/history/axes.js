// Where the lines of a graph stand: round counts, round times of the zone that is
// shown. Pure but for the zone.

import { split } from "../parts/time.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1, 5, 10, 30, 60, 2 * 60, 5 * 60, 10 * 60, 15 * 60, 30 * 60, 3600, 2 * 3600, 3 * 3600,
  6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 91 * 86400,
  365 * 86400,
].map((seconds) => seconds * SECOND);

/** The round number above the largest count: 1, 2 or 5 with zeros. */
export function ceiling(count) {
  if (count <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(count));
  return [1, 2, 4, 5, 10].map((n) => n * power).find((n) => n >= count);
}

/** Milliseconds by which the clock of the zone is ahead of UTC. */
function offset(ms) {
  const { date, clock } = split(new Date(ms).toISOString());
  return new Date(`${date}T${clock}Z`).getTime() - ms;
}

/** Times of round clock in [start, end), at most `most` of them. */
export function ticks(start, end, most) {
  const step = STEPS.find((one) => (end - start) / one <= most) ?? STEPS.at(-1);
  const ahead = offset(start);
  const found = [];
  let time = Math.ceil((start + ahead) / step) * step - ahead;
  for (; time < end; time += step) found.push({ time, label: label(time, step) });
  return found;
}

function label(time, step) {
  const { date, clock } = split(new Date(time).toISOString());
  if (step >= DAY) return date.slice(5);
  const isMidnight = clock.startsWith("00:00:00");
  if (isMidnight) return date.slice(5);
  return clock.slice(0, step < MINUTE ? 8 : 5);
}

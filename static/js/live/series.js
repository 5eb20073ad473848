// What the graphs show, as data: `{times, series: [{label, hue, values, term}]}` over
// time, `{bars: [{label, value, term, about}]}` of a ranking. `term` finds just these.

import { hueAt, typeHue } from "../parts/graph.js";
import { quoted } from "../parts/terms.js";

const TYPES = [
  "", "ids", "service", "host", "flow", "log", "file", "ips", "dialog", "tracking",
  "rank", "class", "modsec-in", "modsec-out",
];
const CLASS_HUES = [
  "blue", "teal", "green", "yellow", "orange", "red", "pink", "violet",
];

const KINDS = {
  type: (kind) => {
    const label = TYPES[kind] ?? kind;
    return { label, hue: typeHue(label), term: `type:${label}` };
  },
  class: (kind) => {
    if (kind === "none") return { label: "no class", hue: "grey", term: null };
    const hue = CLASS_HUES[kind % 8];
    return { label: `class ${kind}`, hue, term: `class:${kind}` };
  },
};

function sum(values) {
  return values.reduce((total, value) => total + (value ?? 0), 0);
}

/** The stream's new rows of every second, the most frequent kind at the bottom. */
export function rateData({ rates, paused }, dimension) {
  const { times, rows } = rates.table(dimension);
  const series = rows.map(([kind, values]) => ({ ...KINDS[dimension](kind), values }));
  series.sort((a, b) => sum(b.values) - sum(a.values));
  return { times, series, isPaused: paused };
}

/** One figure of every sensor, of the answer of /api/v1/health/sensors. */
export function healthData({ sensors }, figure) {
  const seconds = (iso) => Math.round(new Date(iso).getTime() / 1000);
  const times = [...new Set(sensors.flatMap(({ at }) => at.map(seconds)))].sort(
    (a, b) => a - b,
  );
  const series = sensors.map((sensor, place) => {
    const known = new Map(sensor.at.map((at, i) => [seconds(at), sensor[figure][i]]));
    return {
      label: sensor.sensor,
      hue: hueAt(place),
      term: `sensor:${quoted(sensor.sensor)}`,
      values: times.map((time) => known.get(time) ?? null),
    };
  });
  return { times, series: series.filter(({ values }) => values.some((v) => v !== null)) };
}

/** Last, mean and highest of a series; null where nothing is known. */
export function figures({ values }) {
  const known = values.filter((value) => value != null);
  if (!known.length) return { last: null, mean: null, most: null };
  return {
    last: known.at(-1),
    mean: sum(known) / known.length,
    most: Math.max(...known),
  };
}

// The colour of each series, as a class: the same hues as the chips of the rows.

import { TYPE_HUES } from "../parts/hues.js";

const PALETTE = ["blue", "teal", "green", "yellow", "orange", "red", "pink", "violet"];
// Bands of rank, as the API counts them: below 0, 0, above, far above.
const BANDS = { "-1": "green", 0: "blue", 1: "orange", 2: "red" };

/** Of a class: the colour that its rows have. Where there is no value: grey. */
function byNumber(value, index) {
  if (value === null || value === "") return "grey";
  const number = Number(value);
  return PALETTE[(Number.isInteger(number) ? number : index) % PALETTE.length];
}

const HUES = {
  type: ({ label }, index) => TYPE_HUES[label] ?? PALETTE[index % PALETTE.length],
  rank: ({ value }) => BANDS[value] ?? "grey",
  class: ({ value }, index) => byNumber(value, index),
  sensor: (_, index) => PALETTE[index % PALETTE.length],
};

export function hueOf(by, series, index) {
  return `hue-${(HUES[by] ?? HUES.sensor)(series, index)}`;
}

// Where a query is wrong: what is right before it, then what is not.

import { make } from "./elements.js";
import { inUnits } from "./units.js";
import { visible } from "./visible.js";

/** `at` counts characters, as the server does. */
export function place(text, at) {
  const unit = inUnits(text, at);
  const wrong = make("mark", {}, visible(text.slice(unit)) || "␣");
  return make("code", { class: "place" }, visible(text.slice(0, unit)), wrong);
}

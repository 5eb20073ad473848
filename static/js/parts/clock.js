// The switch between times in the user's zone and in UTC, kept for the user.
// `<button data-clock>` is the switch: pressed means UTC. What a page draws by itself it
// draws again when `onClock` calls.

import { given, save } from "./preferences.js";
import { ownZone, readIn, showTimes, zone } from "./time.js";

const listeners = [];

export function isUtc() {
  return zone === "UTC" && ownZone !== "UTC";
}

/** Calls after every switch. */
export function onClock(listener) {
  listeners.push(listener);
}

function show(buttons) {
  for (const button of buttons) {
    button.textContent = zone;
    button.title = isUtc() ? `UTC is shown; press for ${ownZone}` : "Press for UTC";
    button.setAttribute("aria-label", `Times in ${zone}`);
    button.setAttribute("aria-pressed", String(isUtc()));
    button.disabled = ownZone === "UTC";
  }
}

function apply(buttons) {
  readIn(given("clock") === "utc" ? "UTC" : ownZone);
  show(buttons);
  showTimes();
  for (const listener of listeners) listener();
}

/** Shows the times as the user wants them and makes `[data-clock]` the switch. */
export function connectClock(root = document) {
  const buttons = [...root.querySelectorAll("[data-clock]")];
  for (const button of buttons) {
    button.addEventListener("click", () => switchClock(buttons));
  }
  if (given("clock") === "utc") apply(buttons);
  else show(buttons);
}

export function switchClock(buttons = document.querySelectorAll("[data-clock]")) {
  save("clock", isUtc() ? "zone" : "utc");
  apply(buttons);
}

// What the user has set for the pages, kept on the server: `sensors/preferences.py` has
// the names and what their values must be.

import { write } from "./api.js";

const WAIT = 600; // milliseconds without another change before it is sent

const known = new Map();
const waiting = new Map();
let timer = null;

function address(name) {
  return `/api/v1/preferences/${encodeURIComponent(name)}`;
}

// A page brings what it needs at once: {{ preferences|json_script:"preferences" }}.
const brought = document.getElementById("preferences");
for (const [name, value] of Object.entries(JSON.parse(brought?.textContent ?? "{}"))) {
  known.set(name, value);
}

/** At once: what the page brought or was saved on it; undefined when it is not set. */
export function given(name) {
  return known.get(name);
}

/** The value, asked of the server when the page did not bring it; undefined: not set. */
export async function load(name) {
  if (known.has(name)) return known.get(name);
  const response = await fetch(address(name));
  const value = response.ok ? ((await response.json()) ?? undefined) : undefined;
  if (!known.has(name)) known.set(name, value);
  return known.get(name);
}

/** Keeps the value; many changes within a moment are sent as one. */
export function save(name, value) {
  known.set(name, value);
  waiting.set(name, value);
  clearTimeout(timer);
  timer = setTimeout(send, WAIT);
}

/** Sends what waits. A preference that could not be kept lasts for this page only. */
function send() {
  for (const [name, value] of waiting) {
    write("PUT", address(name), value ?? null, { keepalive: true }).catch(() => {});
  }
  waiting.clear();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) send();
});

// The events that the user has pinned. Their ids are asked for once a page; a table
// marks a row by `markPin(element, row)` and again whenever the document says "pins".

import { write } from "./api.js";
import { pinApi, pinnedApi } from "./places.js";
import { isEvent } from "./target.js";

let ids = new Set();
let asked = null;

function tell() {
  document.dispatchEvent(new CustomEvent("pins"));
}

async function ask() {
  const response = await fetch(pinnedApi);
  if (!response.ok) return;
  ids = new Set([...(await response.json()).ids, ...ids]);
  if (ids.size) tell();
}

/** The ids of the pinned events, fetched at the first call. */
export async function pinned() {
  asked ??= ask().catch(() => {}); // without them no row is marked
  await asked;
  return ids;
}

export function isPinned(row) {
  return isEvent(row) && ids.has(row.id);
}

/** Marks a row of a table, or takes the mark off. */
export function markPin(element, row) {
  element.classList.toggle("pinned", isPinned(row));
}

/** Pins an event, or changes its note. Refused with the server's sentence. */
export async function pin(id, note = "") {
  await write("PUT", pinApi(id), { note });
  ids.add(id);
  tell();
}

export async function unpin(id) {
  await write("DELETE", pinApi(id));
  ids.delete(id);
  tell();
}

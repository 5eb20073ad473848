// One's own queries, the last one first, kept by the preference `queries`.

import { load, save } from "./preferences.js";

const MOST = 50;
const LONGEST = 2_000;

const MOST_BYTES = 30_000; // what the preference holds, as JSON
// In this tab, until the server's list is sure to have them.
const KEPT = `queries of ${document.documentElement.dataset.user}`;

export async function past() {
  try {
    return merged((await load("queries")) ?? []);
  } catch {
    return merged([]); // the server is away; the box still works
  }
}

/** The next page may be made before the last query has reached the server. */
function merged(queries) {
  const own = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const all = [...new Set([...own, ...queries])].slice(0, MOST);
  while (new Blob([JSON.stringify(all)]).size > MOST_BYTES) all.pop();
  return all;
}

export async function remember(text) {
  const query = text.trim();
  if (query === "" || query.length > LONGEST) return;
  const own = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const kept = [query, ...own.filter((one) => one !== query)].slice(0, MOST);
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  save("queries", await past());
}

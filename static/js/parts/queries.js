// One's own queries, the last one first, kept by the preference `queries`.

import { load, save } from "./preferences.js";

const MOST = 50;
const LONGEST = 2_000;

export async function past() {
  try {
    return (await load("queries")) ?? [];
  } catch {
    return []; // the server is away; the box still works
  }
}

export async function remember(text) {
  const query = text.trim();
  if (query === "" || query.length > LONGEST) return;
  const before = await past();
  if (before[0] === query) return;
  save("queries", [query, ...before.filter((one) => one !== query)].slice(0, MOST));
}

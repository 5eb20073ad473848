// The page's state and its address: whoever opens the address sees the same. A bare
// address leaves the user's own settings alone; any other says everything.

export const CAPS = [1_000, 5_000, 10_000];
export const MOST_TABS = 6;
const ALL = "*"; // a tab without a filter, where there are others

function places(text) {
  return new Set((text ?? "").split(",").map(Number));
}

/** `{tabs: [{q, flows, paused}], active, cap, graphs, wall, event}` of a query string;
 *  `own` has the user's `cap` and `graphs`. */
export function read(search, own) {
  const given = new URLSearchParams(search);
  const usual = [...given].length ? {} : own;
  const queries = given.getAll("q").slice(0, MOST_TABS);
  const paused = places(given.get("paused"));
  const flows = places(given.get("flows"));
  const tabs = (queries.length ? queries : [""]).map((q, place) => ({
    q: q.trim() === ALL ? "" : q.trim(),
    flows: flows.has(place + 1),
    paused: paused.has(place + 1),
  }));
  const active = Math.min(Math.max(Number(given.get("tab")) || 1, 1), tabs.length) - 1;
  const cap = Number(given.get("cap") ?? usual?.cap);
  return {
    tabs,
    active,
    cap: CAPS.includes(cap) ? cap : CAPS.at(-1),
    graphs: given.has("graphs") ? given.get("graphs") !== "0" : (usual?.graphs ?? true),
    wall: given.get("wall") === "1",
    event: Number(given.get("event")) || null,
  };
}

function which(tabs, name) {
  return tabs.flatMap((tab, place) => (tab[name] ? [place + 1] : [])).join(",");
}

/** The query string of a state. */
export function write({ tabs, active, cap, graphs, wall, event }) {
  const said = new URLSearchParams();
  for (const { q } of tabs) if (q || tabs.length > 1) said.append("q", q || ALL);
  if (active > 0) said.set("tab", active + 1);
  for (const name of ["paused", "flows"]) {
    if (which(tabs, name)) said.set(name, which(tabs, name));
  }
  if (cap !== CAPS.at(-1)) said.set("cap", cap);
  if (!graphs) said.set("graphs", "0");
  if (wall) said.set("wall", "1");
  if (event) said.set("event", event);
  return String(said);
}

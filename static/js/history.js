// The Historical page works without this but for graph, facets and groups. Every choice
// is a step to another address; here they are made, by pointer and keyboard.

import { EVENTS } from "./parts/catalogue.js";
import { connectClock } from "./parts/clock.js";
import { connectColumns } from "./parts/columns.js";
import { copyText } from "./parts/copy.js";
import { openDialog } from "./parts/dialog.js";
import { connectKeys } from "./parts/keys.js";
import { attachMenu } from "./parts/menu.js";
import { markPin } from "./parts/pins.js";
import { given, save } from "./parts/preferences.js";
import { say } from "./parts/say.js";
import { eventPage } from "./parts/places.js";
import { isEvent, targetIn } from "./parts/target.js";
import { quoted } from "./parts/terms.js";
import { Counting } from "./history/counting.js";
import { Facets } from "./history/facets.js";
import { FLOWS, usualOf } from "./history/columns.js";
import { keepFocus, offerFocus } from "./history/focus.js";
import { Graph } from "./history/graph.js";
import { Groups } from "./history/groups.js";
import { Legend } from "./history/legend.js";
import { More } from "./history/more.js";
import { showMisspelt, showNearest } from "./history/nearest.js";
import { Overview } from "./history/overview.js";
import { Rows } from "./history/rows.js";
import { Peek } from "./live/peek.js";
import { askedEvent, filter, goTo, keepEvent, sharedLink, state } from "./history/state.js";

const BAR = 8; // px that a bar of the graph takes, at least
const MOST_BARS = 200;

const page = document.querySelector("[data-history-page]");
const log = page.querySelector("[data-history], [data-groups]");
const query = document.getElementById("query");
const when = document.getElementById("when");
const part = (name) => page.querySelector(`[data-${name}]`);
const rows = log && new Rows(log, { open, pass });
const peek = part("peek") && new Peek(part("peek"), {
  eventUrl: (row) => (isEvent(row) ? eventPage(row.id) : null),
  onFilter: filter,
  onChange: () => keepEvent(peek.id),
});
let columns = null;
let facets = null;
let graph = null;

// -- rows

/** A group opens into its rows; a row into its details, and then into its page. */
function open(row) {
  if (!row) return;
  const value = rows.value;
  if (log.dataset.groups !== undefined) row.querySelector("a")?.click();
  else if (!peek.isOpen || peek.row?.id !== value.id) peek.open(value);
  else if (isEvent(value)) location.assign(eventPage(value.id));
}

/** The details follow the selected row. */
function pass() {
  if (peek?.isOpen && rows.value) peek.open(rows.value);
}

/** The details of the event that the address names. */
async function openAsked() {
  const id = askedEvent();
  if (id === null || !peek) return;
  rows?.mark(rows.all.find((row) => JSON.parse(row.dataset.row).id === id) ?? null);
  await peek.openId(id);
  if (!peek.isOpen) say(`Event ${id} is not stored, or not in a domain of yours`);
}

function leaveRow() {
  if (peek?.isOpen) peek.close();
  else rows?.leave();
}

function connectRows() {
  attachMenu(log, {
    target: (element) => {
      const row = element.closest(".log-row") ?? rows.selected;
      return row?.dataset.row ? targetIn(element, JSON.parse(row.dataset.row)) : null;
    },
    filter,
  });
  offerFocus("rows", log);
}

function connectList() {
  const isFlows = state.table === "flows";
  columns = connectColumns(log, {
    preference: isFlows ? "columns.flows" : "columns.history",
    catalogue: isFlows ? FLOWS : EVENTS,
    usual: () => usualOf(state.table, log.clientWidth),
  });
  const more = new More(log, () => {
    columns.draw();
    markPins();
  });
  more.run();
  document.addEventListener("pins", markPins);
}

function markPins() {
  for (const row of rows.all) {
    if (row.dataset.row) markPin(row, JSON.parse(row.dataset.row));
  }
}

/** Everything of an address of the selected row, whatever else was asked. */
function follow(end) {
  const address = rows?.value?.[end];
  if (!address) return;
  keepFocus("rows");
  filter(`ip:${quoted(address)}`, "only");
}

// -- graph and facets

function connectOverview() {
  const plot = part("plot");
  const overview = new Overview({ counting: new Counting(part("counting")) });
  const ask = () => {
    const buckets = Math.floor((plot.clientWidth || 960) / BAR);
    overview.run(facets.fields, Math.min(MOST_BARS, Math.max(20, buckets)));
  };
  graph = new Graph(plot, state.table === "flows" ? "Flows" : "Events", (start, end) => {
    if (document.activeElement === graph.svg) keepFocus("graph");
    goTo(start, end);
  });
  facets = new Facets(part("facets"), filter, ask);
  const legend = new Legend(part("legend"), filter);
  Object.assign(overview.parts, { graph, facets, legend });
  part("facets").hidden = !facets.isOpen;
  part("hide").addEventListener("click", () => facets.toggle(false));
  connectFold();
  offerFocus("graph", graph.svg);
  ask();
}

function connectFold() {
  const button = part("fold-graph");
  const fold = (isOpen) => {
    part("timeline").classList.toggle("folded", !isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? "▾" : "▸";
    button.title = isOpen ? "Hide the graph" : "Show the graph";
    graph.draw();
  };
  fold(given("panels")?.graph ?? true);
  button.addEventListener("click", () => {
    const isOpen = button.getAttribute("aria-expanded") === "false";
    save("panels", { ...given("panels"), graph: isOpen });
    fold(isOpen);
  });
}

function toggleFacets() {
  if (!facets) return;
  if (!facets.isOpen) facets.toggle(true);
  else if (facets.root.contains(document.activeElement)) facets.toggle(false);
  else return facets.enter();
  if (facets.isOpen) facets.enter();
}

// -- bar

async function copyLink() {
  const names = columns?.columns.isChosen ? columns.columns.names : [];
  const done = await copyText(sharedLink(names, peek?.id ?? null));
  say(done ? "Link copied: whoever may see it sees the same" : "Not allowed here");
}

function show(selector, run) {
  for (const button of document.querySelectorAll(selector)) {
    button.hidden = false;
    button.addEventListener("click", run);
  }
}

/** What is empty, or says the same as something else, stays out of the address. */
function shorten({ formData }) {
  const groups = formData.getAll("group").filter(Boolean);
  for (const name of new Set(formData.keys())) {
    if (!formData.get(name)) formData.delete(name);
  }
  formData.delete("group");
  if (groups.length) formData.set("group", groups.join(","));
  if (when.value === when.defaultValue) return;
  formData.delete("start");
  formData.delete("end");
}

function connectBar() {
  document.getElementById("history-form").addEventListener("formdata", shorten);
  connectClock();
  for (const button of document.querySelectorAll("[data-clock]")) button.hidden = false;
  show("[data-copy-link]", copyLink);
  if (columns) show("[data-columns]", () => columns.open());
  show("[data-facets-open]", toggleFacets);
  query.addEventListener("keydown", leave);
  when.addEventListener("keydown", leave);
}

function leave(event) {
  if (event.key !== "Escape") return;
  event.preventDefault(); // the browser would empty a search box
  event.target.blur();
  event.stopPropagation();
}

function edit(field) {
  field.focus();
  field.select();
}

function press(selector) {
  keepFocus("rows");
  document.querySelector(selector)?.click();
}

/** The one of two links that is not the page that is shown. */
function other(selector, attribute) {
  const now = document.querySelectorAll(`${selector}[${attribute}]`);
  const all = document.querySelectorAll(selector);
  [...all].find((link) => ![...now].includes(link))?.click();
}

function openMenu(name) {
  const menu = document.querySelector(`[data-menu=${name}]`);
  if (!menu) return;
  menu.open = true;
  menu.querySelector("select, a, input").focus();
}

connectKeys({
  "/": () => edit(query),
  t: () => edit(when),
  "[": () => press("[data-go=earlier]"),
  "]": () => press("[data-go=later]"),
  w: () => press("[data-go=wider]"),
  j: () => rows?.step(1),
  k: () => rows?.step(-1),
  ArrowDown: () => rows?.step(1),
  ArrowUp: () => rows?.step(-1),
  Enter: () => open(rows?.selected),
  i: () => follow("src"),
  I: () => follow("dst"),
  f: toggleFacets,
  h: () => graph?.svg.focus(),
  v: () => other(".choices [data-go]", "aria-current"),
  g: () => openMenu("group"),
  e: () => other("[data-tab]", "aria-current"),
  n: () => press(".pager a[rel=next]"),
  p: () => press(".pager a[rel=prev]"),
  c: copyLink,
  Escape: leaveRow,
  "?": () => openDialog(document.getElementById("keys")),
});

if (part("timeline")) connectOverview(); // the facets take their width first
if (log && state) {
  connectRows();
  if (state.group.length) new Groups(log, () => {}).run();
  else connectList();
}
connectBar();
openAsked();
if (part("nearest")) showNearest(part("nearest"), part("try")).catch(() => {});
if (part("misspelt")) showMisspelt(part("misspelt")).catch(() => {});

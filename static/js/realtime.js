// The Real-Time page. Every tab is a stream of its own (`live/stream.js`); the view shows
// the one in front. The whole state stands in the address.

import { read, write } from "./live/address.js";
import { FilterBox } from "./live/filter.js";
import { GraphStrip } from "./live/strip.js";
import { Grid } from "./live/grid.js";
import { Peek } from "./live/peek.js";
import { watchNetwork } from "./live/socket.js";
import { Stream } from "./live/stream.js";
import { TabStrip } from "./live/tabs.js";
import { View } from "./live/view.js";
import { Wall } from "./live/wall.js";
import { EVENTS, usual } from "./parts/catalogue.js";
import { connectClock, onClock, switchClock } from "./parts/clock.js";
import { Columns, manageColumns } from "./parts/columns.js";
import { openDialog } from "./parts/dialog.js";
import { connectKeys } from "./parts/keys.js";
import { attachMenu } from "./parts/menu.js";
import { given, save } from "./parts/preferences.js";
import { isEvent, targetIn } from "./parts/target.js";
import { combined, termOf } from "./parts/terms.js";

const WALL = ["time", "rank", "type", "src", "dir", "dst", "message", "class"];

const page = document.querySelector("[data-live]");
const part = (name) => document.querySelector(`[data-${name}]`);
const { eventUrl, historyUrl, socketPath } = page.dataset;
const socketUrl = location.origin.replace(/^http/, "ws") + socketPath;
const url = (row) => (isEvent(row) ? eventUrl.replace("/0", `/${row.id}`) : null);
const start = read(location.search, given("graphs"));

const streams = [];
let active = start.active;
let cap = start.cap;

// -- the parts

const grid = new Grid(page.querySelector(".log"), url);
const filter = new FilterBox(part("filter"), (query) => setFilter(query));
const view = new View(page, grid, filter, (row) => peek.isOpen && peek.open(row));
const peek = new Peek(part("peek"), {
  eventUrl: url,
  onFilter: addTerm,
  onChange: () => keepInUrl(),
});
const graphs = new GraphStrip(part("graphs"), part("graph-switch"), {
  stream: () => streams[active],
  onFilter: addTerm,
  onSwitch: () => keepOwn(),
});
const tabs = new TabStrip(part("tabs"), { pick, close: closeTab, add: addTab });
const wall = new Wall(page, (isOn) => {
  view.isWall = isOn;
  if (isOn) view.release();
  showColumns();
  keepInUrl();
});

const columns = new Columns(EVENTS, usual, given("columns.realtime"));
const wallColumns = new Columns(EVENTS, () => WALL);
const chooser = manageColumns(grid.root, columns, {
  preference: "columns.realtime",
  keys: knownKeys,
  show: (_, isOther) => isOther && showColumns(),
});

function showColumns() {
  const shown = wall.isOn ? wallColumns : columns;
  shown.apply(grid.root);
  grid.setColumns(shown.names);
}

/** Keys of `data` of the rows that are there. */
function knownKeys() {
  const rows = streams[active].buffer.shown.slice(0, 500);
  return [...new Set(rows.flatMap((row) => Object.keys(row.data ?? {})))].sort();
}

// -- streams and tabs

function follow(settings) {
  return new Stream(socketUrl, { ...settings, cap }, (stream) => {
    if (stream === streams[active]) view.update();
    else drawTabs();
  });
}

let tabsDue = 0;

function drawTabs() {
  tabsDue ||= requestAnimationFrame(() => {
    tabsDue = 0;
    tabs.draw(streams, active);
  });
}

function pick(place) {
  if (!streams[place]) return;
  active = place;
  view.show(streams[active]);
  graphs.draw();
  changed();
}

function addTab(query = "") {
  if (tabs.adder.disabled) return;
  streams.push(follow({ q: query, flows: streams[active].flows, paused: false }));
  pick(streams.length - 1);
  filter.focus();
}

function closeTab(place = active) {
  if (streams.length < 2) return;
  const [closed] = streams.splice(place, 1);
  closed.end();
  pick(Math.min(active > place ? active - 1 : active, streams.length - 1));
}

// -- what the reader asks for

function setFilter(query) {
  view.select(null);
  streams[active].filter(query);
  graphs.draw();
  changed();
}

function addTerm(term, how) {
  setFilter(combined(streams[active].query, term, how));
}

function switchFlows() {
  const stream = streams[active];
  stream.filter(stream.query, !stream.flows);
  changed();
}

function togglePause() {
  const stream = streams[active];
  if (stream.paused) stream.resume();
  else stream.pause();
  changed();
}

function step(count) {
  streams[active].step(count);
}

function setCap(count) {
  cap = count;
  for (const stream of streams) stream.buffer.limit(cap);
  grid.show(streams[active].buffer.shown);
  keepOwn();
}

function keepOwn() {
  save("graphs", { graphs: graphs.isOpen, cap });
  changed();
}

function changed() {
  const stream = streams[active];
  part("flows").setAttribute("aria-pressed", String(stream.flows));
  part("pause").setAttribute("aria-pressed", String(stream.paused));
  part("pause").firstChild.textContent = stream.paused ? "Resume " : "Pause ";
  part("step").hidden = !stream.paused;
  part("cap").value = cap;
  part("wall-filter").textContent = stream.query || "All events";
  part("history").href = `${historyUrl}?${new URLSearchParams({ q: stream.query })}`;
  drawTabs();
  view.update();
  keepInUrl();
}

function keepInUrl() {
  if (!streams.length) return;
  const text = write({
    tabs: streams.map(({ query, flows, paused }) => ({ q: query, flows, paused })),
    active,
    cap,
    graphs: graphs.isOpen,
    wall: wall.isOn,
    event: peek.id,
  });
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
}

// -- rows

function open(row, event) {
  const isElsewhere = event.ctrlKey || event.metaKey || event.button === 1;
  if (!isElsewhere) {
    if (!view.isReading) view.select(row);
    peek.open(row);
  } else if (url(row)) {
    window.open(url(row), "_blank", "noopener");
  }
}

function openPage() {
  const row = view.selected ?? peek.row;
  if (row && url(row)) location.assign(url(row));
}

function leave() {
  if (wall.isOn) wall.set(false);
  else if (peek.isOpen) peek.close();
  else view.select(null);
}

function targetAt(element) {
  const row = element === grid.root ? view.selected : grid.rowAt(element);
  return row && targetIn(element, row);
}

grid.root.addEventListener("click", (event) => {
  const row = grid.rowAt(event.target);
  const isReading = String(getSelection()).length > 0;
  if (!row || isReading) return;
  event.preventDefault();
  const term = event.altKey ? termOf(targetIn(event.target, row)) : null;
  if (term) addTerm(term, "for");
  else open(row, event);
});
grid.root.addEventListener("auxclick", (event) => {
  const row = grid.rowAt(event.target);
  if (!row || event.button !== 1 || event.target.closest("a")) return;
  open(row, event);
});
attachMenu(grid.root, { target: targetAt, filter: addTerm });

part("pause").addEventListener("click", togglePause);
part("flows").addEventListener("click", switchFlows);
part("step").addEventListener("click", (event) => {
  step(event.shiftKey ? grid.inSight() : 1);
});
part("columns").addEventListener("click", () => chooser.open());
part("wall").addEventListener("click", () => wall.toggle());
part("cap").addEventListener("change", ({ target }) => setCap(Number(target.value)));
part("figure=held").addEventListener("click", () => view.release());

const KEYS = {
  "/": () => filter.focus(),
  j: () => view.step(1),
  k: () => view.step(-1),
  ArrowDown: () => view.step(1),
  ArrowUp: () => view.step(-1),
  PageDown: () => view.step(grid.inSight()),
  PageUp: () => view.step(-grid.inSight()),
  End: () => view.toEnd(),
  Home: () => view.release(),
  Enter: () => view.selected && peek.open(view.selected),
  e: openPage,
  " ": togglePause,
  n: () => step(1),
  N: () => step(grid.inSight()),
  t: () => addTab(),
  x: () => closeTab(),
  "[": () => pick((active + streams.length - 1) % streams.length),
  "]": () => pick((active + 1) % streams.length),
  f: switchFlows,
  u: () => switchClock(),
  c: () => chooser.open(),
  g: () => graphs.toggle(),
  w: () => wall.toggle(),
  Escape: leave,
  "?": () => openDialog(document.getElementById("keys")),
};
for (let place = 0; place < 6; place += 1) KEYS[place + 1] = () => pick(place);
connectKeys(KEYS);
filter.input.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) grid.root.focus();
});

// -- begin

connectClock();
onClock(() => {
  grid.setColumns(grid.names);
  if (peek.row) peek.draw(peek.row);
});
streams.push(...start.tabs.map(follow));
watchNetwork(() => streams.map(({ socket }) => socket));
view.show(streams[active]);
graphs.set(start.graphs);
if (start.wall) wall.set(true);
if (start.event) peek.openId(start.event);
changed();

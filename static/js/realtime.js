// The Real-Time page. Every tab is a stream of its own (`live/stream.js`); the view shows
// the one in front. The whole state stands in the address.

import { read, write } from "./live/address.js";
import { FilterBox } from "./live/filter.js";
import { Followed } from "./live/followed.js";
import { GraphStrip } from "./live/strip.js";
import { Grid } from "./live/grid.js";
import { Peek } from "./live/peek.js";
import { watchNetwork } from "./live/socket.js";
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
const SMALL_WALL = ["time", "rank", "type", "src", "message"];
const ENOUGH = 1100; // pixels for all of a wall

const page = document.querySelector("[data-live]");
const part = (name) => document.querySelector(`[data-${name}]`);
const { eventUrl, historyUrl, socketPath } = page.dataset;
const socketUrl = location.origin.replace(/^http/, "ws") + socketPath;
const url = (row) => (isEvent(row) ? eventUrl.replace("/0", `/${row.id}`) : null);
const start = read(location.search, given("graphs"));

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
  stream: () => followed.front,
  onFilter: addTerm,
  onSwitch: () => keepOwn(),
});
const followed = new Followed(part("tabs"), socketUrl, {
  cap: () => cap,
  onNews: () => view.update(),
  onFront(stream) {
    view.show(stream);
    graphs.draw();
    changed();
  },
  onAdd: () => filter.focus(),
});
const wall = new Wall(page, (isOn) => {
  view.isWall = isOn;
  if (isOn) view.release();
  showColumns();
  keepInUrl();
});

const columns = new Columns(EVENTS, usual, given("columns.realtime"));
const wallColumns = new Columns(EVENTS, (room) => (room < ENOUGH ? SMALL_WALL : WALL));
const chooser = manageColumns(grid.root, columns, {
  preference: "columns.realtime",
  keys: knownKeys,
  show: (_, isOther) => isOther && showColumns(),
});

function showColumns() {
  if (wall.isOn) wallColumns.fitInto(grid.root.clientWidth);
  const shown = wall.isOn ? wallColumns : columns;
  shown.apply(grid.root);
  grid.setColumns(shown.names);
}

/** Keys of `data` of the rows that are there. */
function knownKeys() {
  const rows = followed.front.buffer.shown.slice(0, 500);
  return [...new Set(rows.flatMap((row) => Object.keys(row.data ?? {})))].sort();
}

addEventListener("resize", () => wall.isOn && showColumns());

// -- what the reader asks for

function setFilter(query) {
  view.select(null);
  followed.front.filter(query);
  graphs.draw();
  changed();
}

function addTerm(term, how) {
  setFilter(combined(followed.front.query, term, how));
}

function switchFlows() {
  const stream = followed.front;
  stream.filter(stream.query, !stream.flows);
  changed();
}

function togglePause() {
  const stream = followed.front;
  if (stream.paused) stream.resume();
  else stream.pause();
  changed();
}

function step(count) {
  followed.front.step(count);
}

function setCap(count) {
  cap = count;
  for (const stream of followed.streams) stream.buffer.limit(cap);
  grid.show(followed.front.buffer.shown);
  keepOwn();
}

function keepOwn() {
  save("graphs", { graphs: graphs.isOpen, cap });
  changed();
}

function changed() {
  const stream = followed.front;
  part("flows").setAttribute("aria-pressed", String(stream.flows));
  part("pause").setAttribute("aria-pressed", String(stream.paused));
  part("pause").firstChild.textContent = stream.paused ? "Resume " : "Pause ";
  part("step").hidden = !stream.paused;
  part("cap").value = cap;
  part("wall-filter").textContent = stream.query || "All events";
  part("history").href = `${historyUrl}?${new URLSearchParams({ q: stream.query })}`;
  followed.draw();
  view.update();
  keepInUrl();
}

function keepInUrl() {
  if (!followed.front) return;
  const { streams, active } = followed;
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
document.addEventListener("pins", () => grid.draw());

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
  t: () => followed.add(),
  x: () => followed.close(),
  "[": () => followed.turn(-1),
  "]": () => followed.turn(1),
  f: switchFlows,
  u: () => switchClock(),
  c: () => chooser.open(),
  g: () => graphs.toggle(),
  w: () => wall.toggle(),
  Escape: leave,
  "?": () => openDialog(document.getElementById("keys")),
};
for (let place = 0; place < 6; place += 1) KEYS[place + 1] = () => followed.pick(place);
connectKeys(KEYS);
filter.input.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault(); // the browser would empty the box, and so the filter
  grid.root.focus();
});

// -- begin

connectClock();
onClock(() => {
  grid.setColumns(grid.names);
  if (peek.row) peek.draw(peek.row);
});
followed.begin(start.tabs, start.active);
watchNetwork(() => followed.streams.map(({ socket }) => socket));
graphs.set(start.graphs);
if (start.wall) wall.set(true);
if (start.event) peek.openId(start.event);
changed();

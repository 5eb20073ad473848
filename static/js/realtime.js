// The Real-Time page. Rows come by WebSocket into a buffer; once per animation frame
// the buffer is shown, unless the reader is looking: then new rows are held.

import { openDialog } from "./parts/dialog.js";
import { Buffer } from "./live/buffer.js";
import { Figures } from "./live/figures.js";
import { FilterBox } from "./live/filter.js";
import { Grid } from "./live/grid.js";
import { connectKeys } from "./parts/keys.js";
import { LiveSocket } from "./live/socket.js";

const CAP = 10_000;
const AWAY = new Set(["lost", "signedOut", "noRights"]);
const AT_ONCE = 500; // rows a message may bring; the server counts the rest

const page = document.querySelector("[data-live]");
const { eventUrl, searchUrl, historyUrl, socketPath } = page.dataset;
const buffer = new Buffer(CAP);
const figures = new Figures(document);
const url = (id) => eventUrl.replace("/0", `/${id}`);
const grid = new Grid(page.querySelector(".log"), url, () => update());
const pauseButton = page.querySelector("[data-pause]");
const empty = page.querySelector("[data-empty]");

let state = "connecting";
let isHovered = false;
let isLoading = true;
let frame = 0;

// -- what is shown

function isHolding() {
  return socket.paused || isHovered || grid.selected !== null || !grid.isAtTop();
}

function update() {
  frame ||= requestAnimationFrame(draw);
}

function draw() {
  frame = 0;
  if (!isHolding() && buffer.release()) grid.show(buffer.shown);
  figures.rows(buffer.shown.length, CAP);
  figures.missed(buffer.missed);
  figures.held(buffer.held.length, " ↑");
  if (state === "live" || state === "paused") {
    figures.state(socket.paused ? "paused" : "live");
  }
  showEmpty();
}

function emptyReason() {
  if (AWAY.has(state)) return "away";
  if (isLoading) return "loading";
  return filter.applied ? "filtered" : "silent";
}

function showEmpty() {
  const isEmpty = !buffer.shown.length && !buffer.held.length;
  empty.hidden = !isEmpty || state === "wrong";
  const reason = emptyReason();
  for (const part of empty.children) part.hidden = part.dataset.when !== reason;
}

/** Shows what was held, on top. */
function release() {
  grid.select(null);
  isHovered = false;
  buffer.release();
  grid.show(buffer.shown);
  grid.toTop();
  update();
}

// -- the stream

async function loadOlder(head) {
  const query = filter.applied;
  try {
    const limit = new URLSearchParams({ q: query, limit: 200 });
    const answer = await fetch(`${searchUrl}?${limit}`);
    if (!answer.ok) return;
    const { results } = await answer.json();
    if (query !== filter.applied) return;
    buffer.addOlder(results.filter((row) => row.id <= head));
    grid.show(buffer.shown);
  } catch {
    // Without the past the page still shows the present.
  } finally {
    isLoading = false;
    update();
  }
}

const socket = new LiveSocket(
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${socketPath}`,
  AT_ONCE,
  {
    ready(head, again) {
      state = "live";
      filter.clearError();
      if (!again) loadOlder(head);
      update();
    },
    rows(message) {
      buffer.take(message.rows, message.skipped);
      figures.latency(message.rows, message.now);
      update();
    },
    slow(message) {
      figures.slow(message.behind);
    },
    error(message) {
      isLoading = false;
      state = "wrong";
      figures.state(state);
      filter.showError(message.message, message.at);
      update();
    },
    state(name, seconds) {
      state = name;
      figures.state(name, seconds);
      update();
    },
  },
);

// -- what the reader does

function keepInUrl() {
  const query = new URLSearchParams();
  if (filter.applied) query.set("q", filter.applied);
  if (socket.paused) query.set("paused", "1");
  const text = query.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
  const link = empty.querySelector("[data-history]");
  link.href = `${historyUrl}?${new URLSearchParams({ q: filter.applied })}`;
}

const filter = new FilterBox(page.querySelector("[data-filter]"), (query) => {
  buffer.clear();
  grid.select(null);
  grid.show(buffer.shown);
  isLoading = true;
  socket.open(query);
  keepInUrl();
  update();
});

function showPaused() {
  pauseButton.setAttribute("aria-pressed", String(socket.paused));
  pauseButton.firstChild.textContent = socket.paused ? "Resume " : "Pause ";
}

function togglePause() {
  if (socket.paused) socket.resume();
  else socket.pause();
  showPaused();
  keepInUrl();
  update();
}

function step(by) {
  const now = grid.selected === null ? -1 : buffer.indexOf(grid.selected);
  const next = now < 0 ? grid.firstInSight() : now + by;
  const row = buffer.shown[Math.max(0, Math.min(next, buffer.shown.length - 1))];
  if (row) grid.select(row.id, buffer.indexOf(row.id));
  update();
}

function follow(row, event) {
  if (event.ctrlKey || event.metaKey) window.open(url(row.id), "_blank", "noopener");
  else location.assign(url(row.id));
}

function openSelected() {
  if (grid.selected !== null) location.assign(url(grid.selected));
}

function clearSelection() {
  grid.select(null);
  update();
}

grid.root.addEventListener("pointermove", (event) => {
  isHovered = event.pointerType === "mouse" && grid.rowAt(event.target) !== null;
});
grid.root.addEventListener("pointerleave", () => {
  isHovered = false;
  update();
});
grid.root.addEventListener("click", (event) => {
  const row = grid.rowAt(event.target);
  const isReading = String(getSelection()).length > 0;
  if (row && !isReading && !event.target.closest("a")) follow(row, event);
});
pauseButton.addEventListener("click", togglePause);
page.querySelector("[data-figure=held]").addEventListener("click", release);

connectKeys({
  "/": () => filter.focus(),
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: openSelected,
  " ": togglePause,
  Escape: clearSelection,
  Home: release,
  "?": () => openDialog(document.getElementById("keys")),
});
filter.input.addEventListener("keydown", (event) => {
  if (event.key === "Escape") grid.root.focus();
});

socket.query = filter.applied;
socket.paused = new URLSearchParams(location.search).has("paused");
showPaused();
keepInUrl();
socket.connect();
socket.watch();

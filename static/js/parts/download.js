// Downloads of everything that matches: asked for, followed, stopped. The browser saves
// the file by itself. The markup is templates/exporters/download.html.

import { Refused, write } from "./api.js";
import { button, make } from "./elements.js";

const PACE = 1000; // milliseconds between two looks at what is running
const SHOWN = 5;
const UNDERWAY = new Set(["waiting", "running"]);
// Columns of the page that are others in a file.
const COLUMNS = {
  src: ["src", "sport"],
  dst: ["dst", "dport"],
  dir: ["inbound"],
  type: ["type_name"],
  class: ["cls"],
  bytes: [],
};
const NAMES = { csv: "CSV", jsonl: "JSON lines", syslog: "syslog", cef: "CEF" };

const menu = document.querySelector("[data-downloads]");
const part = (name) => menu.querySelector(`[data-${name}]`);
const form = part("form");
const url = menu.dataset.url;
let timer = null;

function problem(words) {
  part("problem").textContent = words ?? "";
  part("problem").hidden = !words;
}

// -- what is asked for

function isFlows() {
  return new URLSearchParams(location.search).get("table") === "flows";
}

/** The columns of the table, as the API names them. */
function shownColumns() {
  const cells = document.querySelectorAll(".log-head > *");
  const names = [...cells].map((cell) => cell.classList[0]?.slice(2) ?? "");
  return names.filter(Boolean).flatMap((name) => COLUMNS[name] ?? [name]);
}

function isWhole() {
  return form.elements.format.value === "csv" || form.elements.format.value === "jsonl";
}

function entered() {
  const { format, columns, bom, gzip } = form.elements;
  const isShown = isWhole() && columns.value === "shown";
  return {
    address: location.search,
    format: format.value,
    columns: isShown ? shownColumns() : [],
    bom: bom.checked && format.value === "csv",
    gzip: gzip.checked,
  };
}

function drawForm() {
  for (const option of form.querySelectorAll("[data-events]")) {
    option.disabled = isFlows();
    if (option.disabled && option.selected) form.elements.format.value = "csv";
  }
  part("whole").hidden = !isWhole();
  part("csv").hidden = form.elements.format.value !== "csv";
}

async function submit(event) {
  event.preventDefault();
  try {
    const { file } = await write("POST", url, entered());
    problem();
    make("a", { href: file, download: true }).click();
    follow();
  } catch (error) {
    problem(error instanceof Refused ? error.message : "The server cannot be reached.");
  }
}

// -- what is running

async function load() {
  const response = await fetch(url);
  if (!response.ok) return [];
  return (await response.json()).results;
}

/** Looks again while something is under way, or the menu is open. */
async function follow() {
  clearTimeout(timer);
  const found = await load().catch(() => []);
  const running = found.filter(({ state }) => UNDERWAY.has(state));
  draw(found.slice(0, SHOWN), running);
  if (running.length || menu.open) timer = setTimeout(follow, PACE);
}

function draw(found, running) {
  const share = running.map(({ progress }) => progress);
  part("label").textContent = running.length
    ? `Download ${percent(Math.min(...share))}`
    : "Download";
  part("recent").hidden = found.length === 0;
  const list = part("list");
  const focused = document.activeElement?.dataset?.stop;
  list.replaceChildren(...found.map(entry));
  if (focused) list.querySelector(`[data-stop="${focused}"]`)?.focus();
}

function percent(share) {
  return `${Math.floor(100 * share)} %`;
}

function entry(download) {
  const isRunning = UNDERWAY.has(download.state);
  const title = download.q || "everything";
  const rows = `${download.rows.toLocaleString("en")} rows`;
  const line = make(
    "div",
    { class: "downloads-line" },
    make("span", { class: "name", title }, `${NAMES[download.format]}: ${title}`),
    make("span", { class: `status ${mood(download)}` }, word(download)),
  );
  const detail = make("div", { class: "downloads-line muted" }, make("span", {}, rows));
  if (isRunning) detail.append(bar(download), stopper(download));
  else if (download.reason) detail.append(make("span", {}, download.reason));
  return make("li", {}, line, detail);
}

function word({ state, progress }) {
  return state === "running" ? percent(progress) : state;
}

function mood({ state }) {
  return { done: "good", failed: "bad", stopped: "warn" }[state] ?? "";
}

function bar({ progress }) {
  const label = "How much of the range is written";
  return make("progress", { max: 1, value: progress, "aria-label": label });
}

function stopper({ id }) {
  const found = button("Stop", { class: "button quiet", "data-stop": id });
  found.addEventListener("click", async () => {
    found.disabled = true;
    await write("DELETE", `${url}/${id}`).catch(() => {});
    follow();
  });
  return found;
}

menu.addEventListener("toggle", () => {
  if (!menu.open) return;
  drawForm();
  follow();
});
menu.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopPropagation();
});
form.addEventListener("change", drawForm);
form.addEventListener("submit", submit);
drawForm();

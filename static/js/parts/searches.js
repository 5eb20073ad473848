// The menu of saved searches: find by name, open, save, share, make default, delete.
// The markup is templates/events/searches.html.

import { Refused, write } from "./api.js";
import { openDialog } from "./dialog.js";
import { button, make } from "./elements.js";
import { connectKeys } from "./keys.js";

const menu = document.querySelector("[data-searches]");
const dialog = document.getElementById("saved-dialog");
const { page, url, open: place } = menu.dataset;
const part = (name, root = menu) => root.querySelector(`[data-${name}]`);
const find = menu.querySelector("input[type=search]");
const list = part("list");
const form = part("form", dialog);

const SURE = "Delete for good";

let searches = [];
let domains = [];
let edited = null; // the search in the dialog; null: a new one
let isFresh = false; // whether the list was fetched since the page was opened
let asked = 0; // how often it was; an answer that a later one overtook counts no more
let before = ""; // the answer that is drawn; a list that is the same keeps its focus

/** The address of what is shown now, as the server spells a saved one. */
function shownNow() {
  const found = new URLSearchParams(location.search);
  for (const name of ["cursor", "trail", "event"]) found.delete(name);
  return new URLSearchParams([...found].filter(([, value]) => value !== "")).toString();
}

function problem(root, words) {
  const element = part("problem", root);
  element.textContent = words ?? "";
  element.hidden = !words;
}

function sentence(error) {
  return error instanceof Refused ? error.message : "The server cannot be reached.";
}

// -- the list

async function load() {
  const turn = ++asked;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Refused("The saved searches could not be read.");
    const found = await response.json();
    if (turn !== asked) return;
    problem(menu);
    if (isFresh && JSON.stringify(found) === before) return;
    before = JSON.stringify(found);
    searches = found.results.filter((search) => search.page === page);
    domains = found.domains;
    isFresh = true;
  } catch (error) {
    if (turn !== asked) return;
    problem(menu, sentence(error));
  }
  draw();
}

function marks(search) {
  const found = [];
  if (search.default) found.push(make("span", { class: "chip teal" }, "default"));
  if (search.shared) {
    const by = search.mine ? "" : ` by ${search.by}`;
    const title = `Shared with ${search.shared}${by}`;
    found.push(make("span", { class: "chip", title }, search.shared));
  }
  return found;
}

function entry(search) {
  const isShown = search.address === shownNow();
  const link = make(
    "a",
    { href: `${place}?${search.address}`, "aria-current": isShown ? "true" : null },
    make("span", { class: "name", title: search.name }, search.name),
    ...marks(search),
  );
  const change = button("Change", { "aria-label": `Change ${search.name}` });
  change.addEventListener("click", () => edit(search));
  return make("li", {}, link, change);
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  const found = searches.filter(({ name }) => name.toLowerCase().includes(wanted));
  list.replaceChildren(...found.map(entry));
  part("none").hidden = searches.length > 0 || !isFresh;
  part("no-match").hidden = found.length > 0 || searches.length === 0;
  name();
}

/** The button has the name of the search that is shown. */
function name() {
  const shown = shownNow();
  const found = searches.find((search) => search.address === shown);
  part("label").textContent = found ? found.name : "Saved";
}

// -- the dialog

function edit(search) {
  edited = search;
  const isMine = !search || search.mine;
  form.reset();
  problem(dialog);
  document.getElementById("saved-title").textContent = search
    ? "Change this search"
    : "Save this search";
  form.elements.name.value = search?.name ?? "";
  form.elements.name.readOnly = !isMine;
  form.elements.default.checked = search?.default ?? false;
  drawDomains(search, isMine);
  drawAddress();
  part("overwriting", dialog).hidden =
    !search || !isMine || search.address === shownNow();
  part("delete", dialog).textContent = "Delete";
  part("delete", dialog).hidden = !search || !isMine;
  menu.open = false;
  menu.querySelector("summary").focus(); // where the focus is again after the dialog
  openDialog(dialog);
  form.elements.name.focus();
}

function drawDomains(search, isMine) {
  const select = form.elements.shared;
  const choices = [...domains];
  if (search?.shared && !choices.includes(search.shared)) choices.push(search.shared);
  select.replaceChildren(
    make("option", { value: "" }, "nobody"),
    ...choices.map((domain) => make("option", { value: domain }, domain)),
  );
  select.value = search?.shared ?? "";
  part("sharing", dialog).hidden = choices.length === 0 || !isMine;
}

function readable(address) {
  const pairs = [...new URLSearchParams(address)];
  const lines = pairs.map(([key, value]) => `${key === "q" ? "query" : key}: ${value}`);
  return lines.join("\n") || "the page as it opens";
}

function address() {
  const isKept = edited && !form.elements.overwrite.checked;
  return isKept ? edited.address : shownNow();
}

function drawAddress() {
  part("address", dialog).textContent = readable(address());
}

function entered() {
  const chosen = { default: form.elements.default.checked };
  if (edited && !edited.mine) return chosen;
  return {
    ...chosen,
    name: form.elements.name.value,
    shared: form.elements.shared.value,
    address: address(),
  };
}

async function submit(event) {
  event.preventDefault();
  const [method, where] = edited ? ["PATCH", `${url}/${edited.id}`] : ["POST", url];
  await tell(method, where, edited ? entered() : { ...entered(), page });
}

/** Sends it; the dialog stays open with what the server refused. */
async function tell(method, where, value) {
  try {
    await write(method, where, value);
    dialog.close();
    await load();
    menu.querySelector("summary").focus();
  } catch (error) {
    problem(dialog, sentence(error));
  }
}

// -- keys

function links() {
  return [...list.querySelectorAll("a")];
}

/** In a row its link stands for both. */
function rowOf(element) {
  return element.closest("li")?.querySelector("a") ?? element;
}

function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const stops = [find, ...links(), part("save")];
  const now = stops.indexOf(rowOf(document.activeElement));
  stops[(now + by + stops.length) % stops.length]?.focus();
}

function openMenu() {
  menu.open = true;
  find.focus();
}

menu.addEventListener("toggle", () => {
  if (!menu.open) return;
  if (document.activeElement === menu.querySelector("summary")) find.focus();
  load();
});
menu.addEventListener("keydown", (event) => {
  step(event);
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  if (event.key === "Enter" && event.target === find) {
    event.preventDefault();
    links()[0]?.click();
  }
});
find.addEventListener("input", draw);
part("save").addEventListener("click", () => edit(null));
part("delete", dialog).addEventListener("click", ({ currentTarget }) => {
  if (currentTarget.textContent === SURE) tell("DELETE", `${url}/${edited.id}`);
  else currentTarget.textContent = SURE;
});
form.addEventListener("submit", submit);
form.elements.overwrite.addEventListener("change", drawAddress);
connectKeys({ o: openMenu });
load();

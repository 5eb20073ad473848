// The page of an event works without this; here are its menu, its neighbours, what is
// known of its addresses, and its keys.

import { copyText } from "./parts/copy.js";
import { openDialog } from "./parts/dialog.js";
import { connectKeys } from "./parts/keys.js";
import { showKnown, showNames } from "./parts/known.js";
import { attachMenu } from "./parts/menu.js";
import { Neighbours } from "./parts/neighbours.js";
import { isPinned, pinned } from "./parts/pins.js";
import { around, eventPage } from "./parts/places.js";
import { say } from "./parts/say.js";
import { targetIn } from "./parts/target.js";
import { connectTips } from "./parts/tips.js";

const HOURS = 12; // before and after the event, as its links to history

const page = document.querySelector("[data-event]");
const event = JSON.parse(document.getElementById("event").textContent);

// -- neighbours

const steps = document.querySelector("[data-steps]");

function showSteps(rows) {
  steps.hidden = false;
  for (const link of steps.children) {
    const row = rows[link.dataset.step];
    if (row) link.href = eventPage(row.id);
    else link.removeAttribute("href");
    link.setAttribute("aria-disabled", String(!row));
  }
}

function go(step) {
  const link = steps.querySelector(`[data-step=${step}]`);
  if (!steps.hidden && link.hasAttribute("href")) link.click();
}

const section = page.querySelector("[data-neighbours]");
const neighbours = new Neighbours(section, event, showSteps);

// -- what is known of the addresses

function connectKnown(box) {
  const panel = box.closest("section");
  const ranges = panel.querySelector("[data-ranges]");
  const show = (name) => {
    const range = name === "around" ? around(event.time, HOURS) : {};
    showKnown(box, box.dataset.known, range);
    for (const button of ranges.children) {
      button.setAttribute("aria-pressed", String(button.dataset.range === name));
    }
  };
  ranges.hidden = false;
  ranges.addEventListener("click", ({ target }) => {
    if (target.dataset.range) show(target.dataset.range);
  });
  show("around");
}

function connectResolve(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const box = button.closest("section").querySelector("[data-names]");
    box.hidden = false;
    showNames(box, button.dataset.resolve);
  });
}

page.querySelectorAll("[data-known]").forEach(connectKnown);
page.querySelectorAll("[data-resolve]").forEach(connectResolve);

// -- copying

async function copyFrom(button) {
  try {
    const response = await fetch(button.dataset.copyFrom);
    if (!response.ok) throw new Error(response.statusText);
    const done = await copyText(await response.text());
    say(done ? "Copied" : "The browser does not allow it here");
  } catch {
    say("The server does not answer; try again");
  }
}

for (const button of page.querySelectorAll("[data-copy-from]")) {
  button.hidden = false;
  button.addEventListener("click", () => copyFrom(button));
}

// -- where a value stands in the line

/** Shows where the value under the pointer or focus stands, and what a place gave. */
function markIn(target) {
  const mark = target?.closest?.(".raw mark");
  const field = target?.closest?.("[data-column]")?.dataset.column;
  const columns = mark ? mark.dataset.marks.split(" ") : [field];
  for (const one of page.querySelectorAll(".raw mark")) {
    const names = one.dataset.marks.split(" ");
    one.classList.toggle("found", mark ? one === mark : names.includes(field));
  }
  for (const one of page.querySelectorAll(".facts [data-column], .read [data-column]")) {
    one.classList.toggle("found", Boolean(mark) && columns.includes(one.dataset.column));
  }
}

for (const kind of ["pointerover", "focusin"]) {
  page.addEventListener(kind, ({ target }) => markIn(target));
}
for (const kind of ["pointerleave", "focusout"]) {
  page.addEventListener(kind, () => markIn(null));
}

/** The places that are proved take the stead of those that only look like it. */
document.addEventListener("htmx:after:swap", () => {
  const proved = page.querySelector("#explanation .raw");
  const shown = page.querySelector("[data-line] .raw");
  if (!proved || proved.textContent !== shown.textContent) return;
  shown.replaceChildren(...proved.childNodes);
  proved.remove();
});

// -- menu, pin, keys

/** A word of the list of fields stands for its value. */
function targetOf(element) {
  const row = neighbours.rowAt(element);
  const place = element.closest("dt")?.nextElementSibling ?? element;
  return targetIn(place, row ?? event);
}

function showPin() {
  const button = document.querySelector("[data-pin] button");
  const isOn = isPinned(event);
  button.textContent = isOn ? "Unpin" : "Pin";
  button.value = isOn ? "unpin" : "pin";
}

attachMenu(page, { target: targetOf });
document.addEventListener("pins", showPin);
pinned().then(showPin);
connectTips();
connectKeys({
  j: () => go("older"),
  k: () => go("newer"),
  "?": () => openDialog(document.getElementById("keys")),
});

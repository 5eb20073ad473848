// The row menu: right click, long press, or the Menu key, Shift+F10 or `m` on the
// selected row. What it offers is the table of `entries.js`. Shift+right click leaves
// the browser's own menu.

import { ENTRIES } from "./entries.js";
import { isBusy } from "./keys.js";
import { pinned } from "./pins.js";
import { around, historyPage } from "./places.js";
import { isMenuOpen, showMenu } from "./popup.js";
import { combined } from "./terms.js";

export { isMenuOpen };

const PRESS = 500; // milliseconds of a long press
const SHAKE = 10; // pixels that a pressing finger may move
const FAR = 12; // hours around a row that a search from a page without a filter asks

/** Where a page has no filter of its own, its terms are searched in history. */
function inHistory(row) {
  return (term, how) => {
    const time = row.time ?? row.end ?? new Date().toISOString();
    location.assign(historyPage(combined("", term, how), around(time, FAR)));
  };
}

function targetAt(options, element) {
  const target = options.target(element);
  return target && { ...target, filter: options.filter ?? inHistory(target.row) };
}

function selectedIn(root) {
  const active = root.contains(document.activeElement) ? document.activeElement : root;
  if (active !== root) return active;
  return root.querySelector("[aria-selected=true]:not([hidden]), .selected") ?? root;
}

/** Opens it for what is selected; false when nothing is. */
function openByKey(root, options) {
  const element = selectedIn(root);
  const target = targetAt(options, element);
  if (!target) return false;
  const box = element.getBoundingClientRect();
  showMenu(root, target, Math.max(box.left, 0) + 24, Math.min(box.bottom, innerHeight));
  return true;
}

function onContextMenu(event, root, options) {
  if (event.shiftKey) return;
  const target = targetAt(options, event.target);
  if (!target) return;
  event.preventDefault();
  showMenu(root, target, event.clientX, event.clientY);
}

function distance(one, other) {
  return Math.hypot(other.clientX - one.clientX, other.clientY - one.clientY);
}

/** Telephones without a contextmenu event: a finger that stays. */
function watchPress(root, options) {
  let timer = null;
  let start = null;
  const stop = () => clearTimeout(timer);
  root.addEventListener("pointerdown", (event) => {
    stop();
    if (event.pointerType !== "touch") return;
    start = event;
    timer = setTimeout(() => press(root, options, event), PRESS);
  });
  root.addEventListener("pointermove", (event) => {
    if (start && distance(start, event) > SHAKE) stop();
  });
  for (const name of ["pointerup", "pointercancel", "scroll"]) {
    root.addEventListener(name, stop);
  }
}

function press(root, options, event) {
  const target = targetAt(options, event.target);
  if (!target || isMenuOpen()) return;
  showMenu(root, target, event.clientX, event.clientY);
  // The finger that lets go opens nothing.
  const swallow = (click) => {
    click.preventDefault();
    click.stopPropagation();
  };
  const forget = () => removeEventListener("click", swallow, true);
  addEventListener("click", swallow, { capture: true, once: true });
  addEventListener("pointerdown", forget, { capture: true, once: true });
}

function runByKey(root, options, entry) {
  const target = targetAt(options, selectedIn(root));
  if (target && entry.applies(target)) entry.run(target);
}

function isMenuKey({ key, shiftKey }) {
  return key === "ContextMenu" || (key === "F10" && shiftKey);
}

/** The menu key of an element elsewhere on the page is the browser's. */
function isHere(root) {
  const active = document.activeElement;
  return active === document.body || root.contains(active);
}

/** Keys of entries work on the selected row, too; `Enter` is the page's own. */
function onPageKey(event, root, options) {
  if (isMenuKey(event)) {
    if (isHere(root) && openByKey(root, options)) event.preventDefault();
    return;
  }
  if (isBusy(event)) return;
  if (event.key === "m" && openByKey(root, options)) event.preventDefault();
  const entry = ENTRIES.find(({ key }) => key === event.key && key !== "Enter");
  if (entry) runByKey(root, options, entry);
}

/**
 * Gives the rows in root their menu.
 *
 * `target(element)` gives `{row, column, value}` of an element in root, or null where
 * there is no row; for root itself, or an element that is selected in it, what is
 * selected. `filter(term, how)` changes the page's filter, `how` is `for`, `out` or
 * `only` (`combined` of terms.js makes the new query); without it history is opened.
 */
export function attachMenu(root, options) {
  pinned();
  root.addEventListener("contextmenu", (event) => onContextMenu(event, root, options));
  watchPress(root, options);
  document.addEventListener("keydown", (event) => onPageKey(event, root, options));
}

// The row menu itself: its items, its place in the window, its keys (the menu pattern
// of WAI-ARIA). `menu.js` says when it opens.

import { ENTRIES } from "./entries.js";
import { visible } from "./visible.js";

const EDGE = 4; // pixels between the menu and the window's edge

let open = null; // {menu, from, root}

/** Whether the menu is open: a page that moves its rows waits. */
export function isMenuOpen() {
  return open !== null;
}

function tell(root) {
  root.dispatchEvent(new CustomEvent("rowmenu", { detail: { open: isMenuOpen() } }));
}

// -- what is in it

function labelOf(entry, target) {
  const label = typeof entry.label === "function" ? entry.label(target) : entry.label;
  return Array.isArray(label) ? label : [label];
}

function shortcut(key) {
  return /^[A-Z]$/.test(key) ? `Shift+${key}` : key;
}

function keyOf(entry) {
  const key = document.createElement("kbd");
  key.setAttribute("aria-hidden", "true");
  key.textContent = shortcut(entry.key).replace("Shift+", "⇧");
  return key;
}

function wordsOf(entry, target) {
  const words = document.createElement("span");
  const [label, term] = labelOf(entry, target);
  words.className = "words";
  words.append(visible(label));
  if (term) {
    const code = document.createElement("code");
    code.textContent = visible(term);
    words.append(" ", code);
  }
  return words;
}

function itemOf(entry, target) {
  const item = document.createElement("div");
  item.setAttribute("role", "menuitem");
  item.dataset.name = entry.name;
  item.tabIndex = -1;
  if (entry.short) {
    const label = labelOf(entry, target).map((text) => visible(text)).join(" ");
    item.setAttribute("aria-label", label);
    item.title = label;
    item.className = "short";
    item.append(entry.short);
  } else {
    item.setAttribute("aria-keyshortcuts", shortcut(entry.key));
    item.append(wordsOf(entry, target), keyOf(entry));
  }
  item.addEventListener("click", () => choose(entry, target));
  item.addEventListener("pointermove", () => item.focus({ preventScroll: true }));
  return item;
}

function line() {
  const separator = document.createElement("div");
  separator.setAttribute("role", "separator");
  return separator;
}

function menuOf(target) {
  const menu = document.createElement("div");
  menu.className = "row-menu";
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", "Row");
  let group = null;
  for (const entry of ENTRIES.filter((one) => one.applies(target))) {
    if (group !== null && entry.group !== group) menu.append(line());
    group = entry.group;
    lineOf(menu, entry).append(itemOf(entry, target));
  }
  return menu;
}

/** What the entry is put into: the menu, or the line that it shares. */
function lineOf(menu, { line: name }) {
  if (!name) return menu;
  const last = menu.lastElementChild;
  if (last?.dataset.line === name) return last;
  const made = document.createElement("div");
  made.className = "line";
  made.dataset.line = name;
  made.setAttribute("role", "none");
  menu.append(made);
  return made;
}

function choose(entry, target) {
  close();
  entry.run(target);
}

// -- where it stands

/** Beside the point, and always inside the window. */
function place(menu, x, y) {
  const { width, height } = menu.getBoundingClientRect();
  const left = x + width > innerWidth - EDGE ? x - width : x;
  const top = y + height > innerHeight - EDGE ? innerHeight - EDGE - height : y;
  menu.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`;
  menu.style.top = `${Math.max(EDGE, top)}px`;
}

/** Opens the menu of a target beside a point; focus goes to its first item. */
export function showMenu(root, target, x, y) {
  close();
  const menu = menuOf(target);
  const from = document.activeElement;
  document.body.append(menu);
  place(menu, x, y);
  open = { menu, from, root };
  menu.addEventListener("keydown", (event) => onKey(event, target));
  menu.addEventListener("contextmenu", (event) => event.preventDefault());
  items()[0]?.focus({ preventScroll: true });
  tell(root);
}

function close() {
  if (!open) return;
  const { menu, from, root } = open;
  const hadFocus = menu.contains(document.activeElement);
  open = null;
  menu.remove();
  if (hadFocus && from?.isConnected) from.focus({ preventScroll: true });
  tell(root);
}

// -- keys in it

function items() {
  return [...open.menu.querySelectorAll("[role=menuitem]")];
}

/** From line to line, or with `isBeside` to what stands beside. */
function step(by, isBeside = false) {
  const at = document.activeElement;
  const all = items().filter(
    (item) => isBeside || item === at || !item.classList.contains("short"),
  );
  const next = all.indexOf(document.activeElement) + by;
  all[(next + all.length) % all.length].focus({ preventScroll: true });
}

/** The next entry that begins with the letter. */
function find(letter) {
  const all = items();
  const now = all.indexOf(document.activeElement) + 1;
  [...all.slice(now), ...all.slice(0, now)]
    .find((item) => item.textContent.toLowerCase().startsWith(letter))
    ?.focus({ preventScroll: true });
}

const MOVES = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowRight: () => step(1, true),
  ArrowLeft: () => step(-1, true),
  Home: () => items()[0].focus({ preventScroll: true }),
  End: () => items().at(-1).focus({ preventScroll: true }),
  Escape: close,
  Tab: close,
  Enter: () => document.activeElement.click(),
  " ": () => document.activeElement.click(),
};

function onKey(event, target) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.stopPropagation();
  event.preventDefault();
  if (Object.hasOwn(MOVES, event.key)) return MOVES[event.key]();
  const entry = ENTRIES.find((one) => one.key === event.key && one.applies(target));
  if (entry) return choose(entry, target);
  if (/^[a-z]$/.test(event.key)) find(event.key);
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target)) close();
}, true);
document.addEventListener("scroll", (event) => {
  if (open && !open.menu.contains(event.target)) close();
}, { capture: true, passive: true });
addEventListener("resize", close);
addEventListener("blur", close);

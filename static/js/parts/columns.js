// The columns of a table of rows: which, in what order, how wide. The width of every
// cell comes from two custom properties of the `.log`, so that a row never is measured.
//
// connectColumns(log, {preference, catalogue, usual, keys, pick}) gives a table that the
// server made its chosen columns; Real-Time uses the parts.

import { detail } from "./catalogue.js";
import { createCell } from "./cells.js";
import { Chooser } from "./chooser.js";
import { Heading } from "./heading.js";
import { given, save } from "./preferences.js";

const MOST = 40;
const NARROWEST = 2; // ch
const WIDEST = 400;
const BESIDE = "20px"; // left and right of a row

export class Columns {
  /** `usual(width)` gives the names for one who has chosen nothing; `kept` is what a
   *  preference holds: a list of [name, width in ch or null], or undefined. */
  constructor(catalogue, usual, kept) {
    this.catalogue = catalogue;
    this.usual = usual;
    this.listeners = [];
    this.take(kept);
  }

  take(kept) {
    const known = (Array.isArray(kept) ? kept : []).filter(
      (pair) => Array.isArray(pair) && this.describe(String(pair[0])),
    );
    this.isChosen = known.length > 0;
    const pairs = known.length ? known : this.unchosen();
    this.widths = new Map(pairs.slice(0, MOST).map(([name, ch]) => [name, within(ch)]));
  }

  unchosen() {
    return this.usual(this.room).map((name) => [name, null]);
  }

  /** The table has so many pixels; true when that changes what is shown. */
  fitInto(room) {
    this.room = room;
    if (this.isChosen) return false;
    const before = this.names.join();
    this.widths = new Map(this.unchosen());
    return this.names.join() !== before;
  }

  /** The catalogue's entry; null for a column that does not exist. */
  describe(name) {
    return this.catalogue.find((one) => one.name === name) ?? detail(name);
  }

  get names() {
    return [...this.widths.keys()];
  }

  get list() {
    return this.names.map((name) => this.describe(name));
  }

  has(name) {
    return this.widths.has(name);
  }

  // -- changes

  changed(isChosen = true) {
    this.isChosen = isChosen;
    for (const listener of this.listeners) listener(this);
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  show(name, isShown) {
    if (isShown === this.has(name) || !this.describe(name)) return;
    if (isShown && this.widths.size < MOST) this.widths.set(name, null);
    else if (!isShown && this.widths.size > 1) this.widths.delete(name);
    this.changed();
  }

  /** Puts a column at a place among the others, 0 the first. */
  move(name, place) {
    const others = [...this.widths].filter(([other]) => other !== name);
    others.splice(Math.max(0, place), 0, [name, this.widths.get(name)]);
    this.widths = new Map(others);
    this.changed();
  }

  shift(name, by) {
    const place = this.names.indexOf(name) + by;
    if (place >= 0 && place < this.widths.size) this.move(name, place);
  }

  /** `ch` of null is the usual width again. */
  resize(name, ch) {
    this.widths.set(name, within(ch));
    this.changed();
  }

  reset() {
    this.take(undefined);
    this.changed(false);
  }

  /** What a preference keeps; null when nothing was chosen. */
  get kept() {
    return this.isChosen ? [...this.widths] : null;
  }

  // -- CSS

  width({ name, width }) {
    const ch = this.widths.get(name);
    return ch === null ? width : `${ch}ch`;
  }

  template() {
    return this.list
      .map((one) => {
        const isFree = one.grows && this.widths.get(one.name) === null;
        return isFree ? `minmax(${one.width}, 1fr)` : this.width(one);
      })
      .join(" ");
  }

  least() {
    const widths = this.list.map((one) => this.width(one)).join(" + ");
    return `calc(${widths} + ${this.widths.size - 1} * 1ch + ${BESIDE})`;
  }

  apply(log) {
    log.style.setProperty("--columns", this.template());
    log.style.setProperty("--least", this.least());
  }
}

function within(ch) {
  if (typeof ch !== "number" || !Number.isFinite(ch)) return null;
  return Math.round(10 * Math.min(WIDEST, Math.max(NARROWEST, ch))) / 10;
}

/** Heading, chooser, keeping: everything but the rows. `show(columns, isOther)` is
 *  called at once and after every change; `isOther`: not only widths have changed. */
export function manageColumns(log, columns, { preference, keys, pick, show }) {
  const chooser = new Chooser(columns, keys);
  const heading = new Heading(log.querySelector(".log-head"), columns, {
    open: () => chooser.open(),
    pick,
  });
  let before = "";
  const draw = () => {
    columns.apply(log);
    const names = columns.names.join(" ");
    if (names !== before) heading.draw();
    show(columns, names !== before);
    before = names;
  };
  columns.onChange(() => {
    draw();
    save(preference, columns.kept);
  });
  new ResizeObserver(() => columns.fitInto(log.clientWidth) && draw()).observe(log);
  columns.fitInto(log.clientWidth);
  draw();
  return chooser;
}

// -- a table that the server made: `.log-row[data-row]` with the row as JSON

const made = new WeakMap(); // row element → Map of column → cell

function cellsOf(row) {
  if (!made.has(row)) {
    const pairs = [...row.children].map((cell) => [cell.classList[0].slice(2), cell]);
    made.set(row, new Map(pairs));
  }
  return made.get(row);
}

function arrange(row, names) {
  const cells = cellsOf(row);
  const lacking = names.filter((name) => !cells.has(name));
  const values = lacking.length ? JSON.parse(row.dataset.row || "{}") : {};
  for (const name of lacking) {
    const { element, fill } = createCell(name, { role: "cell" });
    fill(values);
    cells.set(name, element);
  }
  row.replaceChildren(...names.map((name) => cells.get(name)));
}

/** Gives a server-made table its chosen columns; `pick(name)` when a heading is
 *  pressed (to sort), `keys()` names keys of `data` that can be chosen. The answer has
 *  `columns` and `open()` of the dialog; call `draw()` after rows were replaced. */
export function connectColumns(log, { preference, catalogue, usual, keys, pick }) {
  const columns = new Columns(catalogue, usual, given(preference));
  const draw = () => {
    for (const row of log.querySelectorAll(".log-row")) arrange(row, columns.names);
  };
  const chooser = manageColumns(log, columns, {
    preference,
    keys,
    pick,
    show: (_, isOther) => isOther && draw(),
  });
  return { columns, draw, open: () => chooser.open() };
}

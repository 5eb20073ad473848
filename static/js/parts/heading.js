// The headings above a table's columns: dragged to another place, sized at their right
// edge (double click fits), and both by keyboard.

import { button, make } from "./elements.js";

const DRAG = 6; // pixels before a press becomes a drag
const STEP = 2; // ch of one press of + or −

export class Heading {
  /** `pick(name, event)` when a heading is pressed, else `open()`. */
  constructor(head, columns, { open, pick }) {
    this.head = head;
    this.columns = columns;
    this.press = (name, event) => (pick ? pick(name, event) : open(name));
    this.open = open;
    this.cells = new Map();
    for (const cell of [...head.children]) this.cells.set(cell.dataset.column, cell);
    this.current = null; // the heading that Tab reaches
    head.addEventListener("pointerdown", (event) => this.grasp(event));
    head.addEventListener("keydown", (event) => this.key(event));
    head.addEventListener("contextmenu", (event) => this.menu(event));
    head.addEventListener("dblclick", (event) => this.double(event));
    head.addEventListener("click", (event) => this.click(event));
  }

  draw() {
    const { names } = this.columns;
    const hadFocus = this.head.contains(document.activeElement);
    if (!names.includes(this.current)) this.current = names[0];
    this.head.replaceChildren(...names.map((name) => this.cell(name)));
    if (hadFocus) this.focus(this.current);
  }

  cell(name) {
    if (!this.cells.has(name)) this.cells.set(name, this.newCell(name));
    const cell = this.cells.get(name);
    if (!cell.querySelector(".edge")) this.equip(cell, name);
    this.handle(cell).tabIndex = name === this.current ? 0 : -1;
    return cell;
  }

  newCell(name) {
    const { label } = this.columns.describe(name);
    const attributes = { class: classOf(name), role: "columnheader", "data-column": name };
    return make("span", attributes, label);
  }

  /** What the server wrote stays; a heading without a link gets a button. */
  equip(cell, name) {
    const { label, about } = this.columns.describe(name);
    if (!cell.querySelector("a, button")) {
      const handle = button("", { class: "heading", title: about ?? label });
      handle.append(...cell.childNodes);
      cell.append(handle);
    }
    cell.append(make("span", { class: "edge", "aria-hidden": "true" }));
  }

  handle(cell) {
    return cell.querySelector("a, button");
  }

  nameAt(target) {
    return target.closest?.("[data-column]")?.dataset.column;
  }

  focus(name) {
    const before = this.cells.get(this.current);
    if (before && this.handle(before)) this.handle(before).tabIndex = -1;
    this.current = name;
    const handle = this.handle(this.cells.get(name));
    handle.tabIndex = 0;
    handle.focus();
  }

  // -- pointer

  grasp(event) {
    const name = this.nameAt(event.target);
    if (!name || event.button !== 0) return;
    const isEdge = event.target.classList.contains("edge");
    const work = isEdge ? this.sizing(name, event) : this.dragging(name, event);
    const end = (last) => {
      removeEventListener("pointermove", work.move);
      work.end(last);
    };
    addEventListener("pointermove", work.move);
    addEventListener("pointerup", end, { once: true });
    if (isEdge) event.preventDefault(); // no text is selected
  }

  sizing(name, { clientX }) {
    const width = this.cells.get(name).getBoundingClientRect().width;
    const ch = this.ch();
    return {
      move: (event) => {
        this.columns.resize(name, (width + event.clientX - clientX) / ch);
      },
      end: () => {},
    };
  }

  dragging(name, { clientX }) {
    const cell = this.cells.get(name);
    let place = null;
    const unmark = () => {
      for (const one of this.head.children) one.classList.remove("before", "after");
    };
    return {
      move: (event) => {
        if (place === null && Math.abs(event.clientX - clientX) < DRAG) return;
        cell.classList.add("dragged");
        unmark();
        place = this.placeAt(name, event.clientX);
      },
      end: () => {
        cell.classList.remove("dragged");
        unmark();
        if (place === null) return;
        this.suppress = true; // the click that ends the drag
        setTimeout(() => (this.suppress = false));
        this.columns.move(name, place);
      },
    };
  }

  /** The place among the other columns, and a mark where that is. */
  placeAt(name, x) {
    const others = [...this.head.children].filter(
      (cell) => cell.dataset.column !== name,
    );
    const place = others.findIndex((cell) => {
      const box = cell.getBoundingClientRect();
      return x < box.left + box.width / 2;
    });
    if (place >= 0) others[place].classList.add("before");
    else others.at(-1)?.classList.add("after");
    return place < 0 ? others.length : place;
  }

  click(event) {
    const name = this.nameAt(event.target);
    if (!name) return;
    if (this.suppress || event.target.classList.contains("edge")) event.preventDefault();
    else this.press(name, event);
  }

  double(event) {
    if (event.target.classList.contains("edge")) this.fit(this.nameAt(event.target));
  }

  menu(event) {
    event.preventDefault();
    this.open(this.nameAt(event.target));
  }

  // -- keyboard

  key(event) {
    const name = this.nameAt(event.target);
    const act = KEYS[(event.shiftKey && event.key.length > 1 ? "Shift+" : "") + event.key];
    if (!name || !act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act(this, name);
  }

  step(name, by) {
    const { names } = this.columns;
    const next = names[names.indexOf(name) + by];
    if (next) this.focus(next);
  }

  grow(name, by) {
    const width = this.cells.get(name).getBoundingClientRect().width;
    this.columns.resize(name, width / this.ch() + by);
  }

  hide(name) {
    const { names } = this.columns;
    const at = names.indexOf(name);
    if (names.length > 1) this.current = names[at + 1] ?? names[at - 1];
    this.columns.show(name, false);
  }

  // -- measures

  /** Pixels of the digit 0 in the table's font. */
  ch() {
    const probe = make("span", { class: "visually-hidden" });
    probe.style.width = "100ch";
    this.head.parentElement.append(probe);
    const width = probe.getBoundingClientRect().width;
    probe.remove();
    return width / 100 || 7;
  }

  /** As wide as the widest value that is there. */
  fit(name) {
    const log = this.head.parentElement;
    const range = document.createRange();
    const widths = [...log.querySelectorAll(`.${classOf(name)}`)].map((cell) => {
      range.selectNodeContents(cell.querySelector(".heading") ?? cell);
      return range.getBoundingClientRect().width;
    });
    this.columns.resize(name, Math.ceil(Math.max(...widths) + 2) / this.ch() + 0.2);
  }
}

const KEYS = {
  ArrowLeft: (heading, name) => heading.step(name, -1),
  ArrowRight: (heading, name) => heading.step(name, 1),
  Home: (heading) => heading.focus(heading.columns.names[0]),
  End: (heading) => heading.focus(heading.columns.names.at(-1)),
  "Shift+ArrowLeft": (heading, name) => heading.columns.shift(name, -1),
  "Shift+ArrowRight": (heading, name) => heading.columns.shift(name, 1),
  "+": (heading, name) => heading.grow(name, STEP),
  "-": (heading, name) => heading.grow(name, -STEP),
  0: (heading, name) => heading.fit(name),
  Delete: (heading, name) => heading.hide(name),
};

/** The class of a column's cells: `c-src`; every key of `data` has the same. */
export function classOf(name) {
  return name.startsWith("data.") ? "c-data" : `c-${name}`;
}

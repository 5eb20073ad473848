// The virtual table: only the rows in sight are elements, and those are used again.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { createRow } from "../parts/cells.js";
import { markPin } from "../parts/pins.js";
import { keyOf } from "./buffer.js";

function rowHeight() {
  const style = getComputedStyle(document.documentElement);
  return parseFloat(style.getPropertyValue("--row"));
}

export class Grid {
  /** `eventUrl(row)` is the address of a row's page or null. */
  constructor(root, eventUrl) {
    this.root = root;
    this.eventUrl = eventUrl;
    this.names = [];
    this.onScroll = () => {};
    this.head = root.querySelector(".log-head");
    this.body = root.querySelector(".log-body");
    this.rows = [];
    this.pool = [];
    this.selected = null; // the key of a row
    this.virtual = new Virtualizer(this.options());
    this.virtual._didMount();
    this.virtual._willUpdate();
    new ResizeObserver(() => this.draw()).observe(root);
  }

  options() {
    const size = rowHeight();
    const above = this.head.offsetHeight;
    return {
      count: this.rows.length,
      getScrollElement: () => this.root,
      estimateSize: () => size,
      overscan: 8,
      scrollMargin: above,
      scrollPaddingStart: above,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => {
        this.place();
        this.onScroll();
      },
    };
  }

  /** Other columns, or the same shown in another way. */
  setColumns(names) {
    this.names = names;
    this.pool = [];
    this.body.replaceChildren();
    this.draw();
  }

  /** Shows these rows, newest first. */
  show(rows) {
    this.rows = rows;
    this.draw();
  }

  draw() {
    const options = this.options();
    const resized = options.estimateSize() !== this.size;
    this.size = options.estimateSize();
    this.virtual.setOptions(options);
    this.virtual._willUpdate();
    if (resized) this.virtual.measure();
    this.root.setAttribute("aria-rowcount", this.rows.length + 1);
    this.body.style.height = `${this.virtual.getTotalSize()}px`;
    this.place();
  }

  place() {
    const items = this.virtual.getVirtualItems();
    while (this.pool.length < items.length) this.grow();
    this.pool.forEach((slot, index) => this.fill(slot, items[index]));
    this.markActive();
  }

  grow() {
    const slot = createRow(this.names, this.eventUrl);
    slot.element.id = `row-${this.pool.length}`;
    this.pool.push(slot);
  }

  fill(slot, item) {
    const row = item ? this.rows[item.index] : undefined;
    slot.index = row ? item.index : -1;
    if (!row) {
      slot.element.remove();
      return;
    }
    if (!slot.element.parentNode) this.body.append(slot.element);
    if (slot.row !== row) slot.fill(row);
    slot.row = row;
    markPin(slot.element, row);
    const top = item.start - this.virtual.options.scrollMargin;
    slot.element.style.transform = `translateY(${top}px)`;
    slot.element.setAttribute("aria-rowindex", item.index + 2);
    slot.element.setAttribute("aria-selected", String(keyOf(row) === this.selected));
  }

  markActive() {
    const slot = this.pool.find(
      ({ index, row }) => index >= 0 && keyOf(row) === this.selected,
    );
    if (slot) this.root.setAttribute("aria-activedescendant", slot.element.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  select(key, index = -1) {
    this.selected = key;
    if (index >= 0) this.virtual.scrollToIndex(index, { align: "auto" });
    this.place();
  }

  /** The row under a target of an event, or null. */
  rowAt(target) {
    const element = target.closest?.(".log-row");
    const slot = this.pool.find((one) => one.element === element);
    return slot && slot.index >= 0 ? slot.row : null;
  }

  /** How many rows are in sight. */
  inSight() {
    const height = this.root.clientHeight - this.head.offsetHeight;
    return Math.max(1, Math.floor(height / this.size));
  }

  firstInSight() {
    return Math.max(0, Math.ceil((this.root.scrollTop - 1) / this.size));
  }

  isAtTop() {
    return this.root.scrollTop < 2;
  }

  toTop() {
    this.root.scrollTop = 0;
  }
}

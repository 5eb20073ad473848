// The virtual table: only the rows in sight are elements, and those are used again.

import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { createRow } from "./cells.js";

function rowHeight() {
  const style = getComputedStyle(document.documentElement);
  return parseFloat(style.getPropertyValue("--row"));
}

export class Grid {
  constructor(root, eventUrl, onScroll) {
    this.root = root;
    this.eventUrl = eventUrl;
    this.onScroll = onScroll;
    this.head = root.querySelector(".log-head");
    this.body = root.querySelector(".log-body");
    this.rows = [];
    this.pool = [];
    this.selected = null;
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
    const slot = createRow(this.eventUrl);
    slot.element.id = `row-${this.pool.length}`;
    this.pool.push(slot);
    this.body.append(slot.element);
  }

  fill(slot, item) {
    const row = item ? this.rows[item.index] : undefined;
    slot.element.hidden = !row;
    slot.index = row ? item.index : -1;
    if (!row) return;
    if (slot.row !== row) slot.fill(row);
    slot.row = row;
    const top = item.start - this.virtual.options.scrollMargin;
    slot.element.style.transform = `translateY(${top}px)`;
    slot.element.setAttribute("aria-rowindex", item.index + 2);
    slot.element.setAttribute("aria-selected", String(row.id === this.selected));
  }

  markActive() {
    const slot = this.pool.find(
      ({ index, row }) => index >= 0 && row.id === this.selected,
    );
    if (slot) this.root.setAttribute("aria-activedescendant", slot.element.id);
    else this.root.removeAttribute("aria-activedescendant");
  }

  select(id, index = -1) {
    this.selected = id;
    if (index >= 0) this.virtual.scrollToIndex(index, { align: "auto" });
    this.place();
  }

  /** The row under a target of an event, or null. */
  rowAt(target) {
    const element = target.closest?.(".log-row");
    const slot = this.pool.find((one) => one.element === element);
    return slot && slot.index >= 0 ? slot.row : null;
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

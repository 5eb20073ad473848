// What is shown of the stream in front: once per animation frame its new rows are put
// on top, unless the reader is looking; then they are held.

import { keyOf } from "./buffer.js";
import { Figures } from "./figures.js";

export class View {
  /** `onSelect(row or null)` when the reader goes to another row by keyboard. */
  constructor(page, grid, filter, onSelect) {
    this.grid = grid;
    this.filter = filter;
    this.onSelect = onSelect;
    this.figures = new Figures(document);
    this.empty = page.querySelector("[data-empty]");
    this.isWall = false;
    this.isHovered = false;
    this.isReading = false; // a row was chosen by keyboard
    this.frame = 0;
    grid.onScroll = () => this.update();
    grid.root.addEventListener("pointermove", (event) => {
      const isMouse = event.pointerType === "mouse";
      this.isHovered = isMouse && grid.rowAt(event.target) !== null;
    });
    grid.root.addEventListener("pointerleave", () => {
      this.isHovered = false;
      this.update();
    });
  }

  /** Brings another stream to the front. */
  show(stream) {
    this.stream = stream;
    this.select(null);
    stream.unseen = 0;
    stream.buffer.release();
    this.grid.show(stream.buffer.shown);
    this.grid.toTop();
    this.update();
  }

  update() {
    if (this.stream) this.frame ||= requestAnimationFrame(() => this.draw());
  }

  isHolding() {
    if (this.stream.stepped) return false;
    if (this.isWall) return this.stream.paused;
    const isLooking = this.isHovered || this.isReading || !this.grid.isAtTop();
    return isLooking || this.stream.paused;
  }

  draw() {
    this.frame = 0;
    const { stream } = this;
    const { buffer } = stream;
    const isNew = !this.isHolding() && buffer.release();
    if (isNew || stream.hasOlder || buffer.shown !== this.grid.rows) {
      this.grid.show(buffer.shown);
    }
    stream.stepped = stream.hasOlder = false;
    stream.unseen = 0;
    this.figures.show(stream);
    this.filter.show(stream.query, stream.wrong);
    this.showEmpty();
  }

  emptyReason() {
    if (this.stream.isAway) return "away";
    if (this.stream.isLoading) return "loading";
    return this.stream.query ? "filtered" : "silent";
  }

  showEmpty() {
    const { shown, held } = this.stream.buffer;
    this.empty.hidden = shown.length + held.length > 0 || this.stream.wrong !== null;
    const reason = this.emptyReason();
    for (const part of this.empty.children) part.hidden = part.dataset.when !== reason;
  }

  // -- the reader

  get selected() {
    const at = this.stream.buffer.indexOf(this.grid.selected);
    return at < 0 ? null : this.stream.buffer.shown[at];
  }

  /** Marks a row; `isReading`: it shall stay where it is. */
  select(row, isReading = false) {
    this.isReading = isReading;
    const key = row && keyOf(row);
    this.grid.select(key, isReading ? this.stream.buffer.indexOf(key) : -1);
    this.update();
  }

  step(by) {
    const { shown } = this.stream.buffer;
    const now = this.stream.buffer.indexOf(this.grid.selected);
    const next = now < 0 ? this.grid.firstInSight() : now + by;
    const row = shown[Math.max(0, Math.min(next, shown.length - 1))];
    if (!row) return;
    this.select(row, true);
    this.onSelect(row);
  }

  toEnd() {
    this.step(this.stream.buffer.shown.length);
  }

  /** Shows what was held, on top. */
  release() {
    this.isHovered = false;
    this.select(null);
    this.stream.buffer.release();
    this.grid.show(this.stream.buffer.shown);
    this.grid.toTop();
    this.update();
  }
}

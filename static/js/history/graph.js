// The histogram: stacked bars by time, brushed by pointer and keyboard. An SVG of our
// own: a bar is an option of a list box, so that it can be reached and read out.

import { make } from "../parts/elements.js";
import { onClock } from "../parts/clock.js";
import { ceiling, ticks } from "./axes.js";
import { Brush } from "./brush.js";
import { plain, short, stretch } from "./figures.js";
import { hueOf } from "./hues.js";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 44; // px for the counts
const BOTTOM = 16; // px for the times
const TOP = 6;
const TICK = 90; // px between two times, at least

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

export class Graph {
  /** `zoom(start, end)` in milliseconds when a stretch is chosen. */
  constructor(root, label, zoom) {
    this.root = root;
    this.data = null;
    this.ghost = null;
    this.bars = [];
    this.svg = svg("svg", {
      role: "listbox",
      tabindex: "0",
      "aria-multiselectable": "true",
      "aria-label": `${label} over time; arrows choose a bar, Shift more, Enter zooms`,
    });
    this.tip = make("div", { class: "tip", "aria-hidden": "true", hidden: true });
    root.append(this.svg, this.tip);
    this.brush = new Brush(this, zoom);
    new ResizeObserver(() => this.draw()).observe(root);
    onClock(() => this.draw());
  }

  /** `histogram` as the API gives it; `ghost` the same of the range compared with. */
  show(histogram, ghost = this.ghost) {
    const first = new Date(histogram.start).getTime();
    this.data = { ...histogram, first, ms: histogram.step * 1000 };
    this.totals = histogram.series.length
      ? histogram.series[0].counts.map((_, i) => this.at(i))
      : [];
    this.ghost = ghost;
    this.draw();
  }

  compare(histogram) {
    this.ghost = histogram;
    if (this.data) this.draw();
  }

  at(index) {
    return sum(this.data.series.map(({ counts }) => counts[index]));
  }

  ghostTotals() {
    const series = this.ghost?.series ?? [];
    return this.totals.map((_, i) => sum(series.map(({ counts }) => counts[i] ?? 0)));
  }

  // -- measures

  get inner() {
    return Math.max(1, this.width - LEFT - 1);
  }

  x(index) {
    return LEFT + (index * this.inner) / Math.max(1, this.totals.length);
  }

  y(count) {
    return TOP + (this.height - TOP - BOTTOM) * (1 - count / this.most);
  }

  /** The bar under a place, by pixels from the left edge. */
  indexAt(x) {
    const index = Math.floor(((x - LEFT) / this.inner) * this.totals.length);
    return Math.min(this.totals.length - 1, Math.max(0, index));
  }

  /** From the beginning of one bar to the end of another, in milliseconds. */
  stretch(from, to) {
    const { first, ms } = this.data;
    return [first + from * ms, first + (to + 1) * ms];
  }

  words(index) {
    const parts = this.data.series
      .filter(({ counts }) => counts[index])
      .map(({ label, counts }) => `${label} ${plain(counts[index])}`);
    const before = this.ghost ? [`before ${plain(this.ghostTotals()[index])}`] : [];
    return [...parts, ...before].join(", ") || "nothing";
  }

  // -- drawing

  draw() {
    if (!this.data || !this.root.clientWidth) return;
    this.width = this.root.clientWidth;
    this.height = this.root.clientHeight;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const ghost = this.ghost ? this.ghostTotals() : [];
    this.most = ceiling(Math.max(...this.totals, ...ghost, 1));
    this.bars = this.totals.map((_, index) => this.bar(index));
    this.svg.replaceChildren(
      this.grid(),
      ...this.bars,
      ...(this.ghost ? [this.line(ghost)] : []),
      this.brush.element,
    );
    this.brush.draw();
  }

  grid() {
    const group = svg("g", { class: "grid", "aria-hidden": "true" });
    for (const count of [this.most, this.most / 2, 0]) {
      const y = this.y(count);
      group.append(svg("line", { x1: LEFT, x2: this.width, y1: y, y2: y }));
      const text = svg("text", { x: LEFT - 6, y: y + 3, class: "count" });
      text.textContent = count < 1 && count ? "" : short(count);
      group.append(text);
    }
    group.append(...this.times());
    return group;
  }

  times() {
    const [start, end] = this.stretch(0, this.totals.length - 1);
    const most = Math.max(1, Math.floor(this.inner / TICK));
    return ticks(start, end, most).flatMap(({ time, label }) => {
      const x = LEFT + (this.inner * (time - start)) / (end - start);
      const text = svg("text", { x, y: this.height - 4, class: "time" });
      text.textContent = label;
      const line = svg("line", { x1: x, x2: x, y1: TOP, y2: this.height - BOTTOM });
      return x > this.width - 24 ? [line] : [line, text];
    });
  }

  bar(index) {
    const [start, end] = this.stretch(index, index);
    const left = this.x(index);
    const width = this.x(index + 1) - left;
    const group = svg("g", {
      role: "option",
      id: `bar-${index}`,
      "aria-label": `${stretch(start, end)}: ${this.words(index)}`,
      "aria-selected": "false",
    });
    group.append(
      svg("rect", {
        class: "hit",
        x: left,
        y: TOP,
        width,
        height: this.height - TOP - BOTTOM,
      }),
      ...this.blocks(index, left, width),
    );
    return group;
  }

  blocks(index, left, width) {
    const gap = width > 4 ? 1 : 0;
    const found = [];
    let below = 0;
    this.data.series.forEach((series, at) => {
      const count = series.counts[index];
      if (!count) return;
      const top = this.y(below + count);
      const height = Math.max(this.y(below) - top, below ? 0.5 : 1);
      const hue = hueOf(this.data.by, series, at);
      found.push(svg("rect", { class: hue, x: left, y: top, width: width - gap, height }));
      below += count;
    });
    return found;
  }

  line(totals) {
    const points = totals.map((count, i) => `H${this.x(i)}V${this.y(count)}`).join("");
    const path = `M${this.x(0)},${this.y(totals[0] ?? 0)}${points}H${this.x(totals.length)}`;
    return svg("path", { class: "ghost", d: path, "aria-hidden": "true" });
  }

  showTip(index) {
    if (index === null || !this.data) {
      this.tip.hidden = true;
      return;
    }
    const [start, end] = this.stretch(index, index);
    this.tip.replaceChildren(
      make("b", {}, stretch(start, end)),
      ...this.words(index).split(", ").map((line) => make("span", {}, line)),
    );
    this.tip.hidden = false;
    const middle = (this.x(index) + this.x(index + 1)) / 2;
    const isRight = middle > this.width / 2;
    this.tip.style.left = isRight ? "auto" : `${middle + 10}px`;
    this.tip.style.right = isRight ? `${this.width - middle + 10}px` : "auto";
  }
}

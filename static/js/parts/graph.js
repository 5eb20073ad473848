// Graphs over time, drawn by uPlot: lines, or bars on each other. Colours are tokens.

import uPlot from "uplot";
import { TYPE_HUES } from "./hues.js";
import { split } from "./time.js";

const HUES = ["blue", "teal", "orange", "violet", "yellow", "pink", "green", "red"];

/** The hue of an event type's name; the same as its chip. */
export function typeHue(name) {
  return TYPE_HUES[name] ?? "grey";
}

export function hueAt(place) {
  return HUES[place % HUES.length];
}

/** A token as the canvas wants it: light-dark() resolved for the present theme. */
export function color(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Calls after the theme has changed. */
export function onTheme(listener) {
  const theme = { attributes: true, attributeFilter: ["data-theme"] };
  new MutationObserver(listener).observe(document.documentElement, theme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener);
}

const SHORT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

export function short(number) {
  return number == null ? "" : SHORT.format(number);
}

/** The sums of each series and those before it: the tops of bars on each other. */
export function stacked(series) {
  const tops = [];
  for (const { values } of series) {
    const below = tops.at(-1);
    tops.push(
      values.map((value, at) => (value == null ? null : value + (below?.[at] ?? 0))),
    );
  }
  return tops;
}

function clockOf(seconds, step) {
  const { date, clock } = split(new Date(seconds * 1000).toISOString());
  if (step >= 86_400) return date.slice(5);
  return clock.slice(0, step >= 60 ? 5 : 8);
}

function axes(hasAxes, format) {
  const text = { stroke: color("muted"), font: font() };
  const line = { stroke: color("line"), width: 1 };
  const time = {
    ...text,
    show: hasAxes,
    size: 22,
    gap: 3,
    space: 70,
    grid: line,
    ticks: { show: false },
    values: (_, splits, __, ___, step) => splits.map((one) => clockOf(one, step)),
  };
  const values = {
    ...text,
    show: hasAxes,
    size: 44,
    gap: 4,
    space: 26,
    grid: line,
    ticks: { show: false },
    values: (_, splits) => splits.map(format),
  };
  return [time, values];
}

/** The smallest of the page's sizes, which wall mode enlarges. */
function font() {
  const rem = getComputedStyle(document.documentElement).getPropertyValue("--tiny");
  return `${16 * parseFloat(rem)}px ${getComputedStyle(document.body).fontFamily}`;
}

export class TimeGraph {
  /** `options`: `isStacked`, `hasAxes`, `isWhole` (values only whole numbers), `most`
   *  (top of the scale, else by the values), `format(value)`, `onPick(series)` when a
   *  part is pressed, `onBrush(from, to)` in seconds, `onHover(place or null)`. */
  constructor(root, options) {
    this.root = root;
    this.options = { format: short, ...options };
    this.series = [];
    new ResizeObserver(() => this.renew()).observe(root);
    onTheme(() => this.renew());
  }

  /** `times` in seconds, `series` of {label, hue, values}. */
  draw(times, series) {
    const isOther = series.length !== this.series.length || !this.plot;
    const isRenamed = series.some(({ label }, at) => label !== this.series[at]?.label);
    this.times = times;
    this.series = series;
    if (isOther || isRenamed) this.renew();
    else this.plot.setData(this.data());
  }

  /** The tallest is drawn first, the others stand before it. */
  data() {
    const tops = this.options.isStacked
      ? stacked(this.series)
      : this.series.map(({ values }) => values);
    return [this.times, ...tops.reverse()];
  }

  renew() {
    this.plot?.destroy();
    this.plot = null;
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!this.series.length || !width || !height) return;
    this.plot = new uPlot(this.settings(width, height), this.data(), this.root);
    this.plot.over.addEventListener("click", () => this.press());
  }

  settings(width, height) {
    const { hasAxes, format, onBrush } = this.options;
    return {
      width,
      height,
      padding: hasAxes ? [8, 20, 0, 0] : [3, 0, 1, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: Boolean(onBrush), y: false, setScale: false },
      },
      scales: { y: { range: (_, __, most) => this.range(most) } },
      axes: axes(hasAxes, format),
      series: [{}, ...this.series.map((one) => this.line(one)).reverse()],
      hooks: {
        setSelect: [(plot) => this.brushed(plot)],
        setCursor: [({ cursor }) => this.options.onHover?.(cursor.idx ?? null)],
      },
    };
  }

  range(most) {
    return [0, this.options.most ?? Math.max((most ?? 0) * 1.08, 1)];
  }

  line({ label, hue }) {
    const stroke = color(hue);
    if (!this.options.isStacked) {
      return { label, stroke, width: 1.5, points: { show: false }, spanGaps: false };
    }
    const paths = uPlot.paths.bars({ size: [1, 40, 1], gap: this.gap() });
    return { label, stroke, fill: stroke, width: 0, points: { show: false }, paths };
  }

  gap() {
    return this.root.clientWidth / this.times.length > 4 ? 1 : 0;
  }

  brushed(plot) {
    const { left, width } = plot.select;
    if (width < 3) return;
    const [from, to] = [left, left + width].map((x) => plot.posToVal(x, "x"));
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.onBrush?.(from, to);
  }

  /** The series at the pointer: of bars the one within, of lines the nearest. */
  press() {
    const { idx, top } = this.plot.cursor;
    if (idx == null || !this.options.onPick) return;
    const value = this.plot.posToVal(top, "y");
    const found = this.options.isStacked ? this.within(idx, value) : this.nearest(idx, value);
    if (found) this.options.onPick(found);
  }

  within(at, value) {
    const tops = stacked(this.series);
    return this.series[tops.findIndex((top) => value <= (top[at] ?? 0))];
  }

  nearest(at, value) {
    const known = this.series.filter(({ values }) => values[at] != null);
    const away = ({ values }) => Math.abs(values[at] - value);
    return known.sort((a, b) => away(a) - away(b))[0];
  }

}

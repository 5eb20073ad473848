// One graph: small above the rows, large in a dialog, with its figures as a table.

import { button, freshId, make } from "../parts/elements.js";
import { TimeGraph } from "../parts/graph.js";
import { visible } from "../parts/visible.js";
import { Bars } from "./bars.js";
import { figures } from "./series.js";

const LEGEND = 4; // series that a small graph names

/** Draws one kind of data into an element. */
class Picture {
  constructor(root, kind, isLarge, onPick) {
    this.kind = kind;
    this.limit = isLarge ? Infinity : LEGEND;
    this.onPick = onPick;
    this.legend = make("p", { class: "legend" });
    this.plot = make("div", { class: kind.isBars ? "ranking" : "plot" });
    root.append(...(kind.isBars ? [this.plot] : [this.plot, this.legend]));
    const { format, isStacked, most } = kind;
    const options = { format, isStacked, most, hasAxes: isLarge || kind.hasAxes, onPick };
    this.graph = kind.isBars ? null : new TimeGraph(this.plot, options);
    this.bars = kind.isBars ? new Bars(this.plot, { format, onPick }) : null;
    this.legend.addEventListener("click", ({ target }) => {
      const place = [...this.legend.children].indexOf(target.closest("button"));
      if (place >= 0 && this.series[place].term) onPick(this.series[place]);
    });
    if (this.graph) this.plot.setAttribute("role", "img");
  }

  draw(data) {
    if (this.bars) {
      this.bars.draw(data);
      return;
    }
    this.series = data.series;
    this.graph.draw(data.times, data.series);
    this.plot.setAttribute("aria-label", this.sentence(data));
    this.name(data.series.slice(0, this.limit));
  }

  sentence({ series }) {
    const said = series.map((one) => `${one.label} ${this.kind.format(figures(one).last)}`);
    return `${this.kind.title}: ${said.join(", ")}`;
  }

  /** The legend; its buttons stay the same elements while their series do. */
  name(series) {
    const labels = series.map(({ label }) => label).join("\n");
    if (labels !== this.labels) {
      this.labels = labels;
      this.legend.replaceChildren(...series.map((one) => this.key(one)));
    }
    series.forEach((one, place) => {
      const figure = this.legend.children[place].querySelector("b");
      figure.textContent = this.kind.format(figures(one).last);
    });
  }

  key({ label, hue, term }) {
    const mark = make("i", { class: "mark", "aria-hidden": "true" });
    mark.style.background = `var(--${hue})`;
    const title = term ? `Filter for ${term}` : null;
    const key = button("", { class: "key", title, disabled: !term });
    key.append(mark, visible(label), " ", make("b"));
    return key;
  }
}

function isEmpty({ series, bars }) {
  return (series ?? bars).length === 0;
}

export class Card {
  /** `kind` is a row of the table of `graphs.js`; `onPick(part)` with its `term`. */
  constructor(kind, onPick) {
    this.kind = kind;
    this.onPick = (part) => {
      this.dialog?.close();
      onPick(part);
    };
    this.data = null;
    this.value = make("span", { class: "value" });
    const enlarge = button("⤢", {
      class: "icon-button",
      "aria-label": `Enlarge: ${kind.title}`,
      title: "Enlarge",
    });
    enlarge.addEventListener("click", () => this.enlarge());
    this.head = make("header", {}, make("h2", {}, kind.title), this.value, enlarge);
    this.body = make("div", { class: "graph-body", hidden: true });
    this.note = make("p", { class: "graph-note" }, "…");
    this.element = make(
      "article",
      { class: "graph none", "data-graph": kind.name },
      this.head,
      this.body,
      this.note,
    );
  }

  /** Shows data; `trouble` is a sentence instead when there is none. */
  show(data, trouble = this.kind.empty) {
    const hasNone = data === null || isEmpty(data);
    this.data = data;
    this.element.classList.toggle("none", hasNone);
    this.body.hidden = hasNone;
    this.note.hidden = !hasNone;
    if (hasNone) this.note.textContent = trouble;
    else this.draw(data);
  }

  draw(data) {
    this.small ??= new Picture(this.body, this.kind, false, this.onPick);
    this.small.draw(data);
    this.value.textContent = this.kind.value?.(data) ?? "";
    if (this.dialog?.open) this.drawLarge(data);
  }

  // -- large

  enlarge() {
    this.dialog ??= this.made();
    this.dialog.showModal();
    if (this.data && !isEmpty(this.data)) this.drawLarge(this.data);
  }

  made() {
    const title = freshId("graph");
    this.space = make("div", { class: "graph-large" });
    this.table = make("tbody");
    const close = button("Close", { class: "button quiet", "data-close": true });
    const dialog = make(
      "dialog",
      { class: "graph-dialog", "aria-labelledby": title },
      make("header", { class: "panel-head" }, make("h2", { id: title }, this.kind.title), close),
      this.space,
    );
    if (!this.kind.isBars) dialog.append(this.tableOf());
    document.body.append(dialog);
    return dialog;
  }

  tableOf() {
    const heads = ["Last", "Mean", "Highest"].map((text) =>
      make("th", { scope: "col", class: "number" }, text),
    );
    const first = make("th", { scope: "col" }, "Series");
    const head = make("thead", {}, make("tr", {}, first, ...heads));
    const table = make("table", { class: "table" }, head, this.table);
    return make("div", { class: "graph-table", tabindex: 0 }, table);
  }

  drawLarge(data) {
    this.large ??= new Picture(this.space, this.kind, true, this.onPick);
    this.large.draw(data);
    if (data.series) this.table.replaceChildren(...data.series.map((one) => this.line(one)));
  }

  line(one) {
    const { last, mean, most } = figures(one);
    const cells = [last, mean, most].map((value) =>
      make("td", { class: "number" }, this.kind.format(value)),
    );
    return make("tr", {}, make("th", { scope: "row" }, visible(one.label)), ...cells);
  }
}

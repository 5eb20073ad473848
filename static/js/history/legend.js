// What the colours of the graph mean; each entry filters.

import { button, make } from "../parts/elements.js";
import { counted, plain } from "./figures.js";
import { hueOf } from "./hues.js";

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

export class Legend {
  /** `filter(term, how)`; a press filters for it, with Shift or − out. */
  constructor(root, filter) {
    this.root = root;
    this.filter = filter;
  }

  show({ histogram, sampled }) {
    if (!histogram) return;
    const focused = document.activeElement?.dataset.value;
    const isSample = sampled != null;
    this.root.replaceChildren(
      ...histogram.series.map((series, index) =>
        this.entry(series, hueOf(histogram.by, series, index), isSample),
      ),
    );
    if (focused !== undefined) {
      [...this.root.children].find((one) => one.dataset.value === focused)?.focus();
    }
  }

  entry({ value, label, query, counts }, hue, isSample) {
    const total = sum(counts);
    const element = button("", {
      class: "series",
      "data-value": String(value),
      title: `${plain(total)}; press to filter for ${query}, Shift or − to filter it out`,
    });
    element.append(
      make("i", { class: hue, "aria-hidden": "true" }),
      `${label} `,
      make("b", {}, counted(total, isSample)),
    );
    element.addEventListener("click", (event) => {
      if (query) this.filter(query, event.shiftKey ? "out" : "for");
    });
    element.addEventListener("keydown", (event) => {
      if (event.key === "-" && query) this.filter(query, "out");
    });
    return element;
  }
}

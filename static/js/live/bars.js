// A ranking as bars: each a button that filters, so it needs no other words.

import { button, make } from "../parts/elements.js";
import { visible } from "../parts/visible.js";

export class Bars {
  constructor(root, { format, onPick }) {
    this.root = root;
    this.format = format;
    this.onPick = onPick;
    this.list = make("ol", { class: "bars" });
    root.append(this.list);
    this.list.addEventListener("click", ({ target }) => {
      const line = target.closest("li");
      const bar = this.bars[[...this.list.children].indexOf(line)];
      if (bar?.term) this.onPick(bar);
    });
  }

  draw({ bars }) {
    const text = JSON.stringify(bars);
    if (text === this.text) return; // what has the focus keeps it
    this.text = text;
    this.bars = bars;
    const most = Math.max(...bars.map(({ value }) => value), 1);
    this.list.replaceChildren(...bars.map((bar) => this.line(bar, most)));
  }

  line({ label, value, about }, most) {
    const fill = make("span", { class: "fill", "aria-hidden": "true" });
    fill.style.width = `${(100 * Math.max(0, value)) / most}%`;
    const name = make("span", { class: "name" }, visible(label));
    const figure = make("span", { class: "figure" }, this.format(value));
    const bar = button("", { class: "bar-button", title: about });
    bar.append(fill, name, " ", figure);
    return make("li", {}, bar);
  }
}

// The list of a combobox (WAI-ARIA 1.2): the focus stays in the input, which names the
// option that is chosen.

import { freshId, make } from "./elements.js";
import { visible } from "./visible.js";

export class Options {
  /** `onAccept(option)` when one is clicked. */
  constructor(input, onAccept) {
    this.input = input;
    this.onAccept = onAccept;
    this.shown = [];
    this.index = -1;
    this.list = make("ul", {
      role: "listbox",
      id: freshId("options"),
      class: "query-options",
      "aria-label": "Suggestions",
      hidden: true,
    });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    this.list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.onAccept(this.shown[[...this.list.children].indexOf(item)]);
    });
  }

  get isOpen() {
    return this.shown.length > 0;
  }

  get chosen() {
    return this.shown[this.index] ?? null;
  }

  /** What Tab takes: the chosen one, else the first that is no mere hint. */
  get likely() {
    return this.chosen ?? this.shown.find(({ kind }) => kind !== "hint") ?? null;
  }

  show(options) {
    this.shown = options;
    this.index = -1;
    this.list.replaceChildren(...options.map((option) => item(option)));
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Chooses the next; beyond either end none is chosen. */
  move(by) {
    const places = this.shown.length + 1;
    this.mark(false);
    this.index = ((this.index + 1 + by + places) % places) - 1;
    this.mark(true);
  }

  mark(isChosen) {
    const element = this.list.children[this.index];
    if (!element) this.input.removeAttribute("aria-activedescendant");
    if (!element) return;
    element.setAttribute("aria-selected", String(isChosen));
    if (!isChosen) return;
    this.input.setAttribute("aria-activedescendant", element.id);
    element.scrollIntoView({ block: "nearest" });
  }
}

function item({ label, about, kind }) {
  return make(
    "li",
    { role: "option", id: freshId("option"), "aria-selected": "false", "data-kind": kind },
    make("code", {}, visible(label)),
    make("span", { class: "about" }, visible(about)),
  );
}

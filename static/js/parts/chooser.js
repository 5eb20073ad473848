// The dialog in which columns are chosen and ordered; every change is seen at once.

import { button, freshId, make } from "./elements.js";

const MOST_KEYS = 200; // keys of `data` that are offered

export class Chooser {
  /** `keys()` gives the names of keys of `data` that there are rows with. */
  constructor(columns, keys = () => []) {
    this.columns = columns;
    this.keys = keys;
    columns.onChange(() => this.dialog?.open && this.draw());
  }

  open() {
    this.dialog ??= this.made();
    this.draw();
    if (!this.dialog.open) this.dialog.showModal();
  }

  made() {
    const title = freshId("columns");
    this.list = make("ul", { class: "chooser-list" });
    this.known = make("datalist", { id: freshId("keys") });
    this.key = this.keyInput();
    const dialog = make(
      "dialog",
      { class: "chooser", "aria-labelledby": title },
      make(
        "header",
        { class: "panel-head" },
        make("h2", { id: title }, "Columns"),
        button("Close", { class: "button quiet", "data-close": true }),
      ),
      this.list,
      this.keyForm(),
    );
    document.body.append(dialog);
    this.list.addEventListener("change", ({ target }) => this.toggle(target));
    this.list.addEventListener("click", ({ target }) => this.shift(target));
    this.list.addEventListener("keydown", (event) => this.walk(event));
    return dialog;
  }

  keyInput() {
    return make("input", {
      class: "input mono",
      id: freshId("key"),
      list: this.known.id,
      maxlength: 80,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "url",
    });
  }

  keyForm() {
    const form = make(
      "form",
      { class: "panel-foot chooser-key" },
      make("label", { for: this.key.id }, "A key of data"),
      this.key,
      this.known,
      make("button", { class: "button" }, "Add"),
      button("Usual columns", { class: "button quiet", "data-reset": true }),
    );
    form.addEventListener("submit", (event) => this.add(event));
    form.querySelector("[data-reset]").addEventListener("click", () => {
      this.columns.reset();
    });
    return form;
  }

  // -- what is shown: the chosen in their order, then the others

  draw() {
    const focused = document.activeElement?.dataset?.focus;
    const rest = this.columns.catalogue.filter(({ name }) => !this.columns.has(name));
    const lines = [...this.columns.list, ...rest].map((one) => this.line(one));
    this.list.replaceChildren(...lines);
    this.known.replaceChildren(
      ...this.keys().slice(0, MOST_KEYS).map((key) => make("option", { value: key })),
    );
    if (!focused) return;
    const same = [...this.list.querySelectorAll("[data-focus]")];
    same.find((element) => element.dataset.focus === focused)?.focus();
  }

  line({ name, label, about }) {
    const isShown = this.columns.has(name);
    const box = make("input", {
      type: "checkbox",
      checked: isShown,
      value: name,
      "data-focus": `box ${name}`,
    });
    const words = [box, label];
    if (about) words.push(make("span", { class: "faint" }, about));
    const buttons = isShown ? [this.mover(name, -1), this.mover(name, 1)] : [];
    return make("li", {}, make("label", {}, ...words), ...buttons);
  }

  mover(name, by) {
    const { label } = this.columns.describe(name);
    const where = by < 0 ? "up" : "down";
    return button(by < 0 ? "↑" : "↓", {
      class: "icon-button",
      "aria-label": `Move ${label} ${where}`,
      title: by < 0 ? "Further left" : "Further right",
      "data-column": name,
      "data-by": by,
      "data-focus": `${where} ${name}`,
    });
  }

  // -- what is done

  toggle(box) {
    this.columns.show(box.value, box.checked);
    this.draw(); // the last column cannot be hidden
  }

  shift(target) {
    const mover = target.closest("[data-by]");
    if (mover) this.columns.shift(mover.dataset.column, Number(mover.dataset.by));
  }

  /** Arrows walk over the boxes. */
  walk(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const boxes = [...this.list.querySelectorAll("input")];
    const line = event.target.closest("li");
    boxes[boxes.indexOf(line.querySelector("input")) + by]?.focus();
  }

  add(event) {
    event.preventDefault();
    const key = this.key.value.trim().replace(/^data\./, "");
    const name = `data.${key}`;
    const isKnown = key !== "" && this.columns.describe(name) !== null;
    this.key.setCustomValidity(isKnown ? "" : "Write the name of a key without spaces.");
    this.key.reportValidity();
    if (!isKnown) return;
    this.key.value = "";
    this.columns.show(name, true);
    this.draw();
  }
}

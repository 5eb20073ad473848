// The filter box: applied by Enter; an error is said under it, at its place.

import { make } from "../parts/elements.js";
import { place } from "../parts/place.js";

export class FilterBox {
  /** `onApply(query)` when another filter is wanted. */
  constructor(form, onApply) {
    this.form = form;
    this.input = form.elements.q;
    this.error = document.getElementById("filter-error");
    this.applied = "";
    const apply = () => {
      const query = this.input.value.trim();
      this.input.value = query;
      if (query !== this.applied) onApply(query);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    this.input.addEventListener("search", apply);
  }

  /** Another filter is in force; `wrong` is {message, at} or null. */
  show(query, wrong) {
    if (query !== this.applied) this.input.value = query;
    this.applied = query;
    if (wrong === this.wrong) return;
    this.wrong = wrong;
    this.clearError();
    if (wrong) this.showError(wrong.message, wrong.at);
  }

  clearError() {
    this.error.replaceChildren();
    this.error.hidden = true;
    this.input.removeAttribute("aria-invalid");
  }

  showError(message, at) {
    this.error.replaceChildren(make("p", { class: "error" }, message));
    if (at != null) this.error.append(place(this.applied, at));
    this.error.hidden = false;
    this.input.setAttribute("aria-invalid", "true");
  }

  focus() {
    this.input.focus();
    this.input.select();
  }
}

// The filter box: applied by Enter; an error is said under it, at its place.

export class FilterBox {
  constructor(form, onApply) {
    this.form = form;
    this.input = form.elements.q;
    this.error = document.getElementById(this.input.getAttribute("aria-describedby"));
    this.applied = this.input.value.trim();
    const apply = () => {
      const query = this.input.value.trim();
      this.input.value = query;
      if (query === this.applied) return;
      this.applied = query;
      this.clearError();
      onApply(query);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    this.input.addEventListener("search", apply);
  }

  clearError() {
    this.error.replaceChildren();
    this.error.hidden = true;
    this.input.removeAttribute("aria-invalid");
  }

  showError(message, at) {
    const sentence = document.createElement("p");
    sentence.className = "error";
    sentence.textContent = message;
    this.error.replaceChildren(sentence);
    if (at != null) this.error.append(this.place(at));
    this.error.hidden = false;
    this.input.setAttribute("aria-invalid", "true");
  }

  place(at) {
    const line = document.createElement("code");
    line.className = "place";
    const wrong = document.createElement("mark");
    wrong.textContent = this.applied.slice(at) || "␣";
    line.append(this.applied.slice(0, at), wrong);
    return line;
  }

  focus() {
    this.input.focus();
    this.input.select();
  }
}

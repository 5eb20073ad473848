// The graphs above the rows: shut or open, and their script only when they are open.

export class GraphStrip {
  /** `on` has stream() in front, onFilter(term, how), onSwitch(). */
  constructor(root, button, on) {
    this.root = root;
    this.button = button;
    this.on = on;
    this.isOpen = false;
    this.graphs = null;
    button.addEventListener("click", () => this.toggle());
  }

  set(isOpen) {
    this.isOpen = isOpen;
    this.root.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !this.graphs) this.load();
    this.draw();
  }

  toggle() {
    this.set(!this.isOpen);
    this.on.onSwitch();
  }

  async load() {
    this.graphs = { draw() {} }; // on its way
    try {
      const { Graphs } = await import("./graphs.js");
      this.graphs = new Graphs(this.root, this.on);
    } catch {
      this.graphs = null;
      this.root.textContent = "The graphs could not be loaded; load the page again.";
    }
    this.draw();
  }

  draw() {
    if (this.isOpen) this.graphs?.draw();
  }
}

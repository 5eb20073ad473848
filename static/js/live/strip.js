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
    this.graphs = import("./graphs.js");
    const { Graphs } = await this.graphs;
    this.graphs = new Graphs(this.root, this.on);
    this.draw();
  }

  draw() {
    if (this.isOpen) this.graphs?.draw?.();
  }
}

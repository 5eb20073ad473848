// What is chosen in the graph: by a drag, by arrows with Shift. A click on a bar, the
// end of a drag and Enter zoom.

const SVG = "http://www.w3.org/2000/svg";
const SHAKE = 4; // px that a click may move

export class Brush {
  constructor(graph, zoom) {
    this.graph = graph;
    this.zoom = zoom;
    this.anchor = null; // where the choice began
    this.head = null; // where it is now
    this.element = document.createElementNS(SVG, "rect");
    this.element.setAttribute("class", "brush");
    this.element.setAttribute("aria-hidden", "true");
    const { svg } = graph;
    svg.addEventListener("pointerdown", (event) => this.begin(event));
    svg.addEventListener("pointermove", (event) => this.hover(event));
    svg.addEventListener("pointerleave", () => graph.showTip(null));
    svg.addEventListener("keydown", (event) => this.key(event));
    svg.addEventListener("blur", () => graph.showTip(null));
  }

  get isEmpty() {
    return this.head === null;
  }

  get range() {
    return [Math.min(this.anchor, this.head), Math.max(this.anchor, this.head)];
  }

  choose(anchor, head) {
    this.anchor = anchor;
    this.head = head;
    this.draw();
  }

  clear() {
    this.choose(null, null);
    this.graph.showTip(null);
  }

  draw() {
    const { graph } = this;
    const [from, to] = this.isEmpty ? [1, 0] : this.range;
    graph.bars.forEach((bar, index) => {
      bar.setAttribute("aria-selected", String(index >= from && index <= to));
      bar.classList.toggle("head", index === this.head);
    });
    this.element.setAttribute("x", this.isEmpty ? 0 : graph.x(from));
    this.element.setAttribute("width", this.isEmpty ? 0 : graph.x(to + 1) - graph.x(from));
    this.element.setAttribute("y", 0);
    this.element.setAttribute("height", graph.height - 16);
    if (this.isEmpty) graph.svg.removeAttribute("aria-activedescendant");
    else graph.svg.setAttribute("aria-activedescendant", `bar-${this.head}`);
  }

  go() {
    if (!this.isEmpty) this.zoom(...this.graph.stretch(...this.range));
  }

  // -- pointer

  place(event) {
    const box = this.graph.svg.getBoundingClientRect();
    return this.graph.indexAt(event.clientX - box.left);
  }

  hover(event) {
    if (this.graph.data) this.graph.showTip(this.place(event));
  }

  begin(down) {
    if (down.button !== 0 || !this.graph.data) return;
    const { svg } = this.graph;
    const anchor = this.place(down);
    svg.setPointerCapture(down.pointerId);
    const move = (event) => {
      const isDrag = Math.abs(event.clientX - down.clientX) > SHAKE;
      if (isDrag || !this.isEmpty) this.choose(anchor, this.place(event));
    };
    const stop = () => {
      svg.removeEventListener("pointermove", move);
      svg.removeEventListener("pointerup", up);
      svg.removeEventListener("pointercancel", stop);
    };
    const up = (event) => {
      stop();
      this.choose(anchor, this.place(event));
      this.go();
    };
    this.clear();
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", up);
    svg.addEventListener("pointercancel", stop);
  }

  // -- keyboard

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.graph.data) return;
    const act = KEYS[event.key];
    if (!act || (event.key === "Escape" && this.isEmpty)) return;
    event.preventDefault();
    event.stopPropagation();
    act(this, event.shiftKey);
  }

  step(by, isExtending) {
    const last = this.graph.totals.length - 1;
    const from = this.isEmpty ? (by > 0 ? -1 : last + 1) : this.head;
    this.to(Math.min(last, Math.max(0, from + by)), isExtending);
  }

  to(index, isExtending) {
    const keepsAnchor = isExtending && !this.isEmpty;
    this.choose(keepsAnchor ? this.anchor : index, index);
    this.graph.showTip(index);
  }
}

const KEYS = {
  ArrowLeft: (brush, isShift) => brush.step(-1, isShift),
  ArrowRight: (brush, isShift) => brush.step(1, isShift),
  PageUp: (brush, isShift) => brush.step(-10, isShift),
  PageDown: (brush, isShift) => brush.step(10, isShift),
  Home: (brush, isShift) => brush.to(0, isShift),
  End: (brush, isShift) => brush.to(brush.graph.totals.length - 1, isShift),
  Enter: (brush) => brush.go(),
  " ": (brush) => brush.go(),
  Escape: (brush) => brush.clear(),
};

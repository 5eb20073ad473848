// The selected row of a table, by keys and clicks. Rows come and go (a long search, the
// columns), so the page is asked each time.

export class Rows {
  /** `open(row element)` for Enter and a click, `pass()` when another one is selected. */
  constructor(log, { open, pass }) {
    this.log = log;
    this.open = open;
    this.pass = pass;
    this.selected = null;
    log.addEventListener("click", (event) => this.click(event));
    log.addEventListener("focusin", ({ target }) => {
      const row = target.closest(".log-row");
      if (row && row !== this.selected) this.mark(row);
    });
  }

  get all() {
    return [...this.log.querySelectorAll(".log-row")];
  }

  mark(row) {
    this.selected?.classList.remove("selected");
    this.selected = row;
    row?.classList.add("selected");
  }

  select(row) {
    this.mark(row);
    if (!row) return;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    this.pass();
  }

  step(by) {
    const rows = this.all;
    if (!rows.length) return;
    const next = rows.indexOf(this.selected) + (this.selected || by > 0 ? by : 0);
    this.select(rows[Math.max(0, Math.min(rows.length - 1, next))]);
  }

  leave() {
    this.mark(null);
    this.log.focus();
  }

  click(event) {
    const row = event.target.closest(".log-row");
    const isReading = String(getSelection()).length > 0;
    if (!row || isReading || event.target.closest("a, button")) return;
    this.select(row);
    this.open(row);
  }

  /** What the row says, as the API gives it. */
  get value() {
    const text = this.selected?.dataset.row;
    return text ? JSON.parse(text) : null;
  }
}

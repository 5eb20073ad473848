// The panel beside the rows: one row in full, while the stream goes on. Every value
// filters for it or without it.

import { plain } from "../parts/cells.js";
import { button, make } from "../parts/elements.js";
import { isEvent, valueOf } from "../parts/target.js";
import { FACILITIES, SEVERITIES, termOf } from "../parts/terms.js";
import { split } from "../parts/time.js";
import { visible } from "../parts/visible.js";

const MOST_DETAILS = 100;

const FACTS = [
  ["message", "Message"], ["time", "Time"], ["received", "Received"],
  ["start", "Start"], ["end", "End"], ["sensor", "Sensor"], ["src", "Source"],
  ["sport", "Source port"], ["dst", "Destination"], ["dport", "Destination port"],
  ["proto", "Protocol"], ["inbound", "Direction"], ["host", "Host"],
  ["app", "Application"], ["pid", "Process"], ["user", "User"], ["action", "Action"],
  ["signature", "Signature"], ["severity", "Severity"], ["facility", "Facility"],
  ["source", "Sent by"], ["cls", "Class"], ["bytes_out", "Bytes out"],
  ["bytes_in", "Bytes in"], ["packets_out", "Packets out"],
  ["packets_in", "Packets in"], ["state", "State"], ["uid", "Flow"],
  ["community_id", "Community ID"], ["verdict", "Verdict"],
];
const TIMES = new Set(["time", "received", "start", "end"]);
const WORDS = {
  inbound: (value) => (value ? "inbound" : "outbound or local"),
  severity: (value) => `${SEVERITIES[value] ?? value} (${value})`,
  facility: (value) => `${FACILITIES[value] ?? value} (${value})`,
};

function words(column, value) {
  if (WORDS[column]) return WORDS[column](value);
  if (!TIMES.has(column)) return plain(value);
  const p = split(value);
  return p ? `${p.date} ${p.clock}` : plain(value);
}

/** Every value within `data`, nested objects written `a.b`. */
function* details(data, path = "data") {
  for (const [key, value] of Object.entries(data ?? {})) {
    const isObject = value !== null && typeof value === "object";
    if (isObject && !Array.isArray(value)) yield* details(value, `${path}.${key}`);
    else yield [`${path}.${key}`, `${path}.${key}`.slice(5), value];
  }
}

export class Peek {
  /** `eventUrl(row)` gives the address of its page; `onFilter(term, how)`,
   *  `onChange(row or null)` when another row is shown. */
  constructor(root, { eventUrl, onFilter, onChange }) {
    this.root = root;
    this.eventUrl = eventUrl;
    this.onChange = onChange;
    this.row = null;
    this.id = null; // of the event that is shown or on its way
    this.title = make("h2", { tabindex: -1 });
    this.link = make("a", { class: "button" }, "Open");
    this.facts = make("dl", { class: "facts" });
    this.raw = make("pre", { class: "raw", tabindex: 0, "aria-label": "Exact line" });
    const close = button("Close", { class: "button quiet", title: "Close (Esc)" });
    close.addEventListener("click", () => this.close());
    root.append(
      make("header", { class: "panel-head" }, this.title, this.link, close),
      make("div", { class: "peek-body" }, this.facts, this.raw),
    );
    root.addEventListener("click", ({ target }) => {
      const chosen = target.closest("[data-term]");
      if (chosen) onFilter(chosen.dataset.term, chosen.dataset.how);
    });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  open(row) {
    this.row = row;
    this.id = isEvent(row) ? row.id : null;
    this.root.hidden = false;
    this.draw(row);
    this.onChange(row);
    if (isEvent(row)) this.loadLine(row);
  }

  /** By its id alone, as an address names it. */
  async openId(id) {
    this.id = id;
    const row = await this.fetch(id);
    if (row && this.id === id) this.open(row);
  }

  close() {
    this.root.hidden = true;
    this.row = this.id = null;
    this.onChange(null);
  }

  async fetch(id) {
    try {
      const answer = await fetch(`/api/v1/events/${encodeURIComponent(id)}`);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null; // the panel then shows what the row had
    }
  }

  async loadLine(row) {
    const whole = row.raw === undefined ? await this.fetch(row.id) : row;
    if (row !== this.row || !whole) return;
    this.raw.hidden = false;
    this.raw.textContent = visible(whole.raw ?? "");
  }

  draw(row) {
    const name = row.type_name ?? "";
    const chip = make("span", { class: "chip", "data-type": name }, name);
    const rank = make("span", { class: "rank" }, `rank ${row.rank ?? 0}`);
    rank.classList.toggle("threat", row.rank > 0);
    rank.classList.toggle("false", row.rank < 0);
    this.title.replaceChildren(isEvent(row) ? `Event ${row.id} ` : "Flow ", chip, " ");
    if (row.rank != null) this.title.append(rank);
    const address = this.eventUrl(row);
    this.link.hidden = !address;
    if (address) this.link.href = address;
    this.raw.hidden = true;
    const lines = [...FACTS, ...[...details(row.data)].slice(0, MOST_DETAILS)];
    this.facts.replaceChildren(...lines.flatMap((line) => this.fact(row, line)));
    this.root.querySelector(".peek-body").scrollTop = 0;
  }

  fact(row, [column, label, given]) {
    const value = given ?? valueOf(row, column === "uid" ? "flow" : column);
    if (value === null || value === undefined || value === "") return [];
    const text = make("span", {}, words(column, value));
    const term = TIMES.has(column) ? null : termOf({ row, column, value });
    const buttons = term === null ? [] : [filter(term, "for"), filter(term, "out")];
    return [
      make("dt", {}, visible(label)),
      make("dd", {}, text, make("span", { class: "choose" }, ...buttons)),
    ];
  }
}

function filter(term, how) {
  const label = `Filter ${how} ${visible(term)}`;
  return button(how === "for" ? "+" : "−", {
    class: "icon-button",
    "data-term": term,
    "data-how": how,
    "aria-label": label,
    title: label,
  });
}

// The events before and after one in time, of the same host, address or sensor, in
// tabs. Without a script the section has links to the same searches.

import { aroundApi, eventPage } from "./places.js";
import { split } from "./time.js";
import { visible } from "./visible.js";

const EACH = 10; // events before and after
const LONGEST = 300; // characters of a message
const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** How much later (+) or earlier (−): "+1.5 s". */
export function distance(iso, than) {
  const seconds = (new Date(iso) - new Date(than)) / 1000;
  if (seconds === 0) return "same ms";
  const sign = seconds < 0 ? "−" : "+";
  const far = Math.abs(seconds);
  if (far < 1) return `${sign}${Math.round(far * 1000)} ms`;
  const [unit, size] = UNITS.find(([, size]) => far >= size);
  return `${sign}${(far / size).toFixed(far / size < 10 ? 1 : 0)} ${unit}`;
}

function end(address, port) {
  if (address == null) return "";
  const host = port != null && address.includes(":") ? `[${address}]` : address;
  return port == null ? host : `${host}:${port}`;
}

function timeCell(row) {
  const cell = element("td", "fit mono");
  const link = element("a", "", split(row.time)?.clock ?? row.time);
  link.href = eventPage(row.id);
  link.title = row.time;
  cell.append(link);
  return cell;
}

function typeCell(row) {
  const cell = element("td", "fit");
  const chip = element("span", "chip", row.type_name || row.type);
  chip.dataset.type = row.type_name;
  cell.append(chip);
  return cell;
}

function messageCell(row) {
  const cell = element("td", "mono near-text");
  const host = element("span", "host", row.host ? `${visible(row.host)} ` : "");
  cell.append(host, visible(row.message.slice(0, LONGEST)));
  return cell;
}

const COLUMNS = [
  ["time", "Time", timeCell],
  ["src", "Source", (row) => element("td", "fit mono", end(row.src, row.sport))],
  ["dst", "Destination", (row) => element("td", "fit mono", end(row.dst, row.dport))],
  ["type", "Type", typeCell],
  ["message", "Message", messageCell],
];

function lineOf(row, event) {
  const line = element("tr", row.id === event.id ? "this" : "");
  const isThis = row.id === event.id;
  const when = isThis ? "this event" : distance(row.time, event.time);
  line.append(element("td", "fit number mono muted", when));
  for (const [name, , make] of COLUMNS) {
    const cell = make(row);
    cell.dataset.column = name;
    line.append(cell);
  }
  if (isThis) line.setAttribute("aria-current", "true");
  return line;
}

function headOf() {
  const head = element("thead");
  const line = element("tr");
  for (const label of ["Distance", ...COLUMNS.map(([, label]) => label)]) {
    const cell = element("th", "", label);
    cell.scope = "col";
    line.append(cell);
  }
  head.append(line);
  return head;
}

export class Neighbours {
  /** `onRows({older, newer})` gets the nearest rows of the tab that is shown. */
  constructor(section, event, onRows) {
    this.section = section;
    this.event = event;
    this.onRows = onRows;
    this.rows = new WeakMap();
    this.plain = section.querySelector("[data-plain]");
    this.links = [...this.plain.querySelectorAll("[data-of]")];
    this.panel = element("div", "table-wrap");
    this.panel.id = "near-panel";
    this.panel.tabIndex = 0;
    this.panel.setAttribute("role", "tabpanel");
    this.tabs = this.makeTabs();
    if (this.links.length) this.show(this.links[0].dataset.of);
  }

  makeTabs() {
    const bar = element("div", "tabs");
    bar.setAttribute("role", "tablist");
    bar.setAttribute("aria-label", "Neighbours");
    for (const link of this.links) bar.append(this.makeTab(link));
    bar.addEventListener("keydown", (event) => this.onKey(event));
    return bar;
  }

  makeTab(link) {
    const tab = element("button", "", link.textContent.split(",")[0]);
    tab.type = "button";
    tab.id = `near-${link.dataset.of}`;
    tab.dataset.of = link.dataset.of;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "near-panel");
    tab.addEventListener("click", () => this.show(link.dataset.of));
    return tab;
  }

  onKey(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const all = [...this.tabs.children];
    const next = all[(all.indexOf(event.target) + by + all.length) % all.length];
    next.focus();
    this.show(next.dataset.of);
  }

  async show(of) {
    this.of = of;
    const answer = await this.ask(of);
    if (this.of !== of) return;
    if (answer) this.draw(answer);
    this.select(of);
  }

  /** The neighbours, or null: the links stay, which ask the same of history. */
  async ask(of) {
    try {
      const response = await fetch(aroundApi(this.event.id, of, EACH));
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  select(of) {
    for (const tab of this.tabs.children) {
      const isShown = tab.dataset.of === of;
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", `near-${of}`);
  }

  draw({ before, after }) {
    const newest = (one, other) => (one.time < other.time ? 1 : one.time > other.time ? -1 : other.id - one.id);
    const all = [...after, this.event, ...before].sort(newest);
    const body = element("tbody");
    for (const row of all) {
      const line = lineOf(row, this.event);
      this.rows.set(line, row);
      body.append(line);
    }
    const table = element("table", "table near");
    table.append(headOf(), body);
    this.panel.replaceChildren(table);
    this.plain.replaceWith(this.tabs, this.panel);
    const at = all.indexOf(this.event);
    this.onRows({ newer: all[at - 1] ?? null, older: all[at + 1] ?? null });
  }

  /** The row of an element in the list, or null. */
  rowAt(target) {
    return this.rows.get(target.closest("tr")) ?? null;
  }
}

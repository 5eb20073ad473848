// Rows grouped by columns: GET /api/v1/groups, in steps. A group opens into its rows.

import { make } from "../parts/elements.js";
import { onClock } from "../parts/clock.js";
import { combined } from "../parts/terms.js";
import { visible } from "../parts/visible.js";
import { Counting } from "./counting.js";
import { counted, plain, shortMoment } from "./figures.js";
import { address, asked, state } from "./state.js";
import { read } from "./stream.js";

const LIMIT = 500;
const WIDE = new Set(["message", "event"]); // take what the others leave
const LEAST = 8; // characters of a column, and what it takes at most
const MOST = 26;
const ORDERED = { count: "Count", first: "First", last: "Last" };

export class Groups {
  /** `changed()` after the rows were drawn. */
  constructor(log, changed) {
    this.log = log;
    this.changed = changed;
    this.value = null;
    const box = document.querySelector("[data-searching]");
    box.hidden = false;
    this.counting = new Counting(box);
    this.counting.onStop = () => this.stop();
    this.fit();
    log.style.setProperty("--least", "640px");
    this.body = make("div", { class: "log-body", role: "rowgroup" });
    log.setAttribute("role", "table");
    log.append(this.head(), this.body);
    onClock(() => this.draw());
    addEventListener("pagehide", () => this.controller?.abort());
  }

  async run() {
    this.controller = new AbortController();
    this.counting.show("Grouping…", 0);
    const by = state.group.join(",");
    const question = asked({ by, order: state.order, limit: LIMIT });
    try {
      await read(`/api/v1/groups?${question}`, (value) => this.show(value), this.controller.signal);
    } catch (error) {
      this.counting.show(error.message);
    }
  }

  stop() {
    this.controller.abort();
    this.say("stopped");
  }

  show(value) {
    this.value = value;
    this.draw();
    this.say(value.done ? "" : "so far");
  }

  say(more) {
    const { value } = this;
    if (!value) return this.counting.show("Stopped.");
    const isSample = value.sampled != null;
    const shown = value.groups.length;
    const distinct = value.distinct ?? shown;
    const most = distinct > shown ? `${plain(shown)} of ` : "";
    const words =
      `${most}${counted(distinct, isSample, plain)} ${distinct === 1 ? "group" : "groups"} of ` +
      `${counted(value.total, isSample, plain)} ${state.table}`;
    const end = more ? `, ${more}` : "";
    const cut = value.cut ? "; the rarest were left out" : "";
    this.counting.show(words + cut + end, value.done || more === "stopped" ? null : value.progress);
  }

  // -- heading

  head() {
    const head = make("div", { class: "log-head", role: "row" });
    head.append(
      this.orderHead("count"),
      ...state.group.map((name) => this.plainHead(name, state.groupable[name])),
      this.orderHead("first"),
      this.orderHead("last"),
      this.plainHead("rank", "Rank"),
    );
    return head;
  }

  plainHead(name, label) {
    return make("span", { class: `c-${name}`, role: "columnheader" }, label);
  }

  orderHead(name) {
    const isNow = state.order.replace("-", "") === name;
    const isDown = state.order.startsWith("-");
    const order = isNow && isDown ? name : `-${name}`;
    const arrow = isNow ? (isDown ? " ↓" : " ↑") : "";
    const attributes = { class: `c-${name}`, role: "columnheader" };
    if (isNow) attributes["aria-sort"] = isDown ? "descending" : "ascending";
    const link = make("a", { href: address({ order }) }, ORDERED[name], arrow);
    return make("span", attributes, link);
  }

  // -- rows

  /** Columns are as wide as what stands in them, in bounds; messages take the rest. */
  fit() {
    const hasWide = state.group.some((name) => WIDE.has(name));
    const widths = state.group.map((name, place) => {
      if (WIDE.has(name)) return "minmax(30ch, 1fr)";
      const isLast = place === state.group.length - 1;
      return !hasWide && isLast ? `minmax(${this.width(name)}, 1fr)` : this.width(name);
    });
    const time = `${shortMoment(state.start).length}ch`;
    this.log.style.setProperty("--columns", `9ch ${widths.join(" ")} ${time} ${time} 5ch`);
  }

  width(name) {
    const values = (this.value?.groups ?? []).map(({ key, labels }) => labels?.[name] ?? key[name]);
    const texts = [`${state.groupable[name]}   `, ...values.map((value) => String(value ?? ""))];
    const longest = Math.max(...texts.map(({ length }) => length));
    return `${Math.min(Math.max(longest, LEAST), MOST)}ch`;
  }

  draw() {
    if (!this.value) return;
    this.fit();
    const focused = this.body.querySelector(".selected")?.dataset.key;
    this.body.replaceChildren(...this.value.groups.map((group) => this.row(group)));
    const again = [...this.body.children].find(({ dataset }) => dataset.key === focused);
    if (again && focused) again.querySelector("a, [tabindex]").focus({ preventScroll: true });
    this.changed();
  }

  row(group) {
    const { key, count, first, last, rank, query } = group;
    const row = make("div", {
      class: "log-row",
      role: "row",
      "data-key": JSON.stringify(key),
      "data-row": JSON.stringify({ ...key, time: last }),
    });
    const open = address({ q: combined(state.q, query, "for"), group: "", order: "" });
    const figure = query
      ? make("a", { href: open, title: `Show its ${state.table}` }, plain(count))
      : make("span", { tabindex: "0", title: "No query finds just these" }, plain(count));
    row.append(
      this.cell("count", figure),
      ...state.group.map((name) => this.keyCell(name, key[name], group.labels?.[name])),
      this.labelled("first", "from", shortMoment(first)),
      this.labelled("last", "to", shortMoment(last)),
      this.rankCell(rank),
    );
    return row;
  }

  cell(name, ...children) {
    return make("span", { class: `c-${name}`, role: "cell" }, ...children);
  }

  /** `label` stands before it where there is no room for headings. */
  labelled(name, label, ...children) {
    const cell = this.cell(name, ...children);
    cell.dataset.label = label;
    return cell;
  }

  keyCell(name, value, label) {
    const text = value == null ? "–" : visible(String(label ?? value));
    const cell = this.labelled(name, state.groupable[name].toLowerCase(), text);
    cell.dataset.column = name;
    cell.title = text;
    return cell;
  }

  rankCell(rank) {
    const cell = this.labelled("rank", "rank", String(rank ?? ""));
    cell.classList.add("rank");
    cell.classList.toggle("threat", rank > 0);
    cell.classList.toggle("false", rank < 0);
    return cell;
  }
}

// The side panel: the most frequent values of each field, with counts. A value filters
// for it (Enter or +), out (−) or for it alone (=).

import { button, make } from "../parts/elements.js";
import { given, save } from "../parts/preferences.js";
import { visible } from "../parts/visible.js";
import { counted, difference, plain, short } from "./figures.js";
import { keepFocus, offerFocus } from "./focus.js";
import { state } from "./state.js";

const LABELS = {
  type: "Type", rank: "Rank", sensor: "Sensor", domain: "Domain", class: "Class",
  src: "Source", dst: "Destination", dport: "Destination port", sport: "Source port",
  proto: "Protocol", app: "Application", host: "Host", user: "User", action: "Action",
  signature: "Signature", severity: "Severity",
};
const KNOWN = {
  events: Object.keys(LABELS),
  flows: ["sensor", "domain", "src", "dst", "dport", "sport", "proto", "app"],
};
const USUAL = {
  events: ["type", "rank", "sensor", "src", "dst", "dport", "app", "host", "user", "action"],
  flows: ["sensor", "src", "dst", "dport", "proto", "app"],
};
const FEW = 8; // values of a facet that are shown at first
const HOW = { "+": "for", "-": "out", "=": "only" };
const WORDS = { for: "Filter for", out: "Filter out", only: "Only" };
const SIGNS = { for: "+", out: "−", only: "=" };

function listOf(value, known, usual) {
  const names = Array.isArray(value) ? value.filter((name) => known.includes(name)) : [];
  return names.length ? names : usual;
}

/** Whether the panel lies over the page, as on a telephone: then no page begins so. */
const covers = () => matchMedia("(max-width: 720px)").matches;

export class Facets {
  /** `filter(term, how)`; `ask()` when other fields have to be counted. */
  constructor(root, filter, ask) {
    this.root = root;
    this.filter = filter;
    this.ask = ask;
    this.list = root.querySelector("[data-list]");
    this.kept = given("facets") ?? {};
    const isWide = matchMedia("(min-width: 1000px)").matches;
    this.isOpen = !covers() && (this.kept.open ?? isWide);
    this.known = KNOWN[state.table];
    this.names = listOf(this.kept[state.table], this.known, USUAL[state.table]);
    this.closed = new Set(listOf(this.kept.closed, Object.keys(LABELS), []));
    this.whole = new Set(); // facets with every value that came
    this.list.addEventListener("click", (event) => this.press(event));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.drawChoice(root.querySelector("[data-choose]"));
    this.drawSections();
  }

  /** What has to be counted; nothing while the panel is shut. */
  get fields() {
    return this.isOpen ? this.names.filter((name) => !this.closed.has(name)) : [];
  }

  keep(changes) {
    this.kept = { ...this.kept, ...changes };
    save("facets", this.kept);
  }

  toggle(isOpen) {
    this.isOpen = isOpen;
    this.root.hidden = !isOpen;
    if (!covers()) this.keep({ open: isOpen });
    this.ask();
  }

  // -- which facets

  drawChoice(panel) {
    panel.replaceChildren(
      ...this.known.map((name) => {
        const box = make("input", { type: "checkbox", checked: this.names.includes(name) });
        box.addEventListener("change", () => this.choose(name, box.checked));
        return make("label", { class: "choice" }, box, LABELS[name]);
      }),
    );
  }

  choose(name, isShown) {
    const others = this.names.filter((other) => other !== name);
    this.names = this.known.filter((one) => (one === name ? isShown : others.includes(one)));
    this.keep({ [state.table]: this.names });
    this.drawSections();
    this.ask();
  }

  fold(name) {
    if (!this.closed.delete(name)) this.closed.add(name);
    this.keep({ closed: [...this.closed] });
    this.drawSections();
    this.section(name).querySelector("h3 button").focus();
    if (!this.closed.has(name)) this.ask();
  }

  drawSections() {
    this.list.replaceChildren(...this.names.map((name) => this.newSection(name)));
    if (this.shown) this.show(...this.shown);
  }

  newSection(name) {
    const isOpen = !this.closed.has(name);
    const head = button(LABELS[name], { "aria-expanded": String(isOpen), "data-fold": name });
    const values = make("ul", { "aria-label": LABELS[name], hidden: !isOpen });
    return make("section", { class: "facet", "data-facet": name }, make("h3", {}, head), values);
  }

  section(name) {
    return this.list.querySelector(`[data-facet="${name}"]`);
  }

  // -- counts

  show(now, before) {
    this.shown = [now, before];
    for (const name of this.names) {
      const facet = now.facets?.[name];
      if (facet && !this.closed.has(name)) this.showFacet(name, facet, before);
    }
  }

  fail() {
    for (const list of this.list.querySelectorAll("ul:empty")) list.hidden = true;
  }

  showFacet(name, facet, before) {
    const list = this.section(name).querySelector("ul");
    const focused = list.contains(document.activeElement)
      ? document.activeElement.closest("li").dataset.value
      : null;
    const most = Math.max(1, ...facet.values.map(({ count }) => count));
    const few = this.whole.has(name) ? facet.values : facet.values.slice(0, FEW);
    list.replaceChildren(
      ...few.map((one) => this.value(one, most, before?.facets?.[name])),
      ...this.remainder(facet, few),
    );
    this.rove(list, focused);
    offerFocus(`facet ${name}`, list.querySelector("[tabindex='0']"));
  }

  get isSample() {
    return this.shown[0].sampled != null;
  }

  value(one, most, earlier) {
    const row = make("li", { "data-value": one.label, "data-query": one.query });
    const label = visible(String(one.label));
    const figure = counted(one.count, this.isSample, earlier ? plain : short);
    const main = button("", {
      class: "value",
      title: `${label}: ${plain(one.count)}\n${one.query || "cannot be asked for"}`,
      tabindex: "-1",
    });
    const bar = make("i", { class: "share", "aria-hidden": "true" });
    bar.style.width = `${(100 * one.count) / most}%`;
    main.append(bar, make("span", { class: "words" }, label || "(empty)"));
    main.append(make("span", { class: "count" }, figure));
    if (earlier) main.append(this.change(one, earlier));
    if (one.query && ` ${state.q} `.includes(` ${one.query} `)) main.classList.add("active");
    row.append(main, ...(one.query ? Object.keys(SIGNS).map((how) => this.act(how, one)) : []));
    return row;
  }

  /** By how much there are more than before; nothing where that is not known. */
  change({ label, count }, { values, others }) {
    const before = values.find((one) => one.label === label)?.count ?? (others ? null : 0);
    const title = before === null ? "among the others before" : `${plain(before)} before`;
    return make("span", { class: "by", title }, before === null ? "" : difference(count, before));
  }

  act(how, { query }) {
    const words = `${WORDS[how]} ${query}`;
    return button(SIGNS[how], {
      class: "act", "data-how": how, "aria-label": words, title: words, tabindex: "-1",
    });
  }

  /** The values that are not shown, and the rows that have none. */
  remainder({ values, others, missing }, few) {
    const parts = [];
    const hidden = values.length - few.length;
    if (hidden) parts.push(button(`${hidden} more`, { class: "more", "data-more": true }));
    if (others) parts.push(`${counted(others, this.isSample)} others`);
    if (missing) parts.push(`${counted(missing, this.isSample)} without`);
    if (!parts.length) return [];
    const words = parts.flatMap((part, at) => (at ? [", ", part] : [part]));
    return [make("li", { class: "faint rest" }, ...words)];
  }

  showWhole(section) {
    const name = section.dataset.facet;
    this.whole.add(name);
    this.showFacet(name, this.shown[0].facets[name], this.shown[1]);
    this.focus(section.querySelectorAll(".value")[FEW]);
  }

  // -- pointer and keyboard

  press(event) {
    const fold = event.target.closest("[data-fold]");
    if (fold) return this.fold(fold.dataset.fold);
    const section = event.target.closest("[data-facet]");
    if (event.target.closest("[data-more]")) return this.showWhole(section);
    const act = event.target.closest(".act, .value");
    if (act) this.run(act.closest("li"), act.dataset.how ?? "for");
  }

  run(row, how) {
    const { query } = row.dataset;
    if (!query) return;
    keepFocus(`facet ${row.closest("[data-facet]").dataset.facet}`);
    this.filter(query, how);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest("li[data-value]");
    const move = MOVES[event.key];
    if (move) move(this, event.target);
    else if (row && HOW[event.key]) this.run(row, HOW[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** One stop for Tab in each list; arrows go on, also into the next facet. */
  rove(list, label) {
    const values = [...list.querySelectorAll(".value")];
    const wanted = values.find((one) => one.parentElement.dataset.value === label);
    const first = wanted ?? values[0];
    if (first) first.tabIndex = 0;
    if (wanted) wanted.focus({ preventScroll: true });
  }

  step(from, by) {
    const stops = [...this.list.querySelectorAll("h3 button, ul:not([hidden]) :is(.value, .more)")];
    const here = from.closest("li")?.querySelector(".value, .more") ?? from;
    this.focus(stops[stops.indexOf(here) + by]);
  }

  focus(stop) {
    if (!stop) return;
    const list = stop.closest("ul");
    for (const one of list?.querySelectorAll(".value") ?? []) one.tabIndex = -1;
    if (list) stop.tabIndex = 0;
    stop.focus();
  }

  /** Along a row: the value and its buttons. */
  along(from, by) {
    const row = from.closest("li[data-value]");
    const stops = row ? [...row.querySelectorAll("button")] : [];
    stops[stops.indexOf(from) + by]?.focus();
  }

  enter() {
    this.focus(this.list.querySelector("ul:not([hidden]) .value") ?? this.list.querySelector("button"));
  }
}

const MOVES = {
  ArrowDown: (facets, from) => facets.step(from, 1),
  ArrowUp: (facets, from) => facets.step(from, -1),
  ArrowRight: (facets, from) => facets.along(from, 1),
  ArrowLeft: (facets, from) => facets.along(from, -1),
  Escape: () => document.activeElement.blur(),
};

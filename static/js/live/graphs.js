// The seven graphs: new events from the stream itself, the others asked of the server.
// No more than one drawing a second, none while nobody can see it.

import { make } from "../parts/elements.js";
import { short } from "../parts/graph.js";
import { Card } from "./card.js";
import { figures, healthData, rateData } from "./series.js";

const EVERY = 10_000; // milliseconds between two questions
const MINUTES = 15; // of the rankings
const HEALTH_MINUTES = 60;

const percent = (value) => (value == null ? "" : `${Math.round(value)} %`);

/** The highest of the last values of all series. */
function highest(format) {
  return ({ series }) => format(Math.max(...series.map((one) => figures(one).last)));
}

function total({ series }) {
  return short(series.reduce((sum, one) => sum + (figures(one).last ?? 0), 0));
}

const health = { format: percent, empty: "No figures of sensors yet", most: 100 };
const frames = { ...health, format: short, most: undefined, value: highest(short) };

const KINDS = [
  { name: "rate", title: "New events / s", format: short, isStacked: true, hasAxes: true, value: total, empty: "Nothing new in the last 5 minutes" },
  { name: "rank", title: "Top 20 by rank", format: short, isBars: true, empty: "No rank above 0 in the last 15 minutes" },
  { name: "flows", title: "Top 20 by flows", format: short, isBars: true, empty: "No flow seen yet" },
  { ...health, name: "memory", title: "Memory", value: highest(percent) },
  { ...frames, name: "received", title: "Received / s" },
  { ...frames, name: "dropped", title: "Dropped / s" },
  { ...health, name: "cpu", title: "CPU", value: highest(percent) },
];
const RANKINGS = ["rank", "flows"];
const FIGURES = ["memory", "received", "dropped", "cpu"];

async function ask(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export class Graphs {
  constructor(root, { stream, onFilter }) {
    this.root = root;
    this.stream = stream;
    this.dimension = "type";
    this.cards = new Map();
    for (const kind of KINDS) {
      this.cards.set(kind.name, new Card(kind, ({ term }) => onFilter(term, "for")));
    }
    const sensors = make("div", { class: "graph-group" });
    sensors.append(...FIGURES.map((name) => this.cards.get(name).element));
    root.append(...["rate", ...RANKINGS].map((name) => this.cards.get(name).element));
    root.append(sensors);
    this.addDimension();
    setInterval(() => this.draw(), 1000);
    setInterval(() => this.refresh(), EVERY);
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  get isSeen() {
    return !this.root.hidden && !document.hidden;
  }

  /** By type or by class: a choice when there are classes. */
  addDimension() {
    this.choice = make("select", { class: "figure-select", "aria-label": "Counted by" });
    this.choice.append(
      make("option", { value: "type" }, "by type"),
      make("option", { value: "class" }, "by class"),
    );
    this.choice.addEventListener("change", () => {
      this.dimension = this.choice.value;
      this.draw();
    });
    this.cards.get("rate").value.before(this.choice);
  }

  draw() {
    if (!this.isSeen) return;
    this.cards.get("rate").show(rateData(this.stream(), this.dimension));
  }

  refresh() {
    if (!this.isSeen) return;
    for (const of of RANKINGS) this.rank(of);
    this.measure();
  }

  async rank(of) {
    const asked = new URLSearchParams({ of, minutes: MINUTES, limit: 20 });
    const found = await ask(`/api/v1/top?${asked}`);
    if (found) this.cards.get(of).show(barsOf(found));
    else this.missing(of);
  }

  async measure() {
    const found = await ask(`/api/v1/health/sensors?minutes=${HEALTH_MINUTES}`);
    for (const name of FIGURES) {
      if (found) this.cards.get(name).show(healthData(found, name));
      else this.missing(name);
    }
  }

  /** What was shown stays when a question failed. */
  missing(name) {
    const card = this.cards.get(name);
    if (card.data === null) card.show(null);
  }
}

function barsOf({ values }) {
  return { bars: values.map(({ label, value, query }) => ({ label, value, term: query })) };
}

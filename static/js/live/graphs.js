// The seven graphs: new events from the stream itself, the others asked of the server.
// No more than one drawing a second, none while nobody can see it.

import { make } from "../parts/elements.js";
import { short } from "../parts/graph.js";
import { Card } from "./card.js";
import { SECONDS } from "./rates.js";
import { figures, healthData, rateData } from "./series.js";

const EVERY = 10_000; // milliseconds between two questions
const MINUTES = 15; // of the rankings
const HEALTH_MINUTES = 60;

const percent = (value) => (value == null ? "" : `${Math.round(value)} %`);

/** The highest of the last values of all series. */
function highest(format) {
  return ({ series }) => format(Math.max(...series.map((one) => figures(one).last)));
}

function total({ series, isPaused }) {
  if (isPaused) return "paused";
  return short(series.reduce((sum, one) => sum + (figures(one).last ?? 0), 0));
}

const health = { format: percent, empty: "No figures of sensors yet", most: 100 };
const frames = { ...health, format: short, most: undefined, value: highest(short) };

const KINDS = [
  { name: "rate", title: "New events / s", format: short, isStacked: true, hasAxes: true, value: total },
  { name: "top", title: "Top 20", format: short, isBars: true, empty: "No rank above 0 in the last 15 minutes" },
  { name: "flows", title: "Top 20 by flows", format: short, isBars: true, empty: "No flow seen yet" },
  { ...health, name: "memory", title: "Memory", value: highest(percent) },
  { ...frames, name: "received", title: "Received / s" },
  { ...frames, name: "dropped", title: "Dropped / s" },
  { ...health, name: "cpu", title: "CPU", value: highest(percent) },
];
const FIGURES = ["memory", "received", "dropped", "cpu"];
const WITHOUT = {
  rank: "No rank above 0 in the last 15 minutes",
  count: "No address in the last 15 minutes",
};
const WRONG = "The filter has an error";

/** Why there is no rate: only what is known is said. */
function whyNone(stream, dimension) {
  if (stream.isAway) return "No connection to the server";
  if (stream.wrong) return WRONG;
  if (stream.paused) return "Paused: what waits is counted when you resume";
  if (stream.isCounting || stream.rates.hasNewer(dimension)) return "Counting…";
  const isWhole = dimension === "type" && stream.rates.isWhole && !hasRecent(stream);
  return `Nothing new ${isWhole ? "in the last 5 minutes" : "since the page was opened"}`;
}

/** Whether a row was received in the minutes that the rate shows. */
function hasRecent({ buffer, rates }) {
  const [newest] = [...buffer.held.slice(0, 1), ...buffer.shown.slice(0, 1)];
  return newest && rates.now - new Date(newest.received) < SECONDS * 1000;
}

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
    this.chosen = null; // the user's order of addresses
    this.query = stream().query;
    this.cards = new Map();
    for (const kind of KINDS) {
      this.cards.set(kind.name, new Card(kind, ({ term }) => onFilter(term, "for")));
    }
    const sensors = make("div", { class: "graph-group" });
    sensors.append(...FIGURES.map((name) => this.cards.get(name).element));
    const others = ["rate", "top", "flows"].map((name) => this.cards.get(name).element);
    root.append(...others, sensors);
    this.addChoices();
    setInterval(() => this.draw(), 1000);
    setInterval(() => this.refresh(), EVERY);
    document.addEventListener("visibilitychange", () => this.refresh());
    this.refresh();
  }

  get isSeen() {
    return !this.root.hidden && !document.hidden;
  }

  addChoices() {
    this.addChoice("rate", "Counted", ["type", "class"], (choice) => {
      this.dimension = choice;
      this.draw();
    });
    const choices = ["rank", "count"];
    this.order = this.addChoice("top", "Ordered", choices, (choice) => {
      this.chosen = choice;
      this.rankAddresses();
    });
  }

  addChoice(card, words, choices, onChange) {
    const choice = make("select", { class: "figure-select", "aria-label": words });
    for (const value of choices) {
      choice.append(make("option", { value }, `by ${value === "count" ? "events" : value}`));
    }
    choice.addEventListener("change", () => onChange(choice.value));
    this.cards.get(card).value.before(choice);
    return choice;
  }

  draw() {
    if (!this.isSeen) return;
    const { query } = this.stream();
    if (query !== this.query) this.begin(query);
    this.stream().loadPast();
    const stream = this.stream();
    const { dimension } = this;
    this.cards.get("rate").show(rateData(stream, dimension), whyNone(stream, dimension));
  }

  /** Another filter: what the one before found says nothing of it. */
  begin(query) {
    this.query = query;
    for (const name of ["top", "flows"]) this.cards.get(name).show(null, "Counting…");
    this.refresh();
  }

  refresh() {
    if (!this.isSeen) return;
    this.rankAddresses();
    this.rankFlows();
    this.measure();
  }

  /** The first addresses by rank, flows or count, of what the filter in front finds. */
  async top(of) {
    const { query } = this.stream();
    const asked = new URLSearchParams({ of, minutes: MINUTES, limit: 20, q: query });
    const found = await ask(`/api/v1/top?${asked}`);
    return found && query === this.stream().query ? barsOf(found, of) : null;
  }

  /** By rank; by events where nothing has a rank and the user has not chosen. */
  async rankAddresses() {
    const of = this.chosen ?? "rank";
    const found = await this.top(of);
    const isBare = found?.bars.length === 0 && !this.chosen;
    const shown = isBare ? "count" : of;
    this.order.value = shown;
    this.showTop("top", isBare ? await this.top("count") : found, WITHOUT[shown]);
  }

  async rankFlows() {
    this.showTop("flows", await this.top("flows"));
  }

  showTop(name, found, trouble) {
    if (found) this.cards.get(name).show(found, trouble);
    else this.missing(name, this.stream().wrong ? WRONG : "The server does not answer");
  }

  async measure() {
    const found = await ask(`/api/v1/health/sensors?minutes=${HEALTH_MINUTES}`);
    for (const name of FIGURES) {
      if (found) this.cards.get(name).show(healthData(found, name));
      else this.missing(name, "The server does not answer");
    }
  }

  /** What was shown stays when a question failed. */
  missing(name, trouble) {
    const card = this.cards.get(name);
    if (card.data === null) card.show(null, trouble);
  }
}

function barsOf({ values }, of) {
  const bars = values.map(({ label, count, rank, query }) => ({
    label,
    value: of === "rank" ? rank : count,
    term: query,
    about: `${query}: ${short(count)} ${of === "flows" ? "flows" : "events"}, rank ${rank ?? 0}`,
  }));
  return { bars };
}

// What is known of an address, drawn into an element. Names come from logs: hostile.

import { quoted } from "./terms.js";
import { addressApi, historyPage, resolveApi } from "./places.js";
import { showTimes } from "./time.js";
import { visible } from "./visible.js";

const NUMBER = new Intl.NumberFormat("en-US");

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** The server said in a sentence why there is no answer. */
class Unanswered extends Error {}

async function answer(address) {
  const response = await fetch(address);
  const found = await response.json();
  if (!response.ok) throw new Unanswered(found.error);
  return found;
}

/** Fills an element when the answer is there; until then, or on failure, words. */
async function fill(box, asked, draw) {
  box.replaceChildren(element("span", "loading", "Asking…"));
  try {
    box.replaceChildren(...draw(await asked));
  } catch (error) {
    const isOurs = error instanceof Unanswered;
    const words = isOurs ? error.message : "The server does not answer; try again.";
    box.replaceChildren(element("p", "notice warning", words));
  }
  showTimes(box);
}

// -- names

function namesOf({ name, others, message }) {
  if (!name) return [element("p", "muted", message)];
  const first = element("p", "mono", visible(name));
  if (!others.length) return [first];
  return [first, element("p", "muted mono", others.map(visible).join(", "))];
}

export function showNames(box, ip) {
  return fill(box, answer(resolveApi(ip)), namesOf);
}

// -- what was seen with it

function time(iso) {
  const made = element("time", "", iso);
  made.dateTime = iso;
  return made;
}

function fact(label, ...value) {
  return [element("dt", "", label), element("dd", "", ...value)];
}

function counted(ip, range, { value, label, count, query }) {
  const link = element("a", "", visible(label ?? value));
  link.href = historyPage(`ip:${quoted(ip)} ${query}`.trim(), range);
  return element("li", "", link, " ", element("span", "faint", NUMBER.format(count)));
}

function tops(known, range) {
  return known.seen
    .filter(({ values }) => values.length)
    .flatMap(({ label, values }) => {
      const items = values.map((one) => counted(known.ip, range, one));
      return fact(label, element("ul", "tops", ...items));
    });
}

function home({ home }) {
  return home.length ? home.map(visible).join(", ") : "outside every HOME_NET you see";
}

function rank(highest) {
  const kind = highest > 0 ? " threat" : highest < 0 ? " false" : "";
  return element("span", `rank${kind}`, String(highest));
}

function totals({ as_source, as_destination, complete }) {
  const more = complete ? "" : " so far";
  const [from, to] = [as_source, as_destination].map((one) => NUMBER.format(one));
  return `${from} as source, ${to} as destination${more}`;
}

function seen(known, range) {
  if (!known.events) return [...fact("Events", "none in this time")];
  return [
    ...fact("Events", totals(known)),
    ...fact("First seen", known.complete ? "" : "at the latest ", time(known.first)),
    ...fact("Last seen", time(known.last)),
    ...fact("Highest rank", rank(known.rank)),
    ...tops(known, range),
  ];
}

function knownOf(known) {
  const range = { start: known.start, end: known.end };
  const rows = [...fact("HOME_NET of", home(known)), ...seen(known, range)];
  const facts = element("dl", "facts", ...rows);
  if (known.complete) return [facts];
  const newest = `Read from the newest ${NUMBER.format(known.events)} events; there are more.`;
  return [facts, element("p", "muted", newest)];
}

/** `range` is `{start, end}` in ISO; without it the last 24 hours. */
export function showKnown(box, ip, range = {}) {
  return fill(box, answer(addressApi(ip, range)), knownOf);
}

// The entries of the row menu, in one table. A later one is a row of this table.
//
// `group`: a line stands between two groups. `key` runs the entry while the menu is
// open and on the selected row; capital letters are typed with Shift, so that small
// ones can find an entry by its first letter. `label` is a text or a function. Entries
// of one `line` stand beside each other; all but the first show their `short` label.

import { openCard } from "./card.js";
import { copyText } from "./copy.js";
import { showKnown, showNames } from "./known.js";
import { isPinned, pin, unpin } from "./pins.js";
import { around, eventApi, eventPage, historyPage, lineApi } from "./places.js";
import { say } from "./say.js";
import { addressesOf, isEvent } from "./target.js";
import { pairOf, quoted, termOf } from "./terms.js";

const HOURS = 1; // before and after a row, when its value is searched in history

const ofEvent = ({ row }) => isEvent(row);
const hasTerm = (target) => termOf(target) !== null;
const hasValue = ({ value }) => value !== null && value !== undefined && value !== "";
const hasAddress = (target) => addressesOf(target).length > 0;

async function copied(promise) {
  try {
    const done = await copyText(await promise);
    say(done ? "Copied" : "The browser does not allow it here");
  } catch {
    say("The server does not answer; try again");
  }
}

async function textAt(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  return response.text();
}

async function jsonOf(row) {
  const text = isEvent(row) ? await textAt(eventApi(row.id)) : JSON.stringify(row);
  return JSON.stringify(JSON.parse(text), null, 2);
}

async function rawOf(row) {
  return JSON.parse(await textAt(eventApi(row.id))).raw;
}

function textOf(value) {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function search(target) {
  const [first, second] = addressesOf(target).map((ip) => `ip:${quoted(ip)}`);
  const term = termOf(target) ?? [first, second].filter(Boolean).join(" ");
  location.assign(historyPage(term, around(target.row.time ?? target.row.end, HOURS)));
}

/** One section for each address. */
function addressCard(words, target, show) {
  const addresses = addressesOf(target);
  openCard(addresses.length === 1 ? `${words} ${addresses[0]}` : words, (body) => {
    for (const ip of addresses) {
      const section = document.createElement("section");
      const box = document.createElement("div");
      if (addresses.length > 1) {
        const heading = document.createElement("h3");
        heading.textContent = ip;
        section.append(heading);
      }
      section.append(box);
      body.append(section);
      show(box, ip);
    }
  });
}

async function togglePin({ row }) {
  const wasPinned = isPinned(row);
  try {
    await (wasPinned ? unpin(row.id) : pin(row.id));
    say(wasPinned ? "Unpinned" : "Pinned; its note is written on the Pins page");
  } catch (error) {
    say(error.message);
  }
}

const HOWS = { for: "Filter for", out: "Filter out", only: "Only" };

/** Where no value is chosen, as by keyboard: the row's main values. */
function mainValue(column, key) {
  const main = ({ row }) => ({ row, column, value: row[column] });
  return Object.entries(HOWS).map(([how, words]) => ({
    name: `${how}-${column}`, group: 2, line: column,
    ...(how === "for" ? { key } : { short: how }),
    label: (target) => [words, termOf(main(target))],
    applies: (target) => !hasTerm(target) && hasTerm(main(target)),
    run: (target) => target.filter(termOf(main(target)), how),
  }));
}

function about(words, target) {
  const addresses = addressesOf(target);
  return `${words} ${addresses.length === 1 ? addresses[0] : "both addresses"}`;
}

export const ENTRIES = [
  {
    name: "details", group: 1, label: "Details", key: "Enter",
    applies: ({ row }) => isEvent(row) && location.pathname !== eventPage(row.id),
    run: ({ row }) => location.assign(eventPage(row.id)),
  },
  {
    name: "tab", group: 1, label: "Open in new tab", key: "O",
    applies: ofEvent,
    run: ({ row }) => window.open(eventPage(row.id), "_blank", "noopener"),
  },
  {
    name: "for", group: 2, label: (target) => ["Filter for", termOf(target)], key: "+",
    applies: hasTerm,
    run: (target) => target.filter(termOf(target), "for"),
  },
  {
    name: "out", group: 2, label: (target) => ["Filter out", termOf(target)], key: "-",
    applies: hasTerm,
    run: (target) => target.filter(termOf(target), "out"),
  },
  {
    name: "only", group: 2, label: (target) => ["Only", termOf(target)], key: "=",
    applies: hasTerm,
    run: (target) => target.filter(termOf(target), "only"),
  },
  ...mainValue("src", "1"),
  ...mainValue("dst", "2"),
  ...mainValue("host", "3"),
  ...mainValue("app", "4"),
  ...mainValue("user", "5"),
  {
    name: "pair", group: 2, label: "Filter for this pair of addresses", key: "&",
    applies: (target) => pairOf(target) !== null,
    run: (target) => target.filter(pairOf(target), "for"),
  },
  {
    name: "copy-value", group: 3, label: "Copy value", key: "C",
    applies: hasValue,
    run: ({ value }) => copied(textOf(value)),
  },
  {
    name: "copy-json", group: 3, label: "Copy as JSON", key: "J",
    applies: () => true,
    run: ({ row }) => copied(jsonOf(row)),
  },
  {
    name: "copy-cef", group: 3, label: "Copy as CEF", key: "E",
    applies: ofEvent,
    run: ({ row }) => copied(textAt(lineApi(row.id, "cef"))),
  },
  {
    name: "copy-syslog", group: 3, label: "Copy as syslog line", key: "S",
    applies: ofEvent,
    run: ({ row }) => copied(textAt(lineApi(row.id, "syslog"))),
  },
  {
    name: "copy-raw", group: 3, label: "Copy line as received", key: "W",
    applies: ofEvent,
    run: ({ row }) => copied(rawOf(row)),
  },
  {
    name: "copy-link", group: 3, label: "Copy link", key: "L",
    applies: ofEvent,
    run: ({ row }) => copied(new URL(eventPage(row.id), location.href).href),
  },
  {
    name: "history", group: 4, label: "Search in history, 1 hour around", key: "H",
    applies: (target) => hasTerm(target) || hasAddress(target),
    run: search,
  },
  {
    name: "resolve", group: 4, label: (target) => about("Resolve", target), key: "R",
    applies: hasAddress,
    run: (target) => addressCard("Names", target, showNames),
  },
  {
    name: "known", group: 4, key: "A",
    label: (target) => about("What is known of", target),
    applies: hasAddress,
    run: (target) => addressCard("Last 24 hours of", target, showKnown),
  },
  {
    name: "pin", group: 5, key: "P",
    label: ({ row }) => (isPinned(row) ? "Unpin" : "Pin"),
    applies: ofEvent,
    run: togglePin,
  },
];

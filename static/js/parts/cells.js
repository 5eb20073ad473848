// The cells of a row of events, one for each column. Text is set by textContent and
// nothing else. `createCell(name)` gives {element, fill(row)}.

import { make } from "./elements.js";
import { classOf } from "./heading.js";
import { valueOf } from "./target.js";
import { FACILITIES, SEVERITIES } from "./terms.js";
import { isThisYear, split, zone } from "./time.js";
import { visible } from "./visible.js";

const LONGEST = 600; // characters that a cell can show at most
const PLAIN = new Intl.NumberFormat("en-US");
const SHORT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

function span(className) {
  return make("span", { class: className });
}

/** Text of any kind, cut and with what cannot be seen named. */
export function plain(value) {
  if (value == null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return visible(text.slice(0, LONGEST));
}

/** As short as it can be said: today the hours to the millisecond, else the day with
 *  the seconds, without this year. */
function shortTime({ date, clock }, today) {
  if (date === today) return ["", clock];
  return [`${isThisYear(date) ? date.slice(5) : date} `, clock.slice(0, 8)];
}

function today() {
  return split(new Date().toISOString()).date;
}

function timeCell(element, name, { eventUrl }) {
  const day = span("day");
  const clock = span("clock");
  const time = make(name === "time" && eventUrl ? "a" : "span");
  if (time.tagName === "A") time.tabIndex = -1;
  time.append(day, clock);
  element.append(time);
  return (row) => {
    const p = split(row[name]);
    const words = p ? shortTime(p, today()) : ["", plain(row[name])];
    [day.textContent, clock.textContent] = words;
    time.title = `${row[name]}\n${zone} is shown; received ${row.received}`;
    if (time.tagName === "A") setAddress(time, eventUrl(row));
  };
}

function setAddress(link, address) {
  if (address) link.href = address;
  else link.removeAttribute("href");
}

function textCell(element, name) {
  return (row) => {
    const text = plain(valueOf(row, name));
    element.textContent = text;
    element.title = text;
  };
}

function rankCell(element) {
  element.classList.add("rank");
  return ({ rank }) => {
    element.textContent = rank ?? "";
    element.classList.toggle("threat", rank > 0);
    element.classList.toggle("false", rank < 0);
  };
}

function bytesOf({ bytes, bytes_in, bytes_out }) {
  if (bytes !== undefined || (bytes_in ?? bytes_out) == null) return bytes;
  return (bytes_in ?? 0) + (bytes_out ?? 0);
}

function bytesCell(element) {
  return (row) => {
    const bytes = bytesOf(row);
    const isShort = bytes != null && bytes < 10_000;
    element.textContent = bytes == null ? "" : (isShort ? PLAIN : SHORT).format(bytes);
    element.title = bytes == null ? "" : `${PLAIN.format(bytes)} bytes`;
  };
}

/** As in exported lines: an IPv6 address before a port stands in brackets. */
export function addressText(address, port) {
  return port != null && address?.includes(":") ? `[${address}]` : (address ?? "");
}

function endCell(element, name) {
  const port = name === "src" ? "sport" : "dport";
  const host = span("addr");
  const suffix = span("port");
  suffix.dataset.column = port;
  element.append(host, suffix);
  return (row) => {
    host.textContent = addressText(row[name], row[port]);
    suffix.textContent = row[port] == null ? "" : `:${row[port]}`;
    element.title = host.textContent + suffix.textContent;
  };
}

/** An arrow leads somewhere: without a destination there is none. */
function directionCell(element) {
  return ({ dst, inbound }) => {
    element.textContent = dst == null ? "" : inbound ? "←" : "→";
    element.classList.toggle("inbound", Boolean(dst && inbound));
    element.title = dst && inbound ? "inbound: to HOME_NET from outside" : "";
  };
}

function typeCell(element) {
  const chip = span("chip");
  element.append(chip);
  return (row) => {
    chip.textContent = row.type_name ?? row.type ?? "";
    chip.dataset.type = row.type_name ?? "";
  };
}

/** A flow has no message: how it ended and how many packets it had stand there. */
function flowWords(row) {
  if (row.flow === undefined) return "";
  const packets = (row.packets_in ?? 0) + (row.packets_out ?? 0);
  const counted = packets ? `${PLAIN.format(packets)} packets` : "";
  const seconds = (new Date(row.end) - new Date(row.start)) / 1000;
  const lasted = seconds > 0 ? `${PLAIN.format(Math.round(seconds * 10) / 10)} s` : "";
  return [row.proto, row.state, counted, lasted].filter(Boolean).join(" · ");
}

function messageCell(element, name, { names }) {
  const host = span("host");
  host.dataset.column = "host";
  const message = span("text");
  element.append(host, message);
  const showsHost = !names?.includes("host");
  return (row) => {
    host.textContent = showsHost && row.host ? `${plain(row.host)} ` : "";
    message.textContent = plain(row.message ?? flowWords(row));
  };
}

function classCell(element) {
  return ({ cls }) => {
    element.dataset.class = cls == null ? "" : String(cls % 8);
    element.textContent = cls ?? "";
    element.title = cls == null ? "" : `class ${cls}`;
  };
}

function wordCell(words) {
  return (element, name) => (row) => {
    const number = row[name];
    element.textContent = number == null ? "" : (words[number] ?? number);
    element.title = number == null ? "" : `${element.textContent} (${number})`;
    element.dataset.level = number ?? "";
  };
}

// Every column that is more than its text.
const MAKERS = {
  time: timeCell,
  received: timeCell,
  start: timeCell,
  end: timeCell,
  rank: rankCell,
  bytes: bytesCell,
  src: endCell,
  dst: endCell,
  dir: directionCell,
  type: typeCell,
  message: messageCell,
  class: classCell,
  severity: wordCell(SEVERITIES),
  facility: wordCell(FACILITIES),
};

/** `options`: `role` of the cell, `eventUrl(row)` of its page or null, `names` of the
 *  other columns. */
export function createCell(name, options = {}) {
  const element = make("span", {
    class: classOf(name),
    role: options.role ?? "gridcell",
    "data-column": name,
  });
  const fill = (MAKERS[name] ?? textCell)(element, name, options);
  return { element, fill };
}

/** A row's element and the function that fills it, for use again and again. */
export function createRow(names, eventUrl) {
  const element = make("div", { class: "log-row", role: "row" });
  const cells = names.map((name) => createCell(name, { eventUrl, names }));
  element.append(...cells.map((cell) => cell.element));
  const fill = (row) => {
    for (const cell of cells) cell.fill(row);
    element.classList.toggle("flow", row.flow !== undefined);
  };
  return { element, row: null, fill };
}

// One row of events as elements. Text is set by textContent and nothing else.

import { split, zone } from "../parts/time.js";
import { visible } from "../parts/visible.js";

const LONGEST = 600; // characters of a message that a row can show at most
const PLAIN = new Intl.NumberFormat("en-US");
const SHORT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

function span(className) {
  const element = document.createElement("span");
  element.className = className;
  return element;
}

function cell(name, ...children) {
  const element = span(`c-${name}`);
  element.setAttribute("role", "gridcell");
  element.append(...children);
  return element;
}

/** The day as it has to be said: nothing of this year, nothing today but the hours. */
function shortDay(date, today) {
  return date.slice(0, 5) === today.slice(0, 5) ? date.slice(5) : date;
}

function today() {
  return split(new Date().toISOString()).date;
}

function timeCell(eventUrl) {
  const day = span("day");
  const clock = span("clock");
  const link = document.createElement("a");
  link.tabIndex = -1;
  link.append(day, " ", clock);
  const fill = (row) => {
    const p = split(row.time);
    day.textContent = p ? shortDay(p.date, today()) : "";
    clock.textContent = p ? p.clock : String(row.time ?? "");
    link.title = `${row.time}\n${zone} is shown; received ${row.received}`;
    link.href = eventUrl(row.id);
  };
  return [cell("time", link), fill];
}

function textCell(name, text, title = () => "") {
  const element = cell(name);
  const fill = (row) => {
    element.textContent = visible(text(row));
    element.title = title(row);
  };
  return [element, fill];
}

function rankCell() {
  const element = cell("rank");
  const fill = ({ rank }) => {
    element.textContent = rank ?? "";
    element.classList.toggle("threat", rank > 0);
    element.classList.toggle("false", rank < 0);
  };
  element.classList.add("rank");
  return [element, fill];
}

function bytesOf(row) {
  if (row.bytes_in == null && row.bytes_out == null) return null;
  return (row.bytes_in ?? 0) + (row.bytes_out ?? 0);
}

function bytesText(row) {
  const bytes = bytesOf(row);
  if (bytes === null) return "";
  return bytes < 10_000 ? PLAIN.format(bytes) : SHORT.format(bytes);
}

/** As in exported lines: an IPv6 address before a port stands in brackets. */
function addressText(address, port) {
  return port != null && address?.includes(":") ? `[${address}]` : (address ?? "");
}

function endCell(name, address, port) {
  const host = span("addr");
  const suffix = span("port");
  const element = cell(name, host, suffix);
  const fill = (row) => {
    host.textContent = addressText(row[address], row[port]);
    suffix.textContent = row[port] == null ? "" : `:${row[port]}`;
    element.title = host.textContent + suffix.textContent;
  };
  return [element, fill];
}

function directionCell() {
  return textCell(
    "dir",
    (row) => (row.src == null && row.dst == null ? "" : row.inbound ? "←" : "→"),
    (row) => (row.inbound ? "inbound: to HOME_NET from outside" : ""),
  );
}

function typeCell() {
  const chip = span("chip");
  const fill = (row) => {
    chip.textContent = row.type_name ?? row.type ?? "";
    chip.dataset.type = row.type_name ?? "";
  };
  return [cell("type", chip), fill];
}

function messageCell() {
  const host = span("host");
  const message = span("text");
  const fill = (row) => {
    host.textContent = row.host ? `${visible(row.host)} ` : "";
    message.textContent = visible((row.message ?? "").slice(0, LONGEST));
  };
  return [cell("message", host, message), fill];
}

function classCell() {
  const element = cell("class");
  const fill = ({ cls }) => {
    element.dataset.class = cls == null ? "" : String(cls % 8);
    element.title = cls == null ? "" : `class ${cls}`;
  };
  return [element, fill];
}

function columns(eventUrl) {
  return [
    timeCell(eventUrl),
    textCell("sensor", (row) => row.sensor ?? "", (row) => row.sensor ?? ""),
    rankCell(),
    textCell("bytes", bytesText, (row) => {
      const bytes = bytesOf(row);
      return bytes === null ? "" : `${PLAIN.format(bytes)} bytes`;
    }),
    endCell("src", "src", "sport"),
    directionCell(),
    endCell("dst", "dst", "dport"),
    typeCell(),
    messageCell(),
    textCell("app", (row) => row.app ?? "", (row) => row.app ?? ""),
    classCell(),
  ];
}

/** A row's element and the function that fills it, for use again and again. */
export function createRow(eventUrl) {
  const element = document.createElement("div");
  element.className = "log-row";
  element.setAttribute("role", "row");
  const pairs = columns(eventUrl);
  element.append(...pairs.map(([child]) => child));
  return { element, row: null, fill: (row) => pairs.forEach(([, fill]) => fill(row)) };
}

// Times in the user's zone, or all in UTC (`parts/clock.js` switches). The zone is on
// <html data-zone>; everything else is UTC.

export const ownZone = document.documentElement.dataset.zone || "UTC";

const KINDS = {
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
};

export let zone = "";
let parts = null;
let isSwitched = false; // what the server wrote in the user's zone is written anew

/** From now on times are shown in this zone. */
export function readIn(name) {
  isSwitched ||= zone !== "" && zone !== name;
  zone = name;
  parts = new Intl.DateTimeFormat("en-CA", { ...KINDS, timeZone: name });
}

readIn(ownZone);

function partsOf(date) {
  const found = {};
  for (const part of parts.formatToParts(date)) found[part.type] = part.value;
  return found;
}

/** `{date: "2026-11-24", clock: "02:11:47.689"}`, or null when it is no time. */
export function split(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return null;
  const p = partsOf(date);
  return {
    date: `${p.year}-${p.month}-${p.day}`,
    clock: `${p.hour}:${p.minute}:${p.second}.${p.fractionalSecond}`,
  };
}

/** Whether a date as `split` gives it is of this year, which lists leave out. */
export function isThisYear(date) {
  return date.slice(0, 4) === split(new Date().toISOString()).date.slice(0, 4);
}

const UNITS = [
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
];

/** "3 min ago"; "now" under two seconds. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(iso).getTime()) / 1000);
  if (seconds < 2) return "now";
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}

const FORMATS = {
  ms: (p) => `${p.date} ${p.clock}`,
  clock: (p) => p.clock,
  date: (p) => p.date,
  second: (p) => `${p.date} ${p.clock.slice(0, 8)}`,
};

function named(className, ...children) {
  const part = document.createElement("span");
  part.className = className;
  part.append(...children);
  return part;
}

/** Without this year, as the server writes it: `templates/events/row_time.html`. */
function dayParts(date) {
  const day = date.slice(5);
  return isThisYear(date) ? [day] : [named("year", date.slice(0, 5)), day];
}

/** `<time data-format="none">` was written by the server, in the user's zone. */
function rewrite(element, p) {
  const day = element.querySelector(".day");
  const clock = element.querySelector(".clock");
  day?.replaceChildren(...dayParts(p.date));
  clock?.replaceChildren(p.clock.slice(0, 8), named("ms", p.clock.slice(8)));
  if (!day && !clock) element.textContent = `${p.date} ${p.clock.slice(0, 8)}`;
}

function showOne(element) {
  const p = split(element.dateTime);
  if (!p) return;
  element.title = `${p.date} ${p.clock} ${zone} (${element.dateTime})`;
  const format = element.dataset.format || "second";
  if (format === "none") {
    if (isSwitched) rewrite(element, p);
    return;
  }
  element.textContent =
    format === "ago" ? ago(element.dateTime) : (FORMATS[format] ?? FORMATS.second)(p);
}

/** Shows every `<time datetime data-format="second|ms|clock|date|ago">` under root. */
export function showTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) showOne(element);
}

export function keepAgo() {
  setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[data-format=ago]")) {
      showOne(element);
    }
  }, 5000);
}

// Every column that a table of events can show. `width` is a CSS length, at first; one
// that `grows` takes what the others leave. Style sheets set --time and --end by the
// width of the window.

export const EVENTS = [
  { name: "time", label: "Time", width: "var(--time)", about: "when it happened" },
  { name: "received", label: "Received", width: "var(--time)", about: "when this machine read it" },
  { name: "sensor", label: "Sensor", width: "11ch" },
  { name: "rank", label: "Rank", width: "7ch" },
  { name: "bytes", label: "Bytes", width: "7ch", about: "of the flow, both ways" },
  { name: "src", label: "Source", width: "var(--end)", about: "address and port" },
  { name: "dir", label: "Direction", width: "2ch", narrow: true },
  { name: "dst", label: "Destination", width: "var(--end)", about: "address and port" },
  { name: "type", label: "Type", width: "11ch" },
  { name: "message", label: "Message", width: "24ch", grows: true },
  { name: "app", label: "Application", width: "13ch" },
  { name: "class", label: "Class", width: "6ch", narrow: true, about: "number and colour of the class that matched" },
  { name: "host", label: "Host", width: "15ch", about: "as the record names it" },
  { name: "user", label: "User", width: "12ch" },
  { name: "action", label: "Action", width: "10ch" },
  { name: "proto", label: "Protocol", width: "6ch" },
  { name: "signature", label: "Signature", width: "16ch" },
  { name: "severity", label: "Severity", width: "9ch" },
  { name: "facility", label: "Facility", width: "9ch" },
  { name: "pid", label: "Process", width: "8ch" },
  { name: "source", label: "Sent by", width: "16ch", about: "address of the sender" },
];

const USUAL = [
  "time", "sensor", "rank", "bytes", "src", "dir", "dst", "type", "message", "app",
  "class",
];
const NARROW = ["time", "rank", "src", "dir", "dst", "type", "message", "class"];

const SLIM = ["time", "rank", "src", "dir", "dst", "type", "message"];

const ENOUGH = 1000; // pixels for all the usual ones
const LITTLE = 900; // pixels beside details
const PHONE = 720; // pixels below which a row has two lines, see log.css

/** Whether the table stands beside details, so that even NARROW is too wide. */
export function isSlim(width) {
  return width > PHONE && width < LITTLE;
}

/** What is shown to one who has chosen nothing, by the width of the table in pixels. */
export function usual(width = innerWidth) {
  if (isSlim(width)) return SLIM;
  return width < ENOUGH ? NARROW : USUAL;
}

/** A key of `data` as a column, `data.url`; null for any other name. */
export function detail(name) {
  if (!/^data\.[^\s]{1,80}$/.test(name)) return null;
  return { name, label: name.slice(5), width: "18ch", about: `${name}` };
}

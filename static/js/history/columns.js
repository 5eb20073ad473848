// The columns of the two tables: those of events are in parts/catalogue.js.

import { isSlim, usual } from "../parts/catalogue.js";

export const FLOWS = [
  { name: "end", label: "End", width: "var(--time)", about: "when its last packet was seen" },
  { name: "start", label: "Start", width: "var(--time)" },
  { name: "sensor", label: "Sensor", width: "11ch" },
  { name: "src", label: "Source", width: "var(--end)", about: "address and port" },
  { name: "dir", label: "Direction", width: "2ch", narrow: true },
  { name: "dst", label: "Destination", width: "var(--end)", about: "address and port" },
  { name: "proto", label: "Protocol", width: "10ch" },
  { name: "app", label: "Application", width: "12ch" },
  { name: "state", label: "State", width: "14ch" },
  { name: "bytes_out", label: "Bytes out", width: "11ch", about: "from the source" },
  { name: "bytes_in", label: "Bytes in", width: "11ch", about: "to the source" },
  { name: "packets_out", label: "Packets out", width: "13ch" },
  { name: "packets_in", label: "Packets in", width: "12ch" },
  { name: "bytes", label: "Bytes", width: "9ch", about: "both ways" },
  { name: "community_id", label: "Community ID", width: "32ch" },
  { name: "uid", label: "Flow id", width: "20ch" },
  { name: "source", label: "Sent by", width: "16ch", about: "address of the exporter" },
];

// Who has chosen nothing sees these: all, or the fewer that a narrow table holds.
const USUAL = {
  events: [
    "time", "sensor", "rank", "src", "dir", "dst", "type", "message", "app", "class",
  ],
  flows: FLOWS.slice(0, 13).map(({ name }) => name),
};
const FEWER = {
  events: ["time", "rank", "src", "dir", "dst", "type", "message", "class"],
  flows: ["end", "src", "dir", "dst", "proto", "app", "state", "bytes_out", "bytes_in"],
};
const WIDE = 1180; // px

export function usualOf(table, width) {
  if (table === "events" && isSlim(width)) return usual(width);
  return (width < WIDE ? FEWER : USUAL)[table];
}

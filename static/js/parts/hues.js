// The hue of each event type, the same in chips (components.css), graphs and legends.

export const TYPE_HUES = {
  ids: "red", ips: "orange", "modsec-in": "yellow", "modsec-out": "pink", log: "blue",
  service: "teal", host: "green", flow: "grey", file: "violet", dialog: "lime",
  tracking: "cyan", rank: "magenta", class: "brown",
};

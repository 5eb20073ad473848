// Log text is hostile: what cannot be seen, or turns the reading order, is named.
// `sensors/visible.py` does the same on the server.

const UNSEEN =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2400\ufeff]/g;
const NAMES = (
  "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI " +
  "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
).split(" ");
const OTHERS = { 0x7f: "DEL", 0x2400: "NUL" };

function name(character) {
  const code = character.codePointAt(0);
  const hex = code.toString(16).toUpperCase().padStart(4, "0");
  return `‹${NAMES[code] ?? OTHERS[code] ?? `U+${hex}`}›`;
}

/** The text with control and direction characters named: ESC is ‹ESC›. */
export function visible(text) {
  return text.replace(UNSEEN, name);
}

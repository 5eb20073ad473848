// Values of a row as terms of the query language, whatever is in them.
// `events/described.py` writes the same on the server.

export const LONGEST = 1_000; // characters of one term; a query has 2,000

const PLAIN = /^[A-Za-z0-9_:](?:[A-Za-z0-9_:-]|[./](?=[A-Za-z0-9_]))*$/;
const OPERATORS = new Set(["AND", "OR", "NOT"]);

// RFC 5424 tables 1 and 2.
export const FACILITIES = (
  "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert " +
  "clock local0 local1 local2 local3 local4 local5 local6 local7"
).split(" ");
export const SEVERITIES = "emerg alert crit err warning notice info debug".split(" ");

/** As it stands in a query: bare where it can, else in quotes. */
export function quoted(value) {
  if (PLAIN.test(value) && !OPERATORS.has(value)) return value;
  return inQuotes(value);
}

function inQuotes(value) {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function text(field) {
  return (row, value) => `${field}:${quoted(value)}`;
}

function number(field) {
  return (row, value) => `${field}:${value}`;
}

function word(field, words) {
  return (row, value) => `${field}:${words[value] ?? value}`;
}

// How each column of a row is asked for.
const TERMS = {
  src: text("src"),
  dst: text("dst"),
  source: text("source"),
  sport: number("sport"),
  dport: number("dport"),
  proto: text("proto"),
  host: text("host"),
  app: text("app"),
  user: text("user"),
  action: text("action"),
  signature: text("signature"),
  message: text("message"),
  sensor: text("sensor"),
  state: text("state"),
  uid: text("uid"),
  flow: text("uid"),
  community_id: text("community_id"),
  bytes: number("bytes"),
  bytes_in: number("bytes_in"),
  bytes_out: number("bytes_out"),
  packets_in: number("packets_in"),
  packets_out: number("packets_out"),
  rank: number("rank"),
  pid: number("pid"),
  cls: number("class"),
  inbound: (row, value) => `direction:${value === "true" ? "inbound" : "outbound"}`,
  type: (row, value) => `type:${row.type_name || value}`,
  severity: word("severity", SEVERITIES),
  facility: word("facility", FACILITIES),
};
const KEY = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** A member of `data`; what is no plain name is quoted, too. */
function member(column, value) {
  const key = column.slice("data.".length);
  return `data.${KEY.test(key) ? key : inQuotes(key)}:${quoted(value)}`;
}

function written(row, column, value) {
  if (Object.hasOwn(TERMS, column)) return TERMS[column](row, value);
  return column?.startsWith("data.") ? member(column, value) : null;
}

/** The term that finds the rows with this value in the column; null when none can. */
export function termOf({ row, column, value }) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "object") return null;
  const found = written(row, column, String(value));
  return found !== null && found.length <= LONGEST ? found : null;
}

/** The term of the rows between the same two addresses; null when one is missing. */
export function pairOf({ row }) {
  if (!row.src || !row.dst) return null;
  return `src:${quoted(row.src)} dst:${quoted(row.dst)}`;
}

const EITHER = /(^|[\s)"])OR(?=$|[\s("])/;

function parts(query) {
  return EITHER.test(query) ? `(${query})` : query;
}

/** The query with the term added: `for` it, `out` without it, or `only` the term. */
export function combined(query, term, how) {
  const before = query.trim();
  const added = how === "out" ? `-${negatable(term)}` : term;
  if (how === "only" || before === "" || before === "*") return added;
  if (before === added) return before;
  return `${parts(before)} ${added}`;
}

const ONE = /^[A-Za-z0-9_.-]+(?:"(?:\\.|[^"\\])*")?:"(?:\\.|[^"\\])*"$/s;

/** Several terms are negated together; one whose value has a space is still one. */
function negatable(term) {
  const isOne = !term.includes(" ") || ONE.test(term);
  return isOne ? term : `(${term})`;
}

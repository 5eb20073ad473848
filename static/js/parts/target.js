// What stands under the pointer or the selected cell: `{row, column, value}`.

const BY_CLASS = { port: { src: "sport", dst: "dport" }, host: { message: "host" } };
const NAMED = { class: "cls", dir: "inbound" };
const ADDRESSES = new Set(["src", "dst", "source", "ip"]);

/** The column of a cell: its `data-column`, or its class `c-NAME`. */
function columnOf(cell) {
  if (cell.dataset.column) return cell.dataset.column;
  const name = [...cell.classList].find((one) => one.startsWith("c-"));
  return name?.slice(2) ?? null;
}

function partOf(element, column) {
  for (const [name, columns] of Object.entries(BY_CLASS)) {
    if (element.closest(`.${name}`) && columns[column]) return columns[column];
  }
  return NAMED[column] ?? column;
}

/** The value of a column; `data.KEY` reads into `data`. */
export function valueOf(row, column) {
  if (!column) return null;
  if (!column.startsWith("data.")) return row[column] ?? null;
  const key = column.slice(5);
  if (row.data && Object.hasOwn(row.data, key)) return row.data[key];
  return key.split(".").reduce((inner, name) => inner?.[name], row.data) ?? null;
}

/** The target of an element within a row; a part of a cell names its own column. */
export function targetIn(element, row) {
  const cell = element.closest("[data-column], [class*='c-']");
  const column = cell ? partOf(element, columnOf(cell)) : null;
  return { row, column, value: valueOf(row, column) };
}

/** Whether the row is an event; a flow has no page of its own yet. */
export function isEvent(row) {
  return row.flow === undefined && row.uid === undefined;
}

/** The address under the pointer, else both of the row. */
export function addressesOf({ row, column, value }) {
  if (ADDRESSES.has(column)) return value ? [value] : [];
  return [...new Set([row.src, row.dst].filter(Boolean))];
}

// The Historical page works without this; here are its keys and clicks.

import { connectKeys } from "./parts/keys.js";
import { openDialog } from "./parts/dialog.js";

const table = document.querySelector("[data-history]");
const rows = table ? [...table.querySelectorAll("[data-row]")] : [];
const query = document.getElementById("query");
let selected = -1;

function select(index) {
  rows[selected]?.classList.remove("selected");
  selected = index;
  const row = rows[index];
  if (!row) return;
  row.classList.add("selected");
  row.querySelector("a").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  if (rows.length) select(Math.max(0, Math.min(rows.length - 1, selected + by)));
}

function open(row) {
  row?.querySelector("a").click();
}

function turn(rel) {
  document.querySelector(`.pager a[rel=${rel}]`)?.click();
}

table?.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  const isReading = String(getSelection()).length > 0;
  if (row && !isReading && !event.target.closest("a")) open(row);
});

// The address of a preset needs no times.
query.form.addEventListener("submit", (event) => {
  const range = event.submitter?.value;
  for (const name of ["start", "end"]) {
    query.form.elements[name].disabled = range !== "custom";
  }
  query.disabled = query.value.trim() === "";
  setTimeout(() => {
    for (const element of query.form.elements) element.disabled = false;
  });
});

connectKeys({
  "/": () => {
    query.focus();
    query.select();
  },
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => open(rows[selected]),
  n: () => turn("next"),
  p: () => turn("prev"),
  Escape: () => {
    select(-1);
    table?.focus();
  },
  "?": () => openDialog(document.getElementById("keys")),
});
query.addEventListener("keydown", (event) => {
  if (event.key === "Escape") query.blur();
});

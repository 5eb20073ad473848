// The Pins page works without this; here its rows get the menu.

import { attachMenu } from "./parts/menu.js";
import { isPinned } from "./parts/pins.js";
import { targetIn } from "./parts/target.js";

const table = document.querySelector("[data-pins]");

function targetOf(element) {
  const line = element.closest("[data-row]");
  if (!line || element.closest("input")) return null;
  return targetIn(element, JSON.parse(line.dataset.row));
}

function showChange() {
  for (const line of table.querySelectorAll("[data-row]")) {
    line.classList.toggle("gone", !isPinned(JSON.parse(line.dataset.row)));
  }
}

if (table) {
  attachMenu(table, { target: targetOf });
  document.addEventListener("pins", showChange);
}

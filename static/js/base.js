// On every page: times, theme, dialogs, menus, htmx, and the page's own module.

import "htmx.org";
import { connectCopy } from "./parts/copy.js";
import { connectDialogs } from "./parts/dialog.js";
import { connectThemeSwitch } from "./parts/switch.js";
import { keepAgo, showTimes } from "./parts/time.js";

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.key === "Escape" || !menu.contains(event.target)) menu.open = false;
  }
}

showTimes();
keepAgo();
connectDialogs();
connectCopy();
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus(event);
});
document.addEventListener("htmx:after:swap", () => showTimes());

// A form that was refused: its first error, which the field describes, is read out.
document.querySelector("form.form [aria-invalid=true]")?.focus();

const button = document.querySelector("[data-theme-switch]");
if (button) connectThemeSwitch(button);

// Parts that only some pages have, by what they run.
const PARTS = {
  "[data-query-box]": () => import("./parts/querybox.js"),
  "[data-searches]": () => import("./parts/searches.js"),
  "[data-downloads]": () => import("./parts/download.js"),
  "[data-report-address]": () => import("./parts/report.js"),
};

async function startPage() {
  const found = Object.keys(PARTS).filter((part) => document.querySelector(part));
  await Promise.all(found.map((part) => PARTS[part]()));
  const name = document.body.dataset.module.trim();
  if (name) await import(new URL(`${name}.js`, import.meta.url).href);
  document.body.dataset.ready = ""; // what drives the page may begin
}

startPage();

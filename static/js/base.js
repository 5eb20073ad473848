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

const button = document.querySelector("[data-theme-switch]");
if (button) connectThemeSwitch(button);

async function startPage() {
  const name = document.body.dataset.module.trim();
  if (name) await import(new URL(`${name}.js`, import.meta.url).href);
  document.body.dataset.ready = ""; // what drives the page may begin
}

startPage();

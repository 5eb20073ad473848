// The strip of tabs: a filter each. The name of a tab is its filter; beside it stands
// how many rows came while another one was shown.

import { button, make } from "../parts/elements.js";
import { visible } from "../parts/visible.js";
import { MOST_TABS } from "./address.js";

const NUMBER = new Intl.NumberFormat("en-US");
const LONGEST = 40; // characters of a filter in its tab

function nameOf(query) {
  if (!query) return "All events";
  return visible(query.length > LONGEST ? `${query.slice(0, LONGEST)}…` : query);
}

export class TabStrip {
  /** `on` has pick(place), close(place), add(). */
  constructor(root, on) {
    this.root = root;
    this.list = make("ul", {});
    this.adder = button("+", {
      class: "icon-button",
      "aria-label": "New tab",
      title: "New tab (t)",
    });
    root.append(this.list, this.adder);
    this.adder.addEventListener("click", () => on.add());
    this.list.addEventListener("click", ({ target }) => {
      const place = this.tabs.findIndex(({ line }) => line.contains(target));
      if (place < 0) return;
      if (target.closest("[data-end]")) on.close(place);
      else on.pick(place);
    });
    this.list.addEventListener("auxclick", (event) => {
      const place = this.tabs.findIndex(({ line }) => line.contains(event.target));
      if (event.button === 1 && place >= 0) on.close(place);
    });
    this.tabs = [];
  }

  tab() {
    const name = make("span", { class: "name" });
    const unseen = make("span", { class: "unseen" });
    const pick = button("", { class: "pick" });
    pick.append(name, unseen);
    const end = button("×", { class: "end", "data-end": true });
    const line = make("li", {}, pick, end);
    this.list.append(line);
    return { line, pick, name, unseen, end };
  }

  draw(streams, active) {
    while (this.tabs.length < streams.length) this.tabs.push(this.tab());
    for (const { line } of this.tabs.splice(streams.length)) line.remove();
    this.adder.disabled = streams.length >= MOST_TABS;
    streams.forEach((stream, place) => this.fill(place, stream, place === active));
  }

  fill(place, stream, isActive) {
    const tab = this.tabs[place];
    const text = nameOf(stream.query);
    const count = isActive || !stream.unseen ? "" : NUMBER.format(stream.unseen);
    if (tab.name.textContent !== text) tab.name.textContent = text;
    if (tab.unseen.textContent !== count) tab.unseen.textContent = count;
    tab.pick.title = `${stream.query || "All events"} (${place + 1})`;
    tab.pick.classList.toggle("paused", stream.paused);
    if (isActive) tab.pick.setAttribute("aria-current", "true");
    else tab.pick.removeAttribute("aria-current");
    tab.end.setAttribute("aria-label", `Close ${text}`);
    tab.end.hidden = this.tabs.length < 2;
  }
}

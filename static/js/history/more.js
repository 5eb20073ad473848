// A search that was not complete when the page came goes on by itself, a stretch of the
// range at a time, until the page is full or the range was searched.

import { showTimes } from "../parts/time.js";
import { Counting } from "./counting.js";
import { moment } from "./figures.js";

async function stretch(rest, signal) {
  const response = await fetch(`/history/rows${rest}`, { signal });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return new DOMParser().parseFromString(text, "text/html");
}

export class More {
  /** `changed()` after every change of the rows. */
  constructor(log, changed) {
    this.body = log.querySelector("[data-rows]");
    this.log = log;
    this.changed = changed;
    this.box = document.querySelector("[data-searching]");
    this.counting = new Counting(this.box);
    this.counting.onStop = () => this.stop();
    this.controller = null;
    addEventListener("pagehide", () => this.controller?.abort());
  }

  get part() {
    return this.body.querySelector("[data-part]");
  }

  get isUnderWay() {
    return this.controller !== null;
  }

  async run() {
    if (!this.part?.dataset.rest) return;
    document.querySelector("[data-patience]")?.remove();
    this.box.hidden = false;
    this.controller = new AbortController();
    const { signal } = this.controller;
    try {
      while (this.part.dataset.rest && !signal.aborted) {
        this.tell();
        this.take(await stretch(this.part.dataset.rest, signal));
      }
      this.end("");
    } catch (error) {
      if (!signal.aborted) this.end(`${error.message} `);
    }
  }

  /** How far the range was searched, in words and as a bar. */
  tell() {
    const { reached, progress } = this.part.dataset;
    const found = this.body.querySelectorAll(".log-row").length;
    const down = reached ? `, down to ${moment(new Date(reached).getTime())}` : "";
    this.counting.show(`Searching… ${found} found${down}`, Number(progress));
  }

  take(page) {
    const isWhole = page.querySelector("[data-part]").dataset.replace === "1";
    if (isWhole) this.body.replaceChildren();
    else this.part.remove();
    this.body.append(...page.body.childNodes);
    showTimes(this.body);
    this.turnTo(this.part.dataset.older);
    this.log.hidden = false;
    this.changed();
  }

  turnTo(older) {
    const link = document.querySelector(".pager a[rel=next]");
    if (link && older) Object.assign(link, { href: older, textContent: "Older" });
    else if (link) link.remove();
    else if (older) this.addOlder(older);
  }

  addOlder(older) {
    const link = document.createElement("a");
    link.className = "button";
    link.rel = "next";
    link.href = older;
    link.textContent = "Older";
    document.querySelector("[data-older]")?.replaceWith(link);
  }

  stop() {
    this.controller?.abort();
    this.end("Stopped. ");
  }

  /** Full or done: nothing has to be said; stopped or failed: how to go on. */
  end(words) {
    this.controller = null;
    const isEmpty = !this.body.querySelector(".log-row");
    const empty = document.querySelector("[data-empty]")?.closest(".panel");
    if (empty && !words) empty.hidden = !isEmpty;
    this.log.hidden = isEmpty;
    this.box.hidden = !words;
    if (words) this.offer(words);
    else if (isEmpty) location.replace(`${location.pathname}${location.search}`);
  }

  offer(words) {
    const { reached } = this.part.dataset;
    const down = reached ? `Searched down to ${moment(new Date(reached).getTime())}.` : "";
    this.counting.show(`${words}${down}`);
    this.counting.stop.hidden = false;
    this.counting.stop.textContent = "Search on";
    this.counting.onStop = () => {
      this.counting.stop.textContent = "Stop";
      this.counting.onStop = () => this.stop();
      this.run();
    };
  }
}


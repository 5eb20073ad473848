// Makes a box for queries of any <input data-query-box data-query-url="…">: what may come
// next, what is wrong and how it is mended, what will be searched, and one's own queries.
// Without this script it is a plain input.

import { make } from "./elements.js";
import { Options } from "./options.js";
import { place } from "./place.js";
import { past, remember } from "./queries.js";
import { inCharacters, inUnits } from "./units.js";
import { visible } from "./visible.js";

const PAUSE = 120; // milliseconds without a key before the server is asked

class QueryBox {
  constructor(input) {
    this.input = input;
    this.answer = null;
    this.asking = null; // AbortController of the question that is under way
    this.timer = null;
    this.said = make("p", { class: "query-said", id: `${input.id}-said` });
    this.build();
    this.listen();
  }

  build() {
    const box = make("div", { class: "query-box" });
    const hadFocus = document.activeElement === this.input;
    this.input.before(box);
    this.panel = make("div", { class: "query-panel", hidden: true });
    this.options = new Options(this.input, (option) => this.accept(option));
    this.panel.append(this.said, this.options.list);
    box.append(this.input, this.panel);
    const described = this.input.getAttribute("aria-describedby") ?? "";
    this.input.setAttribute("aria-describedby", `${described} ${this.said.id}`.trim());
    if (hadFocus) this.input.focus();
  }

  listen() {
    const { input } = this;
    input.addEventListener("input", () => this.ask({ isTyping: true }));
    input.addEventListener("focus", () => this.ask());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.press(event), true);
    input.form?.addEventListener("submit", () => {
      remember(input.value);
      this.close();
    });
    // A pointer in the panel leaves the caret where it is.
    this.panel.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  // -- asking

  ask({ isTyping = false, isWanted = false } = {}) {
    this.asking?.abort();
    clearTimeout(this.timer);
    const run = () => this.fetch({ isTyping, isWanted });
    if (isTyping) this.timer = setTimeout(run, PAUSE);
    else run();
  }

  async fetch(how) {
    const text = this.input.value;
    this.asking = new AbortController();
    const at = inCharacters(text, this.input.selectionStart ?? text.length);
    const table = this.input.dataset.queryTable || "events";
    const asked = new URLSearchParams({ q: text, at, table });
    try {
      const url = `${this.input.dataset.queryUrl}?${asked}`;
      const response = await fetch(url, { signal: this.asking.signal });
      if (!response.ok) return;
      const answer = await response.json();
      if (text === this.input.value) this.show(text, answer, how);
    } catch {
      // Without an answer it is a plain input.
    }
  }

  show(text, answer, { isTyping, isWanted }) {
    if (document.activeElement !== this.input) return;
    const from = inUnits(text, answer.from);
    const to = inUnits(text, answer.to);
    const now = text.slice(from, to);
    const next = answer.suggestions.filter((one) => one.text !== now);
    const isBegun = this.input.selectionStart > from || now !== "";
    const offered = isWanted || (isTyping && (isBegun || /[:(]$/.test(text)));
    const found = offered ? next.map((one) => ({ ...one, from, to })) : [];
    const warnings = warningsOf(answer, isTyping);
    this.options.show([...mended(answer.error), ...found, ...meant(text, warnings)]);
    this.say(text, answer, isTyping, warnings);
    this.panel.hidden = false;
  }

  /** The reading, or what is wrong; mildly while that may be just unfinished. */
  say(text, { reading, error, from }, isTyping, warnings) {
    this.said.className = "query-said";
    if (!error) {
      const finds = make("span", { class: "faint" }, "finds ");
      const read = make("span", { class: "query-reading" }, finds, visible(reading));
      this.said.replaceChildren(read, ...warnings.map(warned));
      return;
    }
    const isUnfinished = isTyping && (error.at >= from || error.at >= [...text].length);
    if (!isUnfinished) this.said.classList.add("wrong");
    this.said.replaceChildren(visible(error.message));
    if (!isUnfinished) this.said.append(place(text, error.at));
  }

  close() {
    this.asking?.abort();
    clearTimeout(this.timer);
    this.options.show([]);
    this.panel.hidden = true;
  }

  // -- keys

  press(event) {
    const action = this.actionOf(event);
    if (!action || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    action();
  }

  actionOf(event) {
    const { options } = this;
    const isEmpty = this.input.value === "";
    if (event.ctrlKey && event.key === " ") return () => this.ask({ isWanted: true });
    if (event.key === "ArrowUp" && (event.ctrlKey || (isEmpty && !options.isOpen))) {
      return () => this.showPast();
    }
    if (event.ctrlKey || event.altKey || event.metaKey || !options.isOpen) return null;
    switch (event.key) {
      case "ArrowDown":
        return () => options.move(1);
      case "ArrowUp":
        return () => options.move(-1);
      case "Escape":
        return () => options.show([]);
      case "Enter":
        return options.chosen && (() => this.accept(options.chosen));
      case "Tab":
        return event.shiftKey ? null : options.likely && (() => this.accept(options.likely));
    }
    return null;
  }

  async showPast() {
    const queries = await past();
    // A late answer about what was in the box would replace the list.
    this.asking?.abort();
    clearTimeout(this.timer);
    const all = { from: 0, to: this.input.value.length, isWhole: true };
    const found = queries.map((text) => ({ text, label: text, about: "", kind: "past", ...all }));
    this.options.show(found);
    this.options.move(1);
    this.said.className = "query-said faint";
    this.said.replaceChildren(found.length ? "your last queries" : "no query of yours yet");
    this.panel.hidden = false;
  }

  accept({ text, kind, from, to, isWhole }) {
    const { input } = this;
    const rest = input.value.slice(isWhole ? input.value.length : to);
    const isLast = kind === "value" && rest === "";
    input.focus();
    input.setSelectionRange(from ?? 0, isWhole ? input.value.length : to);
    const written = isLast ? `${text} ` : text;
    // So that it can be undone; browsers without it still write.
    if (!document.execCommand("insertText", false, written)) {
      input.setRangeText(written, input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.ask({ isTyping: !isWhole });
  }
}

function warned({ message }) {
  return make("span", { class: "query-warning" }, visible(message));
}

function mended(error) {
  if (error?.suggestion == null) return [];
  const about = "mended: take it by Tab";
  return [{ text: error.suggestion, label: error.suggestion, about, kind: "mend", isWhole: true }];
}

/** Not of what is still being typed. */
function warningsOf({ warnings, from }, isTyping) {
  return isTyping ? warnings.filter(({ at }) => at < from) : warnings;
}

/** Queries that may be meant: taken by the arrows or a click, never by Tab alone. */
function meant(query, warnings) {
  return warnings
    .filter(({ suggestion }) => suggestion !== null)
    .map(({ suggestion: text }) => {
      const [before, label] = exchanged(query, text);
      return { text, label, about: `for ${before}`, kind: "hint", isWhole: true };
    });
}

/** The words in which two queries differ, of the one and of the other. */
function exchanged(one, other) {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const begin = one.slice(0, start).search(/\S*$/);
  const rest = one.slice(one.length - end).search(/\s|$/);
  return [one, other].map((text) => text.slice(begin, text.length - end + rest));
}

for (const input of document.querySelectorAll("input[data-query-box]")) new QueryBox(input);

// The figures and sentences about the stream: state, rows, not shown, latency.

const NUMBER = new Intl.NumberFormat("en-US");

const STATES = {
  connecting: ["", "Connecting…"],
  live: ["good", "Live"],
  paused: ["warn", "Paused"],
  lost: ["bad", "Connection lost"],
  wrong: ["warn", "The filter has an error"],
  signedOut: ["bad", "Signed out; load the page again"],
  noRights: ["bad", "No domain is shared with you any more"],
};

export class Figures {
  constructor(root) {
    this.parts = {};
    for (const element of root.querySelectorAll("[data-figure]")) {
      this.parts[element.dataset.figure] = element;
    }
  }

  state(name, seconds) {
    const [kind, words] = STATES[name];
    const text = seconds ? `${words}, trying again in ${seconds} s` : words;
    const { state } = this.parts;
    state.className = `status ${kind}`;
    if (state.textContent !== text) state.textContent = text;
  }

  /** The filter takes longer than it may; nothing is skipped, it comes later. */
  slow(behind) {
    const { state } = this.parts;
    state.className = "status warn";
    state.textContent = `Slow filter, ${NUMBER.format(behind)} events behind`;
  }

  rows(shown, cap) {
    const full = shown >= cap ? ", the most kept" : "";
    this.parts.rows.textContent = NUMBER.format(shown);
    this.parts.full.textContent = full;
  }

  missed(count) {
    this.parts.missed.textContent = NUMBER.format(count);
    this.parts.missed.parentElement.hidden = count === 0;
  }

  latency(rows, now) {
    if (!rows.length) return;
    const newest = rows.reduce((a, b) => (b.received > a ? b.received : a), "");
    const seconds = Math.max(0, (new Date(now) - new Date(newest)) / 1000);
    this.parts.latency.textContent = `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
    this.parts.latency.parentElement.hidden = false;
  }

  held(count, words) {
    const { held } = this.parts;
    held.hidden = count === 0;
    held.textContent = `${NUMBER.format(count)} new${words}`;
  }
}

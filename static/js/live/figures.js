// The figures and sentences about a stream: state, rows, not shown, waiting, latency.

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

function stateOf(stream) {
  if (stream.behind) {
    const behind = NUMBER.format(stream.behind);
    return ["warn", `Slow filter, ${behind} events behind`];
  }
  const isPaused = stream.status === "live" && stream.paused;
  const [kind, words] = STATES[isPaused ? "paused" : stream.status];
  const again = stream.retry ? `, trying again in ${stream.retry} s` : "";
  return [kind, words + again];
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Figures {
  constructor(root) {
    this.parts = {};
    for (const element of root.querySelectorAll("[data-figure]")) {
      this.parts[element.dataset.figure] = element;
    }
  }

  show(stream) {
    const { shown, held, missed } = stream.buffer;
    this.state(stateOf(stream));
    setText(this.parts.rows, NUMBER.format(shown.length));
    this.count("missed", missed);
    this.latency(stream);
    this.waiting(stream.paused ? stream.waits : null);
    this.parts.held.hidden = held.length === 0;
    setText(this.parts.held, `${NUMBER.format(held.length)} new ↑`);
  }

  state([kind, text]) {
    this.parts.state.className = `status ${kind}`;
    setText(this.parts.state, text);
  }

  count(name, count) {
    setText(this.parts[name], NUMBER.format(count));
    this.parts[name].parentElement.hidden = count === 0;
  }

  latency({ seconds, paused }) {
    this.parts.latency.parentElement.hidden = seconds === null || paused;
    if (seconds === null) return;
    setText(this.parts.latency, `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`);
  }

  waiting(waits) {
    const { waiting } = this.parts;
    waiting.parentElement.hidden = !waits;
    if (!waits) return;
    setText(waiting, (waits.exact ? "" : "at least ") + NUMBER.format(waits.count));
  }
}

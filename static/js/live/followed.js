// The filters that are followed, a tab each, and which of them is in front.

import { MOST_TABS } from "./address.js";
import { Stream } from "./stream.js";
import { TabStrip } from "./tabs.js";

export class Followed {
  /** `on` has cap(), onNews() of the stream in front, onFront(stream) when another one
   *  came to the front, onAdd(). */
  constructor(root, socketUrl, on) {
    this.socketUrl = socketUrl;
    this.on = on;
    this.streams = [];
    this.active = 0;
    this.due = 0;
    this.strip = new TabStrip(root, {
      pick: (place) => this.pick(place),
      close: (place) => this.close(place),
      add: () => this.add(),
    });
  }

  get front() {
    return this.streams[this.active];
  }

  begin(tabs, active) {
    this.streams = tabs.map((settings) => this.follow(settings));
    this.pick(active);
  }

  follow(settings) {
    const given = { ...settings, cap: this.on.cap() };
    return new Stream(this.socketUrl, given, (stream) => {
      if (stream === this.front) this.on.onNews();
      else this.draw();
    });
  }

  /** Draws the strip, once per frame however many rows came. */
  draw() {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      this.strip.draw(this.streams, this.active);
    });
  }

  pick(place) {
    if (!this.streams[place]) return;
    this.active = place;
    this.on.onFront(this.front);
  }

  /** The tab so many further on; after the last comes the first. */
  turn(by) {
    const { length } = this.streams;
    this.pick((this.active + by + length) % length);
  }

  add() {
    if (this.streams.length >= MOST_TABS) return;
    this.streams.push(this.follow({ q: "", flows: this.front.flows, paused: false }));
    this.pick(this.streams.length - 1);
    this.on.onAdd();
  }

  close(place = this.active) {
    if (this.streams.length < 2) return;
    const [closed] = this.streams.splice(place, 1);
    closed.end();
    const next = this.active > place ? this.active - 1 : this.active;
    this.pick(Math.min(next, this.streams.length - 1));
  }
}

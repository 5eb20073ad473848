// Wall mode: the whole screen, larger type, a clock, and nothing to press.

import { openFullscreen, closeFullscreen } from "./screen.js";
import { onClock } from "../parts/clock.js";
import { split, zone } from "../parts/time.js";

export class Wall {
  /** `onChange(isOn)` draws the page for it. */
  constructor(root, onChange) {
    this.clock = root.querySelector("[data-clock-face]");
    this.onChange = onChange;
    this.isOn = false;
    onClock(() => this.tick());
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.isOn) this.set(false);
    });
  }

  /** `isAsked`: by a key or a button, so that the browser allows the whole screen. */
  set(isOn, isAsked = false) {
    this.isOn = isOn;
    document.documentElement.classList.toggle("wall", isOn);
    clearInterval(this.timer);
    if (isOn) this.timer = setInterval(() => this.tick(), 1000);
    if (isOn && isAsked) openFullscreen();
    if (!isOn) closeFullscreen();
    this.tick();
    this.onChange(isOn);
  }

  toggle() {
    this.set(!this.isOn, true);
  }

  tick() {
    const { date, clock } = split(new Date().toISOString());
    this.clock.textContent = `${date} ${clock.slice(0, 8)} ${zone}`;
  }
}

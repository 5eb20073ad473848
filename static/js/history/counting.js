// How far counting or searching is: words, a bar, and Stop.

export class Counting {
  constructor(root) {
    this.words = root.querySelector("[data-words]");
    this.bar = root.querySelector("progress");
    this.stop = root.querySelector("[data-stop]");
    this.root = root;
    this.onStop = () => {};
    this.stop.addEventListener("click", () => this.onStop());
  }

  /** `progress` from 0 to 1 while it goes on; null when it has ended. */
  show(words, progress = null) {
    this.words.textContent = words;
    this.bar.hidden = progress === null;
    this.stop.hidden = progress === null;
    if (progress !== null) this.bar.value = progress;
  }
}

// Keys of a page. A key typed into a field or pressed on a button is theirs.

const ON_CONTROL = new Set(["Enter", " "]);

/** Whether a key belongs to a field, a button, a dialog or the browser. */
export function isBusy(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector("dialog[open]")) return true;
  const target = event.target;
  if (target.closest("input, textarea, select")) return true;
  return ON_CONTROL.has(event.key) && Boolean(target.closest("button, a, summary"));
}

/** `actions` maps a key, as KeyboardEvent.key gives it, to a function. */
export function connectKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (isBusy(event) || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key](event);
  });
}

// A small dialog that a script fills: names of an address, what is known of it.

let dialog = null;
let title = null;
let body = null;

function button() {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button quiet";
  element.dataset.close = "";
  element.textContent = "Close";
  return element;
}

function make() {
  dialog = document.createElement("dialog");
  dialog.className = "card";
  dialog.setAttribute("aria-labelledby", "card-title");
  title = document.createElement("h2");
  title.id = "card-title";
  const head = document.createElement("header");
  head.className = "panel-head";
  head.append(title, button());
  body = document.createElement("div");
  body.className = "panel-body stack";
  dialog.append(head, body);
  document.body.append(dialog);
}

/** Opens the card; `fill(body)` puts the content in, at once or later. */
export function openCard(words, fill) {
  if (!dialog) make();
  title.textContent = words;
  body.replaceChildren();
  dialog.showModal();
  fill(body);
}

// Elements made by scripts. Text is text, whatever is in it.

/** `make("button", {type: "button", class: "button"}, "Save")`; a property that is
 *  null or false is left out. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === true) element.setAttribute(name, "");
    else if (value != null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function button(label, properties = {}) {
  return make("button", { type: "button", ...properties }, label);
}

let counted = 0;

/** An id that no other element of the page has. */
export function freshId(prefix) {
  counted += 1;
  return `${prefix}-${counted}`;
}

// A step to another address is a new page: what had the focus has it again there.

const NAME = "history.focus";

/** Before the page is left: `part` is "graph", "facet src" or "rows". */
export function keepFocus(part) {
  try {
    sessionStorage.setItem(NAME, part);
  } catch {
    // Then it begins at the top.
  }
}

function take() {
  try {
    const part = sessionStorage.getItem(NAME);
    sessionStorage.removeItem(NAME);
    return part;
  } catch {
    return null;
  }
}

let wanted = take();

/** The part is there: it gets the focus if it had it before and nothing has it now. */
export function offerFocus(part, element) {
  if (part !== wanted || !element) return;
  wanted = null;
  if (document.activeElement === document.body) element.focus({ preventScroll: true });
}

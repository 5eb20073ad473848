// <button data-copy="id"> copies an element's text; of a JSON script, its value. So a
// line is copied as it came, with the characters that the page can only name.

function textOf(element) {
  const isValue = element instanceof HTMLScriptElement;
  return isValue ? JSON.parse(element.textContent) : element.textContent;
}

/** Where the clipboard is closed to scripts (plain HTTP), a selection still copies. */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** Whether the text is now in the clipboard. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

async function copyFor(button) {
  const done = await copyText(textOf(document.getElementById(button.dataset.copy)));
  const label = button.textContent;
  button.textContent = done ? "Copied" : "Not allowed here";
  setTimeout(() => (button.textContent = label), 1200);
}

export function connectCopy() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button && !button.disabled) copyFor(button);
  });
}

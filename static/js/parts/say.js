// A short word at the foot of the page, also for screen readers: "Copied".

const SECONDS = 3;

let box = null;
let timer = null;

function made() {
  const element = document.createElement("p");
  element.className = "said";
  element.setAttribute("role", "status");
  document.body.append(element);
  return element;
}

export function say(words) {
  box ??= made();
  box.textContent = words;
  box.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.classList.remove("shown");
    box.textContent = "";
  }, SECONDS * 1000);
}

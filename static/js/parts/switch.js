// The colour theme switch: system, dark, light; kept in this browser.

const THEMES = ["system", "dark", "light"];

function kept() {
  try {
    const theme = localStorage.getItem("theme");
    return THEMES.includes(theme) ? theme : "system";
  } catch {
    return "system";
  }
}

function keep(theme) {
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // The choice then lasts for this page only.
  }
}

function show(button, theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.title = `Colour theme: ${theme}`;
  button.setAttribute("aria-label", button.title);
}

export function connectThemeSwitch(button) {
  let theme = kept();
  show(button, theme);
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    keep(theme);
    show(button, theme);
  });
}

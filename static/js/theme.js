// Sets the kept colour theme before the first paint; without one, the system decides.
// Loaded as a plain blocking script, so it imports nothing.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // Storage may be forbidden; the system's theme is right then.
}

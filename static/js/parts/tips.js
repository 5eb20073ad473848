// The meaning of a word, shown beside it on hover and focus by the style sheet. Here:
// Escape takes it away, as WCAG 1.4.13 asks, until another word is met.

export function connectTips() {
  const root = document.documentElement;
  const back = () => delete root.dataset.tips;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") root.dataset.tips = "off";
  });
  document.addEventListener("focusin", back);
  document.addEventListener("pointerover", back);
}

// The whole screen, and one that does not go dark. Where the browser refuses, the page
// stays in its window.

let lock = null;

export async function openFullscreen() {
  try {
    await document.documentElement.requestFullscreen();
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    lock = null;
  }
}

export async function closeFullscreen() {
  try {
    await lock?.release();
    if (document.fullscreenElement) await document.exitFullscreen();
  } catch {
    // It was closed by itself.
  }
  lock = null;
}

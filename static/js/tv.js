// Keeps a wall display awake. The browser drops the lock whenever the page is hidden, so it is asked for again.
// Where the browser refuses (an old one, a low battery) the display sleeps as it always did.

let lock = null;

async function stayAwake() {
  if (document.hidden || (lock && !lock.released)) return;
  try {
    lock = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    lock = null;
  }
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();

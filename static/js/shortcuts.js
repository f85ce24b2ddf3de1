// Keys for those who work without a mouse: ? lists them, g and a letter opens a page, / searches, p pauses.
// Never while somebody types, never with a modifier, and not at all once switched off in the list (WCAG 2.1.4).

const OFF = "shortcuts-off";
const PATIENCE_MS = 2_000; // between g and its letter

/** @type {HTMLDialogElement | null} */
const dialog = document.querySelector("#shortcuts");
let wentAt = -Infinity;

const isOff = () => localStorage.getItem(OFF) === "1";
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const destinations = () => document.querySelectorAll(".nav [data-key]");

function row(link) {
  const [keys, words] = [document.createElement("dt"), document.createElement("dd")];
  for (const key of ["g", link.dataset.key]) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    keys.append(cap, " ");
  }
  words.textContent = link.textContent;
  return [keys, words];
}

function search() {
  const field = document.querySelector('main :is(input[type="search"], .pick__text)');
  field?.focus();
  return Boolean(field);
}

function pause() {
  const button = document.querySelector(".live__pause:not([hidden])");
  button?.click();
  return Boolean(button);
}

function open() {
  dialog.showModal();
  return true;
}

function go(letter) {
  const link = [...destinations()].find((one) => one.dataset.key === letter);
  link?.click();
  return Boolean(link);
}

// Says whether the key meant something.
function press(key) {
  const going = performance.now() - wentAt < PATIENCE_MS;
  wentAt = key === "g" && !going ? performance.now() : -Infinity;
  if (going) return go(key);
  return { "?": open, "/": search, p: pause }[key]?.() ?? key === "g";
}

function hear(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (isOff() || dialog.open || typing(event.target) || event.key === "Shift") return;
  if (press(event.key)) event.preventDefault();
}

if (dialog) {
  const button = document.querySelector("[data-shortcuts]");
  const toggle = dialog.querySelector("input");
  dialog.querySelector("dl").prepend(...[...destinations()].flatMap(row));
  toggle.checked = !isOff();
  toggle.onchange = () => localStorage.setItem(OFF, toggle.checked ? "0" : "1");
  button.hidden = false;
  button.onclick = open;
  document.addEventListener("keydown", hear);
}

// Paints numbers on the tiles, wherever they came from: the socket's frames or a fragment that htmx fetched.
// The newer answer wins: a fragment older than the last frame is dropped, and a fragment newer than a frame
// stays until the socket has caught up with it.

import { sayChange, sayTime } from "./tile-change.js";

const GRID = "[data-stats]";
const NOT_COUNTED = ["", "–"]; // an upgrade may take a number away while the page is open
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

function flash(tile) {
  if (stillness.matches) return;
  tile.classList.remove("is-changed");
  void tile.offsetWidth; // lets the animation begin again when a tile changes twice in a row
  tile.classList.add("is-changed");
}

function fragmentTime(root) {
  const at = root?.querySelector("[data-at]")?.dataset.at;
  return at ? Date.parse(at) : NaN;
}

export class LiveTiles {
  #epoch = null; // times of another are not compared: the database's clock may have been set back between the two
  #frameTime = 0;
  #fragmentTime = 0;
  #before = new Map();

  constructor(hold) {
    this.hold = hold;
  }

  listen(signal, onFragment) {
    document.addEventListener("animationend", this.#settle, { signal });
    document.addEventListener("htmx:before:swap", (event) => this.#beforeSwap(event), { signal });
    document.addEventListener("htmx:after:swap", (event) => this.#afterSwap(event, onFragment), { signal });
  }

  at() {
    const time = fragmentTime(document);
    return time > 0 ? new Date(time) : null;
  }

  // The numbers that the tiles show, as {key: [value, text]}.
  numbers() {
    const read = (tile) => [tile.dataset.metric, [tile.dataset.value, tile.querySelector(".tile__value").textContent]];
    return Object.fromEntries([...document.querySelectorAll('[data-metric]:not([data-value=""])')].map(read));
  }

  paint(numbers, asOf, epoch) {
    if (this.#epoch !== null && this.#epoch !== epoch) this.#fragmentTime = 0;
    this.#epoch = epoch;
    this.#frameTime = asOf;
    if (this.hold.on || this.#frameTime < this.#fragmentTime) return;
    sayTime(asOf);
    for (const tile of document.querySelectorAll("[data-metric]")) {
      const [value, text] = numbers[tile.dataset.metric] ?? NOT_COUNTED;
      if (tile.dataset.value !== String(value)) this.#write(tile, String(value), text);
    }
  }

  #write(tile, value, text) {
    tile.dataset.value = value;
    const shown = tile.querySelector(".tile__value");
    shown.textContent = text;
    shown.dataset.length = text.length; // number.css makes a long one smaller
    sayChange(tile);
    flash(tile);
  }

  #settle(event) {
    if (event.animationName === "tile-changed") event.target.classList.remove("is-changed");
  }

  #beforeSwap(event) {
    const grid = event.detail.ctx.target;
    if (!grid?.matches?.(GRID)) return;
    const time = fragmentTime(event.detail.tasks?.find((task) => task.fragment)?.fragment);
    if (time < this.#frameTime) event.preventDefault();
    else for (const tile of grid.querySelectorAll(".tile")) this.#before.set(tile.dataset.metric, tile.dataset.value);
  }

  #afterSwap(event, onFragment) {
    const grid = event.detail.ctx.target;
    if (!grid?.matches?.(GRID) || !(fragmentTime(grid) > 0)) return;
    this.#fragmentTime = fragmentTime(grid);
    for (const tile of grid.querySelectorAll(".tile")) {
      const before = this.#before.get(tile.dataset.metric);
      if (before !== undefined && before !== tile.dataset.value) flash(tile);
    }
    onFragment(grid.querySelector("[data-at]").dataset.at);
  }
}

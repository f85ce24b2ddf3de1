// Says aloud, to those who cannot see the tiles, the most important number that moved: "Pending 12, up 2".
// One sentence in a while at most, counted from what was last told; nothing at first load and nothing while paused.

import { hundredths, spelled } from "./tile-change.js";

const FIRST = ["bookings_pending", "inventory_out_of_stock", "balance_outstanding"]; // then the order of the page
const SETTLE_MS = 500; // changes that belong together come in quick succession
const EACH_MS = 15_000;

const region = document.createElement("div");
region.className = "unseen";
region.dataset.voice = "";
region.setAttribute("aria-live", "polite");
document.body.append(region);

/** @type {Numbers | null} */
let told = null;
/** @type {Numbers | null} */
let latest = null;
let timer = 0; // of the sentence that waits
let spokeAt = -Infinity; // by the clock that nobody can set

function tilesByWeight() {
  const tiles = [...document.querySelectorAll("[data-metric]")];
  const rank = (tile) => (FIRST.includes(tile.dataset.metric) ? FIRST.indexOf(tile.dataset.metric) : FIRST.length);
  return tiles.sort((one, other) => rank(one) - rank(other)); // stable: equals keep their places
}

/** @param {HTMLElement} tile */
function difference(tile) {
  const { metric } = tile.dataset;
  if (!told[metric] || !latest[metric]) return 0n;
  return hundredths(String(latest[metric][0])) - hundredths(String(told[metric][0]));
}

function sentence(tile) {
  const moved = difference(tile);
  const amount = spelled(moved < 0n ? -moved : moved, tile, tile.closest(".board"));
  const label = tile.querySelector(".tile__label").textContent;
  return `${label} ${latest[tile.dataset.metric][1]}, ${moved > 0n ? "up" : "down"} ${amount}`;
}

function speak() {
  timer = 0;
  if (document.documentElement.dataset.live === "paused") return;
  const tile = tilesByWeight().find((one) => difference(one) !== 0n);
  if (tile) {
    region.textContent = sentence(tile);
    spokeAt = performance.now();
  }
  told = latest;
}

document.addEventListener("live-numbers", ({ detail: numbers }) => {
  latest = numbers;
  told ??= numbers;
  if (!timer) timer = setTimeout(speak, Math.max(SETTLE_MS, spokeAt + EACH_MS - performance.now()));
});

// Fetches openings and lines of the tiles when a table changed or a day began, with a pause in between,
// and paints them. Numbers come by the socket and are not touched.

import { TOPICS } from "./live-messages.js";
import { sayChange } from "./tile-change.js";

const PAUSE_MS = 10_000;
let isWaiting = false;
let isWanted = false;

const isPaused = () => document.documentElement.dataset.live === "paused";

function paint(tile, { opening, path, words }) {
  tile.querySelector(".spark__path").setAttribute("d", path);
  tile.querySelector(".tile__trend").textContent = words;
  tile.querySelector(".tile__change").dataset.opening = opening;
  sayChange(tile);
}

function show({ day, since, tiles }) {
  document.querySelector(".dateline__day").textContent = day;
  document.querySelector("[data-since]").textContent = since;
  document.querySelector(".dateline__since").hidden = since === "";
  for (const tile of document.querySelectorAll(".tile")) {
    const found = tiles[tile.dataset.metric];
    if (found) paint(tile, found);
  }
}

async function look() {
  try {
    const response = await fetch("/dashboard/trends/");
    if (!response.ok || response.redirected) return;
    const trends = await response.json();
    if (isPaused()) isWanted = true;
    else show(trends);
  } catch {
    // The server is away; the page says so, and looks again when it is back.
  }
}

function want() {
  isWanted = true;
  if (isWaiting) return;
  isWanted = false;
  isWaiting = true;
  look();
  setTimeout(rest, PAUSE_MS);
}

function rest() {
  isWaiting = false;
  catchUp();
}

function catchUp() {
  if (isWanted && !isWaiting && !isPaused()) want();
}

document.addEventListener("live-numbers", catchUp); // among them the first after a pause
for (const topic of TOPICS) document.body.addEventListener(`live:${topic}`, want);

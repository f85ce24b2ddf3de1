// Fetches openings and lines of the tiles when a table changed or a day began, with a pause in between,
// and paints them. Numbers come by the socket and are not touched.

import { sayChange } from "./tile-change.js";

const PAUSE_MS = 10_000;
let isResting = false;
let wanted = null; // the event that asked

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

async function look({ dataset }, answer) {
  isResting = true;
  setTimeout(rest, PAUSE_MS);
  let response = null;
  try {
    response = await fetch(dataset.trends);
    const trends = response.ok && !response.redirected ? await response.json() : null;
    if (isPaused()) response = null;
    else if (trends) show(trends);
  } catch {
    response = null; // the server is away; the page says so, and looks again when it is back
  }
  answer(response);
}

function rest() {
  isResting = false;
  catchUp();
}

function catchUp() {
  if (!wanted || isResting || isPaused()) return;
  const { target, detail } = wanted;
  wanted = null;
  look(target, detail.answer);
}

function want(event) {
  if (!event.target.dataset.trends) return;
  event.detail.isTaken = true;
  wanted = event;
  catchUp();
}

document.addEventListener("live-numbers", catchUp); // among them the first after a pause
document.addEventListener("live-refresh", want, true); // it does not bubble

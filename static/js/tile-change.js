// Says on a tile what its number did since the day opened, as clinic/dashboard/change.py says it on the server.
// Exact: values are counted in whole units, or in hundredths for money, as BigInt and never as floats.

/** @param {string} value */
export const hundredths = (value) => BigInt(value.replace(".", ""));

/**
 * @param {bigint} units
 * @param {HTMLElement} tile
 * @param {HTMLElement} board
 */
export function spelled(units, tile, board) {
  const language = document.documentElement.lang;
  if (tile.dataset.unit !== "money") return new Intl.NumberFormat(language).format(units);
  const digits = String(units).padStart(3, "0");
  const money = new Intl.NumberFormat(language, { style: "currency", currency: board.dataset.currency });
  // A string keeps its digits; a number of this size would lose them.
  const amount = /** @type {`${number}`} */ (`${digits.slice(0, -2)}.${digits.slice(-2)}`);
  return money.format(amount);
}

function words(difference, tile) {
  const board = tile.closest(".board");
  const amount = spelled(difference < 0n ? -difference : difference, tile, board);
  return `${amount} ${difference > 0n ? board.dataset.more : board.dataset.less}`;
}

export function sayChange(tile) {
  const change = tile.querySelector(".tile__change");
  const { opening, better } = change.dataset;
  const isKnown = opening !== "" && tile.dataset.value !== "";
  const difference = isKnown ? hundredths(tile.dataset.value) - hundredths(opening) : 0n;
  const direction = difference === 0n ? "" : difference > 0n ? "up" : "down";
  change.dataset.direction = direction;
  change.dataset.tone = direction === "" || better === "" ? "" : direction === better ? "good" : "bad";
  change.textContent = direction === "" ? "" : words(difference, tile);
}

// The printed page says when its numbers were true, however long it has been open.
export function sayTime(at) {
  const time = document.querySelector("[data-as-of]");
  if (!time) return;
  const { timeZone } = document.querySelector("live-stats").dataset;
  /** @type {Intl.DateTimeFormatOptions} */
  const style = { timeZone, hourCycle: "h23", dateStyle: "medium", timeStyle: "medium" };
  time.textContent = new Intl.DateTimeFormat("en-GB", style).format(at);
}

// The number of pending bookings in the page's title and on its icon, for those who have the page in another tab.
// Follows the event live-numbers; a page that is not told this number keeps its title and icon.

const KEY = "bookings_pending";
const COUNTED = /^\(\S+\) /;
const BADGE = '<circle cx="11.5" cy="4.5" r="4.5" fill="#b3261e" stroke="#fff"/>';

/** @type {HTMLLinkElement | null} */
const icon = document.querySelector('link[rel="icon"]');
const plain = icon?.href;
let badged; // a promise of the badged icon's address

async function drawBadge() {
  const drawing = await (await fetch(plain)).text();
  return `data:image/svg+xml,${encodeURIComponent(drawing.replace("</svg>", `${BADGE}</svg>`))}`;
}

function show(href) {
  if (icon.href !== href) icon.href = href;
}

async function mark(wanted) {
  if (!wanted) return show(plain);
  try {
    badged ??= drawBadge();
    const href = await badged;
    if (COUNTED.test(document.title)) show(href); // the number may have gone meanwhile
  } catch {
    badged = undefined; // the server was away: the next numbers try again
  }
}

document.addEventListener("live-numbers", ({ detail: numbers }) => {
  const [value, text] = numbers[KEY] ?? ["0", "0"];
  const wanted = String(value) !== "0";
  const title = (wanted ? `(${text}) ` : "") + document.title.replace(COUNTED, "");
  if (document.title !== title) document.title = title;
  if (icon) mark(wanted);
});

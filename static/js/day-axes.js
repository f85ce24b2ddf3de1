// The axes of a chart of days: weeks below, whole numbers at the side, in the page's own type and colours.

const AXIS_FONT_REM = 0.6875;
const STEPS = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 9 }, (_, power) => step * 10 ** power))
  .sort((a, b) => a - b);
const compact = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });

export function axes({ dates, today }, { family, colour }) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${AXIS_FONT_REM * rem}px ${family}`;
  const shared = { font, stroke: colour("axis"), gap: 4, ticks: { show: false } };
  const weeks = dates.map((_, n) => n).filter((n) => (n - today) % 7 === 0);
  const name = (_, days) => days.map((n) => dates[n]);
  const count = (_, heights) => heights.map((height) => compact.format(height));
  const grid = { stroke: colour("line"), width: 1 };
  return [
    { ...shared, size: 1.375 * rem, grid: { show: false }, splits: () => weeks, values: name },
    { ...shared, size: 2.25 * rem, grid, space: 2 * rem, incrs: STEPS, values: count },
  ];
}

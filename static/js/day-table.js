// A table of days as numbers: a row per day, a column per series; read again whenever the table changes.

export function read(table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  return {
    labels: rows.map((row) => row.querySelector("time").textContent),
    dates: rows.map((row) => row.querySelector("[data-short]").textContent),
    today: rows.findIndex((row) => row.hasAttribute("aria-current")),
    texts: rows.map((row) => [...row.querySelectorAll("data")].map((data) => data.textContent)),
    series: [...table.querySelectorAll("[data-series]")].map((head, n) => ({
      key: head.dataset.series,
      label: head.textContent,
      values: rows.map((row) => Number(row.querySelectorAll("data")[n].value)),
    })),
  };
}

// Parts of a whole are drawn as sums, the largest first, so that each covers the foot of the one before.
export function heights({ series }, layout) {
  if (layout !== "stack") return series.map(({ values }) => values);
  const sums = [];
  for (const { values } of series) sums.push(values.map((value, n) => value + (sums.at(-1)?.[n] ?? 0)));
  return sums.reverse();
}

// <day-chart>: draws the table named by data-table, a bar per day, with uPlot; draws again when the table changes.
// The table is the truth and what is read aloud; the drawing is for the eye. Its box has a fixed height, so that
// drawing never moves the page.

import { axes } from "./day-axes.js";
import { heights, read } from "./day-table.js";

const colourings = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"].map((query) =>
  matchMedia(query),
);

class DayChart extends HTMLElement {
  #plot = null;
  #days = null;
  #frame = 0;
  #stop = null;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const table = document.getElementById(this.dataset.table);
    const changes = new MutationObserver(() => this.#soon());
    changes.observe(table, { subtree: true, childList: true, characterData: true, attributeFilter: ["value"] });
    const sizes = new ResizeObserver(() => this.#fit());
    sizes.observe(this);
    signal.addEventListener("abort", () => {
      changes.disconnect();
      sizes.disconnect();
    });
    // At once, since a page is printed as it stands after this event.
    for (const colouring of colourings) colouring.addEventListener("change", () => this.#draw(), { signal });
    this.reading = document.createElement("p");
    this.reading.className = "chart__reading";
    this.#draw();
  }

  disconnectedCallback() {
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
    this.#plot?.destroy();
    this.replaceChildren();
  }

  #soon() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this;
    if (this.#plot && width && (width !== this.#plot.width || height !== this.#plot.height)) {
      this.#plot.setSize({ width, height });
    }
  }

  #draw() {
    this.#days = read(document.getElementById(this.dataset.table));
    const bars = heights(this.#days, this.dataset.layout);
    this.#plot?.destroy();
    const days = bars[0].map((_, n) => n);
    this.#plot = new uPlot(this.#options(), [days, ...bars], this);
    this.append(this.reading);
    this.dataset.drawn = String(Number(this.dataset.drawn ?? 0) + 1); // for those who wait for the drawing
  }

  #colour(name) {
    const probe = this.querySelector(".chart__probe") ?? this.appendChild(document.createElement("span"));
    probe.className = `chart__probe series--${name}`;
    return getComputedStyle(probe).color;
  }

  #options() {
    const { series } = this.#days;
    const isStack = this.dataset.layout === "stack";
    const drawn = (isStack ? [...series].reverse() : series).map(({ key, label }, n) => {
      const fill = this.#colour(key);
      const paths = uPlot.paths.bars({ size: [isStack || n === 0 ? 0.78 : 0.36, 40] });
      return { label, fill, stroke: fill, width: 0, paths, points: { show: false } };
    });
    return {
      width: this.clientWidth,
      height: this.clientHeight,
      padding: [6, 14, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: {
        x: { time: false, range: [-0.6, this.#days.labels.length - 0.4] },
        y: { range: (_, _least, most) => [0, most > 0 ? most * 1.08 : 1] },
      },
      axes: axes(this.#days, { family: getComputedStyle(this).fontFamily, colour: (name) => this.#colour(name) }),
      series: [{}, ...drawn],
      hooks: { drawClear: [(plot) => this.#markToday(plot)], setCursor: [(plot) => this.#tell(plot.cursor.idx)] },
    };
  }

  #markToday(plot) {
    const { left, top, height } = plot.bbox;
    const from = plot.valToPos(this.#days.today - 0.5, "x", true);
    const to = plot.valToPos(this.#days.today + 0.5, "x", true);
    plot.ctx.save();
    plot.ctx.fillStyle = this.#colour("today");
    plot.ctx.fillRect(Math.max(from, left), top, to - from, height);
    plot.ctx.restore();
  }

  // The day under the pointer in words, where the series are named.
  #tell(day) {
    const { labels, texts, series } = this.#days;
    const parts = day == null ? [] : series.map(({ label }, n) => `${label} ${texts[day][n]}`);
    this.reading.textContent = day == null ? "" : `${labels[day]}: ${parts.join(", ")}`;
  }
}

customElements.define("day-chart", DayChart);

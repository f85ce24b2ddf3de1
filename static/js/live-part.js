// One live part of the page: when it was read, whether it was asked for, and when that may be done again.
// Moments are milliseconds of the database's clock within an epoch, as "epoch ms" on the wire; see clinic/live/moments.py.

import { Elapsed } from "./elapsed.js";

const EACH_MS = 1_000; // a part is asked for no more often; the last change is always shown
const LOST_MS = 30_000; // an asking that nobody answered
const RETRY_MS = 2_000;

/** @returns {Read} */
export function readAt(text) {
  const [epoch = "", ms] = (text ?? "").split(" ");
  return { epoch, ms: Number(ms) };
}

export class LivePart {
  #timer = 0;
  #asked = null;
  #lookedAt = null;
  #order; // the last that was carried out

  /**
   * @param {Read} read
   * @param {number} order
   * @param {(isTime?: boolean) => void} look
   */
  constructor(read, order, look) {
    this.read = read;
    this.look = look;
    this.#order = order;
  }

  get isAsked() {
    return this.#asked !== null && this.#asked.since.ms < LOST_MS;
  }

  isOlder({ epoch, ms, order }) {
    return this.#order < order || (ms > 0 && !(this.read.epoch === epoch && this.read.ms >= ms));
  }

  // At once, or somewhere within the span that all pages share; under a busy import once in each span.
  plan(spread, atOnce) {
    if (this.isAsked || (this.#timer && !atOnce)) return;
    const pause = Math.max(EACH_MS, spread) - (this.#lookedAt?.ms ?? Infinity);
    this.#after(atOnce ? 0 : pause > 0 ? pause : Math.random() * spread);
  }

  // Gives what to do with the answer. Without one the part stays as old as it is, until there is word again.
  ask(wanted) {
    const asked = { ...wanted, since: new Elapsed() };
    this.#lookedAt = asked.since;
    this.#asked = asked;
    return (response) => this.#asked === asked && this.#answered(asked, response);
  }

  #answered({ epoch, ms, order }, response) {
    this.#asked = null;
    if (!response) return;
    if (response.status >= 500) return this.#retry(response);
    this.#order = order;
    const read = readAt(response.headers.get("Live-Read"));
    const isOther = epoch !== null && read.epoch !== epoch; // another process may not have heard of this epoch
    this.read = isOther || read.ms < ms ? { epoch, ms } : read;
    this.look();
  }

  #retry(response) {
    const seconds = Number(response.headers.get("Retry-After")) || 0;
    this.#after(Math.max(seconds * 1000, RETRY_MS) * (1 + Math.random()));
  }

  #after(ms) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (ms === 0) this.look(true);
    else this.#timer = setTimeout(() => this.#ring(), ms);
  }

  #ring() {
    this.#timer = 0;
    this.look(true);
  }
}

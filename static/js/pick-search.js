// Asks the server what a text finds. Of several questions only the last is answered, and each within a time.

const SLOW_MS = 500; // before it is said that the server is being asked
const LONGEST_WAIT_MS = 10_000;

export class PickSearch {
  #asked = null;
  #timer;

  /**
   * @param {string} src
   * @param {{ slow(): void, done(answer: Found): void }} callbacks
   */
  constructor(src, { slow, done }) {
    this.src = src;
    this.slow = slow;
    this.done = done;
  }

  get isWaiting() {
    return this.#asked !== null;
  }

  ask(text, pause = 0) {
    this.stop();
    const asked = new AbortController();
    this.#asked = asked;
    this.#timer = setTimeout(() => this.#await(text, asked), pause);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = null;
  }

  async #await(text, asked) {
    this.#timer = setTimeout(this.slow, SLOW_MS);
    const answer = await this.#fetch(text, asked.signal);
    if (asked !== this.#asked) return;
    this.stop();
    this.done(answer);
  }

  /** @returns {Promise<Found>} */
  async #fetch(text, stopped) {
    const url = new URL(this.src, location.href);
    url.searchParams.set("q", text);
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal });
      if (answer.headers.has("HX-Redirect")) return { failed: "signedOut" };
      return answer.ok ? read(await answer.text()) : { failed: "failed" };
    } catch {
      return { failed: "failed" };
    }
  }
}

function read(html) {
  const found = document.createRange().createContextualFragment(html);
  return { said: found.querySelector("p").textContent, options: [...found.querySelectorAll("[role='option']")] };
}

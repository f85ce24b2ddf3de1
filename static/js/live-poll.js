// While the socket stays down and somebody may be looking, asks by HTTP, again and again, for what a socket would be
// told at its beginning. Says what comes by the callbacks of a socket: onMessage(object), onEnd(code); onUnknown() when
// the server answers but does not know.

import { Elapsed } from "./elapsed.js";
import { Close } from "./live-messages.js";
import { pace } from "./live-pace.js";

const AFTER_MS = 2_000;
const FINAL = { 401: Close.SIGNED_OUT, 403: Close.NOT_ALLOWED };

export class LivePoll {
  #asked = null;

  /**
   * @param {string} url
   * @param {{ onMessage(message: Message): void, onEnd(code: number): void, onUnknown(): void }} callbacks
   */
  constructor(url, { onMessage, onEnd, onUnknown }) {
    this.url = url;
    this.onMessage = onMessage;
    this.onEnd = onEnd;
    this.onUnknown = onUnknown;
  }

  tick(down) {
    if (down === null || document.hidden || down.ms < AFTER_MS || this.#asked?.ms < pace.fallbackMs) return;
    this.#asked = new Elapsed();
    this.#ask();
  }

  async #ask() {
    let response, message;
    try {
      response = await fetch(this.url, { signal: AbortSignal.timeout(pace.fallbackMs) });
      if (response.ok) message = await response.json();
    } catch {
      return; // the server is away; the page says so
    }
    if (message) this.onMessage(message);
    else if (response.status in FINAL) this.onEnd(FINAL[response.status]);
    else this.onUnknown();
  }
}

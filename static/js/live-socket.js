// Keeps one WebSocket alive: dials, notices silence, backs off with full jitter, wakes at once when the page does.
// Says what happens through three callbacks: onMessage(object), onDown(), onEnd(code). Knows nothing of numbers.

import { Elapsed } from "./elapsed.js";
import { Close, Kind } from "./live-messages.js";
import { pace } from "./live-pace.js";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 15_000;
const GAP_MS = 5_000; // a tick that comes this late means that the machine slept
const FINAL_CODES = [Close.SIGNED_OUT, Close.NOT_ALLOWED]; // dialling again cannot help

export class LiveSocket {
  #socket = null;
  #timer = 0;
  #attempt = 0;
  #heard = new Elapsed();
  #checked = new Elapsed();

  /**
   * @param {string} url
   * @param {{ onMessage(message: Message): void, onDown(): void, onEnd(code: number): void }} callbacks
   */
  constructor(url, { onMessage, onDown, onEnd }) {
    this.url = url;
    this.onMessage = onMessage;
    this.onDown = onDown;
    this.onEnd = onEnd;
  }

  start() {
    if (!this.#socket) this.#dial();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#letGo();
  }

  /** @param {Reply} message */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  // Dial now instead of waiting out the delay: the network or the page has just come back.
  wake() {
    this.#attempt = 0;
    if (this.#timer) this.#dial();
    else this.check();
  }

  // Called each second. Silence is judged by clocks, not by a timer: after a laptop's sleep the first call sees it.
  check() {
    const slept = this.#checked.ms > GAP_MS;
    this.#checked = new Elapsed();
    if (this.#socket && this.#heard.ms > pace.silenceMs) {
      this.onDown();
      this.#dial();
    } else if (slept && this.#timer) {
      this.wake();
    }
  }

  #dial() {
    this.stop();
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    this.#heard = new Elapsed();
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = (event) => this.#lose(event.code);
  }

  #hear(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    this.#heard = new Elapsed();
    if (message.type !== Kind.ERROR) this.#attempt = 0;
    this.onMessage(message);
  }

  #lose(code) {
    this.#socket = null;
    if (FINAL_CODES.includes(code)) {
      this.onEnd(code);
      return;
    }
    this.onDown();
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
    this.#timer = setTimeout(() => this.#dial(), Math.random() * ceiling);
  }

  // A dead connection may take minutes to report its close: stop listening to it and forget it at once.
  #letGo() {
    if (!this.#socket) return;
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }
}

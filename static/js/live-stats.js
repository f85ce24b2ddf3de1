// <live-stats src="/ws/live/"> owns the page's socket and says in words how fresh the numbers are.
// While the socket is down it has htmx fetch the grid instead, by the event refreshStats on the body.
// For each topic of a frame it dispatches live:<topic> on the body, for hx-trigger="live:booking from:body".
// Numbers that are fresh it tells by the event live-numbers on the document: {key: [value, text]}; none while paused.
// Longer than its neighbours so that the states of the connection are decided in one place.

import { FallbackEvents, TopicEvents } from "./live-events.js";
import { LiveFeed } from "./live-feed.js";
import { LiveLabel } from "./live-label.js";
import { Close, Mode } from "./live-messages.js";
import { LiveSocket } from "./live-socket.js";
import { LiveTiles } from "./live-tiles.js";

const PATIENCE_MS = 500; // a shorter interruption is not worth a word
const STALE_MS = 20_000;

class LiveStats extends HTMLElement {
  #feed = new LiveFeed();
  #tiles = new LiveTiles();
  #topics = new TopicEvents();
  #fallback = new FallbackEvents();
  #label;
  #socket;
  #ticker;
  #quit;
  #at = null; // the time of the numbers on the page; null on a page without numbers
  #heardAt = Date.now();
  #downSince = Date.now(); // null while the socket delivers
  #ended = null; // the state the socket was closed with for good

  connectedCallback() {
    this.#at = this.#tiles.at();
    this.#label = new LiveLabel(this, () => this.#pause());
    const url = new URL(this.getAttribute("src"), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.#socket = new LiveSocket(url.href, {
      onMessage: (message) => this.#hear(message),
      onDown: () => this.#down(),
      onEnd: (code) => this.#end(code),
    });
    this.#listen();
    this.#socket.start();
    this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#ticker);
    this.#quit.abort();
    this.#socket.stop();
  }

  #listen() {
    this.#quit = new AbortController();
    const { signal } = this.#quit;
    const wake = () => this.#ended || this.#socket.wake();
    addEventListener("online", wake, { signal });
    addEventListener("pagehide", () => this.#socket.stop(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#resume(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || wake(), { signal });
    this.#tiles.listen(signal, (at) => this.#fetched(at));
  }

  #hear(message) {
    const { asOf, topics = [], reply } = this.#feed.take(message);
    if (reply) this.#socket.send(reply);
    if (asOf !== undefined) {
      this.#downSince = null;
      this.#tiles.paint(this.#feed.numbers, asOf);
      this.#fresh(this.#feed.at);
    }
    this.#topics.tell(topics, this.#tiles.held);
  }

  // An answer to htmx proves that the server is there: no need to wait out the socket's delay.
  #fetched(at) {
    this.#fresh(at);
    if (this.#downSince !== null && !this.#ended) this.#socket.wake();
  }

  #fresh(at) {
    if (this.#tiles.held) return;
    this.#heardAt = Date.now();
    this.#at = new Date(at);
    this.#say();
    const detail = { ...this.#feed.numbers, ...this.#tiles.numbers() };
    document.dispatchEvent(new CustomEvent("live-numbers", { detail }));
  }

  #down() {
    this.#feed.interrupt();
    this.#downSince ??= Date.now();
    setTimeout(() => this.#say(), PATIENCE_MS);
  }

  #end(code) {
    const denied = this.#feed.at ? "denied" : "outside";
    this.#ended = code === Close.SIGNED_OUT ? "signed-out" : denied;
    this.#label.offer(this.#ended);
    this.#say();
  }

  #resume() {
    if (this.#ended) return;
    this.#down();
    this.#socket.start();
  }

  #pause() {
    this.#tiles.held = !this.#tiles.held;
    if (!this.#tiles.held) {
      if (this.#feed.at) this.#tiles.paint(this.#feed.numbers, Date.parse(this.#feed.at));
      if (this.#feed.at && this.#downSince === null) this.#fresh(this.#feed.at);
      this.#topics.tell([], false);
    }
    this.#say();
  }

  #tick() {
    if (this.#ended) return;
    this.#socket.check();
    if (!this.#tiles.held) this.#fallback.tick(this.#downSince);
    this.#say();
  }

  #state(now) {
    if (this.#ended) return this.#ended;
    if (this.#tiles.held) return "paused";
    if (this.#downSince === null) return this.#feed.mode === Mode.POLLING ? "slow" : "live";
    if (now - this.#downSince < PATIENCE_MS) return null;
    return this.#at && now - this.#heardAt >= STALE_MS ? "stale" : "reconnecting";
  }

  #say() {
    const now = Date.now();
    const state = this.#state(now);
    if (state) this.#label.say(state, this.#at, now - this.#heardAt);
  }
}

customElements.define("live-stats", LiveStats);

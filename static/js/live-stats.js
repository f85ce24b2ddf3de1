// <live-stats src="/ws/live/"> owns the page's socket and says in words how fresh the numbers are.
// While the socket is down it asks by HTTP instead. Of each change, however it heard of it, it tells the live parts of
// the page, which then fetch themselves again (live-parts.js).
// Numbers that are fresh it tells by the event live-numbers on the document: {key: [value, text]}; none while paused.
// Longer than its neighbours so that the states of the connection are decided in one place.

import { Elapsed } from "./elapsed.js";
import { LiveFeed } from "./live-feed.js";
import { Hold } from "./live-hold.js";
import { LiveLabel } from "./live-label.js";
import { Close, Kind, Mode } from "./live-messages.js";
import { pace } from "./live-pace.js";
import { LiveParts } from "./live-parts.js";
import { LivePoll } from "./live-poll.js";
import { LiveSocket } from "./live-socket.js";
import { LiveTiles } from "./live-tiles.js";

const PATIENCE_MS = 500; // a shorter interruption is not worth a word

class LiveStats extends HTMLElement {
  #feed = new LiveFeed();
  #hold = new Hold(); // paused by the user: nothing on the page moves
  #tiles = new LiveTiles(this.#hold);
  #parts;
  #poll;
  #label;
  #socket;
  #ticker;
  #quit;
  #at = null; // the time of the numbers on the page; null on a page without numbers
  #heard = new Elapsed();
  #down = new Elapsed(); // null while the socket delivers
  #ended = null; // the state the socket was closed with for good

  connectedCallback() {
    pace.take(this.dataset);
    this.#at = this.#tiles.at();
    this.#parts = new LiveParts(this.#hold, this.dataset.read);
    this.#label = new LiveLabel(this, () => this.#pause());
    const url = new URL(this.getAttribute("src"), location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.#socket = new LiveSocket(url.href, {
      onMessage: (message) => this.#hear(message),
      onDown: () => this.#lose(),
      onEnd: (code) => this.#end(code),
    });
    this.#poll = new LivePoll(this.dataset.poll, {
      onMessage: (message) => this.#hearPoll(message),
      onEnd: (code) => this.#end(code),
      onUnknown: () => this.#parts.lookAtAll(),
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
    this.#hold.listen(signal);
    this.#parts.listen(signal);
    this.#tiles.listen(signal, (at) => this.#fetched(at));
  }

  #hear(message) {
    const { asOf, changed, reply } = this.#feed.take(message);
    if (reply) this.#socket.send(reply);
    if (asOf === undefined) return;
    this.#down = null;
    this.#show(asOf, changed, message);
  }

  #show(asOf, changed, { type, spread }) {
    this.#tiles.paint(this.#feed.numbers, asOf, this.#feed.epoch);
    this.#fresh(this.#feed.at);
    const isNew = this.#parts.tell(this.#feed.epoch, changed, spread);
    const isChange = type === Kind.FRAME ? Object.keys(changed).length > 0 : isNew;
    if (this.#hold.on && isChange) this.#hold.changes += 1;
  }

  // What is polled is right and still not live.
  #hearPoll(message) {
    if (this.#down === null || this.#ended) return;
    const { asOf, changed } = this.#feed.take(message);
    this.#show(asOf, changed, message);
    this.#socket.wake();
  }

  // An answer to htmx proves that the server is there: no need to wait out the socket's delay.
  #fetched(at) {
    this.#fresh(at);
    if (this.#down !== null && !this.#ended) this.#socket.wake();
  }

  #fresh(at) {
    if (this.#hold.on) return;
    this.#heard = new Elapsed();
    this.#at = new Date(at);
    this.#say();
    const detail = { ...this.#feed.numbers, ...this.#tiles.numbers() };
    document.dispatchEvent(new CustomEvent("live-numbers", { detail }));
  }

  #lose() {
    this.#down ??= new Elapsed();
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
    this.#lose();
    this.#socket.start();
  }

  #pause() {
    if (this.#hold.on) this.#catchUp();
    else this.#hold.on = true;
    this.#say();
  }

  #catchUp() {
    this.#hold.end();
    if (this.#feed.at) this.#tiles.paint(this.#feed.numbers, Date.parse(this.#feed.at), this.#feed.epoch);
    if (this.#feed.at && this.#down === null) this.#fresh(this.#feed.at);
    this.#parts.catchUp();
  }

  #tick() {
    if (this.#ended) return;
    this.#socket.check();
    if (!this.#hold.on) this.#poll.tick(this.#down);
    this.#say();
  }

  #state() {
    if (this.#ended) return this.#ended;
    if (this.#hold.on) return "paused";
    if (this.#down === null) return this.#feed.mode === Mode.LIVE ? "live" : "slow";
    if (this.#down.ms < PATIENCE_MS) return null;
    return this.#at && this.#heard.ms >= pace.staleMs ? "stale" : "reconnecting";
  }

  #say() {
    const state = this.#state();
    const isDown = this.#down?.ms >= PATIENCE_MS;
    if (state) this.#label.say(state, { at: this.#at, old: this.#heard.ms, changes: this.#hold.changes, isDown });
  }
}

customElements.define("live-stats", LiveStats);

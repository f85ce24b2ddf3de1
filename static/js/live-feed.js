// Reads the messages of one page's socket in order and keeps the numbers they add up to.
// take(message) returns what to do about it: {asOf, changed, reply}. Touches neither the page nor the socket.
// asOf is the time in milliseconds for which the numbers are known to hold; undefined when the message told nothing.
// changed is {topic: the moment by which its last change was visible}, within the feed's epoch.

import { ack, Kind, MESSAGES_PER_ACK, Mode, resync } from "./live-messages.js";
import { pace } from "./live-pace.js";

const BEAT_MARGIN_MS = 1000; // a change this young may still be on its way when the heart beats

export class LiveFeed {
  numbers = {};
  at = null;
  /** @type {string} */
  mode = Mode.LIVE;
  epoch = null;
  #seq = null;
  #received = Math.floor(Math.random() * MESSAGES_PER_ACK); // so that pages do not all answer the same message
  #lost = false; // a gap was seen: nothing counts until the next snapshot

  /**
   * @param {Message} message
   * @returns {Told}
   */
  take(message) {
    if (message.type === Kind.SNAPSHOT) return this.#snapshot(message);
    if (message.type === Kind.FRAME) return this.#frame(message);
    if (message.type === Kind.HEARTBEAT) return this.#heartbeat(message);
    return {};
  }

  /**
   * @param {Snapshot} message
   * @returns {Told}
   */
  #snapshot(message) {
    this.#lost = false;
    this.epoch = message.epoch;
    this.#seq = message.seq;
    this.mode = message.mode;
    pace.take(message);
    this.at = message.at;
    this.numbers = { ...message.metrics };
    return { asOf: Date.parse(message.at), changed: message.changed ?? {}, reply: ack(message.seq) };
  }

  /**
   * @param {Frame} message
   * @returns {Told}
   */
  #frame(message) {
    if (this.#lost) return {};
    if (message.epoch !== this.epoch || message.prev !== this.#seq) return this.#resync();
    this.#seq = message.seq;
    this.at = message.at;
    Object.assign(this.numbers, message.metrics);
    const asOf = Date.parse(message.at);
    const changed = Object.fromEntries(message.topics.map((topic) => [topic, asOf + 1])); // the next whole millisecond
    return { asOf, changed, reply: this.#ackWhenDue(message.seq) };
  }

  /**
   * @param {Heartbeat} message
   * @returns {Told}
   */
  #heartbeat(message) {
    const reply = ack(message.seq);
    if (this.#lost) return { reply };
    if (message.epoch !== this.epoch || message.seq !== this.#seq) return this.#resync();
    this.at = message.at;
    this.mode = message.mode;
    return { asOf: Date.parse(message.at) - BEAT_MARGIN_MS, changed: {}, reply };
  }

  #ackWhenDue(seq) {
    this.#received += 1;
    return this.#received % MESSAGES_PER_ACK === 0 ? ack(seq) : undefined;
  }

  #resync() {
    this.#lost = true;
    return { reply: resync() };
  }
}

// The parts of the page that show tables: elements with data-live="topic …", from the template tags `live` and `hears`.
// A part is fetched again, by the event live-refresh on it, once one of its topics changed after it was read, whatever
// told of the change: a frame, a snapshot, or a poll while the socket is down. So a page that acted, and has the
// answer, does not ask once more for its own change, and does for anybody else's.
// Nothing is asked for while the tab is hidden or the page paused; all that waited is when it is not.
// For htmx the event's request goes out by hx-trigger; other listeners set
// detail.isTaken and call detail.answer(response or null).

import { LivePart, readAt } from "./live-part.js";

const LOOK = "live-refresh";

export class LiveParts {
  #parts = new WeakMap(); // by element
  #epoch = null;
  #changed = {}; // topic: the moment by which its last change was visible
  #spread = 0;
  #orders = 0; // to look whatever is known

  constructor(hold, read) {
    this.hold = hold;
    this.pageRead = readAt(read);
  }

  listen(signal) {
    this.#each((element) => this.#of(element));
    const on = (name, act) => document.addEventListener(name, (event) => act(event.detail?.ctx), { signal });
    on("visibilitychange", () => document.hidden || this.catchUp());
    on("refreshStats", () => this.lookAtAll()); // said by every answer to a change made on this page
    on("htmx:config:request", (ctx) => this.#isLook(ctx) && this.#sign(ctx));
    on("htmx:after:swap", (ctx) => this.#noteRead(ctx));
    on(
      "htmx:finally:request",
      (ctx) => this.#isLook(ctx) && ctx.sourceEvent.detail.answer(ctx.isHeld ? null : ctx.response),
    );
    document.addEventListener("htmx:before:swap", (event) => this.#holdBack(event), { signal });
  }

  // Tells whether there was anything new in it.
  tell(epoch, changed, spread = this.#spread) {
    const before = epoch === this.#epoch ? this.#changed : {};
    const isNew = Object.keys(changed).some((topic) => changed[topic] !== before[topic]);
    this.#epoch = epoch;
    this.#changed = { ...before, ...changed };
    this.#spread = spread;
    this.#each((element) => this.#consider(element));
    return isNew;
  }

  // Nobody knows what changed.
  lookAtAll() {
    this.#each((element) => this.#of(element)); // a part that comes later was read later
    this.#orders += 1;
    this.catchUp();
  }

  // Now that somebody may look.
  catchUp() {
    this.#each((element) => this.#consider(element, true));
  }

  #each(act) {
    document.querySelectorAll("[data-live]").forEach(act);
  }

  #of(element) {
    if (!this.#parts.has(element)) {
      const look = (isTime) => (isTime ? this.#look(element) : this.#consider(element));
      this.#parts.set(element, new LivePart(this.pageRead, this.#orders, look));
    }
    return this.#parts.get(element);
  }

  #wanted(element) {
    const moments = element.dataset.live.split(" ").map((topic) => this.#changed[topic] ?? 0);
    return { epoch: this.#epoch, ms: Math.max(...moments), order: this.#orders };
  }

  #canLook(element) {
    return element.isConnected && !document.hidden && !this.hold.holds(element);
  }

  #consider(element, atOnce = false) {
    if (!this.#canLook(element)) return;
    const part = this.#of(element);
    if (part.isOlder(this.#wanted(element))) part.plan(this.#spread, atOnce);
  }

  #look(element) {
    const part = this.#of(element);
    const wanted = this.#wanted(element);
    if (!this.#canLook(element) || !part.isOlder(wanted)) return;
    const detail = { answer: part.ask(wanted), isTaken: false };
    element.dispatchEvent(new CustomEvent(LOOK, { detail }));
    if (!detail.isTaken) detail.answer(null); // htmx has not begun yet
  }

  #isLook(ctx) {
    return ctx?.sourceEvent?.type === LOOK;
  }

  // A server may answer with what it read for somebody else, if that was after the change.
  #sign(ctx) {
    ctx.sourceEvent.detail.isTaken = true;
    const { epoch, ms } = this.#wanted(ctx.sourceElement);
    if (ms > 0) ctx.request.headers["Live-After"] = `${epoch} ${ms}`;
  }

  #holdBack(event) {
    const { ctx } = event.detail;
    if (!this.#isLook(ctx) || !this.hold.holds(ctx.sourceElement)) return;
    event.preventDefault();
    ctx.isHeld = true;
  }

  // What any answer brings is as fresh as the answer.
  #noteRead({ target, response }) {
    const root = target?.isConnected ? target : document.getElementById(target?.id);
    if (!root || !response) return;
    const read = readAt(response.headers.get("Live-Read"));
    for (const element of [root, ...root.querySelectorAll("[data-live]")]) {
      if (element.matches("[data-live]")) this.#of(element).read = read;
    }
  }
}

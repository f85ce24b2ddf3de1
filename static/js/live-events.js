// The events this page's live connection raises on the body, for htmx and for anything else that listens.

import { Elapsed } from "./elapsed.js";
import { pace } from "./live-pace.js";

const FALLBACK_AFTER_MS = 2_000;

export function raise(name) {
  document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));
}

// live:<topic> for each table that changed; topics told while held are raised when released.
export class TopicEvents {
  #waiting = new Set();

  tell(topics, held) {
    for (const topic of topics) this.#waiting.add(topic);
    if (held) return;
    for (const topic of this.#waiting) raise(`live:${topic}`);
    this.#waiting.clear();
  }
}

// refreshStats, again and again while the socket stays down and somebody may be looking.
export class FallbackEvents {
  #asked = null;

  tick(down) {
    if (down === null || document.hidden || down.ms < FALLBACK_AFTER_MS) return;
    if (this.#asked?.ms < pace.fallbackMs) return;
    this.#asked = new Elapsed();
    raise("refreshStats");
  }
}

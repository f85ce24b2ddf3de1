// The events this page's live connection raises on the body, for htmx and for anything else that listens.

const FALLBACK_AFTER_MS = 2_000;
const FALLBACK_EACH_MS = 10_000;

function raise(name) {
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
  #askedAt = 0;

  tick(downSince) {
    const now = Date.now();
    if (downSince === null || document.hidden || now - downSince < FALLBACK_AFTER_MS) return;
    if (now - this.#askedAt < FALLBACK_EACH_MS) return;
    this.#askedAt = now;
    raise("refreshStats");
  }
}

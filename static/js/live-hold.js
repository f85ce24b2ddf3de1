// The pause: what the page would fetch by itself is put off, by the name of its event, until the pause ends.
// What the user does goes on, and the part of the page it was done in shows how it went.

const BY_ITSELF = /^(live:.*|refreshStats)$/;

export class Hold {
  on = false;
  changes = 0; // that the page would have shown
  #putOff = new Set();
  #acted = null; // the form last sent

  // Before the answer too: it may have been asked for just before the pause.
  listen(signal) {
    for (const name of ["htmx:before:request", "htmx:before:swap"]) {
      document.addEventListener(name, (event) => this.#judge(event), { signal });
    }
  }

  // Gives the names of the events that were put off.
  end() {
    const names = [...this.#putOff];
    this.on = false;
    this.changes = 0;
    this.#putOff.clear();
    return names;
  }

  #judge(event) {
    const { sourceElement: part, sourceEvent, request } = event.detail.ctx;
    if (request.method !== "GET") this.#acted = part;
    if (!this.on || !BY_ITSELF.test(sourceEvent?.type) || part.contains(this.#acted)) return;
    event.preventDefault();
    this.#putOff.add(sourceEvent.type);
  }
}

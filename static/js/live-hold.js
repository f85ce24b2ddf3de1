// The pause: nothing on the page moves by itself until it ends. What the user does goes on, and the part of the page
// it was done in shows how it went.

export class Hold {
  on = false;
  changes = 0; // that the page would have shown
  #acted = null; // the form last sent

  listen(signal) {
    document.addEventListener("htmx:before:request", (event) => this.#note(event.detail.ctx), { signal });
  }

  holds(element) {
    return this.on && !element.contains(this.#acted);
  }

  end() {
    this.on = false;
    this.changes = 0;
  }

  #note({ request, sourceElement }) {
    if (request.method !== "GET") this.#acted = sourceElement;
  }
}

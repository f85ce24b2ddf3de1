// How long something lasts. A sleeping machine stops one clock, a clock that is set moves the other: the longer counts.

export class Elapsed {
  #date = Date.now();
  #steady = performance.now();

  get ms() {
    return Math.max(Date.now() - this.#date, performance.now() - this.#steady);
  }
}

// The pace that the server keeps (clinic/live/pace.py): told by the page, and again by each snapshot.
// Every limit of the page that depends on it follows from it here. What an older server does not tell stays as it was.

export const pace = {
  beat: NaN, // seconds
  silenceMs: NaN,

  /** @param {{ heartbeat?: number | string, silence?: number | string }} told */
  take({ heartbeat, silence }) {
    if (Number(heartbeat) > 0) this.beat = Number(heartbeat);
    if (Number(silence) > 0) this.silenceMs = Number(silence) * 1000;
  },

  // Numbers this old are called old.
  get staleMs() {
    return 4 * this.beat * 1000;
  },

  // Between two fetches while the socket is down.
  get fallbackMs() {
    return 2 * this.beat * 1000;
  },
};

// The words, the ticking detail and the button inside <live-stats>.

import { describe } from "./live-words.js";

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class LiveLabel {
  /**
   * @param {HTMLElement} host
   * @param {() => void} onPause
   */
  constructor(host, onPause) {
    this.host = host;
    this.words = host.querySelector(".live__words");
    this.detail = host.querySelector(".live__detail");
    this.button = host.querySelector(".live__pause");
    this.button.hidden = false;
    this.button.onclick = onPause;
  }

  say(state, facts) {
    const [words, detail] = describe(state, { ...facts, zone: this.host.dataset.timeZone });
    write(this.words, words);
    write(this.detail, detail);
    write(this.button, state === "paused" ? "Resume" : "Pause");
    this.host.dataset.state = state;
    document.documentElement.dataset.live = state; // the page's styles mute numbers that may be old
  }

  // What is left to do when the socket is closed for good.
  offer(state) {
    const link = document.createElement("a");
    const next = encodeURIComponent(location.pathname + location.search);
    link.className = "live__link";
    const signedOut = state === "signed-out";
    link.href = signedOut ? `${this.host.dataset.login}?next=${next}` : location.href;
    link.textContent = signedOut ? "Sign in" : "Reload the page";
    this.button.replaceWith(link);
  }
}

// <pick-one src="/patients/find/">: choose one row of many by typing; the server searches. Made by clinic.screens.pick.
// combobox-nav moves through the list and keeps its ARIA states. When something is chosen, the hidden input with the row's
// number changes, and a `pick` event bears what its option tells of it.

import Combobox from "../vendor/combobox-nav.js";
import { PickSearch } from "./pick-search.js";

const PAUSE_MS = 200; // in typing, before the server is asked
class PickOne extends HTMLElement {
  #takesFirst = false; // Enter came before the answer
  facts = ""; // of what is chosen

  connectedCallback() {
    this.value = this.querySelector("input");
    this.text = /** @type {HTMLInputElement} */ (this.querySelector(".pick__text"));
    this.button = this.querySelector(".pick__clear");
    this.list = this.querySelector(".pick__list");
    this.said = this.querySelector(".pick__said");
    if (this.text.disabled || this.combobox) return;
    this.querySelector(".pick__found")?.remove(); // stands for the list where there is no script
    this.textName = this.text.name;
    this.combobox = new Combobox(this.text, this.list, { tabInsertsSuggestions: false });
    this.search = new PickSearch(this.getAttribute("src"), {
      slow: () => this.#say(this.dataset.searching),
      done: (answer) => (answer.failed ? this.#close(this.dataset[answer.failed]) : this.#open(answer)),
    });
    this.#set(this.value.value, this.text.value, this.said.textContent);
    this.#listen();
  }

  disconnectedCallback() {
    this.search?.stop();
  }

  #listen() {
    this.addEventListener("keydown", (event) => event.target === this.text && this.#press(event), true);
    this.text.addEventListener("input", (event) => this.#type(event));
    this.text.addEventListener("focus", () => this.#isUnchosen && this.search.ask(this.text.value));
    this.text.addEventListener("blur", () => this.#close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the text
    this.list.addEventListener("combobox-commit", (event) => this.#take(event.target.dataset));
    this.button.addEventListener("click", () => this.#clear());
  }

  get #isUnchosen() {
    return this.value.value === "" && this.text.value.trim() !== "";
  }

  #press(event) {
    if (event.isComposing || event.keyCode === 229) return event.stopPropagation(); // an input method's own keys
    const active = this.list.querySelector("[aria-selected='true']");
    if (event.key === "Tab") active?.click();
    else if (event.key === "Enter" && !active) this.#enter(event);
    else if (event.key === "Escape") this.#escape(event);
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && this.list.hidden) {
      event.preventDefault();
      this.search.ask(this.value.value ? "" : this.text.value);
    }
  }

  // Never sends the form: the only row found is chosen, of several the first is pointed at.
  #enter(event) {
    event.preventDefault();
    event.stopPropagation();
    if (!this.#isUnchosen) return;
    this.#takesFirst = Boolean(this.list.hidden) || this.search.isWaiting;
    if (!this.#takesFirst) this.#first();
    else this.search.ask(this.text.value);
  }

  #first() {
    const options = this.list.querySelectorAll("[data-value]");
    if (options.length === 1) options[0].click();
    else if (options.length > 1) this.combobox.navigate(1);
  }

  #escape(event) {
    if (this.list.hidden && !this.#isUnchosen) return;
    event.preventDefault();
    event.stopPropagation(); // a dialog around stays open
    if (this.list.hidden) this.#clear();
    else this.#close();
  }

  #type(event) {
    event.stopPropagation(); // a text being typed is no change of the form
    this.#takesFirst = false;
    const wasChosen = this.value.value !== "";
    this.#set("", this.text.value);
    if (wasChosen) this.#tell({});
    if (this.#isUnchosen) this.search.ask(this.text.value, PAUSE_MS);
    else this.#close();
  }

  /** @param {Found} found */
  #open({ said, options }) {
    this.combobox.clearSelection();
    for (const [n, option] of options.entries()) option.id = `${this.list.id}_${n}`;
    this.list.replaceChildren(...options);
    this.#say(said);
    if (options.length === 0) this.#hide();
    else if (this.list.hidden) {
      this.list.hidden = false;
      this.list.scrollIntoView({ block: "nearest" });
      this.combobox.start();
    }
    if (this.#takesFirst) this.#first();
    this.#takesFirst = false;
  }

  #close(words = this.#isUnchosen ? this.dataset.unchosen : this.facts) {
    this.#takesFirst = false;
    this.search.stop();
    this.#hide();
    this.#say(words);
  }

  #hide() {
    if (this.list.hidden) return;
    this.combobox.stop();
    this.list.hidden = true;
  }

  #take(chosen) {
    this.#set(chosen.value ?? "", chosen.text ?? "", chosen.facts);
    this.#close();
    this.#tell(chosen);
  }

  #clear() {
    this.#take({});
    this.text.focus();
  }

  #set(value, text, facts = "") {
    [this.value.value, this.text.value, this.facts, this.button.hidden] = [value, text, facts, text === ""];
    this.text.name = value ? "" : this.textName; // a text that was chosen is not searched for again
  }

  #tell(chosen) {
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("pick", { bubbles: true, detail: { ...chosen } }));
  }

  #say(words) {
    this.said.textContent = words;
  }
}

customElements.define("pick-one", PickOne);

// The types that the files of static/js name in JSDoc, and what they may count on in every page.
// Every element that a selector finds there is an HTML element, unless the call says otherwise.

interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
}

interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K] | null;
  closest<E extends Element = HTMLElement>(selectors: string): E | null;
}

// A moment of the database's clock, in ISO 8601.
type Moment = string;

// A number's exact value and its text, by the metric's key.
type Numbers = Record<string, [string | number, string]>;

// The messages of the wire; clinic/live/messages.py is the other half.
interface Snapshot {
  type: "snapshot";
  epoch: string;
  seq: number;
  at: Moment;
  mode: string;
  metrics: Numbers;
  changed?: Record<string, number>;
  heartbeat?: number;
  silence?: number;
  spread?: number;
}

interface Frame {
  type: "frame";
  epoch: string;
  seq: number;
  prev: number;
  at: Moment;
  metrics: Numbers;
  topics: string[];
  spread?: number;
}

interface Heartbeat {
  type: "heartbeat";
  epoch: string;
  seq: number;
  at: Moment;
  mode: string;
}

type Message = Snapshot | Frame | Heartbeat;
type Reply = { ack: number } | { resync: true };

// What is to be done about a message: the time for which the numbers are known to hold, and what changed by when.
interface Told {
  asOf?: number;
  changed?: Record<string, number>;
  reply?: Reply;
}

// A moment of the database's clock within an epoch, in milliseconds.
interface Read {
  epoch: string;
  ms: number;
}

// A request of htmx, as its events bear it.
interface HtmxContext {
  request: { method: string; headers: Record<string, string> };
  response?: Response;
  sourceElement: HTMLElement;
  sourceEvent?: CustomEvent<LiveRefresh>;
  target?: HTMLElement;
  text?: string;
  swap?: string;
  isHeld?: boolean;
}

interface LiveRefresh {
  answer(response: Response | null): void;
  isTaken: boolean;
}

// What a patient, an item or another row chosen in <pick-one> tells of itself; nothing when it was cleared.
interface Picked {
  value?: string;
  text?: string;
  facts?: string;
  phone?: string;
  email?: string;
  new?: string;
}

interface DocumentEventMap {
  "live-numbers": CustomEvent<Numbers>;
  "live-refresh": CustomEvent<LiveRefresh> & { target: HTMLElement };
  "htmx:before:request": CustomEvent<{ ctx: HtmxContext }>;
  "htmx:config:request": CustomEvent<{ ctx: HtmxContext }>;
  "htmx:before:swap": CustomEvent<{ ctx: HtmxContext }>;
  "htmx:after:swap": CustomEvent<{ ctx: HtmxContext }>;
  "htmx:finally:request": CustomEvent<{ ctx: HtmxContext }>;
}

interface HTMLElementEventMap {
  pick: CustomEvent<Picked> & { target: HTMLElement };
  "combobox-commit": CustomEvent & { target: HTMLElement };
}

// uPlot is loaded by a script element of its own, before day-chart.js.
declare const uPlot: any;

// What a search found: the words about it and the rows to choose from, or which words say why there are none.
interface Found {
  said?: string;
  options?: HTMLElement[];
  failed?: "failed" | "signedOut";
}

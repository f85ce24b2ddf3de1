// Says the connection's state in words: [words, detail]. The words are announced; the detail, which ticks, is not.

import { pace } from "./live-pace.js";

const clocks = new Map();

function clock(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!clocks.has(key)) {
    clocks.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options }));
  }
  return clocks.get(key);
}

function hourMinute(at, zone) {
  return clock(zone, { hour: "2-digit", minute: "2-digit" }).format(at);
}

function hourMinuteSecond(at, zone) {
  return clock(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
}

function age(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s old`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min old`;
  return `${Math.floor(seconds / 3600)} h old`;
}

// What a paused page keeps back, or that it does not know.
function kept(changes, isDown) {
  if (isDown) return " · no connection";
  return changes === 0 ? "" : ` · ${changes === 1 ? "1 change waits" : `${changes} changes wait`}`;
}

// at: Date the numbers are from, or null on a page without numbers; old: milliseconds since they were heard;
// changes: those that wait for the end of a pause; isDown: whether the socket delivers nothing.
/**
 * @param {string} state
 * @param {{ at: Date | null, old: number, zone: string, changes: number, isDown: boolean }} facts
 * @returns {[string, string]}
 */
export function describe(state, { at, old, zone, changes, isDown }) {
  const exact = at ? ` · ${hourMinuteSecond(at, zone)}` : "";
  const from = at ? ` · numbers from ${hourMinuteSecond(at, zone)}` : "";
  switch (state) {
    case "live":
      return ["Live", exact];
    case "slow":
      return [`Slower: numbers every ${pace.beat} s`, exact];
    case "paused":
      return ["Paused", kept(changes, isDown) || from];
    case "stale":
      return [`Numbers from ${hourMinute(at, zone)}`, `, ${age(old)}`];
    case "signed-out":
      return ["Signed out", from];
    case "outside":
      return ["Not live: this account has no role yet", ""];
    case "denied":
      return ["Your rights have changed", from];
    default:
      return ["Reconnecting…", from];
  }
}

// The browser's half of the words on the wire; the server's half is clinic/live/messages.py, and a test compares them.

export const Kind = Object.freeze({
  SNAPSHOT: "snapshot",
  FRAME: "frame",
  HEARTBEAT: "heartbeat",
  ERROR: "error",
});

export const Mode = Object.freeze({
  LIVE: "live",
  POLLING: "polling",
});

export const Close = Object.freeze({
  RESTARTING: 1012,
  BAD_MESSAGE: 4400,
  SIGNED_OUT: 4401,
  NOT_ALLOWED: 4403,
  TOO_SLOW: 4408,
  TOO_MANY: 4429,
});

export const MESSAGES_PER_ACK = 16; // and each heartbeat and snapshot

/** @returns {Reply} */
export const ack = (seq) => ({ ack: seq });
/** @returns {Reply} */
export const resync = () => ({ resync: true });

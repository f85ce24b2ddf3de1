"""The words on the wire, between relay and hub and between server and browser.

Place: imported by every other module of this package; receives nothing, fails never.
`static/js/live-messages.js` holds the browser's half; `tests/live/test_contract.py` compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from clinic.live import pace
from clinic.stats.catalogue import BY_KEY
from clinic.stats.snapshot import display_text, wire_value

GROUP = "live"
"""The channel-layer group that every hub of a database joins and its relay sends to begins so."""

SPREAD_MS_PER_SOCKET = 3
SPREAD_STEP_MS = 250
"""Pages look again at what changed over a span that grows with the sockets of their process, so that the process
is asked by one after the other; in steps, so that a snapshot can be encoded once for many."""

MESSAGES_PER_ACK = 16
"""A browser acknowledges frames this rarely, and each heartbeat and snapshot, so that in every mode one that reads is
known to within two heartbeats: an acknowledgement costs a server as much as three deliveries."""

MOST_CHARACTERS = 200
"""Of a browser's message: what is longer is none of those it may send."""

ACCESS_TOPIC = "access"
"""A session, user or permission changed: sockets are checked again. Never sent to browsers."""

Message = dict[str, str]
"""Text as ASGI servers take it; none of them changes it, so that all sockets can be given the same."""

Metrics = dict[str, tuple[int | str, str]]
"""Metric key → (value, display text)."""


def pack_metrics(values: Mapping[str, Decimal]) -> Metrics:
    """Return each value with its display text, made once for all browsers."""
    return {key: (wire_value(key, value), display_text(key, value)) for key, value in values.items()}


class UnreadableFrameError(ValueError):
    """A frame of another version, which this process cannot read."""


class Kind(StrEnum):
    """What a message is."""

    SNAPSHOT = "snapshot"
    FRAME = "frame"
    HEARTBEAT = "heartbeat"
    ERROR = "error"


class Mode(StrEnum):
    """How the numbers reach this process: from the relay, or read by itself now and then."""

    LIVE = "live"
    POLLING = "polling"


class Close(IntEnum):
    """Why the server closes a socket (RFC 6455 section 7.4.2 leaves 4000 to 4999 to applications)."""

    RESTARTING = 1012
    BAD_MESSAGE = 4400
    SIGNED_OUT = 4401
    NOT_ALLOWED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429


def group_of(database: str) -> str:
    """Name the group of one database: Redis keeps apart neither databases nor installations that share it."""
    return f"{GROUP}.{database}"


@dataclass(frozen=True)
class Frame:
    """What the relay publishes: what changed since the frame before, or all of it (a snapshot).

    `database` is the identity of the one it was read from (`clinic.database.identity`). A leader's frames bear its
    `term`, which is greater than those of all that led this database before, and its `epoch`. `seq` rises by one with
    each frame or snapshot of an epoch; a heartbeat repeats the last one. `at` is after the moment the numbers were
    read, on the database's clock; `order` tells which of two readings saw more (`Look.order`), whatever clocks say.
    `age` counts the seconds from the commit of the first change that it tells until it was published. `keys` are the
    metrics that its relay keeps up: one of another version keeps up others. `is_dated`: the server knows when each
    transaction was committed; otherwise `age` begins with the reading.
    """

    kind: Kind
    epoch: str
    seq: int
    at: datetime
    metrics: Metrics = field(default_factory=dict)
    topics: frozenset[str] = frozenset()
    order: tuple[int, int] = (0, 0)
    age: float = 0.0
    keys: frozenset[str] = frozenset(BY_KEY)
    is_dated: bool = False
    _: KW_ONLY
    database: str
    term: int

    def to_layer(self) -> dict[str, Any]:
        """Pack for the channel layer, which carries plain values only."""
        return {
            "type": "live.frame",
            "database": self.database,
            "term": self.term,
            "kind": str(self.kind),
            "epoch": self.epoch,
            "seq": self.seq,
            "at": self.at.isoformat(),
            "order": list(self.order),
            "age": self.age,
            "keys": sorted(self.keys),
            "is_dated": self.is_dated,
            "metrics": {key: list(value) for key, value in self.metrics.items()},
            "topics": sorted(self.topics),
        }

    @classmethod
    def from_layer(cls, packed: Mapping[str, Any]) -> Frame:
        """Unpack what `to_layer` packed, in this process or one of another version: what is new in it is left out.

        Raises `UnreadableFrameError` for a kind that is new, or when what every frame needs is missing.
        """
        try:
            xmax, ended, *_more = packed.get("order", (0, 0))
            return cls(
                database=packed["database"],
                term=int(packed["term"]),
                kind=Kind(packed["kind"]),
                epoch=packed["epoch"],
                seq=packed["seq"],
                at=datetime.fromisoformat(packed["at"]),
                order=(int(xmax), int(ended)),
                age=float(packed.get("age", 0.0)),
                keys=frozenset(packed.get("keys", BY_KEY)),
                is_dated=bool(packed.get("is_dated", False)),
                metrics={key: (value, text) for key, (value, text, *_more) in packed.get("metrics", {}).items()},
                topics=frozenset(packed.get("topics", ())),
            )
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableFrameError(f"{type(error).__name__}: {error}") from error


def spread_among(sockets: int) -> int:
    """Choose the span in milliseconds over which so many pages look again at what changed."""
    return sockets * SPREAD_MS_PER_SOCKET // SPREAD_STEP_MS * SPREAD_STEP_MS


def to_socket(text: str) -> Message:
    """Pack text for the server's `send`."""
    return {"type": "websocket.send", "text": text}


def encode_frame(frame: Frame, prev: int, keys: frozenset[str], topics: frozenset[str]) -> str:
    """Encode what one audience may see of a frame; `prev` is the seq its sockets had before."""
    return _encode(
        frame.kind,
        frame.epoch,
        frame.seq,
        frame.at,
        prev=prev,
        metrics={key: value for key, value in frame.metrics.items() if key in keys},
        topics=sorted(frame.topics & topics),
    )


def encode_snapshot(
    epoch: str, seq: int, at: datetime, mode: Mode, spread: int, metrics: Metrics, changed: Mapping[str, int]
) -> str:
    """Encode everything an audience may see: its numbers, and when each of its topics changed last (see `moments`).

    `spread` is the span in milliseconds over which pages look again at what changed. The pace is told too.
    """
    told = {"mode": mode, "spread": spread, "metrics": metrics, "changed": changed, **pace.for_browsers()}
    return _encode(Kind.SNAPSHOT, epoch, seq, at, **told)


def encode_heartbeat(epoch: str, seq: int, at: datetime, mode: Mode, spread: int) -> str:
    """Encode a sign of life."""
    return _encode(Kind.HEARTBEAT, epoch, seq, at, mode=mode, spread=spread)


def encode_error(message: str) -> str:
    """Encode what was wrong with a browser's message."""
    return json.dumps({"type": Kind.ERROR, "message": message}, ensure_ascii=False)


class BadMessageError(ValueError):
    """A browser sent something else than {"ack": seq} or {"resync": true}."""


def decode_request(text: str | None) -> int | None:
    """Decode a browser's message: the acknowledged seq, or None when it asks for a snapshot.

    Raises `BadMessageError` with words for its sender.
    """
    request: Any = None
    try:
        if len(text or "") <= MOST_CHARACTERS:
            request = json.loads(text or "")
    except (ValueError, RecursionError):  # the parser descends into brackets within brackets
        pass
    match request:
        case {"ack": int(seq), **rest} if not rest and not isinstance(request["ack"], bool):
            return seq
        case {"resync": True, **rest} if not rest:
            return None
    raise BadMessageError('Not understood. Send {"ack": seq} or {"resync": true}.')


def _encode(kind: Kind, epoch: str, seq: int, at: datetime, **more: object) -> str:
    body = {"type": kind, "epoch": epoch, "seq": seq, "at": at.isoformat(), **more}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

"""Thousands of browsers' sockets in this process: bare TCP sockets, WebSocket framing by hand, one `epoll` for all.

A browser acknowledges each sixteenth message and each heartbeat, as `static/js/live-feed.js` does. Bytes are counted as
frames and not decoded, so that this side is never what is measured: `ceiling()` tells how much it can take.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import randrange
from time import monotonic, perf_counter
from typing import ClassVar

from clinic.live.messages import MESSAGES_PER_ACK

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Cookie: sessionid={session}\r\n\r\n"
)
SEQ = re.compile(rb'"seq": ?(\d+)')
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
HEARTBEAT = b'{"type":"heartbeat"'
AT_ONCE = 64
"""Handshakes under way at a time, where a storm is not what is measured."""


class Browser:
    """One socket: what has arrived and is no whole frame yet, and what has been counted."""

    __slots__ = ("first", "is_open", "last", "received", "rest", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", port))
        self.is_open = False
        self.rest = b""
        self.received = randrange(MESSAGES_PER_ACK)  # no two pages have seen equally many
        self.first = self.last = b""

    def take(self) -> int:
        """Read what has arrived; returns the number of whole frames."""
        data = self.rest + self.socket.recv(1 << 16)
        if not self.is_open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.rest = data
                return 0
            assert data.startswith(b"HTTP/1.1 101"), f"refused: {data[:200]!r}"
            self.is_open, data = True, data[end + 4 :]
        before, at, is_owed = self.received, 0, False
        while (end := _frame_end(data, at)) <= len(data):
            frame, at = data[at:end], end
            if frame[0] == PING:
                self._send(PONG, frame[2:])
            elif frame[0] == CLOSE:
                raise ConnectionError(f"the server closed a socket: {frame[2:]!r}")
            else:
                self.received += 1
                is_owed |= HEARTBEAT in frame or self.received % MESSAGES_PER_ACK == 0
                if HEARTBEAT not in frame:  # which says nothing new
                    self.first, self.last = self.first or frame, frame
        self.rest = data[at:]
        if is_owed:
            self.acknowledge()
        return self.received - before

    def number(self) -> int:
        """Return the `seq` of the last frame."""
        found = SEQ.search(self.last)
        assert found, self.last
        return int(found[1])

    def value(self, key: str) -> int | None:
        """Return a count that the last frame carries."""
        return count_in(self.last, key)

    def acknowledge(self) -> None:
        """Say that everything up to the last frame has arrived."""
        self._send(TEXT, b'{"ack":%d}' % self.number())

    def _send(self, kind: int, payload: bytes) -> None:
        # A mask of zeroes is a mask: what follows is the payload itself.
        self.socket.send(bytes([kind, 0x80 | len(payload), 0, 0, 0, 0]) + payload)


def count_in(frame: bytes, key: str) -> int | None:
    """Return a count that a frame carries."""
    found = re.search(rb'"%s":\[(\d+)' % key.encode(), frame)
    return int(found[1]) if found else None


def _frame_end(data: bytes, start: int) -> int:
    """Find where a server's frame ends; beyond the data when it is not whole."""
    if len(data) < start + 2:
        return len(data) + 1
    length = data[start + 1]
    if length < 126:
        return start + 2 + length
    if len(data) < start + 10:
        return len(data) + 1
    return start + 4 + struct.unpack_from(">H", data, start + 2)[0] if length == 126 else len(data) + 1


class Crowd:
    """Many browsers of one server. Whichever crowd waits reads for all of them, so that none falls silent."""

    everybody: ClassVar[dict[int, Browser]] = {}
    poll: ClassVar[select.epoll] = select.epoll()

    def __init__(self, port: int, path: str = "/ws/live/") -> None:
        self.port, self.path = port, path
        self.browsers: list[Browser] = []

    def open(self, sessions: Sequence[str], *, at_once: int = AT_ONCE) -> None:
        """Open a socket for each session and wait until the first frame has reached all of them."""
        waiting = list(reversed(sessions))
        opening: dict[int, str] = {}
        while waiting or opening:
            while waiting and len(opening) < at_once:
                browser = Browser(self.port)
                opening[browser.socket.fileno()] = waiting.pop()
                self.add(browser, select.EPOLLOUT)
            for browser, event in self._ready(f"{len(opening)} sockets to open"):
                fd = browser.socket.fileno()
                if event & select.EPOLLOUT:
                    self._shake_hands(browser, opening[fd])
                elif browser.take():
                    opening.pop(fd, None)

    def add(self, browser: Browser, event: int = select.EPOLLIN) -> None:
        """Take in a socket."""
        self.browsers.append(browser)
        self.everybody[browser.socket.fileno()] = browser
        self.poll.register(browser.socket, event)

    def _shake_hands(self, browser: Browser, session: str) -> None:
        browser.socket.send(HANDSHAKE.format(path=self.path, port=self.port, session=session).encode())
        self.poll.modify(browser.socket, select.EPOLLIN)

    def receive(self, seq: int) -> None:
        """Read until the last frame of each browser has this `seq` or a later one."""
        left = {browser for browser in self.browsers if browser.number() < seq}
        while left:
            for browser, _event in self._ready(f"frame {seq} at {len(left)} sockets"):
                if browser.take() and browser.number() >= seq:
                    left.discard(browser)

    def receive_while(self, is_going_on: Callable[[], bool], on_frame: Callable[[Browser], None]) -> None:
        """Read as long as something goes on."""
        while is_going_on():
            for fd, _event in self.poll.poll(0.05):
                if self.everybody[fd].take():
                    on_frame(self.everybody[fd])

    def _ready(self, what: str) -> Iterator[tuple[Browser, int]]:
        deadline = monotonic() + 120
        while not (events := self.poll.poll(1)):
            assert monotonic() < deadline, f"waited two minutes for {what}"
        return ((self.everybody[fd], event) for fd, event in events)

    def close(self) -> None:
        """Cut all sockets, as browsers do that lose the network."""
        for browser in self.browsers:
            del self.everybody[browser.socket.fileno()]
            browser.socket.close()
        self.browsers.clear()


@contextmanager
def crowd(port: int, sessions: Sequence[str], path: str = "/ws/live/") -> Iterator[Crowd]:
    """Yield browsers that have all received their first frame."""
    many = Crowd(port, path)
    try:
        many.open(sessions)
        yield many
    finally:
        many.close()


def allow_many_sockets() -> None:
    """Raise this process's limit of open files, and so that of the servers it starts, as far as it may."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def ceiling(sockets: int, rounds: int = 20) -> float:
    """Measure how many frames a second a crowd takes from servers that only had to copy them into each socket."""
    many = Crowd(0)
    ends = []
    with socket.create_server(("127.0.0.1", 0), backlog=sockets) as server:
        for _ in range(sockets):
            browser = Browser(server.getsockname()[1])
            browser.is_open, browser.last = True, b'"seq":0'
            many.add(browser)
            ends.append(server.accept()[0])
    seconds = 0.0
    for seq in range(1, rounds + 1):
        text = b'{"type":"frame","seq":%d}' % seq
        for end in ends:
            end.send(bytes([TEXT, len(text)]) + text)
        began = perf_counter()
        many.receive(seq)
        seconds += perf_counter() - began
    many.close()
    for end in ends:
        end.close()
    return sockets * rounds / seconds

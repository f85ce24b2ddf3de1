"""Thousands of browsers' sockets in this process: bare TCP sockets, WebSocket framing by hand, one `epoll` for all.

A browser reads and acknowledges each fourth message, as `static/js/live-feed.js` does. Bytes are counted as frames and
not decoded, so that this side is never what is measured: `ceiling()` tells how much it can take.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, perf_counter

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Cookie: sessionid={session}\r\n\r\n"
)
SEQ = re.compile(rb'"seq": ?(\d+)')
FRAMES_PER_ACK = 4
AT_ONCE = 64
"""Handshakes under way at a time, where a storm is not what is measured."""


class Browser:
    """One socket: what has arrived and is no whole frame yet, and what has been counted."""

    __slots__ = ("is_open", "last", "received", "rest", "seq", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", port))
        self.is_open = False
        self.rest = b""
        self.received = self.seq = 0
        self.last = b""

    def take(self) -> int:
        """Read what has arrived; gives the number of whole frames."""
        data = self.rest + self.socket.recv(1 << 16)
        if not self.is_open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self.rest = data
                return 0
            assert data.startswith(b"HTTP/1.1 101"), data[:200].decode()
            self.is_open, data = True, data[end + 4 :]
        frames, at = 0, 0
        while (end := _frame_end(data, at)) <= len(data):
            self.last = data[at:end]
            at, frames = end, frames + 1
        self.rest = data[at:]
        self.received += frames
        return frames

    def number(self) -> int:
        """Give the `seq` of the last frame."""
        found = SEQ.search(self.last)
        assert found, self.last
        return int(found[1])

    def value(self, key: str) -> int | None:
        """Give a count that the last frame carries."""
        found = re.search(rb'"%s":\[(\d+)' % key.encode(), self.last)
        return int(found[1]) if found else None

    def acknowledge(self) -> None:
        """Say that everything up to the last frame has arrived."""
        text = b'{"ack":%d}' % self.number()
        # A mask of zeroes is a mask: what follows is the text itself.
        self.socket.send(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)


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
    """Many browsers of one server."""

    def __init__(self, port: int, path: str = "/ws/live/", *, acknowledges: bool = True) -> None:
        self.port, self.path, self.acknowledges = port, path, acknowledges
        self.browsers: dict[int, Browser] = {}
        self._poll = select.epoll()

    def open(self, sessions: Sequence[str], *, at_once: int = AT_ONCE) -> None:
        """Open a socket for each session and wait until the first frame has reached all of them."""
        waiting = list(reversed(sessions))
        opening: dict[int, tuple[Browser, str]] = {}
        arrived: set[int] = set()
        while waiting or len(arrived) < len(sessions):
            while waiting and len(opening) < at_once:
                browser = Browser(self.port)
                opening[browser.socket.fileno()] = (browser, waiting.pop())
                self._poll.register(browser.socket, select.EPOLLOUT)
            for fd, event in self._ready("sockets that open"):
                if event & select.EPOLLOUT and fd in opening and fd not in self.browsers:
                    self._shake_hands(*opening[fd])
                elif self.browsers[fd].take():
                    opening.pop(fd, None)
                    arrived.add(fd)

    def add(self, browser: Browser) -> None:
        """Take in a socket that is open already."""
        self.browsers[browser.socket.fileno()] = browser
        self._poll.register(browser.socket, select.EPOLLIN)

    def _shake_hands(self, browser: Browser, session: str) -> None:
        browser.socket.send(HANDSHAKE.format(path=self.path, port=self.port, session=session).encode())
        self.browsers[browser.socket.fileno()] = browser
        self._poll.modify(browser.socket, select.EPOLLIN)

    def receive(self, seq: int) -> None:
        """Read until the last frame of each browser has this `seq` or a later one."""
        left = {fd for fd, browser in self.browsers.items() if browser.number() < seq}
        while left:
            for fd, _event in self._ready(f"frame {seq} at {len(left)} sockets"):
                if self._take(fd) and self.browsers[fd].number() >= seq:
                    left.discard(fd)

    def _take(self, fd: int) -> bool:
        browser = self.browsers[fd]
        before = browser.received
        if not browser.take():
            return False
        if self.acknowledges and before // FRAMES_PER_ACK != browser.received // FRAMES_PER_ACK:
            browser.acknowledge()
        return True

    def receive_while(self, is_going_on: Callable[[], bool], on_frame: Callable[[Browser], None]) -> None:
        """Read as long as something goes on."""
        while is_going_on():
            for fd, _event in self._poll.poll(0.05):
                if self._take(fd):
                    on_frame(self.browsers[fd])

    def _ready(self, what: str) -> list[tuple[int, int]]:
        deadline = monotonic() + 60
        while not (events := self._poll.poll(1)):
            assert monotonic() < deadline, f"waited a minute for {what}"
        return events

    def close(self) -> None:
        """Cut all sockets, as browsers do that lose the network."""
        for browser in self.browsers.values():
            browser.socket.close()
        self.browsers.clear()
        self._poll.close()


@contextmanager
def crowd(port: int, sessions: Sequence[str], path: str = "/ws/live/", *, acknowledges: bool = True) -> Iterator[Crowd]:
    """Give browsers that have all received their first frame."""
    many = Crowd(port, path, acknowledges=acknowledges)
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
    many = Crowd(0, acknowledges=False)
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
            end.send(bytes([0x81, len(text)]) + text)
        began = perf_counter()
        many.receive(seq)
        seconds += perf_counter() - began
    many.close()
    for end in ends:
        end.close()
    return sockets * rounds / seconds

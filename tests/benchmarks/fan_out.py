"""CPU of the web process for each frame that it delivers: ours, a naive Channels consumer's, and a bare sender's.

All listen to Redis pub/sub, each to one of its own, run on the same server with the same settings and serve the same
number of sockets. Frames come one after the other, the next when the last has reached everybody, so that no load
generator can be the limit; sides take turns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from statistics import median
from time import sleep

from clinic.database import identity
from clinic.live.messages import group_of
from tests.benchmarks.clients import Crowd, allow_many_sockets, ceiling, crowd
from tests.benchmarks.harness import Figure, Goal, Size, at_least, at_most, ratios, take_turns
from tests.benchmarks.programs import WebServer, running
from tests.benchmarks.publisher import Publisher
from tests.benchmarks.sessions import signed_in

APPLICATIONS = {
    "ours": "clinic.asgi:application",
    "naive": "tests.benchmarks.peers:naive",
    "tutorial": "tests.benchmarks.peers:tutorial",
    "bare": "tests.benchmarks.peers:bare",
}
PEERS = {
    "naive": "a naive consumer on pub/sub",
    "tutorial": "the same, its garbage collector as it comes",
    "bare": "a bare application that only sends",
}
FLOORS = {"daphne": at_least(5), "uvicorn": at_least(18)}
DELIVERIES = {"ours": 30_000, "naive": 6_000, "tutorial": 6_000, "bare": 30_000}
SETTLED_SECONDS = 0.05


def measure(size: Size) -> Iterator[Figure]:
    """Compare at 1,000 and 5,000 sockets, on daphne and on uvicorn."""
    allow_many_sockets()
    sessions = signed_in(size.pick(5_000, 100))
    few, many = size.pick(1_000, 50), size.pick(5_000, 100)
    for server in FLOORS:
        yield from _compare(server, sessions[:few], APPLICATIONS, size)
    for server in FLOORS:
        yield from _compare(server, sessions[:many], ("ours", "naive", "bare"), size)
    yield Figure("the load generator alone", "frames that are there already", [ceiling(1000)], "frames/s")


def _compare(server: str, sessions: Sequence[str], names: Iterable[str], size: Size) -> Iterator[Figure]:
    with ExitStack() as stack:
        sides = {name: Side(stack, server, name, sessions, size) for name in names}
        values = take_turns({name: side.turn for name, side in sides.items()}, size.pick(3, 1))
    goals: dict[str, Goal | None] = {"naive": FLOORS[server], "tutorial": None, "bare": at_most(1.15)}
    for other in (name for name in goals if name in values):
        pair = (values["ours"], values[other]) if other == "bare" else (values[other], values["ours"])
        yield Figure(
            f"CPU of a delivery, {server}, {len(sessions):,} sockets",
            PEERS[other],
            ratios(*pair),
            "times" if other == "bare" else "times less",
            goals[other],
            f"{median(values['ours']):.1f} µs against {median(values[other]):.1f} µs",
        )


class Side:
    """One application on a server, with its crowd and its publisher."""

    def __init__(self, stack: ExitStack, server: str, name: str, sessions: Sequence[str], size: Size) -> None:
        database = identity.read()
        self.publisher = Publisher(database)
        stack.callback(self.publisher.stop)
        environment = {"REDIS_URL": self.publisher.redis.url, "BENCHMARK_GROUP": group_of(database), "LIVE_RELAY": "0"}
        self.program = stack.enter_context(running(WebServer(server, APPLICATIONS[name], **environment)))
        self.crowd: Crowd = stack.enter_context(crowd(self.program.port, sessions))
        self.frames = max(1, size.pick(DELIVERIES[name], 200) // len(sessions))

    def turn(self) -> float:
        """Deliver some frames; returns the microseconds of CPU for each delivery."""
        self.crowd.receive(self.publisher.snapshot())
        before = self._settled_cpu_seconds()
        for _ in range(self.frames):
            self.crowd.receive(self.publisher.frame())
        used = self._settled_cpu_seconds() - before
        return 1e6 * used / (self.frames * len(self.crowd.browsers))

    def _settled_cpu_seconds(self) -> float:
        """Read the CPU time once acknowledgements have been taken and the process rests."""
        used, before = self.program.cpu_seconds(), 0.0
        while used - before > SETTLED_SECONDS / 20:
            sleep(SETTLED_SECONDS)
            used, before = self.program.cpu_seconds(), used
        return used

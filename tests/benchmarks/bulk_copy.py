"""COPY of a million bookings with and without triggers, and the frames that the relay makes of it."""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from statistics import median
from time import perf_counter
from typing import Any

import psycopg

from clinic.live.relay import Relay
from tests import services
from tests.benchmarks.database import set_triggers

ROWS = int(os.environ.get("ROWS", 1_000_000))
ROUNDS = int(os.environ.get("ROUNDS", 3))
GENERATED = """
copy (select current_date + g % 700 - 600, (array['pending', 'confirmed', 'completed', 'declined'])[1 + g % 4],
             'Patient ' || g
        from generate_series(1, {rows}) g) to stdout
"""


def measure() -> None:
    """Print the seconds of each round, the ratio of the medians, and the relay's frames."""
    with psycopg.connect(services.postgres_url(), autocommit=True, application_name="bench") as connection:
        data = _generated(connection)
        seconds: dict[bool, list[float]] = {False: [], True: []}
        frames = []
        for round_number in range(1, ROUNDS + 1):
            for on in (False, True) if round_number % 2 else (True, False):
                connection.execute("truncate booking cascade")  # before the relay looks first
                with CountingRelay() as relay:
                    seconds[on].append(_copy(connection, data, on=on))
                    if on:
                        frames.append(relay.frames_until_all_rows())
            print(f"round {round_number}: {seconds[False][-1]:.2f} s without, {seconds[True][-1]:.2f} s with triggers")
        ratio = median(seconds[True]) / median(seconds[False])
        print(f"COPY of {ROWS:,} bookings: {ratio:.3f} x the time of the same without triggers (goal: at most 1.15)")
        print(f"frames published per COPY: {', '.join(map(str, frames))}")


def _generated(connection: psycopg.Connection[Any]) -> bytes:
    with connection.cursor().copy(GENERATED.format(rows=ROWS)) as copy:
        return b"".join(bytes(block) for block in copy)


def _copy(connection: psycopg.Connection[Any], data: bytes, *, on: bool) -> float:
    set_triggers(connection, "booking", on=on)
    connection.execute("checkpoint")
    began = perf_counter()
    with connection.cursor().copy("copy booking (date, status, patient_name) from stdin") as copy:
        for start in range(0, len(data), 1 << 20):
            copy.write(data[start : start + (1 << 20)])
    return perf_counter() - began


class CountingRelay:
    """The product's relay on a thread of its own, counting what it publishes."""

    def __init__(self) -> None:
        self.relay = Relay(self._publish)
        self._frames: list[Any] = []
        self._seen = threading.Event()
        self._is_leading = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> CountingRelay:
        self._thread.start()
        assert self._is_leading.wait(20), "the relay did not come up"
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(20)

    def frames_until_all_rows(self) -> int:
        """Wait for the frame that shows all rows; count the frames since the COPY began."""
        assert self._seen.wait(20), "the relay did not publish the COPY"
        return sum(frame.kind == "frame" for frame in self._frames)

    def _run(self) -> None:
        self._task = self._loop.create_task(self.relay.run())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)

    async def _publish(self, frame: Any) -> None:
        self._frames.append(frame)
        self._is_leading.set()
        if frame.metrics.get("bookings_total", (0,))[0] == ROWS:
            self._seen.set()

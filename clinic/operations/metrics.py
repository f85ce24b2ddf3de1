"""What this process and its database count, as Prometheus reads it.

Place: `probes` answers `/metrics` with it; it reads the counters of `clinic.live`, what `clinic.serving` measures, the
gate, the pool, and what `health` read. All is gathered on the event loop, which owns it, and spelled on a thread.
Names and their meaning: `docs/events.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

import prometheus_client
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector, CollectorRegistry

from clinic.database import pool
from clinic.live import process
from clinic.live.counters import BOUNDS, Durations, counted
from clinic.live.messages import Close
from clinic.live.receiver import OF_A_FORMER_LEADER, OF_ANOTHER_DATABASE
from clinic.serving import measure
from clinic.serving.gate import gate

CONTENT_TYPE = prometheus_client.CONTENT_TYPE_LATEST
Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
Labelled = Mapping[str, float]

COUNTED = {
    "rings": "Times the bell was heard.",
    "frames_published": "Frames and heartbeats that this process's relay handed to the channel layer.",
    "frames_unpublished": "Frames and heartbeats that the channel layer did not take.",
    "frames_heard": "Frames and heartbeats that this process heard and that count.",
    "sockets_opened": "Sockets that were let in.",
    "messages_sent": "Messages handed to sockets.",
    "held_back": "Messages kept from a client that had not acknowledged those before.",
    "acknowledgements": "Acknowledgements by browsers.",
    "snapshots_asked": "Snapshots that browsers asked for.",
    "asked_by_http": "Requests for numbers by pages without a socket.",
    "polling_seconds": "Seconds in which this process read the database in a silent relay's place.",
}
"""Fields of `counted` that are one number each."""

STATISTICS = {
    "pending": "Changes that are not folded yet.",
    "fold_lag_seconds": "Seconds since the last fold while changes wait for one.",
    "inbox_bytes": "Size of the table of changes.",
    "unannounced": "Changes noted that no bell announced; must stay 0.",
    "triggers_off": "Triggers that are disabled; must be 0.",
    "oldest_transaction_seconds": "Age of the oldest transaction that is open.",
}
"""Fields of `CountingStatus` that are one number each, or nothing."""

REQUESTS = CollectorRegistry()
for each in (measure.requests, measure.seconds, ProcessCollector(registry=None)):
    REQUESTS.register(each)


class Scrape(Collector):
    """What was so at one moment; `state` is what the probes know of the database."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._families = list(_gather(state))

    def collect(self) -> Iterator[Any]:
        """Give it to what spells it."""
        yield from self._families
        yield from REQUESTS.collect()

    def text(self) -> bytes:
        """Spell it."""
        return prometheus_client.generate_latest(self)


def _gather(state: Mapping[str, Any]) -> Iterator[Family]:
    yield from _of_relay()
    yield from _of_hub(process.hub().state())
    for name, words in COUNTED.items():
        yield _counter(name, words, getattr(counted, name))
    closed = {reason.name.lower(): counted.closed[reason] for reason in Close}
    yield _by("socket_closes", "Sockets that this process closed, by why.", "reason", closed)
    yield from _of_outages()
    yield _durations("freshness_seconds", "From a commit to a browser's acknowledgement.", counted.arrivals.freshness)
    yield _durations("round_trip_seconds", "From a heartbeat to its acknowledgement.", counted.arrivals.round_trips)
    yield from _of_database(state)
    yield from _of_work()


def _of_relay() -> Iterator[Family]:
    """Tell of this process's relay; one that stands by, or is not there, has done nothing."""
    relay = process.relay()
    epoch = relay.epoch if relay else ""
    yield _gauge("relay_leading", "1 where this process's relay leads.", bool(epoch))
    yield _gauge("relay_term", "The term in which this process's relay leads or led last.", relay.term if relay else 0)
    yield _counter("looks", "Readings by this process's relay.", relay.looks if relay else 0)
    yield _counter("folds", "Folds by this process's relay.", relay.folds if relay else 0)
    found = relay.found_by_safety_read if relay else 0
    yield _counter("safety_read_finds", "Changes that no bell announced; must stay 0.", found)


def _of_hub(hub: Mapping[str, Any]) -> Iterator[Family]:
    modes = {mode: float(hub["mode"] == mode) for mode in ("live", "polling", "starting", "silent", "failing")}
    yield _gauge_by("hub_mode", "1 for how numbers reach this process.", "mode", modes)
    yield _gauge_by("hub_epoch", "1 for the epoch that this process hears.", "epoch", {hub["epoch"]: 1.0})
    yield _gauge("hub_term", "The term of the relay that this process hears.", hub["term"])
    yield _gauge("hub_silent_seconds", "Seconds since this process heard the relay.", hub["silent_seconds"])
    yield _gauge("sockets", "Open sockets.", hub["sockets"])
    refused = {OF_ANOTHER_DATABASE: 0, OF_A_FORMER_LEADER: 0, **hub["refused"], "unreadable": counted.frames_unreadable}
    yield _by("frames_refused", "Frames that were left out, by why.", "reason", refused)
    failing = dict.fromkeys([*hub["failing"], *process.relay_faults()], 1.0)
    yield _gauge_by("failing", "1 for each task of the live half that fails just now.", "task", failing)
    yield _gauge("tasks_ended", "Tasks of the live half that are gone; must be 0.", len(process.ended()))


def _of_outages() -> Iterator[Family]:
    yield _by("outages", "Outages that began, by what failed.", "task", counted.outages)
    yield _by("outage_seconds", "Length of the outages that ended, by what failed.", "task", counted.outage_seconds)


def _of_database(state: Mapping[str, Any]) -> Iterator[Family]:
    """Tell what `stats.status` says; without an answer only that there was none."""
    told = state.get("statistics", {})
    yield _gauge("database_answers", "1 while the database answers this process.", bool(told))
    yield _gauge("relay_led", "1 while any relay leads the database.", told.get("relay_since") is not None)
    for name, words in STATISTICS.items():
        yield _gauge(name, words, told.get(name))


def _of_work() -> Iterator[Family]:
    at_work = gate().state()
    yield _gauge_by("requests_in_progress", "Requests that are at work or wait for their turn.", "state", at_work)
    connections = pool.state() or {}
    yield _gauge_by("pool_connections", "The pool: most, open, in use; and who waits.", "state", connections)


def _gauge(name: str, words: str, value: float | None) -> Family:
    family = GaugeMetricFamily(f"clinic_{name}", words)
    if value is not None:
        family.add_metric([], value)
    return family


def _counter(name: str, words: str, value: float) -> Family:
    return CounterMetricFamily(f"clinic_{name}", words, value=value)


def _gauge_by(name: str, words: str, label: str, values: Labelled) -> Family:
    return _filled(GaugeMetricFamily(f"clinic_{name}", words, labels=[label]), values)


def _by(name: str, words: str, label: str, values: Labelled) -> Family:
    return _filled(CounterMetricFamily(f"clinic_{name}", words, labels=[label]), values)


def _filled(family: Any, values: Labelled) -> Family:
    for value, number in values.items():
        family.add_metric([value], number)
    return family  # type: ignore[no-any-return]


def _durations(name: str, words: str, durations: Durations) -> Family:
    bounds: Iterable[str] = (*(f"{bound:g}" for bound in BOUNDS), "+Inf")
    buckets = list(zip(bounds, accumulate(durations.counts), strict=True))
    return HistogramMetricFamily(f"clinic_{name}", words, buckets=buckets, sum_value=durations.total)

"""What a web process counts of itself: told to the monitor alone, and right after what was done by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from clinic.live import counters
from clinic.live.counters import Arrivals
from clinic.live.relay import Relay
from clinic.operations.probes import Probes
from tests.live.client import connected
from tests.live.test_relay import asleep, running
from tests.live.test_subscriber import browser
from tests.waiting import until, until_async
from tests.web_server import MONITOR_TOKEN, WebServer

Sql = psycopg.Connection[Any]
Samples = dict[tuple[str, ...], float]


def asked(server: WebServer, token: str) -> tuple[int, str]:
    request = Request(server.url + "/metrics", headers={"Authorization": f"Bearer {token}"})
    try:
        with urlopen(request, timeout=20) as response:
            return response.status, response.read().decode()
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


def scraped(server: WebServer) -> Samples:
    """Return each number by its name and the values of its labels, in the order of their names."""
    families = text_string_to_metric_families(asked(server, MONITOR_TOKEN)[1])
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def grown(server: WebServer, before: Samples, *wanted: str) -> float:
    return scraped(server).get(wanted, 0.0) - before.get(wanted, 0.0)


def test_a_stranger_is_told_nothing(server: WebServer) -> None:
    for token in ("", "a guess"):
        assert asked(server, token) == (401, "")


async def test_where_no_token_is_set_there_is_no_such_address(settings: Any) -> None:
    passed_on: list[str] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        passed_on.append(scope["path"])

    settings.MONITOR_TOKEN = ""
    scope = {"method": "GET", "path": "/metrics", "headers": [(b"authorization", b"Bearer ")]}
    await Probes(application)(scope, None, None)
    assert passed_on == ["/metrics"]


async def test_a_change_is_counted_on_its_way_from_the_commit_to_the_browser(
    server: WebServer, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    until(lambda: scraped(server)[("clinic_relay_led",)] == 1, timeout=30, what="a relay that leads")
    before = scraped(server)
    async with connected(server, sign_in("manager")) as page:
        await page.receive("snapshot")
        sql.execute("insert into patient (first_name) values ('Ada')")
        await page.until(patients_total=1)
        arrived = ("clinic_freshness_seconds_count",)
        await until_async(lambda: scraped(server)[arrived] > before[arrived], what="an acknowledgement")
        now = scraped(server)
    assert now[("clinic_sockets",)] == before[("clinic_sockets",)] + 1
    assert now[("clinic_relay_term",)] == now[("clinic_hub_term",)] > 0
    assert now[("clinic_relay_leading",)] == now[("clinic_relay_led",)] == now[("clinic_database_answers",)] == 1
    assert now[("clinic_hub_mode", "live")] == 1
    assert now[("clinic_safety_read_finds_total",)] == 0
    for name in ("looks", "frames_published", "frames_heard", "messages_sent", "acknowledgements", "sockets_opened"):
        assert now[(f"clinic_{name}_total",)] > before[(f"clinic_{name}_total",)], name
    assert now[("clinic_freshness_seconds_sum",)] > before[("clinic_freshness_seconds_sum",)]


def test_a_request_is_counted_by_the_name_of_its_view_and_its_status(server: WebServer) -> None:
    before = scraped(server)
    with urlopen(server.url + "/login/?next=/patients/7/", timeout=20) as response:
        assert response.status == 200
    with pytest.raises(HTTPError, match="404"):
        urlopen(server.url + "/nowhere/", timeout=20)
    assert grown(server, before, "clinic_requests_total", "200", "login") == 1
    assert grown(server, before, "clinic_request_seconds_count", "login") == 1
    assert grown(server, before, "clinic_requests_total", "404", "none") == 1


async def test_a_socket_that_is_closed_is_counted_by_why(server: WebServer) -> None:
    before = scraped(server)
    async with connected(server) as page:
        assert await page.closed() == 4401
    assert grown(server, before, "clinic_socket_closes_total", "signed_out") == 1


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test sets."""
    time = [100.0]
    monkeypatch.setattr(counters, "monotonic", lambda: time[0])
    return time


def test_a_change_is_as_old_as_its_frame_and_the_time_until_it_is_acknowledged(now: list[float]) -> None:
    arrivals = Arrivals()
    arrivals.note_frame(7, age=0.25)
    now[0] = 100.5
    arrivals.acknowledge(7)
    assert arrivals.freshness.total == 0.75
    assert arrivals.freshness.counts == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], "above 0.5 and at most 1 second"


def test_a_heartbeat_that_repeats_a_frames_number_makes_no_change_look_old(now: list[float]) -> None:
    arrivals = Arrivals()
    arrivals.note_frame(7, age=0.0)
    now[0] = 105.0
    arrivals.note_heartbeat(7)
    now[0] = 105.25
    arrivals.acknowledge(7)
    assert arrivals.freshness.total == 0
    assert arrivals.round_trips.total == 0.25


def test_what_is_heard_of_another_relay_begins_again(now: list[float]) -> None:
    arrivals = Arrivals()
    arrivals.note_frame(7, age=0.0)
    arrivals.start_over()
    arrivals.acknowledge(7)
    assert sum(arrivals.freshness.counts) == 0


async def test_a_snapshot_of_what_was_held_back_counts_from_when_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters.counted, "arrivals", Arrivals())
    freshness = counters.counted.arrivals.freshness
    async with browser() as far_end:
        far_end.subscriber.acknowledge(0)
        assert sum(freshness.counts) == 0, "a first snapshot holds nothing that is new"
        far_end.is_open.clear()
        far_end.offer(1)
        far_end.offer(2)
        far_end.is_open.set()
        await until_async(lambda: far_end.received[-1] == "snapshot 2", what="a snapshot")
        far_end.subscriber.acknowledge(2)
        assert sum(freshness.counts) == 1


@pytest.mark.usefixtures("no_other_relay", "transactional_db")
async def test_a_frame_knows_how_long_ago_its_first_change_was_committed(sql: Sql) -> None:
    async with running() as station:
        await asleep(station)
        committed = asyncio.Event()
        look = Relay._look_again

        async def later(relay: Relay, *args: Any, **options: Any) -> Any:
            await committed.wait()
            await asyncio.sleep(0.3)  # what is measured
            return await look(relay, *args, **options)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Relay, "_look_again", later)
            sql.execute("insert into patient (first_name) values ('Ada')")
            committed.set()
            await station.shows(patients_total=1)
        frame = next(frame for frame in station.news if "patients_total" in frame.metrics and frame.seq > 1)
        assert 0.3 <= frame.age < 20


@pytest.mark.usefixtures("no_other_relay", "transactional_db")
async def test_without_commit_times_a_frame_is_as_old_as_its_reading(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.live.database.BEGIN_TERM", "select 'here', pg_current_xact_id()::text, false")
    async with running() as station:
        await asleep(station)
        sql.execute("insert into patient (first_name) values ('Ada')")
        await station.shows(patients_total=1)
        assert station.relay._look.committed_at is None
        assert 0 <= station.news[-1].age < 5

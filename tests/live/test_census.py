"""How many screens look on in all processes, and how far they are behind: added up, forgotten, and said in words."""

from __future__ import annotations

import pytest

from clinic.dashboard import onlookers
from clinic.live import census as census_module
from clinic.live import pace, process
from clinic.live.census import Census, Onlookers
from clinic.live.counters import Arrivals, counted
from tests.live.test_hub import Page
from tests.live.test_hub import process as web_process
from tests.live.test_relay import Sql, running
from tests.waiting import until_async


@pytest.fixture(autouse=True)
def _nothing_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "arrivals", Arrivals())


def word(process: str, sockets: int, arrivals: float = 0, seconds: float = 0) -> dict[str, object]:
    return {"type": "live.census", "process": process, "word": [sockets, arrivals, seconds]}


def dated() -> Census:
    """What a process knows whose PostgreSQL keeps the times of commits."""
    census = Census()
    census.is_dated = True
    return census


def test_screens_of_all_processes_are_added_and_arrivals_weigh_alike() -> None:
    census = dated()
    census.hear(word("other", 20, arrivals=3, seconds=0.12))
    census.hear(word("third", 10, arrivals=1, seconds=0.08))
    census.hear(word("other", 30, arrivals=3, seconds=0.12))
    assert census.onlookers(2) == Onlookers(42, 0.05, True)


def test_a_process_that_says_nothing_for_three_heartbeats_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    census, now = dated(), 1000.0
    monkeypatch.setattr(census_module, "monotonic", lambda: now)
    census.hear(word("other", 30))
    now += 3 * pace.HEARTBEAT_SECONDS - 1
    assert census.onlookers(2).screens == 32
    now += 2
    assert census.onlookers(2).screens == 2


def test_what_a_newer_process_says_beside_is_left_out_and_what_cannot_be_read_too() -> None:
    census = dated()
    census.hear(word("newer", 7) | {"word": [7, 0, 0, "more"]})
    for broken in ({}, {"process": "x"}, {"process": "x", "word": 5}, {"process": "x", "word": ["many", 0, 0]}):
        census.hear(broken)
    assert census.onlookers(0).screens == 7


def test_later_arrivals_count_more() -> None:
    census = dated()
    counted.arrivals.freshness.note(1.0)
    assert census._message(1)["word"] == [1, 1, 1.0]
    counted.arrivals.freshness.note(0.1)
    assert census.onlookers(1).behind == 1.0
    _sockets, arrivals, seconds = census._message(1)["word"]
    assert (arrivals, seconds) == pytest.approx((1.8, 0.9))


@pytest.mark.usefixtures("no_other_relay", "transactional_db")
async def test_each_process_knows_of_the_others_screens(sql: Sql, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HEARTBEAT_SECONDS", 0.2)
    async with web_process() as one, web_process() as other:
        Page(other.hub)
        for hub in (one.hub, other.hub):
            await until_async(lambda: hub.onlookers().screens == 3, what="three screens in two processes")  # noqa: B023


@pytest.mark.usefixtures("no_other_relay")
async def test_a_relay_says_whether_its_server_keeps_the_times_of_commits(sql: Sql) -> None:
    async with running() as station:
        await until_async(lambda: station.frames, what="a frame")
    assert station.frames[0].is_dated


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Onlookers(42, 0.038, True), "42 screens look on, 38 ms behind"),
        (Onlookers(1, 1.24, True), "1 screen looks on, 1.2 s behind"),
        (Onlookers(42, None, True), "42 screens look on; no change has come yet that shows how far behind"),
        (
            Onlookers(42, None, False),
            "42 screens look on; how far behind is not known, because PostgreSQL keeps no times of commits",
        ),
    ],
)
def test_it_is_said_in_words(told: Onlookers, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.hub(), "onlookers", lambda: told)
    assert onlookers.words() == said


def test_without_times_of_commits_no_figure_is_made_up() -> None:
    census = Census()
    census.hear(word("other", 1, arrivals=3, seconds=0.12))
    assert census.onlookers(0) == Onlookers(1, None, False)

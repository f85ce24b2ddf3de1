"""The page's half of the conversation, against a socket that the test plays itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Visit
from tests.browser.reading import numbers, see_number, see_words
from tests.waiting import until

Sql = psycopg.Connection[Any]
LATER = "2099-01-01T12:00:00+00:00"


class Stage:
    """A page, and the server's end of its sockets in order; `closing` refuses each at once."""

    page: Page

    def __init__(
        self, visit: Visit, role: str = "manager", path: str = "/", *, closing: int | None = None, **options: Any
    ) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.heard: list[Any] = []
        self.closing = closing
        visit(role, path, before=self.prepare, **options)
        self.until(lambda: self.sockets, "the page's socket")

    def prepare(self, page: Page) -> None:
        """Take the sockets of a page that has none yet, so that each is counted."""
        self.page = page
        page.route_web_socket("**/ws/live/", self._open)

    def _open(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda text: self.heard.append(json.loads(text)))
        self.sockets.append(socket)
        if self.closing is not None:
            socket.close(code=self.closing)

    @property
    def asked(self) -> list[Any]:
        """What the page said beside acknowledgements, which each page begins with another message."""
        return [words for words in self.heard if "ack" not in words]

    def say(self, kind: str, seq: int, at: str = LATER, **more: Any) -> None:
        self.sockets[-1].send(json.dumps({"type": kind, "epoch": "e", "seq": seq, "at": at, **more}))

    def snapshot(self, seq: int, patients: int, mode: str = "live") -> None:
        metrics = {"patients_total": [patients, str(patients)]}
        self.say("snapshot", seq, mode=mode, metrics=metrics, changed={})

    def frame(self, seq: int, prev: int, patients: int) -> None:
        metrics = {"patients_total": [patients, str(patients)]}
        self.say("frame", seq, prev=prev, metrics=metrics, topics=["patient"])

    def until(self, look: Callable[[], Any], what: str) -> None:
        """Wait, letting the browser's messages in meanwhile."""

        def look_again() -> Any:
            self.page.wait_for_timeout(20)
            return look()

        until(look_again, what=what)


@pytest.fixture
def stage(visit: Visit) -> Stage:
    """A page whose socket the test plays."""
    return Stage(visit)


def test_a_number_that_is_counted_no_longer_does_not_stand_still(stage: Stage) -> None:
    stage.snapshot(1, 5)
    see_number(stage.page, "patients_total", "5")
    stage.say("snapshot", 2, mode="live", metrics={"bookings_total": [3, "3"]}, changed={})
    see_number(stage.page, "bookings_total", "3")
    expect(stage.page.locator("#tile-patients_total .tile__value")).to_have_text("\N{EN DASH}")
    expect(stage.page.locator("#tile-patients_total .tile__change")).to_be_empty()


class StoppedClock(Stage):
    """A page whose clock stands still but for `run_for`, however slow the machine is."""

    def prepare(self, page: Page) -> None:
        """Stop the clock before the page looks at it."""
        page.clock.install()
        page.clock.pause_at(LATER)
        super().prepare(page)


def test_frames_in_order_are_painted_and_every_sixteenth_message_is_acknowledged(stage: Stage) -> None:
    stage.snapshot(10, 100)
    for n in range(1, 36):
        stage.frame(10 + n, 9 + n, 100 + n)
    see_number(stage.page, "patients_total", "135")
    stage.until(lambda: stage.heard and stage.heard[-1]["ack"] + 16 > 45, "all acknowledgements")
    assert stage.heard[0] == {"ack": 10}, "the snapshot"
    first = stage.heard[1]["ack"]
    assert first in range(11, 27)
    assert stage.heard[1:] == [{"ack": seq} for seq in range(first, 46, 16)], "each page begins with another message"


def test_each_snapshot_is_acknowledged(stage: Stage) -> None:
    for n in range(1, 21):
        stage.snapshot(10 + n, 100 + n)
    see_number(stage.page, "patients_total", "120")
    stage.until(lambda: len(stage.heard) >= 20, "the acknowledgements")
    assert stage.heard == [{"ack": seq} for seq in range(11, 31)]


def test_each_heartbeat_is_acknowledged(stage: Stage) -> None:
    stage.snapshot(10, 100)
    for _ in range(3):
        stage.say("heartbeat", 10, mode="live")
    stage.until(lambda: len(stage.heard) >= 3, "the acknowledgements")
    assert stage.heard[-3:] == 3 * [{"ack": 10}]


def test_a_gap_asks_for_a_snapshot_once_and_paints_nothing_until_it_comes(stage: Stage) -> None:
    stage.snapshot(10, 100)
    stage.frame(12, 11, 102)
    stage.frame(13, 12, 103)
    stage.until(lambda: stage.asked == [{"resync": True}], "the request")
    see_number(stage.page, "patients_total", "100")
    stage.snapshot(13, 103)
    stage.frame(14, 13, 104)
    see_number(stage.page, "patients_total", "104")
    assert stage.asked == [{"resync": True}]


def test_another_epoch_is_a_gap(stage: Stage) -> None:
    stage.snapshot(10, 100)
    stage.say("frame", 11, epoch="another", prev=10, metrics={}, topics=[])
    stage.until(lambda: stage.asked == [{"resync": True}], "the request")


def test_unknown_messages_are_ignored(stage: Stage) -> None:
    stage.snapshot(10, 100)
    stage.say("poem", 11)
    stage.sockets[-1].send("not even JSON")
    stage.frame(11, 10, 101)
    see_number(stage.page, "patients_total", "101")
    assert stage.asked == []


def test_slower_numbers_are_called_slower(stage: Stage) -> None:
    stage.snapshot(10, 100, mode="polling")
    see_words(stage.page, "Slower: numbers every 5 s")
    stage.say("heartbeat", 10, mode="live")
    see_words(stage.page, "Live")


def test_the_pace_that_a_snapshot_tells_is_the_pace_of_the_page(visit: Visit) -> None:
    stage = StoppedClock(visit)
    stage.page.route("**/live/", lambda route: route.fulfill(status=204))  # nothing is to be had by HTTP either
    stage.say("snapshot", 10, mode="polling", metrics={}, changed={}, heartbeat=10, silence=24)
    see_words(stage.page, "Slower: numbers every 10 s")
    stage.page.clock.run_for(23_000)
    assert len(stage.sockets) == 1
    stage.page.clock.run_for(3_000)
    stage.until(lambda: len(stage.sockets) == 2, "the next socket")
    see_words(stage.page, "Reconnecting…")
    stage.page.clock.run_for(11_000)
    see_words(stage.page, "Reconnecting…")
    stage.page.clock.run_for(6_000)
    expect(stage.page.locator(".live__words")).to_contain_text("Numbers from")


def test_a_way_of_getting_numbers_that_the_page_does_not_know_is_not_called_live(stage: Stage) -> None:
    stage.snapshot(10, 100, mode="by pigeon")
    see_words(stage.page, "Slower: numbers every 5 s")


def test_a_restarting_server_is_called_again(stage: Stage) -> None:
    stage.snapshot(10, 100)
    stage.sockets[-1].close(code=1012)
    stage.until(lambda: len(stage.sockets) == 2, "the second socket")
    stage.snapshot(1, 200)
    see_number(stage.page, "patients_total", "200")


def test_after_an_interruption_every_list_is_told_to_look_again(stage: Stage) -> None:
    stage.page.evaluate(
        "document.querySelector('[data-live~=payment]').addEventListener('live-refresh', () => { window.told = true; })"
    )
    stage.snapshot(10, 100)
    see_number(stage.page, "patients_total", "100")
    assert not stage.page.evaluate("window.told")
    stage.sockets[-1].close(code=1012)
    stage.until(lambda: len(stage.sockets) == 2, "the second socket")
    stage.say("snapshot", 1, mode="live", metrics={}, changed={"payment": 4_000_000_000_000})
    stage.until(lambda: stage.page.evaluate("window.told"), "a part told to look again")


def test_a_silent_socket_is_given_up_after_twelve_seconds(visit: Visit) -> None:
    stage = StoppedClock(visit)
    stage.snapshot(10, 100)
    see_words(stage.page, "Live")
    stage.page.clock.run_for(11_000)
    assert len(stage.sockets) == 1
    stage.page.clock.run_for(3_000)
    stage.until(lambda: len(stage.sockets) == 2, "the next socket")


@pytest.mark.parametrize("code", [4401, 4403])
def test_a_final_close_is_never_called_again(visit: Visit, code: int) -> None:
    stage = StoppedClock(visit, closing=code)
    page = stage.page
    see_words(page, "Signed out" if code == 4401 else "Not live: this account has no role yet")
    page.clock.run_for(60_000)
    assert len(stage.sockets) == 1


def test_without_a_socket_htmx_fetches_the_numbers(visit: Visit, sql: Sql) -> None:
    page = Stage(visit, closing=1012).page
    see_words(page, "Reconnecting…")
    sql.execute("insert into patient (first_name) values ('Ada')")
    see_number(page, "patients_total", "1")


def test_a_late_fragment_does_not_overwrite_a_newer_frame(stage: Stage) -> None:
    metrics = {"patients_total": [777, "777"], "bookings_total": [0, "0"]}
    stage.say("snapshot", 10, mode="live", metrics=metrics, changed={})
    see_number(stage.page, "patients_total", "777")
    with stage.page.expect_event("requestfinished", lambda r: r.url.endswith("/dashboard/stats/")):
        stage.page.evaluate("document.body.dispatchEvent(new CustomEvent('refreshStats', {bubbles: true}))")
    stage.frame(11, 10, 778)
    see_number(stage.page, "patients_total", "778")
    assert numbers(stage.page)["bookings_total"] == "0"


def test_a_fragment_newer_than_the_frame_wins_until_the_socket_catches_up(stage: Stage) -> None:
    stage.say(
        "snapshot", 1, at="2001-01-01T12:00:00+00:00", mode="live", metrics={"patients_total": [5, "5"]}, changed={}
    )
    see_number(stage.page, "patients_total", "5")
    stage.page.evaluate("document.body.dispatchEvent(new CustomEvent('refreshStats', {bubbles: true}))")
    see_number(stage.page, "patients_total", "0")
    stage.say("heartbeat", 1, mode="live")
    see_number(stage.page, "patients_total", "5")


def test_a_short_interruption_is_not_worth_a_word(visit: Visit) -> None:
    stage = StoppedClock(visit)
    page = stage.page
    stage.snapshot(10, 100)
    see_words(page, "Live")
    stage.sockets[-1].close(code=1012)
    page.clock.run_for(400)
    stage.until(lambda: len(stage.sockets) == 2, "the second socket")
    see_words(page, "Live")
    page.clock.run_for(200)
    see_words(page, "Reconnecting…")


def test_a_returning_network_is_used_at_once(visit: Visit) -> None:
    stage = StoppedClock(visit)  # the page's own delay never passes
    page = stage.page
    stage.sockets[-1].close(code=1012)

    def network_returns() -> bool:
        page.evaluate("dispatchEvent(new Event('online'))")
        return len(stage.sockets) > 1

    stage.until(network_returns, "the second socket")


def test_a_page_brought_back_by_the_back_button_connects_again(stage: Stage) -> None:
    stage.snapshot(10, 100)
    see_words(stage.page, "Live")
    stage.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    stage.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    stage.until(lambda: len(stage.sockets) == 2, "the second socket")
    stage.snapshot(1, 200)
    see_number(stage.page, "patients_total", "200")
    see_words(stage.page, "Live")

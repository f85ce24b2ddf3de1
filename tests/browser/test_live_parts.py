"""Parts of pages fetch themselves again: for what they have not shown, spread out, and not in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_words
from tests.browser.tabs import Chromium, chromium
from tests.browser.test_socket import Stage
from tests.waiting import until
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]

POLLED_WITHIN_MS = 60_000
"""Two seconds and ten, and what a busy machine takes."""

CLINIC = """
insert into patient (first_name, last_name) values ('Ada', 'Lovelace');
insert into practitioner (full_name) values ('Noor Haddad');
insert into booking (patient_name, practitioner_id, date, start_time, duration_minutes, status)
    values ('Ada', 1, clock.today(), '09:00', 30, 'confirmed');
insert into medical_record (patient_id, diagnosis) values (1, 'Influenza');
insert into bill (patient_id, service_fee) values (1, 80);
"""
CHANGE = """
update patient set last_name = 'Hopper';
update booking set patient_name = 'Hopper';
insert into payment (bill_id, amount) values (1, 31);
"""
SHOWN = {
    "/patients/": ("#list", "Hopper"),
    "/patients/1/": ("main", "Hopper"),
    "/records/1/": ("main", "Hopper"),
    "/patients/1/statement/": (".account", "€31.00"),
    "/day-close/": ("main form.account", "€31.00"),
    "/bookings/calendar/": ("#calendar", "Hopper"),
    "/": (".dash__activity", "changed"),
    "/patients/1/edit/": (".form__watch", "Your input is untouched"),
}
"""Each kind of page, the part of it that must hear, and what it then shows."""


@pytest.fixture
def cable(server: WebServer, complaints: Complaints) -> Iterator[Cable]:
    """A way to the server on which no socket is ever opened."""
    complaints.expect("WebSocket")
    refuse = lambda data: data.replace(b"101 Switching Protocols", b"503 Service Unavailable")  # noqa: E731
    with Cable(server.port, refuse) as cable:
        yield cable


def test_where_no_socket_is_let_through_every_kind_of_page_hears_all_the_same(
    visit: Visit, cable: Cable, sql: Sql, sign_in: Callable[[str], str]
) -> None:
    sql.execute(CLINIC)
    first = visit(None, "/login/")
    first.context.add_cookies([{"name": "sessionid", "value": sign_in("manager"), "url": cable.url}])
    pages = {path: first.context.new_page() for path in SHOWN}
    for path, page in pages.items():
        page.goto(cable.url + path)
        page.evaluate("window.stayed = true")
        see_words(page, "Reconnecting…")
    pages["/patients/1/edit/"].get_by_label("Phone").fill("0170 1815")
    sql.execute(CHANGE)
    for path, (part, text) in SHOWN.items():
        expect(pages[path].locator(part).first, path).to_contain_text(text, timeout=POLLED_WITHIN_MS)
    for path, page in pages.items():
        assert page.evaluate("document.documentElement.dataset.live") in {"reconnecting", "stale"}, path
        assert page.evaluate("window.stayed"), path
    expect(pages["/patients/1/edit/"].get_by_label("Phone")).to_have_value("0170 1815")


def test_a_page_without_a_socket_whose_session_ends_offers_to_sign_in_and_keeps_what_was_typed(
    visit: Visit, cable: Cable, sql: Sql, sign_in: Callable[[str], str], complaints: Complaints
) -> None:
    complaints.expect("401")
    sql.execute(CLINIC)
    page = visit(None, "/login/")
    page.context.add_cookies([{"name": "sessionid", "value": sign_in("manager"), "url": cable.url}])
    page.goto(cable.url + "/patients/1/edit/")
    page.get_by_label("Phone").fill("0170 1815")
    sql.execute("delete from django_session")
    expect(page.locator(".live__words")).to_have_text("Signed out", timeout=POLLED_WITHIN_MS)
    expect(page.get_by_label("Phone")).to_have_value("0170 1815")


class Queue(Stage):
    """The list of requests, whose socket the test plays by the server's own clock, and what it asked the server for."""

    def __init__(self, visit: Visit, clock: bool = False) -> None:
        self.asked_for: list[str] = []
        self.has_clock = clock
        self.answered: list[str] = []
        super().__init__(visit, "reception", "/bookings/?status=pending")
        if clock:
            self.page.clock.run_for(1)  # htmx begins
        self.epoch, self.read = self.page.locator("live-stats").get_attribute("data-read").split(" ")  # type: ignore[union-attr]
        self.asked_for.clear()
        self.answered.clear()

    def prepare(self, page: Page) -> None:
        """Take down what the page asks for, from its beginning."""
        page.on("request", lambda request: self._note(request, self.asked_for))
        page.on("requestfinished", lambda request: self._note(request, self.answered))
        page.on("requestfailed", lambda request: self._note(request, self.answered))
        if self.has_clock:
            page.clock.install()
            page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
        super().prepare(page)

    def _note(self, request: Any, noted: list[str]) -> None:
        if request.method == "GET" and request.headers.get("hx-request"):
            noted.append(request.url)

    def has_its_answers(self) -> None:
        """Wait until what the page asked for has come."""
        self.until(lambda: len(self.answered) >= len(self.asked_for), "the answers")

    def told(self, ms: int, spread: int = 0) -> None:
        """Begin as a server does: all tables have been as they are since a moment."""
        changed = {"booking": ms, "patient": ms, "practitioner": ms, "service": ms}
        self.say("snapshot", 1, epoch=self.epoch, mode="live", metrics={}, changed=changed, spread=spread)

    def change(self, seq: int, ms: int) -> None:
        """Tell that bookings changed, visibly at a moment."""
        at = datetime.fromtimestamp(ms / 1000, UTC).isoformat()
        self.say("frame", seq, epoch=self.epoch, at=at, prev=seq - 1, metrics={}, topics=["booking"])

    def asks(self, times: int) -> None:
        """Wait until the page asked so often, and let it have the answers."""

        def asked() -> bool:
            if self.has_clock:  # which htmx needs for a moment
                self.page.clock.run_for(1)
            return len(self.asked_for) >= times

        self.until(asked, f"{times} requests")
        self.has_its_answers()
        assert len(self.asked_for) == times


@pytest.fixture
def requests(sql: Sql) -> Sql:
    """Two requests that wait."""
    sql.execute("insert into booking (patient_name, date) values ('Ada', clock.today()), ('Grace', clock.today())")
    return sql


def test_what_changed_between_the_pages_reading_and_its_sockets_first_word_is_shown(
    visit: Visit, requests: Sql
) -> None:
    stage = Queue(visit)
    requests.execute("insert into booking (patient_name, date) values ('Jean', clock.today())")
    stage.told(int(stage.read) + 1)
    expect(stage.page.locator("#list")).to_contain_text("Jean")


def test_a_page_does_not_ask_again_for_what_it_did_itself_and_does_for_what_others_did_meanwhile(
    visit: Visit, requests: Sql
) -> None:
    stage = Queue(visit)
    stage.told(int(stage.read))
    with stage.page.expect_response(
        lambda answer: "hx-request" in answer.request.headers and answer.request.method == "GET"
    ) as answered:
        stage.page.get_by_role("button", name="Accept").first.click()
    expect(stage.page.locator("#list tbody tr")).to_have_count(1)
    shown = int(answered.value.header_value("live-read").split(" ")[1])  # type: ignore[union-attr]
    stage.asks(1)
    stage.change(2, shown - 10)
    stage.asks(1)
    requests.execute("insert into booking (patient_name, date) values ('Jean', clock.today())")
    stage.change(3, shown + 1)
    expect(stage.page.locator("#list")).to_contain_text("Jean")
    stage.asks(2)


def test_pages_look_again_within_the_span_that_the_server_gives(visit: Visit, requests: Sql) -> None:
    stage = Queue(visit, clock=True)
    stage.page.evaluate("Math.random = () => 0.5")
    stage.told(int(stage.read), spread=8_000)
    stage.change(2, int(stage.read) + 1)
    stage.page.clock.run_for(3_900)
    stage.asks(0)
    stage.page.clock.run_for(200)
    stage.asks(1)


def test_a_busy_import_starves_no_page_and_storms_no_server(visit: Visit, requests: Sql) -> None:
    stage = Queue(visit, clock=True)
    stage.told(int(stage.read))
    for seq in range(2, 42):
        stage.change(seq, int(stage.read) + seq * 1_000)
        stage.page.clock.run_for(250)
        stage.has_its_answers()
    assert 5 <= len(stage.asked_for) <= 11, f"ten seconds, and {len(stage.asked_for)} requests"
    asked = len(stage.asked_for)
    requests.execute("insert into booking (patient_name, date) values ('Jean', clock.today())")
    stage.change(42, int(stage.read) + 42_000)
    stage.page.clock.run_for(1_000)
    expect(stage.page.locator("#list")).to_contain_text("Jean")
    assert len(stage.asked_for) <= asked + 2


def test_a_server_that_is_too_busy_is_asked_again_as_late_as_it_wishes(
    visit: Visit, requests: Sql, complaints: Complaints
) -> None:
    complaints.expect("503")
    stage = Queue(visit, clock=True)
    stage.told(int(stage.read))
    refused: list[Route] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route)
            route.fulfill(status=503, headers={"Retry-After": "7"})

    stage.page.route("**/bookings/?status=pending", refuse_once)
    requests.execute("insert into booking (patient_name, date) values ('Jean', clock.today())")
    stage.change(2, int(stage.read) + 1)
    stage.asks(1)
    stage.page.clock.run_for(6_900)
    stage.asks(1)
    stage.page.clock.run_for(7_200)
    expect(stage.page.locator("#list")).to_contain_text("Jean")
    stage.asks(2)


@pytest.fixture(scope="module")
def tabs(browser_with_windows: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser whose tabs really lie behind each other."""
    with chromium(browser_with_windows, tmp_path_factory.mktemp("profile")) as browser:
        yield browser
        browser.close_all()


def test_a_hidden_tab_asks_for_nothing_until_it_is_seen_again(
    tabs: Chromium, server: WebServer, requests: Sql, sign_in: Callable[[str], str]
) -> None:
    live = "document.documentElement.dataset.live === 'live'"
    asked = "performance.getEntriesByType('resource').filter((one) => one.name.includes('/bookings/')).length"
    hidden = tabs.open(server.url + "/bookings/", sign_in("reception"))
    hidden.until(live)
    witness = tabs.open(server.url + "/bookings/", sign_in("reception"))
    witness.until(live)
    hidden.until("document.hidden")
    before = hidden.evaluate(asked)
    requests.execute("insert into booking (patient_name, date) values ('Jean', clock.today())")
    witness.until("document.querySelector('#list').textContent.includes('Jean')")
    assert hidden.evaluate(asked) == before
    assert not hidden.evaluate("document.querySelector('#list').textContent.includes('Jean')")
    hidden.come_to_front()
    hidden.until("document.querySelector('#list').textContent.includes('Jean')")
    until(lambda: hidden.evaluate(asked) == before + 1, what="one request")

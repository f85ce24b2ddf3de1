"""Nothing is in the way of assistive technology: in no state of the connection, with nothing open over the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_words
from tests.browser.test_socket import Stage, StoppedClock

Sql = psycopg.Connection[Any]
CLINIC = """
insert into patient (first_name) values ('Ada');
insert into practitioner (full_name) values ('Dr. Busy'), ('Dr. Free');
insert into booking (patient_id, practitioner_id, date, start_time, status) values
    (1, 1, clock.today(), '08:00', 'completed'), (1, 1, clock.today(), '09:00', 'in_consultation'),
    (1, 1, clock.today(), '10:00', 'confirmed'), (1, null, clock.today(), '11:00', 'confirmed'),
    (1, 2, clock.today() + 1, '12:00', 'pending');
insert into inventory_item (name, quantity, reorder_level) values ('gauze', 0, 5), ('gloves', 2, 5);
insert into bill (patient_id, service_fee) values (1, 100);
"""


@pytest.fixture
def clinic(sql: Sql) -> None:
    """Something in every panel."""
    sql.execute(CLINIC)


def live(stage: Stage) -> None:
    stage.snapshot(1, 100)
    see_words(stage.page, "Live")


def slower(stage: Stage) -> None:
    live(stage)
    stage.say("heartbeat", 1, mode="polling")
    see_words(stage.page, "Slower: numbers every 5 s")


def paused(stage: Stage) -> None:
    live(stage)
    stage.page.get_by_role("button", name="Pause").click()
    stage.frame(2, 1, 101)
    stage.page.clock.run_for(1_000)
    expect(stage.page.locator(".live__text")).to_have_text("Paused · 1 change waits")


def reconnecting(stage: Stage) -> None:
    live(stage)
    stage.page.clock.run_for(15_000)
    see_words(stage.page, "Reconnecting…")


def stale(stage: Stage) -> None:
    live(stage)
    stage.page.route("**/live/", lambda route: route.fulfill(status=204))  # nothing is to be had by HTTP either
    stage.page.clock.run_for(60_000)
    expect(stage.page.locator(".live__text")).to_contain_text(" s old")


def signed_out(stage: Stage) -> None:
    live(stage)
    stage.sockets[-1].close(code=4401)
    see_words(stage.page, "Signed out")


def denied(stage: Stage) -> None:
    live(stage)
    stage.sockets[-1].close(code=4403)
    see_words(stage.page, "Your rights have changed")


def changed(stage: Stage) -> None:
    live(stage)
    stage.frame(2, 1, 101)
    expect(stage.page.locator("#tile-patients_total .tile__value")).to_have_text("101")


def keys_listed(stage: Stage) -> None:
    live(stage)
    stage.page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(stage.page.get_by_role("dialog")).to_be_visible()


def defined(stage: Stage) -> None:
    live(stage)
    stage.page.locator("#tile-balance_outstanding .tile__label").click()
    expect(stage.page.locator("#help-balance_outstanding")).to_be_visible()


STATES = [live, slower, paused, reconnecting, stale, signed_out, denied, changed, keys_listed, defined]
ON_A_WALL = [live, reconnecting, stale, signed_out, changed]
SCREENS: list[tuple[list[Callable[[Stage], None]], str, str, int, int]] = [
    (STATES, "/", "light", 1440, 900),
    (STATES, "/", "dark", 390, 844),
    (ON_A_WALL, "/?tv=1", "light", 1920, 1080),
    (ON_A_WALL, "/?tv=1", "dark", 1920, 1080),
]
CASES = [
    pytest.param(state, path, {"color_scheme": scheme, "viewport": {"width": width, "height": height}}, id=name)
    for states, path, scheme, width, height in SCREENS
    for state in states
    for name in [f"{state.__name__}-{scheme}-{width}"]
]


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize(("state", "path", "screen"), CASES)
def test_no_state_is_in_the_way(
    visit: Visit, state: Callable[[Stage], None], path: str, screen: dict[str, Any], complaints: Complaints
) -> None:
    complaints.expect("htmx:error: timeout", "WebSocket")
    stage = StoppedClock(visit, path=path, **screen)
    state(stage)
    stage.page.clock.resume()  # the checker waits by it
    assert violations(stage.page) == []


@pytest.mark.usefixtures("clinic")
@pytest.mark.parametrize("role", ["reception", "clinician", "cashier", "store"])
def test_no_role_meets_an_obstacle(visit: Visit, role: str) -> None:
    page = visit(role)
    see_words(page, "Live")
    assert violations(page) == []

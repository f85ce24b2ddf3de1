"""The server goes, the session ends, rights change: the page says so in words and keeps its numbers."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from django.contrib.auth.models import User
from playwright.sync_api import expect

from clinic.stats.catalogue import METRICS
from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import numbers, see_number, see_words
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
SERVER_GONE = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "Failed to fetch", "503")
"""What a browser complains about while a server stops and starts; one that starts answers polls with 503 at first."""


def test_a_stopped_server_is_told_in_words_and_recovery_needs_no_hand(
    visit: Visit, server: WebServer, sql: Sql, complaints: Complaints
) -> None:
    complaints.expect(*SERVER_GONE, "WebSocket")
    sql.execute("insert into patient (first_name) values ('Ada')")
    page = visit()
    see_words(page, "Live")
    before = numbers(page)
    server.stop()
    see_words(page, "Reconnecting…")
    assert numbers(page) == before
    sql.execute("insert into patient (first_name) values ('Grace')")
    server.start()
    see_words(page, "Live")
    see_number(page, "patients_total", "2")


def test_old_numbers_say_how_old_they_are_and_are_never_blanked(
    visit: Visit, server: WebServer, complaints: Complaints
) -> None:
    complaints.expect(*SERVER_GONE, "WebSocket")
    page = visit()
    see_words(page, "Live")
    page.clock.install()
    before = numbers(page)
    server.stop()
    see_words(page, "Reconnecting…")
    page.clock.run_for(41_000)
    # Forty seconds of the page's clock, and as long as the server took to stop.
    expect(page.locator(".live__text")).to_have_text(re.compile(r"^Numbers from \d\d:\d\d, ([4-9]|1[01])\d s old$"))
    assert numbers(page) == before


def test_signing_out_elsewhere_is_told_with_a_way_back(visit: Visit, complaints: Complaints) -> None:
    page = visit()
    see_words(page, "Live")
    other_tab = page.context.new_page()
    complaints.listen(other_tab)
    other_tab.goto(page.url)
    other_tab.get_by_role("button", name="Sign out").click()
    see_words(page, "Signed out")
    assert len(numbers(page)) == len(METRICS)
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/login/\?next=%2F$"))


def test_changed_rights_are_told_and_the_reloaded_page_shows_the_new_role(visit: Visit, staff: dict[str, User]) -> None:
    page = visit("reception")
    see_words(page, "Live")
    staff["reception"].groups.set(staff["store"].groups.all())
    see_words(page, "Your rights have changed")
    page.get_by_role("link", name="Reload the page").click()
    see_words(page, "Live")
    expect(page.locator(".band--inventory")).to_be_visible()
    expect(page.locator(".band--bookings")).to_have_count(0)


def test_a_user_without_a_role_is_told_so_by_page_and_socket(visit: Visit, staff: dict[str, User]) -> None:
    staff["store"].groups.clear()
    page = visit("store")
    expect(page.get_by_text("Your account has no role yet")).to_be_visible()
    see_words(page, "Not live: this account has no role yet")

"""The dashboard as HTML: what it shows, to whom, and at what price."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.staff import roles
from clinic.stats.catalogue import METRICS, SECTIONS

pytestmark = pytest.mark.django_db

ClientOf = Callable[[str], Client]

SEEN = {
    "manager": {"bookings", "patients", "inventory", "money"},
    "reception": {"bookings", "patients"},
    "clinician": {"bookings", "patients", "inventory"},
    "cashier": {"bookings", "patients", "money"},
    "store": {"inventory"},
}


QUERIES = [
    ("/", 13),
    ("/dashboard/stats/", 6),
    ("/dashboard/trends/", 6),
    ("/dashboard/today/", 5),
    ("/dashboard/stock/", 4),
    ("/dashboard/charts/bookings/", 4),
    ("/dashboard/charts/money/", 4),
]


@pytest.fixture
def client_of() -> ClientOf:
    """Sign a new user of a role in."""
    roles.sync()

    def of_role(role: str) -> Client:
        user = User.objects.create_user(f"{role}-of-the-test")
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return of_role


def tiles(html: str) -> dict[str, str]:
    """Metric keys and values of the tiles in some HTML."""
    found = re.findall(r'<article [^>]*data-metric="(\w+)" data-value="([^"]*)"', html)
    assert len(found) == len(dict(found))
    return dict(found)


def test_a_manager_sees_all_nineteen_numbers(client_of: ClientOf) -> None:
    html = client_of("manager").get("/").content.decode()
    assert set(tiles(html)) == {metric.key for metric in METRICS}


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("address", ["/", "/dashboard/stats/"])
def test_a_role_sees_its_own_sections_and_nothing_of_the_others(client_of: ClientOf, role: str, address: str) -> None:
    html = client_of(role).get(address).content.decode()
    assert set(tiles(html)) == {m.key for s in SECTIONS if s.key in SEEN[role] for m in s.metrics}
    for section in SECTIONS:
        assert (f"band--{section.key}" in html) == (section.key in SEEN[role])


def test_a_user_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody"))
    html = client.get("/").content.decode()
    assert tiles(html) == {}
    assert "Ask your manager" in html


def test_a_new_patient_is_on_the_page_at_once(client_of: ClientOf) -> None:
    client = client_of("reception")
    before = int(tiles(client.get("/").content.decode())["patients_total"])
    with connection.cursor() as cursor:
        cursor.execute("insert into patient (first_name) values ('Ada')")
    assert tiles(client.get("/").content.decode())["patients_total"] == str(before + 1)


def test_money_is_spelled_with_two_decimals(client_of: ClientOf) -> None:
    found = tiles(client_of("cashier").get("/").content.decode())
    assert re.fullmatch(r"-?\d+\.\d\d", found["revenue_total"])
    assert re.fullmatch(r"\d+", found["bills_total"])


def test_the_fragment_is_the_grid_of_the_page(client_of: ClientOf) -> None:
    client = client_of("manager")
    page, fragment = client.get("/").content.decode(), client.get("/dashboard/stats/").content.decode()
    time = re.compile(r' data-at="[^"]*"|<time data-as-of>[^<]*</time>')
    assert time.sub("", fragment).strip() in time.sub("", page)
    assert "<html" not in fragment


def test_the_fragment_says_when_it_was_true(client_of: ClientOf) -> None:
    html = client_of("store").get("/dashboard/stats/").content.decode()
    at = re.search(r'data-at="([^"]*)"', html)
    assert at is not None
    assert datetime.fromisoformat(at[1]).tzinfo is not None


def test_every_tile_has_a_definition_that_a_button_opens(client_of: ClientOf) -> None:
    html = client_of("manager").get("/").content.decode()
    for metric in METRICS:
        assert f'popovertarget="help-{metric.key}"' in html
        assert re.search(rf'id="help-{metric.key}" popover>[^<]+<', html)


@pytest.mark.parametrize(("address", "most"), QUERIES)
def test_a_page_costs_three_queries_for_who_asks_three_for_its_numbers_and_one_for_each_list_or_chart(
    client_of: ClientOf, address: str, most: int
) -> None:
    client = client_of("manager")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= most, [query["sql"] for query in queries]


def test_the_page_is_small(client_of: ClientOf) -> None:
    assert len(client_of("manager").get("/").content) <= 60_000


def test_numbers_are_never_stored_by_caches(client_of: ClientOf) -> None:
    client = client_of("manager")
    assert "no-store" in client.get("/")["Cache-Control"]
    assert "no-store" in client.get("/dashboard/stats/")["Cache-Control"]


class InlineCode(HTMLParser):
    """Collects what a strict Content-Security-Policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith("on")]


def test_the_page_has_no_inline_code_and_a_policy_that_forbids_it(client_of: ClientOf) -> None:
    response = client_of("manager").get("/")
    code = InlineCode()
    code.feed(response.content.decode())
    assert code.found == []
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]

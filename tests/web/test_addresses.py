"""Every address, for every role and for nobody, looked at and sent to: as `addresses.txt` says, which is by hand."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from clinic.staff import roles
from tests.web.addresses import COLUMNS, furnish

TABLE = Path(__file__).with_name("addresses.txt")
METHODS = ("GET", "POST")
OTHER_METHODS = ("PUT", "DELETE")
LINK = re.compile(r'\s(href|action|hx-get|hx-post)="(/[^"?#]*)')
NUMBER = re.compile(r"/\d+/")


@dataclass(frozen=True)
class Line:
    """What one address answers: to a look and to an empty form, by who asks."""

    address: str
    answers: dict[str, tuple[str, str]]


def table() -> list[Line]:
    """Read the table; of an address with braces, as shells have them, each."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.startswith("/")]
    return [
        Line(address, dict(zip(COLUMNS, (tuple(cell.split("/")) for cell in cells), strict=True)))  # type: ignore[arg-type]
        for addresses, *cells in lines
        for address in each_of(addresses)
    ]


def each_of(addresses: str) -> list[str]:
    """Expand braces: `/a/{,b/}` is `/a/` and `/a/b/`."""
    begin, _brace, rest = addresses.partition("{")
    ends, _brace, end = rest.partition("}")
    return [begin + one + end for one in ends.split(",")]


@pytest.fixture
def users(db: None, caplog: pytest.LogCaptureFixture) -> dict[str, User]:
    """One user of each role, beside one row of each kind."""
    caplog.set_level(logging.CRITICAL, logger="django.request")  # a thousand refusals need no trace each
    return furnish()


def client_of(who: str, users: dict[str, User]) -> Client:
    client = Client(raise_request_exception=False)
    if who in users:
        client.force_login(users[who])
    return client


def asked(client: Client, method: str, address: str, **headers: str) -> HttpResponseBase:
    """Ask, and take back whatever it changed, also of the session."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        answer: HttpResponseBase = client.generic(method, address, headers=headers)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def in_short(answer: HttpResponseBase) -> str:
    """Write an answer as the table does."""
    led_to = answer.headers.get("Location", "").partition("?")[0]
    return {"/login/": "in", "/admin/login/": "in"}.get(led_to, str(answer.status_code))


@dataclass(frozen=True)
class Walk:
    """What somebody was answered at every address, and the links and buttons of the pages among it."""

    answers: dict[str, tuple[str, ...]]
    links: set[tuple[str, str]]


WALKS: dict[str, Walk] = {}
"""Each takes seconds, and two tests look at it."""


def walk(who: str, users: dict[str, User]) -> Walk:
    if who not in WALKS:
        client = client_of(who, users)
        found = {line.address: [asked(client, method, line.address) for method in METHODS] for line in table()}
        answers = {address: tuple(map(in_short, pair)) for address, pair in found.items()}
        pages = [pair[0] for address, pair in found.items() if answers[address][0] == "200"]
        WALKS[who] = Walk(answers, {link for page in pages for link in links_of(page)})
    return WALKS[who]


def links_of(page: HttpResponseBase) -> Iterator[tuple[str, str]]:
    """Find what a page offers to look at and to send to, with 1 for each number."""
    html = "" if page.streaming else page.content.decode(errors="ignore")  # type: ignore[attr-defined]
    for attribute, address in LINK.findall(html):
        method = "GET" if attribute in ("href", "hx-get") else "POST"
        yield method, NUMBER.sub("/1/", address)


@pytest.mark.parametrize("who", COLUMNS)
def test_an_address_answers_as_the_table_says(who: str, users: dict[str, User]) -> None:
    assert walk(who, users).answers == {line.address: line.answers[who] for line in table()}


@pytest.mark.parametrize("who", COLUMNS)
def test_no_page_offers_what_its_reader_may_not_do(who: str, users: dict[str, User]) -> None:
    refused = {
        (method, line.address.partition("?")[0])
        for line in table()
        for method, answer in zip(METHODS, line.answers[who], strict=True)
        if answer == "403"
    }
    links = walk(who, users).links
    assert links
    assert links & refused == set()


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("manager", "Dashboard Bookings Patients Records Bills Day-close Inventory Set-up"),
        ("reception", "Dashboard Bookings Patients"),
        ("clinician", "Dashboard Bookings Patients Records Inventory"),
        ("cashier", "Dashboard Bookings Patients Bills Day-close"),
        ("store", "Dashboard Inventory"),
    ],
)
def test_the_navigation_leads_to_each_list_of_a_role(who: str, pages: str, users: dict[str, User]) -> None:
    html = client_of(who, users).get("/").content.decode()
    names = [name.strip().replace(" ", "-") for name in re.findall(r'class="nav__link"[^>]*>([^<]+)', html)]
    assert names == pages.split()


def routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route.replace("^", "")
        else:
            yield from routes(each, route)


def test_the_table_has_every_address_and_no_other() -> None:
    in_table = {resolve(line.address.partition("?")[0]).route for line in table()}
    assert in_table == set(routes(get_resolver()))


def test_the_table_has_every_role() -> None:
    assert set(COLUMNS) == {*roles.ROLES, "nobody"}


def test_each_address_stands_in_the_table_once() -> None:
    addresses = [line.address for line in table()]
    assert len(addresses) == len(set(addresses))


def test_a_part_of_a_page_leads_nobody_as_a_whole_to_the_sign_in_page(users: dict[str, User]) -> None:
    for line in table():
        for method, answer in zip(METHODS, line.answers["nobody"], strict=True):
            if answer == "in" and not line.address.startswith("/admin/"):
                led = asked(Client(), method, line.address, **{"HX-Request": "true"})
                assert led.headers.get("HX-Redirect", "").startswith("/login/"), f"{method} {line.address}"


def test_no_address_knows_any_other_method(users: dict[str, User]) -> None:
    manager = client_of("manager", users)
    ours = [line.address for line in table() if not line.address.startswith(("/admin/", "/login/"))]
    known = [
        f"{method} {address}"
        for address in ours
        for method in OTHER_METHODS
        if asked(manager, method, address).status_code not in (404, 405)
    ]
    assert known == []

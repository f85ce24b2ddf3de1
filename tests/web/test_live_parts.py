"""Each live part of each page hears of every table that it shows, no matter who looks at it.

What a part shows is judged by the SQL that rendering it sends, and not by what the product says about itself. The
pages are found by walking the addresses of the application, so that a part that nobody thought of is judged too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from clinic.live.access import Audience
from clinic.staff import roles
from clinic.stats.catalogue import visible_sections
from tests.web.patients.conftest import ClientOf, client_of

__all__ = ["client_of"]

TEMPLATES = Path(__file__).parents[2] / "templates"
TAG = re.compile(r"{% (?:live|hears) ")

TOLD_BY_OTHERS = {
    "stock_movement": {"inventory_item"},  # written with each change of an item's quantity, and never changed
    "day_close_line": {"day_close"},  # written with its sheet, and never changed
    "patient_merge": {"patient"},  # written while one of the patients is deleted
}
"""Tables without a topic of their own, and the topics that tell of their changes."""

NOT_SHOWN = {
    "django_session": "who asks",
    "auth_user": "who asks",
    "auth_group": "what who asks may see",
    "auth_permission": "what who asks may see",
    "auth_user_groups": "what who asks may see",
    "auth_user_user_permissions": "what who asks may see",
    "auth_group_permissions": "what who asks may see",
    "django_content_type": "what who asks may see",
    "sign_in_event": "a log, for those who look something up",
}

FIELDS = {"/bookings/slots/": "practitioner=7&service=7&date=2030-01-07"}
"""What a part's form would add to its address (hx-include)."""

FURTHER = ("/bookings/calendar/?practitioner=7&day=2030-01-07", "/bookings/calendar/?day=2030-01-07")
"""Addresses whose query shows more than the bare one."""

CLINIC = """
insert into patient (id, first_name, allergies) overriding system value values (7, 'Ada', 'penicillin');
insert into practitioner (id, full_name) overriding system value values (7, 'Noor Haddad');
insert into service (id, name, price, duration_minutes) overriding system value values (7, 'Check-up', 80, 30);
insert into working_hours (id, practitioner_id, weekday, starts, ends) overriding system value
    select n + 7, 7, n, '08:00', '18:00' from generate_series(0, 6) n;
insert into blocked_day (id, practitioner_id, first_day, last_day) overriding system value
    values (7, 7, '2030-01-09', '2030-01-09');
insert into booking (id, patient_id, practitioner_id, service_id, date, start_time, duration_minutes, status)
    overriding system value
    values (7, 7, 7, 7, '2030-01-07', '09:00', 30, 'confirmed'), (8, 7, 7, 7, clock.today(), '09:00', 30, 'confirmed'),
           (9, 7, 7, 7, '2030-01-08', '09:00', 30, 'pending');
insert into inventory_item (id, name, quantity, reorder_level) overriding system value values (7, 'Gauze', 5, 9);
insert into medical_record (id, patient_id, booking_id, practitioner_id) overriding system value values (7, 7, 7, 7);
insert into prescription (id, record_id, item_id, quantity) overriding system value values (7, 7, 7, 1);
insert into bill (id, patient_id, booking_id, service_fee) overriding system value values (7, 7, 7, 80);
insert into payment (id, bill_id, amount) overriding system value values (7, 7, 30);
insert into day_close (id, payment_ids) overriding system value values (7, '{7}');
insert into day_close_line (day_close_id, method, expected, counted) values (7, 'cash', 30, 30);
insert into payment (id, bill_id, amount) overriding system value values (8, 7, 10);
"""


@dataclass(frozen=True)
class Part:
    """A live part as a page shows it: the address it is fetched from, and the topics it hears."""

    address: str
    topics: frozenset[str]


class Parts(HTMLParser):
    """Finds the live parts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Part] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (topics := given.get("data-live")) is not None:
            address = given.get("hx-get") or given.get("data-trends") or ""
            self.found.append(Part(address, frozenset(topics.split())))


@dataclass
class Walk:
    """What one role came across: its parts, and the templates that its pages are made of."""

    parts: set[Part]
    templates: set[str]


WalkOf = Callable[..., Walk]


@pytest.fixture
def clinic(db: None) -> None:
    """Rows in each table that pages show, all of them with the number 7."""
    with connection.cursor() as cursor:
        cursor.execute(CLINIC)


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Every address of staff and visitors, with 7 for each number and a word for each word."""
    for pattern in (resolver or get_resolver()).url_patterns:
        assert isinstance(pattern.pattern, RoutePattern), pattern
        route = before + re.sub(r"<int:\w+>", "7", re.sub(r"<slug:\w+>", "decline", str(pattern.pattern)))
        if isinstance(pattern, URLPattern):
            yield route
        elif not route.startswith("/admin/"):
            yield from addresses(pattern, route)


def walk(client: Client) -> Walk:
    """Open every address that this client may."""
    done = Walk(set(), set())
    for address in (*addresses(), *FURTHER):
        answer = client.get(address)
        if answer.status_code == 200 and "text/html" in answer["Content-Type"] and not answer.streaming:
            done.parts.update(Parts(answer.content.decode()).found)
            done.templates.update(template.name for template in answer.templates if template.name)
    return done


def tables_read(client: Client, part: Part, tables: set[str]) -> set[str]:
    """Find the tables that rendering a part reads, by name, in the SQL that it sends."""
    address = part.address + ("&" if "?" in part.address else "?") + FIELDS.get(part.address.partition("?")[0], "")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    sql = " ".join(query["sql"] for query in queries)
    return {table for table in tables if re.search(rf"\b{table}\b", sql)}


def every_table() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        return {name for (name,) in cursor.fetchall()}


def unheard(client: Client, part: Part, audible: frozenset[str], tables: set[str]) -> set[str]:
    """Find the tables that a part shows, of whose changes its reader is not told."""
    told = part.topics & audible
    return {
        table
        for table in tables_read(client, part, tables) - NOT_SHOWN.keys()
        if table not in told and not TOLD_BY_OTHERS.get(table, set()) & told
    }


def audible_to(client: Client) -> frozenset[str]:
    """The topics that the sockets of a client's user are told."""
    user = client.get("/").context["user"]
    return Audience(frozenset(section.key for section in visible_sections(user))).topics


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """What each role came across; every test has the same rows, so that one walk is enough for all."""
    return {}


@pytest.fixture
def walk_of(clinic: None, client_of: ClientOf, walks: dict[str, Walk]) -> WalkOf:
    """Open every address as somebody of a role, if no test did yet."""

    def of(role: str, client: Client | None = None) -> Walk:
        if role not in walks:
            walks[role] = walk(client or client_of(role))
        return walks[role]

    return of


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_part_hears_of_every_table_that_it_shows(client_of: ClientOf, walk_of: WalkOf, role: str) -> None:
    client = client_of(role)
    walked, audible, tables = walk_of(role, client), audible_to(client), every_table()
    assert walked.parts
    missing = {part.address: unheard(client, part, audible, tables) for part in walked.parts}
    told = sorted(f"{address} misses {', '.join(sorted(found))}" for address, found in missing.items() if found)
    assert not told, "\n" + "\n".join(told)


def test_the_walk_meets_every_template_with_a_live_part(walk_of: WalkOf) -> None:
    marked = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if TAG.search(path.read_text())}
    met = set[str]().union(*(walk_of(role).templates for role in roles.ROLES))
    assert marked - met == set(), "add an address to FURTHER, or rows to CLINIC"


def test_no_template_hears_of_changes_by_another_rule() -> None:
    own = re.compile(r"data-live|live-refresh|refreshStats|live:")
    assert [str(path) for path in TEMPLATES.rglob("*.html") if own.search(path.read_text())] == []


def test_control_a_part_that_misses_a_topic_is_found(clinic: None, client_of: ClientOf) -> None:
    client = client_of("clinician")
    part = Part("/records/7/", frozenset({"medical_record", "inventory_item"}))
    assert "patient" in unheard(client, part, frozenset({"medical_record", "inventory_item", "patient"}), every_table())


AT_MIDNIGHT = {
    "/patients/7/": "an age",
    "/records/": "follow-ups that are due",
    "/bookings/": "today's, those never answered, and the next steps",
    "/bookings/7/": "the next steps",
    "/bookings/slots/": "days that have passed",
    "/bookings/calendar/": "today",
    "/inventory/": "what has expired",
    "/inventory/reorder/": "what has expired",
    "/inventory/movements/": "today's",
    "/inventory/7/": "what has expired",
    "/bills/7/": "medicine of visits that are over",
    "/bills/medicine/": "medicine of visits that are over",
    "/dashboard/today/": "today's",
    "/dashboard/stock/": "what has expired",
}
"""Parts that show something else on the next day though nothing changed, and what."""


def test_a_part_that_is_another_at_midnight_hears_of_the_new_day(walk_of: WalkOf) -> None:
    parts = walk_of("manager").parts
    for address in AT_MIDNIGHT:
        heard = [part.topics for part in parts if part.address.partition("?")[0] == address]
        assert heard, f"{address} is no live part any more"
        assert all("day" in topics for topics in heard), f"{address} stays as it was when the day changes"


SHARED = {
    "/patients/",
    "/records/",
    "/bookings/",
    "/bookings/calendar/",
    "/inventory/",
    "/inventory/reorder/",
    "/inventory/movements/",
    "/bills/",
    "/bills/medicine/",
    "/patients/7/statement/",
    "/activity/",
    "/setup/sign-ins/",
    "/dashboard/activity/",
    "/dashboard/today/",
    "/dashboard/stock/",
    "/dashboard/charts/bookings/",
    "/dashboard/charts/money/",
}
"""Parts that one rendering gives to many."""


def for_many(client: Client, address: str) -> Any:
    """Have a part rendered as for many readers."""
    handler = client.handler
    client.handler = ForMany()
    try:
        return client.get(address, headers={"HX-Request": "true"})
    finally:
        client.handler = handler


class ForMany(ClientHandler):
    """Hands requests to views as `clinic.live.shared` does."""

    def get_response(self, request: Any) -> Any:
        request.scope = {"is_for_many": True}
        return super().get_response(request)


@pytest.mark.parametrize("address", sorted(SHARED))
def test_what_is_shared_reads_the_same_for_two_people_of_equal_rights_and_is_marked_by_them(
    clinic: None, client_of: ClientOf, address: str
) -> None:
    first = client_of("manager")
    User.objects.filter(username="manager").update(username="somebody else")
    second = client_of("manager")
    one, other = for_many(first, address), for_many(second, address)
    assert one.status_code == 200
    assert one.content == other.content
    assert one["Live-Shared"] == other["Live-Shared"]
    assert not one.cookies
    assert not other.cookies


def test_what_is_for_one_reader_is_not_shared(client_of: ClientOf, walk_of: WalkOf) -> None:
    manager = client_of("manager")
    parts = {part.address.partition("?")[0] for part in walk_of("manager", manager).parts if part.address}
    marked = {address for address in parts if for_many(manager, address).has_header("Live-Shared")}
    assert marked - {"/inventory/7/movements/"} == SHARED


def test_equal_roles_with_unequal_rights_share_nothing(clinic: None, client_of: ClientOf) -> None:
    plain = for_many(client_of("store"), "/inventory/")["Live-Shared"]
    User.objects.get(username="store").user_permissions.add(Permission.objects.get(codename="view_bill"))
    User.objects.filter(username="store").update(username="promoted")
    promoted = Client()
    promoted.force_login(User.objects.get(username="promoted"))
    assert for_many(promoted, "/inventory/")["Live-Shared"] != plain

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
from django.utils.html import strip_tags

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


@pytest.fixture
def client_of() -> ClientOf:
    """Sign a new user of a role in."""

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


PANELS = {
    "/dashboard/today/": ("panel-queue", {"manager", "reception", "clinician", "cashier"}),
    "/dashboard/stock/": ("panel-stock", {"manager", "clinician", "store"}),
    "/dashboard/charts/bookings/": ("days-bookings", {"manager", "reception", "clinician", "cashier"}),
    "/dashboard/charts/money/": ("days-money", {"manager", "cashier"}),
}


def test_what_waits_comes_first_and_money_last(client_of: ClientOf) -> None:
    html = client_of("manager").get("/").content.decode()
    marks = ["panel-queue", "panel-stock", "days-bookings", "days-money"]
    bands = ["band--bookings", "band--inventory", "band--patients", "band--money"]
    for wanted in (marks, bands):
        assert sorted(wanted, key=html.index) == wanted


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("address", PANELS)
def test_a_panel_is_for_its_roles_on_the_page_and_alone(client_of: ClientOf, role: str, address: str) -> None:
    mark, readers = PANELS[address]
    client = client_of(role)
    assert (f'id="{mark}"' in client.get("/").content.decode()) == (role in readers)
    assert client.get(address).status_code == (200 if role in readers else 403)


@pytest.mark.parametrize("role", SEEN)
def test_only_who_manages_is_told_how_many_look_on(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    assert ("screens look on" in client.get("/").content.decode()) is (role == "manager")
    assert client.get("/dashboard/onlookers/").status_code == (200 if role == "manager" else 403)


@pytest.mark.parametrize("address", PANELS)
def test_a_stranger_gets_no_panel(client: Client, address: str) -> None:
    assert client.get(address).status_code == 302


def test_a_user_who_has_only_the_store_sees_more_of_what_to_order(client_of: ClientOf) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into inventory_item (name, quantity) select 'item ' || n, 0 from generate_series(1, 9) n"
        )
    shown = {role: client_of(role).get("/dashboard/stock/").content.decode() for role in ("store", "manager")}
    assert {role: html.count("none left") for role, html in shown.items()} == {"store": 9, "manager": 5}


DAY_OF_THE_CLINIC = """
insert into practitioner (full_name, is_active) values
    ('Dr. Busy', true), ('Dr. Free', true), ('Dr. Gone', false), ('Dr. Leaving', false);
insert into booking (patient_name, date, start_time, status, practitioner_id)
    select name, clock.today(), at, status, (select id from practitioner where full_name = who)
    from (values ('Ada', '08:00'::time, 'completed', 'Dr. Busy'), ('Grace', '09:00', 'in_consultation', 'Dr. Busy'),
        ('Alan', '10:00', 'confirmed', 'Dr. Busy'), ('Kurt', '11:00', 'pending', 'Dr. Free'),
        ('Hedy', '08:30', 'no_show', 'Dr. Busy'),
        ('Emmy', '12:00', 'completed', 'Dr. Leaving'), ('Sofja', '13:00', 'confirmed', null))
        as booked (name, at, status, who)
"""


def test_who_has_somebody_booked_has_a_row_and_what_anybody_may_take_comes_last(client_of: ClientOf) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DAY_OF_THE_CLINIC)
    html = client_of("reception").get("/dashboard/today/").content.decode()
    rows = re.findall(r'<li class="panel__row agenda.*?</p>.*?</div>', html, re.DOTALL)
    assert [" ".join(strip_tags(row).split()) for row in rows] == [
        "Dr. Busy Now Grace 10:00 Alan 1 of 4 done, 1 no-show",
        "Dr. Leaving Done for today 1 of 1 done",
        "Anybody 13:00 Sofja 0 of 1 done",
    ]
    assert "1 other has nobody booked" in strip_tags(html)


def test_hundreds_who_have_nobody_booked_are_a_number(client_of: ClientOf) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into practitioner (full_name) select 'Dr. ' || n from generate_series(1, 1240) n")
    client = client_of("reception")
    free = strip_tags(client.get("/dashboard/today/").content.decode())
    assert "1,240 practitioners have nobody booked" in free
    with connection.cursor() as cursor:
        cursor.execute(DAY_OF_THE_CLINIC)
    html = client.get("/dashboard/today/").content.decode()
    assert html.count("agenda__who") == 3
    assert "1,241 others have nobody booked" in strip_tags(html)


DAYS_OF_A_CHART = """
insert into booking (patient_id, date, status) values
    (1, clock.today(), 'completed'), (1, clock.today(), 'in_consultation'), (1, clock.today(), 'no_show'),
    (1, clock.today() - 14, 'pending'), (1, clock.today() + 15, 'pending');
insert into bill (patient_id, service_fee, issued_on, voided_at) values
    (1, 10.10, clock.today(), null), (1, 20, clock.today(), now()), (1, 30, clock.today() - 29, null);
insert into payment (bill_id, amount, paid_on) select id, 4, clock.today() from bill where voided_at is null;
"""


def test_a_chart_counts_and_sums_its_days(client_of: ClientOf) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into patient (first_name) values ('Ada') returning id")
        (patient,) = cursor.fetchone() or (None,)
        cursor.execute(DAYS_OF_A_CHART.replace("(1, ", f"({patient}, "))
    client = client_of("manager")
    bookings = days(client.get("/dashboard/charts/bookings/").content.decode())
    money = days(client.get("/dashboard/charts/money/").content.decode())
    assert (len(bookings), bookings[14], bookings[0]) == (29, ["1", "1", "0", "1"], ["0", "0", "1", "0"])
    assert sum(int(n) for row in bookings for n in row) == 4
    assert (len(money), money[29], money[0]) == (30, ["10.10", "8.00"], ["30.00", "0"])


def days(html: str) -> list[list[str]]:
    """The values of a chart's table, day by day."""
    return [re.findall(r'<data value="([^"]*)"', row) for row in re.findall(r"<tr.*?</tr>", html, re.DOTALL)[1:]]


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

"""No page grows with the clinic: each address carries at most 100 KB in a few queries, however much there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import pytest_django
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.forms import form_of
from tests.web.volumes import ROWS, TABLES

MOST_BYTES, MOST_QUERIES = 100 * 1024, 20
HTMX = {"HX-Request": "true"}

PAGES = {
    "dashboard": ["/", "/?tv=1"],
    "dashboard-stats": ["/dashboard/stats/"],
    "dashboard-trends": ["/dashboard/trends/"],
    "dashboard-today": ["/dashboard/today/"],
    "dashboard-stock": ["/dashboard/stock/"],
    "dashboard-activity": ["/dashboard/activity/"],
    "dashboard-onlookers": ["/dashboard/onlookers/"],
    "dashboard-chart-bookings": ["/dashboard/charts/bookings/"],
    "dashboard-chart-money": ["/dashboard/charts/money/"],
    "activity": ["/activity/"],
    "row-changed": ["/changed/patient/1/"],
    "patients": ["/patients/", "/patients/?q=ada"],
    "patient-find": ["/patients/find/?q=ada", "/patients/find/"],
    "patient-new": ["/patients/new/"],
    "patient": ["/patients/1/"],
    "patient-edit": ["/patients/1/edit/"],
    "patient-delete": ["/patients/1/delete/"],
    "patient-merge": ["/patients/1/merge/", "/patients/1/merge/?other-text=ada", "/patients/1/merge/?other=2"],
    "records": ["/records/"],
    "record-new": ["/records/new/", "/records/new/?patient-text=ada", "/records/new/?patient=1"],
    "record": ["/records/1/"],
    "record-edit": ["/records/1/edit/"],
    "record-delete": ["/records/1/delete/"],
    "bookings": ["/bookings/", "/bookings/?day=today", "/bookings/?status=pending", "/bookings/?status=unanswered"],
    "decline-unanswered": ["/bookings/decline-unanswered/"],
    "booking-new": ["/bookings/new/", "/bookings/new/?patient=1&date=2030-01-01"],
    "booking-walk-in": ["/bookings/walk-in/"],
    "calendar": ["/bookings/calendar/", "/bookings/calendar/?practitioner=1", "/bookings/calendar/?day=2020-01-01"],
    "practitioner-find": ["/bookings/practitioners/?q=dr"],
    "service-find": ["/bookings/services/?q=service"],
    "booking-slots": ["/bookings/slots/?date=today&practitioner=1"],
    "booking": ["/bookings/1/"],
    "booking-edit": ["/bookings/1/edit/"],
    "booking-delete": ["/bookings/1/delete/"],
    "booking-step": ["/bookings/1/cancel/"],
    "public-booking": ["/book/"],
    "public-booking-sent": ["/book/sent/"],
    "public-booking-time": ["/book/1/"],
    "public-booking-name": ["/book/1/{tomorrow}/0800/"],
    "setup": ["/setup/"],
    "setup-service-new": ["/setup/services/new/"],
    "setup-service": ["/setup/services/1/"],
    "setup-service-delete": ["/setup/services/1/delete/"],
    "setup-practitioner-new": ["/setup/practitioners/new/"],
    "setup-practitioner": ["/setup/practitioners/1/"],
    "setup-practitioner-delete": ["/setup/practitioners/1/delete/"],
    "setup-block": ["/setup/blocked/new/"],
    "setup-unblock": ["/setup/blocked/1/delete/"],
    "sign-ins": ["/setup/sign-ins/", "/setup/sign-ins/?q=a"],
    "own-password": ["/password/"],
    "account-new": ["/setup/accounts/new/"],
    "account": ["/setup/accounts/{account}/"],
    "items": ["/inventory/", "/inventory/?q=item"],
    "item-find": ["/inventory/find/?q=item", "/inventory/find/?in_stock=1"],
    "item-new": ["/inventory/new/"],
    "receive": ["/inventory/receive/"],
    "delivery-note": ["/inventory/receive/note/?delivery_note=1"],
    "reorder": ["/inventory/reorder/"],
    "movements": ["/inventory/movements/"],
    "item": ["/inventory/1/"],
    "item-edit": ["/inventory/1/edit/"],
    "item-delete": ["/inventory/1/delete/"],
    "item-adjust": ["/inventory/1/adjust/"],
    "item-movements": ["/inventory/1/movements/"],
    "bills": ["/bills/", "/bills/?patient=1"],
    "bill-new": ["/bills/new/", "/bills/new/?patient-text=ada", "/bills/new/?patient=1"],
    "bill": ["/bills/1/"],
    "bill-edit": ["/bills/2/edit/"],
    "medicine": ["/bills/medicine/"],
    "medicine-decide": ["/bills/medicine/301/"],
    "bill-void": ["/bills/1/void/"],
    "bill-pay": ["/bills/1/pay/"],
    "bill-refund": ["/bills/1/refund/"],
    "day-close": ["/day-close/"],
    "day-close-sheet": ["/day-close/1/"],
    "statement": ["/patients/1/statement/"],
}
"""Each address by its name, with what of it can grow."""
ADMIN = [
    f"/admin/{model}/{page}"
    for model in (
        "patients/patient",
        "records/medicalrecord",
        "bookings/booking",
        "practice/practitioner",
        "practice/service",
        "billing/bill",
        "billing/payment",
        "inventory/item",
        "inventory/stockmovement",
    )
    for page in ("", "1/change/")
]
LEFT_OUT = {
    "login": "signed-in staff are sent on",
    "admin-login": "leads to the other",
    "logout": "a button's",
    "patient-archive": "a button's",
    "patient-restore": "a button's",
    "prescribe": "a form's; see below",
    "unprescribe": "a button's",
    "bill-paid": "a button's",
    "statement-pdf": "a file of all",
    "bill-pdf": "a file of all",
    "receipt-pdf": "a file",
}


@pytest.fixture(scope="module", autouse=True)
def clinic(database_url: str, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """Fill the tables once for all tests of this module."""
    with psycopg.connect(database_url, autocommit=True) as sql:
        emptied = f"truncate {TABLES} restart identity cascade"
        sql.execute(emptied)  # type: ignore[call-overload]
        sql.execute(ROWS)
        yield
        sql.execute(emptied)  # type: ignore[call-overload]
        sql.execute("delete from auth_user where username like 'account%'")
        sql.execute("select stats.rebuild()")


@pytest.fixture
def manager(db: None) -> Client:
    """Who may see everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def names(resolver: URLResolver) -> Iterator[str]:
    """Walk the application's own addresses."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield str(pattern.name)
        elif pattern.app_name != "admin":
            yield from names(pattern)


def test_every_address_is_measured_or_left_out_with_a_reason() -> None:
    assert sorted(names(get_resolver())) == sorted([*PAGES, *LEFT_OUT])


def measure(client: Client, address: str, **options: Any) -> Any:
    """Ask for a page; refuse one that is too large or asks too often."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address, **options)
    assert answer.status_code == 200, (address, answer.status_code, answer.headers.get("Location"))
    assert len(answer.content) <= MOST_BYTES, (address, len(answer.content))
    assert len(queries) <= MOST_QUERIES, (address, len(queries))
    return answer


@pytest.mark.parametrize("address", [address for addresses in PAGES.values() for address in addresses])
def test_a_page_stays_small_however_much_there_is(manager: Client, address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select (clock.today() + 1)::text, (select min(id) from auth_user where username like 'account%')"
        )
        tomorrow, account = cursor.fetchone()  # type: ignore[misc]
    where = address.format(tomorrow=tomorrow, account=account)
    measure(manager, where)
    measure(manager, where, headers=HTMX)


@pytest.mark.parametrize("address", ADMIN)
def test_a_page_of_the_administration_stays_small_too(manager: Client, address: str) -> None:
    measure(manager, address)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_refused_delivery_stays_small_whatever_was_typed(manager: Client) -> None:
    form = form_of(manager.get("/inventory/receive/"))
    form |= {name: "item" for name in form if name.endswith("item-text")}
    answer = manager.post("/inventory/receive/", form)
    assert answer.status_code == 422
    assert len(answer.content) <= MOST_BYTES


def test_a_refused_prescription_stays_small(manager: Client) -> None:
    answer = manager.post("/records/1/prescriptions/", {"item-text": "item", "quantity": "1"})
    assert answer.status_code == 422
    assert len(answer.content) <= MOST_BYTES


@pytest.mark.parametrize(
    ("address", "shown", "last"),
    [
        ("/bills/1/", "1 to 50 of 500", "?page=10"),
        ("/bills/1/", "1 to 50 of 300", "?medicine=6"),
        ("/bills/medicine/301/", "1 to 50 of 300", "?page=6"),
        ("/records/1/", "1 to 50 of 300", "?page=6"),
        ("/day-close/1/", "1 to 50 of 503", "?page=11"),
        ("/setup/", "1 to 30 of 120", "?services=4"),
        ("/setup/", "1 to 30 of 300", "?blocked=10"),
        ("/setup/", "1 to 30 of 300", "?accounts=10"),
    ],
)
def test_a_part_of_a_page_is_turned_to_its_end(manager: Client, address: str, shown: str, last: str) -> None:
    assert shown in words(manager.get(address))
    end = words(manager.get(address + last))
    assert f"of {shown.rpartition(' ')[2]}" in end
    assert 'rel="prev"' in end


def test_what_is_to_be_ordered_is_paged_and_its_file_holds_all(manager: Client) -> None:
    assert '<strong data-total="1338">' in words(manager.get("/inventory/reorder/"))
    assert 'id="row-' in words(manager.get("/inventory/reorder/?page=27"))
    file = b"".join(manager.get("/inventory/reorder/?export=csv"))  # type: ignore[call-overload]
    assert len(file.splitlines()) == 1339


def test_a_category_is_typed_where_there_are_two_thousand(manager: Client) -> None:
    page = words(manager.get("/inventory/?category=category+7"))
    assert '<input type="text" name="category" value="category 7"' in page
    assert '<strong data-total="5">' in page


def test_a_statement_ends_with_what_is_owed_and_its_earlier_lines_are_a_page_away(manager: Client) -> None:
    newest = words(manager.get("/patients/1/statement/"))
    assert "3401 to 3500 of 3500" in newest
    assert "Balance brought forward" in newest
    assert 'data-balance="60425.00"' in newest  # with the 300 things of 1.50 that a visit prescribed
    first = words(manager.get("/patients/1/statement/?page=1"))
    assert "Balance carried forward" in first
    assert "Balance brought forward" not in first


def test_a_patient_of_hundreds_of_visits_shows_the_newest_and_leads_to_all(manager: Client) -> None:
    page = words(manager.get("/patients/1/"))
    assert page.count('class="timeline__day"') == 60
    assert "The newest 60. All of this patient's" in page
    assert '<strong data-total="404">' in words(manager.get("/bookings/?patient=1"))
    assert '<strong data-total="300">' in words(manager.get("/records/?patient=1"))
    assert '<strong data-total="2,000">' in words(manager.get("/bills/?patient=1")).replace("2000", "2,000")


def test_a_full_day_shows_eight_people_and_how_many_more_there_are(manager: Client) -> None:
    page = words(manager.get("/bookings/calendar/"))
    assert "1 to 8 of 120" in page
    assert page.count('class="grid__head"') == 9  # and anybody
    assert page.count("+94 more") == 1  # of a hundred who come without a time, to nobody
    assert page.count("+24 more") == 4  # of twenty-five each half hour


def test_nobody_who_is_booked_is_missing_from_the_pages_of_a_day(manager: Client) -> None:
    seen: set[str] = set()
    for number in range(1, 5):
        page = manager.get(f"/bookings/calendar/?people={number}").content.decode()
        seen |= set(re.findall(r'id="card-(\d+)"', page))
    assert len(seen) == 300 + 4 + 6


def test_the_prescriptions_of_a_form_that_is_refused_are_turned_too(manager: Client) -> None:
    page = words(manager.post("/records/1/prescriptions/", {}))
    assert 'href="/records/1/?page=2"' in page

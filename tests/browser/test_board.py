"""Each tile moves and flashes when a row it counts changes outside, and no other tile does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
import pytest_django
from django.contrib.auth.models import Group, User
from django.db import connections
from playwright.sync_api import Browser, Page

from clinic.stats.catalogue import METRICS
from tests.browser.reading import noted, see_words, watch_tiles
from tests.conftest import session_key
from tests.emptying import empty
from tests.outside.recount import recount
from tests.waiting import until
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]

CLINIC = (
    "insert into patient (first_name) values ('Ada'), ('Grace'), ('Alan')",
    "insert into booking (patient_id, date, status, external_ref) values"
    " (1, clock.today() + 1, 'confirmed', 'to come'), (2, clock.today() + 2, 'confirmed', 'to be done'),"
    " (3, clock.today() + 3, 'confirmed', 'to be deleted')",
    "insert into inventory_item (name, quantity, reorder_level) values ('gauze', 50, 10), ('gloves', 50, 10)",
    "insert into bill (patient_id, service_fee, external_ref) values (1, 10, 'part'), (1, 10, 'whole'),"
    " (1, 10, 'dearer'), (1, 10, 'cheaper'), (1, 10, 'mistaken'), (1, 10, 'begun')",
    "insert into payment (bill_id, amount) select id, 3 from bill where external_ref = 'begun'",
)
PAY = "insert into payment (bill_id, amount) select id, {} from bill where external_ref = '{}'"
CHANGES = [
    (
        "bookings_pending",
        "insert into booking (patient_id, date) values (1, clock.today() + 40)",
        {"bookings_pending", "bookings_total"},
    ),
    (
        "appointments_today",
        "update booking set date = clock.today() where external_ref = 'to come'",
        {"appointments_today"},
    ),
    (
        "bookings_confirmed",
        "insert into booking (patient_id, date, status) values (1, clock.today() + 41, 'confirmed')",
        {"bookings_confirmed", "appointments_total", "bookings_total"},
    ),
    (
        "bookings_completed",
        "update booking set status = 'completed' where external_ref = 'to be done'",
        {"bookings_completed", "bookings_confirmed"},
    ),
    (
        "appointments_total",
        "delete from booking where external_ref = 'to be deleted'",
        {"appointments_total", "bookings_confirmed", "bookings_total"},
    ),
    (
        "bookings_total",
        "insert into booking (patient_id, date, status) values (1, '2020-01-01', 'declined')",
        {"bookings_total"},
    ),
    ("patients_total", "update patient set archived_at = now() where first_name = 'Alan'", {"patients_total"}),
    ("medical_records_total", "insert into medical_record (patient_id) values (1)", {"medical_records_total"}),
    (
        "inventory_items_total",
        "insert into inventory_item (name, quantity, reorder_level) values ('masks', 9, 1)",
        {"inventory_items_total"},
    ),
    (
        "inventory_low_stock",
        "update inventory_item set quantity = 10 where name = 'gauze'",
        {"inventory_low_stock"},
    ),
    (
        "inventory_out_of_stock",
        "update inventory_item set quantity = 0 where name = 'gloves'",
        {"inventory_out_of_stock"},
    ),
    (
        "bills_total",
        "delete from bill where external_ref = 'mistaken'",
        {"bills_total", "bills_unpaid", "amount_billed_total", "balance_outstanding"},
    ),
    ("bills_paid", "insert into bill (patient_id) values (1)", {"bills_paid", "bills_total"}),
    (
        "bills_unpaid",
        "insert into bill (patient_id, service_fee) values (1, 7)",
        {"bills_unpaid", "bills_total", "amount_billed_total", "balance_outstanding"},
    ),
    (
        "bills_partially_paid",
        PAY.format(4, "part"),
        {"bills_partially_paid", "bills_unpaid", "amount_paid_total", "balance_outstanding"},
    ),
    (
        "revenue_total",
        PAY.format(10, "whole"),
        {"revenue_total", "bills_paid", "bills_unpaid", "amount_paid_total", "balance_outstanding"},
    ),
    ("amount_paid_total", PAY.format(1, "begun"), {"amount_paid_total", "balance_outstanding"}),
    (
        "amount_billed_total",
        "update bill set medicine_fee = 5 where external_ref = 'dearer'",
        {"amount_billed_total", "balance_outstanding"},
    ),
    (
        "balance_outstanding",
        "update bill set discount = 2 where external_ref = 'cheaper'",
        {"balance_outstanding", "amount_billed_total"},
    ),
]


@pytest.fixture(scope="module")
def outside(database_url: str) -> Iterator[Sql]:
    """A script's session on a small clinic."""
    with psycopg.connect(database_url, autocommit=True, application_name="a script") as session:
        empty(session)
        for statement in CLINIC:
            session.execute(statement)
        yield session
        empty(session)


@pytest.fixture(scope="module")
def key(browser: Browser, outside: Sql, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """The session of a manager who stays signed in from test to test."""
    with django_db_blocker.unblock():
        user = User.objects.create(username="who-keeps-the-page-open")
        user.groups.add(Group.objects.get(name="manager"))
        yield session_key(user)
        user.delete()
        connections.close_all()  # beside Playwright's event loop Django has connections of their own


@pytest.fixture(scope="module")
def page(browser: Browser, web_server: WebServer, static_files: None, key: str) -> Iterator[Page]:
    """One page, opened once and never touched again."""
    server = web_server.start()
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    page = context.new_page()
    page.goto(server.url)
    see_words(page, "Live", timeout=30)
    yield page
    context.close()


def values(page: Page) -> dict[str, Decimal]:
    """What the tiles hold."""
    held = page.locator(".tile").evaluate_all("tiles => tiles.map(t => [t.dataset.metric, t.dataset.value])")
    return {key: Decimal(value) for key, value in held}


def settled(page: Page, outside: Sql) -> dict[str, Decimal]:
    """Wait until every tile shows its recount."""
    (today,) = outside.execute("select clock.today()::text").fetchone() or ("",)
    counted = {key: Decimal(value) for key, value in recount(outside, today).items()}
    until(lambda: values(page).items() >= counted.items(), 20, f"a page that shows {counted}")
    return counted


def test_the_changes_below_prove_every_metric() -> None:
    assert sorted(key for key, _statement, _moved in CHANGES) == sorted(metric.key for metric in METRICS)


@pytest.mark.parametrize(("key_of_tile", "statement", "moved"), CHANGES, ids=[change[0] for change in CHANGES])
def test_a_tile_follows_its_rows_and_flashes_with_nothing_else(
    page: Page, outside: Sql, key_of_tile: str, statement: str, moved: set[str]
) -> None:
    before = settled(page, outside)
    watch_tiles(page)
    outside.execute(statement)  # type: ignore[arg-type]
    after = settled(page, outside)
    assert key_of_tile in moved
    assert after[key_of_tile] != before[key_of_tile]
    assert noted(page, "moved") == noted(page, "flashed") == moved

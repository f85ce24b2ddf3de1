"""The metrics: which there must be, and where each must stand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from clinic.stats.catalogue import METRICS
from tests.outside.recount import RECOUNT
from tests.sql import oracle

SEED = {
    "appointments_total",
    "appointments_today",
    "bookings_total",
    "bookings_pending",
    "bookings_confirmed",
    "bookings_completed",
    "patients_total",
    "medical_records_total",
    "inventory_items_total",
    "inventory_low_stock",
    "inventory_out_of_stock",
    "bills_total",
    "bills_paid",
    "bills_unpaid",
    "bills_partially_paid",
    "revenue_total",
    "amount_billed_total",
    "amount_paid_total",
    "balance_outstanding",
}
"""The nineteen that scripts outside may count on. Others may come; none of these goes or changes its key."""

BOARD = Path(__file__).parent.parent / "browser" / "test_board.py"
KEYS = {metric.key for metric in METRICS}


def test_the_nineteen_of_the_contract_keep_their_keys() -> None:
    assert len(SEED) == 19
    assert SEED <= KEYS


@pytest.mark.django_db
def test_the_database_counts_what_the_catalogue_shows_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select key from stats.metric")
        counted = {key for (key,) in cursor.fetchall()}
    assert counted == KEYS, "sql/270_subjects.sql and the catalogue must name the same metrics"


def test_no_metric_is_without_its_proofs() -> None:
    rows: oracle.Rows = {table: [] for table in oracle.TABLES}
    unproved = {
        "tests/sql/oracle.py does not count": KEYS - oracle.metrics(rows, date(2027, 1, 4)).keys(),
        "tests/outside/recount.py does not count": KEYS - set(re.findall(r"select '(\w+)',", RECOUNT)),
        "CHANGES of tests/browser/test_board.py do not move": KEYS - set(re.findall(r'"(\w+)"', BOARD.read_text())),
    }
    assert not {place: keys for place, keys in unproved.items() if keys}

"""The sample clinic is the same all day, plausible, and fits the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from django.db import connection

from clinic.demo import sample
from clinic.demo.sample.rows import Booking

SUNDAY_NOON = datetime(2026, 11, 22, 12, 10)


@pytest.fixture(scope="module")
def bookings() -> list[Booking]:
    return [row for row in sample.made_up(SUNDAY_NOON).tables["booking"] if isinstance(row, Booking)]


def test_one_moment_gives_one_clinic() -> None:
    assert sample.made_up(SUNDAY_NOON) == sample.made_up(SUNDAY_NOON)


def test_patients_and_the_hours_of_bookings_are_the_same_all_day(bookings: list[Booking]) -> None:
    evening = sample.made_up(SUNDAY_NOON.replace(hour=20)).tables
    assert evening["patient"] == sample.made_up(SUNDAY_NOON).tables["patient"]
    assert [row._replace(status="") for row in evening["booking"] if isinstance(row, Booking)] == [
        row._replace(status="") for row in bookings
    ]


def test_a_sunday_with_a_demonstration_is_a_full_day(bookings: list[Booking]) -> None:
    assert 30 <= sum(row.date == SUNDAY_NOON.date() for row in bookings) <= 40


def test_the_clinic_grows(bookings: list[Booking]) -> None:
    years = Counter(row.date > date(2025, 11, 22) for row in bookings)
    assert years[True] > years[False] * 1.2


def test_what_is_over_is_not_waiting_and_what_is_to_come_is_not_completed(bookings: list[Booking]) -> None:
    for row in bookings:
        if row.date < SUNDAY_NOON.date():
            assert row.status in {"completed", "no_show", "cancelled", "declined"}
        if row.date > SUNDAY_NOON.date():
            assert row.status in {"confirmed", "pending", "cancelled", "declined"}


def test_nobody_is_booked_twice_at_a_time_whatever_the_status(bookings: list[Booking]) -> None:
    for day in days(bookings):
        for first, second in pairwise(sorted(day, key=lambda row: (row.practitioner_id, row.start_time))):
            if first.practitioner_id == second.practitioner_id:
                assert ends(first) <= begins(second)


def test_nobody_comes_before_registering_or_is_billed_before_coming() -> None:
    tables = sample.made_up(SUNDAY_NOON).tables
    registered = {row.id: row.registered_on for row in tables["patient"]}
    for row in tables["booking"]:
        assert row.patient_id is None or registered[row.patient_id] <= row.date
    issued = {row.id: row.issued_on for row in tables["bill"]}
    assert all(issued[row.bill_id] <= row.paid_on <= SUNDAY_NOON.date() for row in tables["payment"])


@pytest.mark.django_db
def test_the_database_takes_all_of_it_and_counts_it_right() -> None:
    assert sample.is_wanted()
    sample.fill()
    assert not sample.is_wanted()
    with connection.cursor() as cursor:
        cursor.execute("select status, count(*) from bill group by status")
        bills = dict(cursor.fetchall())
        cursor.execute("select stock_status, count(*) from inventory_item group by 1")
        stock = dict(cursor.fetchall())
        cursor.execute("insert into patient (first_name) values ('Ada') returning id")
        assert cursor.fetchone()[0] == 2001
    assert set(bills) == {"paid", "partially_paid", "unpaid", "void"}
    assert stock == Counter(in_stock=133, low_stock=12, out_of_stock=5)


def days(bookings: list[Booking]) -> Iterator[list[Booking]]:
    timed = sorted((row for row in bookings if row.start_time), key=lambda row: row.date)
    return (list(rows) for _, rows in groupby(timed, key=lambda row: row.date))


def begins(row: Booking) -> datetime:
    assert row.start_time is not None
    return datetime.combine(row.date, row.start_time)


def ends(row: Booking) -> datetime:
    return begins(row) + timedelta(minutes=row.duration_minutes)

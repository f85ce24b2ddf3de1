"""Put the made-up clinic together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import NamedTuple

from clinic.demo.sample import agenda, money, people, store, visits


@dataclass(frozen=True)
class SampleClinic:
    """All rows by table, in the order in which the tables need one another."""

    tables: dict[str, list[NamedTuple]]

    def count(self) -> int:
        """Return the number of rows."""
        return sum(map(len, self.tables.values()))


def made_up(now: datetime) -> SampleClinic:
    """Return the clinic as it stands at a moment of the clinic's own clock (naive).

    The same day gives the same clinic, but for what became of the day's own bookings.
    """
    today = now.date()
    staff, offered = people.practitioners(), agenda.services()
    patients = people.patients(_random("people", now), today)
    bookings = agenda.bookings(_random("agenda", now), agenda.People(patients, staff, offered), now)
    bills = money.bills(_random("bills", now), bookings, offered)
    return SampleClinic(
        {
            "practitioner": [*staff],
            "working_hours": [*agenda.working_hours(staff)],
            "service": [*offered],
            "patient": [*patients],
            "booking": [*bookings],
            "medical_record": [*visits.records(_random("visits", now), bookings, patients, staff)],
            "bill": [*bills],
            "payment": [*money.payments(_random("payments", now), bills, today)],
            "inventory_item": [*store.items(_random("store", now), today)],
        }
    )


def _random(name: str, now: datetime) -> Random:
    """Return a generator of its own for each part, so that one part does not disturb another."""
    return Random(f"{name} {now.date()}")  # noqa: S311

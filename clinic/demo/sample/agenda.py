"""Make up the bookings: two years back, a full day today, four weeks ahead.

Each practitioner's day is a row of half hours, and a booking takes one or two of them, so that nobody is
booked twice, whatever the status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from clinic.demo.sample.outcome import outcome
from clinic.demo.sample.people import age_on
from clinic.demo.sample.rows import Booking, Patient, Practitioner, Service, WorkingHours
from clinic.demo.sample.words import CHILDREN, SERVICES, VISITS, WOMEN

PAST_DAYS, FUTURE_DAYS = 730, 28
BOOKINGS_TODAY = 35
HALF_HOURS = [time(hour, minute) for hour in (8, 9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]
SATURDAY_HALF_HOURS = HALF_HOURS[:8]
WEEKDAY_SHARE = (1.2, 1.05, 1.0, 1.05, 0.9, 0.35, 0.0)
"""How busy Monday to Sunday are against each other."""


@dataclass(frozen=True)
class People:
    """Who can be booked: patients by registration, practitioners, and what they offer."""

    patients: list[Patient]
    practitioners: list[Practitioner]
    services: list[Service]


def services() -> list[Service]:
    """Return what the clinic offers."""
    rows = enumerate(SERVICES, 1)
    return [Service(number, name, Decimal(price), minutes) for number, (name, price, minutes, *_) in rows]


def working_hours(practitioners: list[Practitioner]) -> list[WorkingHours]:
    """Return the hours that the half hours above are cut from: Saturday ends at noon, Sunday is closed."""
    mornings = [WorkingHours(p.id, weekday, time(8), time(12)) for p in practitioners for weekday in range(6)]
    return mornings + [WorkingHours(p.id, weekday, time(13), time(17)) for p in practitioners for weekday in range(5)]


def bookings(random: Random, people: People, now: datetime) -> list[Booking]:
    """Return all bookings by day; the statuses of today's fit the time of day."""
    made: list[Booking] = []
    for offset in range(-PAST_DAYS, FUTURE_DAYS + 1):
        day = now.date() + timedelta(days=offset)
        hours = SATURDAY_HALF_HOURS if day.weekday() == 5 and offset else HALF_HOURS
        for draft in _day(random, people, day, hours, _how_many(random, day, offset)):
            status = outcome(random, day, draft.start_time, draft.duration_minutes, now)
            made.append(draft._replace(id=len(made) + 1, status=status))
    return made + _requests(random, people, now.date(), len(made) + 1)


def _how_many(random: Random, day: date, offset: int) -> int:
    """Return the number of bookings of a day: the clinic grows, and the weeks ahead are not full yet."""
    if offset == 0:
        return BOOKINGS_TODAY
    growth = 1 + 0.8 * offset / PAST_DAYS if offset < 0 else 1 - 0.75 * offset / FUTURE_DAYS
    return round(27 * growth * WEEKDAY_SHARE[day.weekday()] * random.uniform(0.85, 1.15))


def _day(random: Random, people: People, day: date, hours: list[time], wanted: int) -> Iterator[Booking]:
    """Fill the half hours of the practitioners in turn until enough are booked or the day is full."""
    free = {practitioner.id: set(hours) for practitioner in people.practitioners}
    seen: set[int] = set()
    for turn in range(wanted):
        practitioner = people.practitioners[turn % len(people.practitioners)]
        service = _service(random, people.services, practitioner)
        start = _take(random, free[practitioner.id], service.duration_minutes)
        patient = _patient(random, people.patients, practitioner, day, seen)
        if start and patient:
            yield _booking(random, patient, practitioner, service, day, start)


def _take(random: Random, free: set[time], minutes: int) -> time | None:
    """Take a free start out of the day, with the next half hour where the service lasts that long."""
    starts = sorted(free) if minutes <= 30 else [start for start in sorted(free) if _next(start) in free]
    if not starts:
        return None
    start = min(random.choices(starts, k=2)) if random.random() < 0.3 else random.choice(starts)
    free.discard(start)
    if minutes > 30:
        free.discard(_next(start))
    return start


def _next(start: time) -> time:
    return time(start.hour + start.minute // 30, 30 - start.minute)


def _service(random: Random, offered: list[Service], practitioner: Practitioner) -> Service:
    weights = [often if not fields or practitioner.specialty in fields else 0 for *_, fields, often in SERVICES]
    return random.choices(offered, weights)[0]


def _patient(
    random: Random, patients: list[Patient], practitioner: Practitioner, day: date, seen: set[int]
) -> Patient | None:
    """Return somebody who suits the practitioner and does not come twice that day; a few come often."""
    for _ in range(40):
        patient = patients[int(len(patients) * random.random())]
        if random.random() < 0.4:
            patient = patients[patient.id // 5 * 5 - 1]
        if patient.id not in seen and _suits(patient, practitioner, day):
            seen.add(patient.id)
            return patient
    return None


def _suits(patient: Patient, practitioner: Practitioner, day: date) -> bool:
    if patient.registered_on > day or patient.archived_at:
        return False
    age = age_on(patient, day)
    if practitioner.specialty == CHILDREN:
        return age < 16
    return age >= 16 and (practitioner.specialty != WOMEN or patient.sex == "female")


def _booking(
    random: Random, patient: Patient, practitioner: Practitioner, service: Service, day: date, start: time
) -> Booking:
    return Booking(
        id=0,
        patient_id=patient.id,
        patient_name=f"{patient.first_name} {patient.last_name}",
        patient_phone=patient.phone,
        patient_email=patient.email,
        practitioner_id=practitioner.id,
        service_id=service.id,
        date=day,
        start_time=start,
        duration_minutes=service.duration_minutes,
        status="",
        reason=random.choice(VISITS[practitioner.specialty])[0] if random.random() < 0.7 else "",
    )


def _requests(random: Random, people: People, today: date, number: int) -> list[Booking]:
    """Return requests from people who are not patients yet, with no time and nobody to see them yet."""
    names = ("Oliver Grant", "Nadia Rahman", "Marta Kowalska", "Luis Ortega", "Emma Fischer", "Chidi Obi")
    return [
        Booking(
            id=number + index,
            patient_id=None,
            patient_name=name,
            patient_phone=f"07700 900{random.randrange(1000):03}",
            patient_email=f"{name.split()[0].lower()}@example.org",
            practitioner_id=None,
            service_id=random.choice(people.services[:5]).id,
            date=today + timedelta(days=random.randrange(1, 10)),
            start_time=None,
            duration_minutes=30,
            status="pending",
            reason=random.choice(("New patient", "Second opinion", "Moved here recently")),
        )
        for index, name in enumerate(names)
    ]

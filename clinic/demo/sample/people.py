"""Make up the practitioners and the patients."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from faker import Faker

from clinic.demo.sample.rows import Patient, Practitioner
from clinic.demo.sample.words import ALLERGIES, BLOOD_TYPES, PRACTITIONERS

PATIENTS = 2_000
OLDEST_REGISTRATION_DAYS = 6 * 365
LOCALES = {"en_GB": 8, "de_DE": 2, "fr_FR": 2, "es_ES": 2, "it_IT": 1, "pl_PL": 1, "en_IN": 2}
FICTIONAL_NUMBERS = ("07700 900{:03}", "01632 960{:03}", "020 7946 0{:03}")
"""Ranges that are kept free for made-up people."""


def practitioners() -> list[Practitioner]:
    """Return the people who see patients."""
    return [Practitioner(number, name, field) for number, (name, field) in enumerate(PRACTITIONERS, 1)]


def patients(random: Random, today: date) -> list[Patient]:
    """Return the patients in the order in which they registered."""
    fakers = _fakers(random)
    days = sorted(_registration(random, today) for _ in range(PATIENTS))
    return [_patient(random, fakers, number, day, today) for number, day in enumerate(days, 1)]


def age_on(patient: Patient, day: date) -> int:
    """Return the patient's age in whole years."""
    born = patient.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _fakers(random: Random) -> list[Faker]:
    fakers = []
    for locale, share in LOCALES.items():
        faker = Faker(locale, use_weighting=False)
        faker.seed_instance(random.getrandbits(32))
        fakers += [faker] * share
    return fakers


def _registration(random: Random, today: date) -> date:
    return today - timedelta(days=int(OLDEST_REGISTRATION_DAYS * random.random() ** 1.4) + 1)


def _patient(random: Random, fakers: list[Faker], number: int, registered: date, today: date) -> Patient:
    faker, home = random.choice(fakers), fakers[0]
    sex = random.choices(("female", "male", "other"), (53, 46, 1))[0]
    first = faker.first_name_male() if sex == "male" else faker.first_name_female()
    last = faker.last_name_male() if sex == "male" else faker.last_name_female()
    return Patient(
        id=number,
        first_name=first,
        last_name=last,
        birth_date=_birth(random, registered, today),
        sex=sex,
        phone=random.choice(FICTIONAL_NUMBERS).format(random.randrange(1000)),
        email=_email(home, random, number),
        address=home.address().replace("\n", ", "),
        blood_type=random.choices(list(BLOOD_TYPES), list(BLOOD_TYPES.values()))[0],
        allergies=random.choice(ALLERGIES) if random.random() < 0.18 else "",
        registered_on=registered,
        archived_at=_archived(random, registered, today),
    )


def _birth(random: Random, registered: date, today: date) -> date:
    """Return a birth date: a fifth children, the rest spread over grown-up life; born before registering."""
    young = random.random() < 0.2
    years = random.triangular(0, 16, 4) if young else random.triangular(16, 94, 42)
    return min(today - timedelta(days=int(years * 365.25)), registered - timedelta(days=10))


def _email(faker: Faker, random: Random, number: int) -> str:
    return "" if random.random() < 0.15 else f"{faker.user_name()}{number}@example.org"


def _archived(random: Random, registered: date, today: date) -> datetime | None:
    """Return when the patient left the clinic, for one of a hundred who came long ago."""
    if (today - registered).days < 800 or random.random() > 0.02:
        return None
    return datetime.combine(today - timedelta(days=random.randrange(10, 600)), time(12), UTC)

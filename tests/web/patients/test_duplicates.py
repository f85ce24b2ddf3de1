"""Who may be the same person: folded names with at most one slip, numbers in any spelling, the likeliest first."""

# ruff: noqa: RUF001

from __future__ import annotations

from datetime import date

import pytest

from clinic.patients.duplicates import possible_duplicates
from clinic.patients.models import Patient

BORN = date(1971, 3, 4)
NOBODY = {"birth_date": None, "phone": "", "email": ""}


def names(**given: object) -> list[str]:
    """The first and last names of those who may be the person, in order."""
    return [str(patient) for patient in possible_duplicates(**(NOBODY | given))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "given"),
    [
        (("Rémy", "Delaunay"), ("Remy", "Delaunay")),
        (("Remy", "Delaunay"), ("RÉMY", "delaunay")),
        (("Rémy", "Delaunay"), ("Remi", "Delaunay")),
        (("Rémy", "Delaunay"), ("Rmey", "Delaunay")),
        (("Rémy", "Delaunay"), ("Remy", "Delaunai")),
        (("Rémy", "Delaunay"), ("Delaunay", "Remy")),
        (("Jürgen", "Müller"), ("Jurgen", "Mueller")),
        (("Conor", "O'Neill"), ("Conor", "O’Neil")),
        (("Anne-Marie", "Weiß"), ("Anne Marie", "Weiss")),
        (("小明", "王"), ("王", "小明")),
        (("محمد", "علي"), ("مُحَمَّد", "علی")),
    ],
)
def test_a_name_with_at_most_one_slip_and_the_same_birth_date(
    db: None, known: tuple[str, str], given: tuple[str, str]
) -> None:
    Patient.objects.create(first_name=known[0], last_name=known[1], birth_date=BORN)
    assert names(first_name=given[0], last_name=given[1], birth_date=BORN) == [" ".join(known)]
    assert names(first_name=given[0], last_name=given[1], birth_date=date(1971, 3, 5)) == []
    assert names(first_name=given[0], last_name=given[1]) == []


@pytest.mark.parametrize("given", [("Rene", "Delaunay"), ("Remy", "Delauney-Roux"), ("R", "Delaunay")])
def test_two_slips_are_another_person(db: None, given: tuple[str, str]) -> None:
    Patient.objects.create(first_name="Rémy", last_name="Delaunay", birth_date=BORN)
    assert names(first_name=given[0], last_name=given[1], birth_date=BORN) == []


def test_who_agrees_in_more_comes_first(db: None) -> None:
    for first, born, phone, email in [
        ("Same phone", None, "0170 1815123", ""),
        ("Remi", BORN, "", ""),
        ("Rémy", BORN, "", ""),
        ("Rémy P.", None, "+44 170 1815123", "remy@example.org"),
        ("Remy", BORN, "0044 170 1815123", "REMY@example.org"),
        ("Nobody", date(1980, 1, 1), "0170 1815124", "other@example.org"),
    ]:
        Patient.objects.create(first_name=first, last_name="Delaunay", birth_date=born, phone=phone, email=email)
    given = {"first_name": "Remy", "last_name": "Delaunay", "birth_date": BORN}
    assert names(**given, phone="0170 1815123", email="remy@example.org") == [
        "Remy Delaunay",
        "Rémy Delaunay",
        "Remi Delaunay",
        "Rémy P. Delaunay",
        "Same phone Delaunay",
    ]


@pytest.mark.parametrize("phone", ["123", "", "0", "ext."])
def test_a_few_digits_are_no_number(db: None, phone: str) -> None:
    Patient.objects.create(first_name="Ada", phone=phone)
    assert names(first_name="Grace", last_name="", phone=phone) == []

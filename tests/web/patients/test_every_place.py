"""Where each column of `patient` appears was decided, place by place; a column that nobody thought of fails here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from django.http import StreamingHttpResponse

from clinic.patients.models import Patient
from tests.web.patients.conftest import ClientOf
from tests.web.patients.test_merge_columns import COLUMNS, WRITTEN_BY_THE_DATABASE

pytestmark = pytest.mark.django_db


class Column(NamedTuple):
    """A value to recognise a column by, how it is spelled for people, and the places where it appears."""

    value: Any
    shown: str
    places: str


PLACES = ("form", "merge", "page", "csv", "search")
DECIDED = {
    "first_name": Column("Zuzanna", "Zuzanna", "form merge page csv search"),
    "last_name": Column("Quirk", "Quirk", "form merge page csv search"),
    "birth_date": Column(date(1961, 2, 3), "3 Feb 1961", "form merge page csv"),
    "sex": Column("other", "other", "form merge page"),
    "phone": Column("4471171", "4471171", "form merge page csv search"),
    "email": Column("zq@example.org", "zq@example.org", "form merge page csv search"),
    "address": Column("Elm Row 9", "Elm Row 9", "form merge page"),
    "blood_type": Column("AB-", "AB-", "form merge page"),
    "allergies": Column("hazelnut", "hazelnut", "form merge page"),
    "notes": Column("deaf in one ear", "deaf in one ear", "form merge page"),
    "registered_on": Column(date(2001, 5, 6), "6 May 2001", "merge page csv"),  # the database writes it
    "archived_at": Column(datetime(2002, 1, 1, tzinfo=UTC), "archived", "merge page csv"),  # by its own button
    "external_ref": Column("LEGACY-77", "LEGACY-77", "merge page search"),  # other systems write it
}
"""Every column that people or scripts write. `docs/recipes.md` says what each place needs."""


def appears(place: str, name: str, client_of: ClientOf) -> bool:
    """Look whether a column is at a place, as a user would find it."""
    column = DECIDED[name]
    if place == "merge":
        return name in COLUMNS
    client = client_of("manager")
    if place == "form":
        return f'name="{name}"' in client.get("/patients/new/").content.decode()
    plain = Patient.objects.create(first_name="Mo", registered_on=date(2011, 1, 1))
    told = Patient.objects.create(**{"first_name": "Mo", "registered_on": date(2011, 1, 1), name: column.value})
    if place == "page":
        before, after = (client.get(row.get_absolute_url()).content.decode() for row in (plain, told))
        return column.shown in after and column.shown not in before.replace("Mark archived", "")
    if place == "search":
        found = client.get("/patients/", {"q": str(column.value), "show": "all"}).context["table"].data
        return told.pk in [row.pk for row in found]
    answer = client.get("/patients/?export=csv&show=all")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode()  # type: ignore[arg-type]
    return str(column.value) in text or column.shown in text


def test_every_column_has_a_decision_for_every_place() -> None:
    written = {field.name for field in Patient._meta.concrete_fields if not field.generated} - WRITTEN_BY_THE_DATABASE
    undecided = ", ".join(sorted(written - DECIDED.keys()))
    assert not undecided, f"decide whether {undecided} appears in {', '.join(PLACES)}: docs/recipes.md says how"
    assert not DECIDED.keys() - written
    assert not {place for column in DECIDED.values() for place in column.places.split()} - set(PLACES)


def test_a_column_without_a_decision_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(DECIDED, "notes")
    with pytest.raises(AssertionError, match="decide whether notes appears in form, merge, page, csv, search"):
        test_every_column_has_a_decision_for_every_place()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", DECIDED)
def test_a_column_appears_just_where_it_was_decided(place: str, name: str, client_of: ClientOf) -> None:
    assert appears(place, name, client_of) == (place in DECIDED[name].places.split())

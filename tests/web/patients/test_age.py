"""Ages as a clinic says them, and births that have not happened."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from clinic.patients.age import age_in_words
from clinic.patients.models import Patient
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(2026, 3, 15), "0 days"),
        (date(2026, 3, 14), "1 day"),
        (date(2026, 2, 16), "27 days"),
        (date(2026, 2, 15), "4 weeks"),
        (date(2025, 12, 16), "12 weeks"),
        (date(2025, 12, 15), "3 months"),
        (date(2024, 3, 16), "23 months"),
        (date(2024, 3, 15), "2"),
        (date(2008, 2, 29), "18"),
        (date(1926, 3, 16), "99"),
    ],
)
def test_an_age_is_told_in_days_weeks_and_months_below_two_years(born: date, words: str) -> None:
    assert age_in_words(born, TODAY) == words


def test_who_is_born_on_a_leap_day_has_the_birthday_on_the_first_of_march() -> None:
    assert [age_in_words(date(2008, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == ["17", "18"]


def test_the_patients_page_says_it(client_of: ClientOf) -> None:
    baby = Patient.objects.create(first_name="Ada", birth_date=timezone.localdate() - timedelta(days=12))
    assert "(12 days)" in client_of("reception").get(f"/patients/{baby.pk}/").content.decode()


def test_a_birth_date_in_the_future_is_refused_beside_the_field(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused = client.post("/patients/new/", form | {"first_name": "Ada", "birth_date": tomorrow})
    assert refused.context["form"].errors == {"birth_date": ["A birth date cannot lie in the future."]}
    assert client.post("/patients/new/", form_of(refused) | {"birth_date": timezone.localdate()}).status_code == 302


def test_a_script_is_refused_too_by_the_clinics_own_day(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into patient (first_name, birth_date) values ('Ada', clock.today()), ('Eve', null)")
        with pytest.raises(IntegrityError, match="patient_birth_date_is_not_in_the_future") as told:
            cursor.execute("insert into patient (first_name, birth_date) values ('Ada', clock.today() + 1)")
    assert isinstance(told.value.__cause__, psycopg.errors.CheckViolation)

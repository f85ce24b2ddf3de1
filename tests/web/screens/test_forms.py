"""Forms that are sent twice, and forms that meet a colleague's change."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clinic.patients.models import Patient
from clinic.screens.models import FormToken
from clinic.screens.tokens import KEPT
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf, ada, client_of

__all__ = ["ada", "client_of"]

NEW = {"first_name": "Grace"}


def test_a_form_sent_twice_saves_once_and_both_go_to_the_result(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/")) | NEW
    first, second = client.post("/patients/new/", form), client.post("/patients/new/", form)
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1


def test_a_form_changed_after_going_back_is_not_swallowed(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/")) | NEW
    client.post("/patients/new/", form)
    answer = client.post("/patients/new/", form | {"first_name": "Jean", "notes": "ENIAC"})
    assert answer.status_code == 422
    assert "This form was already saved at" in answer.content.decode()
    client.post("/patients/new/", form_of(answer))
    assert Patient.objects.get(first_name="Jean").notes == "ENIAC"


def test_a_form_that_was_refused_may_be_sent_again(client_of: ClientOf) -> None:
    client = client_of("reception")
    form = form_of(client.get("/patients/new/"))
    assert client.post("/patients/new/", form | {"first_name": ""}).status_code == 422
    assert client.post("/patients/new/", form | NEW).status_code == 302


def test_old_tokens_are_pruned(client_of: ClientOf) -> None:
    FormToken.objects.create(token="old", used_at=timezone.now() - KEPT - timedelta(minutes=1))
    FormToken.objects.create(token="young", used_at=timezone.now() - KEPT + timedelta(minutes=1))
    client = client_of("reception")
    client.post("/patients/new/", form_of(client.get("/patients/new/")) | NEW)
    left = set(FormToken.objects.values_list("token", flat=True))
    assert "young" in left
    assert "old" not in left


def test_what_a_colleague_wrote_elsewhere_in_the_form_is_kept_and_told(client_of: ClientOf, ada: Patient) -> None:
    reception, clinician = client_of("reception"), client_of("clinician")
    address = f"/patients/{ada.pk}/edit/"
    mine, theirs = form_of(reception.get(address)), form_of(clinician.get(address))
    clinician.post(address, theirs | {"allergies": "penicillin"})
    done = reception.post(address, mine | {"phone": "111"}, follow=True)
    ada.refresh_from_db()
    assert (ada.phone, ada.allergies, ada.changed_by) == ("111", "penicillin", "reception")
    assert re.search(r"Changed by clinician at [0-9:]+\. Kept beside yours: Allergies\.", done.content.decode())


def test_saving_over_a_colleagues_change_is_refused_and_shows_both(client_of: ClientOf, ada: Patient) -> None:
    reception, clinician = client_of("reception"), client_of("clinician")
    address = f"/patients/{ada.pk}/edit/"
    mine, theirs = form_of(reception.get(address)), form_of(clinician.get(address))
    clinician.post(address, theirs | {"phone": "999"})
    refused = reception.post(address, mine | {"phone": "111", "notes": "half-typed"})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "Changed by clinician at " in html
    assert "Stored now, last changed by clinician: <strong>999</strong>" in html
    assert "Yours, as in the form below: <strong>111</strong>" in html
    assert "half-typed" in html
    assert Patient.objects.get(pk=ada.pk).phone == "999"
    unanswered = reception.post(address, form_of(refused))
    assert unanswered.status_code == 409
    assert "Choose whose to keep." in unanswered.content.decode()
    reception.post(address, form_of(unanswered) | {"whose_phone": "yours"})
    ada.refresh_from_db()
    assert (ada.phone, ada.notes, ada.changed_by) == ("111", "half-typed", "reception")


def test_saving_over_a_scripts_change_names_the_script(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    address = f"/patients/{ada.pk}/edit/"
    form = form_of(client.get(address))
    with connection.cursor() as cursor:
        cursor.execute("set local application_name = 'import.py'; update patient set phone = '999'")
    assert "Changed by import.py (clinic) at " in client.post(address, form | {"phone": "111"}).content.decode()


def test_saving_what_was_deleted_says_so_and_keeps_what_was_typed(client_of: ClientOf, ada: Patient) -> None:
    client = client_of("reception")
    address = f"/patients/{ada.pk}/edit/"
    form = form_of(client.get(address)) | {"notes": "half-typed"}
    Patient.objects.all().delete()
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "This patient was deleted by " in refused.content.decode()
    assert "half-typed" in refused.content.decode()


def test_an_open_form_is_told_who_changed_its_row(client_of: ClientOf, ada: Patient) -> None:
    reception = client_of("reception")
    asked = f"/changed/patient/{ada.pk}/"
    since = {"since": form_of(reception.get(f"/patients/{ada.pk}/edit/"))["changed_at"]}
    assert reception.get(asked, since).content.decode().strip() == ""
    client_of("clinician").post(f"/patients/{ada.pk}/archive/")
    assert "Changed by clinician at " in reception.get(asked, since).content.decode()
    ada.delete()
    assert "This patient was deleted by " in reception.get(asked, since).content.decode()


def test_only_rows_that_know_their_last_change_can_be_asked_about(client_of: ClientOf) -> None:
    assert client_of("manager").get("/changed/auth_user/1/").status_code == 404


@pytest.mark.parametrize("table", ["patient", "medical_record"])
def test_a_row_is_stamped_no_matter_who_writes_it(ada: Patient, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into medical_record (patient_id) values (%s)", [ada.pk])
        cursor.execute(f"select changed_at from {table}")
        before = cursor.fetchone()
        cursor.execute("select set_config('clinic.actor', 'grace', true)")
        cursor.execute(f"update {table} set notes = 'x' returning changed_by, changed_at")
        by, at = cursor.fetchone() or ("", None)
    assert by == "grace"
    assert before
    assert at
    assert at > before[0]

"""Merging: two rows of one person become one, with everything that belongs to either."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from clinic.billing.models import Bill
from clinic.bookings.models import Booking
from clinic.patients.models import Patient
from clinic.records.models import MedicalRecord
from tests.web.forms import form_of
from tests.web.patients.conftest import ClientOf


@pytest.fixture
def twin(ada: Patient) -> Patient:
    """Ada registered a second time, with what the first row lacks."""
    twin = Patient.objects.create(
        first_name="Ada",
        last_name="King",
        address="12 St James's Square",
        sex="female",
        notes="prefers mornings",
        external_ref="OLD-7",
        registered_on="2001-01-01",
    )
    Booking.objects.create(patient=twin, date="2024-01-02")
    MedicalRecord.objects.create(patient=twin)
    Bill.objects.create(patient=twin, service_fee=80)
    return twin


def merge(client: Client, kept: Patient, merged: Patient) -> str:
    page = client.get(f"/patients/{kept.pk}/merge/?other={merged.pk}")
    answer = client.post(f"/patients/{kept.pk}/merge/", form_of(page), follow=True)
    return answer.content.decode()


def test_everything_goes_to_the_kept_one(client_of: ClientOf, ada: Patient, twin: Patient) -> None:
    assert "The two are one patient now." in merge(client_of("reception"), ada, twin)
    assert list(Patient.objects.all()) == [ada]
    assert ada.bookings.count() == ada.medical_records.count() == ada.bills.count() == 1


def test_gaps_are_filled_and_nothing_is_overwritten(client_of: ClientOf, ada: Patient, twin: Patient) -> None:
    reception = client_of("reception")
    merge(reception, ada, twin)
    ada.refresh_from_db()
    assert (ada.last_name, ada.address, ada.sex) == ("Lovelace", "12 St James's Square", "female")
    assert ada.external_ref == "SYN-1815"
    assert ada.notes == "prefers mornings"
    assert [str(reference) for reference in ada.former_references.all()] == ["OLD-7"]
    assert "OLD-7" in reception.get(f"/patients/{ada.pk}/").content.decode()
    assert str(ada.registered_on) == "2001-01-01"
    assert ada.changed_by == "reception"


def test_the_reference_is_taken_over_where_the_kept_one_has_none(
    client_of: ClientOf, ada: Patient, twin: Patient
) -> None:
    Patient.objects.filter(pk=ada.pk).update(external_ref=None)
    merge(client_of("reception"), ada, twin)
    ada.refresh_from_db()
    assert ada.external_ref == "OLD-7"


LONG_AGO = datetime(2020, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kept", "merged", "after"),
    [
        (LONG_AGO, None, None),
        (None, LONG_AGO, None),
        (LONG_AGO, datetime(2019, 1, 1, tzinfo=UTC), LONG_AGO),
    ],
    ids=["into an archived one", "of an archived one", "of two archived ones"],
)
def test_who_comes_to_the_clinic_stays_in_the_lists(
    client_of: ClientOf, ada: Patient, twin: Patient, kept: datetime | None, merged: datetime | None, after: object
) -> None:
    Patient.objects.filter(pk=ada.pk).update(archived_at=kept)
    Patient.objects.filter(pk=twin.pk).update(archived_at=merged)
    assert "The two are one patient now." in merge(client_of("reception"), ada, twin)
    ada.refresh_from_db()
    assert ada.archived_at == after


def test_the_old_address_leads_to_the_kept_one_also_after_a_second_merge(
    client_of: ClientOf, ada: Patient, twin: Patient
) -> None:
    client = client_of("reception")
    merge(client, ada, twin)
    third = Patient.objects.create(first_name="Countess")
    merge(client, third, ada)
    assert client.get(f"/patients/{twin.pk}/")["Location"] == f"/patients/{third.pk}/"
    assert client.get(f"/patients/{ada.pk}/")["Location"] == f"/patients/{third.pk}/"


def test_a_merge_on_top_of_a_newer_row_is_refused_with_who_and_when(
    client_of: ClientOf, ada: Patient, twin: Patient
) -> None:
    client = client_of("reception")
    page = client.get(f"/patients/{ada.pk}/merge/?other={twin.pk}")
    client_of("clinician").post(f"/patients/{twin.pk}/archive/")
    html = client.post(f"/patients/{ada.pk}/merge/", form_of(page), follow=True).content.decode()
    assert "Changed by clinician at " in html
    assert Patient.objects.count() == 2


def test_the_other_one_is_found_by_a_search(client_of: ClientOf, ada: Patient, twin: Patient) -> None:
    client, address = client_of("reception"), f"/patients/{ada.pk}/merge/"
    html = client.get(address, {"other-text": "king"}).content.decode()
    assert f'type="radio" name="other" value="{twin.pk}"' in html
    chosen = client.get(address, {"other-text": "king", "other-was": "king", "other": twin.pk})
    assert chosen.context["other"] == twin


def test_a_patient_is_not_merged_with_itself(client_of: ClientOf, ada: Patient) -> None:
    assert "cannot be merged with itself" in merge(client_of("reception"), ada, ada)
    assert Patient.objects.count() == 1


def test_a_user_who_edited_the_merged_one_reads_what_happened(client_of: ClientOf, ada: Patient, twin: Patient) -> None:
    client = client_of("clinician")
    address = f"/patients/{twin.pk}/edit/"
    form = form_of(client.get(address)) | {"notes": "half-typed"}
    merge(client_of("reception"), ada, twin)
    refused = client.post(address, form)
    assert refused.status_code == 409
    assert "This patient was merged into Ada Lovelace by reception at " in refused.content.decode()
    assert "half-typed" in refused.content.decode()
    assert client.get(address)["Location"] == f"/patients/{ada.pk}/"

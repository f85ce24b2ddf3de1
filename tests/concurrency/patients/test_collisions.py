"""Two people at one patient, one record, one item; each with its control, which shows the harm without the guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, QueryDict

from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.inventory.move_stock import NotEnoughStockError
from clinic.patients.delete_patient import PatientHasHistoryError, delete_patient
from clinic.patients.forms import PatientForm
from clinic.patients.merge import merge
from clinic.patients.models import Patient
from clinic.records.cautions import CautionError, cautions
from clinic.records.delete_record import delete_record
from clinic.records.models import MedicalRecord, Prescription
from clinic.records.prescribe import prescribe, unprescribe
from clinic.screens.conflicts import RowChangedError, RowGoneError, version
from clinic.screens.tokens import fresh, once
from tests.concurrency.bookings.collision import Rival, collide
from tests.concurrency.editing import editing


@pytest.fixture(autouse=True)
def committed(sql: psycopg.Connection[Any], transactional_db: None) -> None:
    """Commit for real, on empty tables."""


@pytest.fixture
def ada() -> Patient:
    return stored(Patient.objects.create(first_name="Ada"))


@pytest.fixture
def twin() -> Patient:
    return stored(Patient.objects.create(first_name="Countess"))


def stored(patient: Patient) -> Patient:
    patient.refresh_from_db()
    return patient


@pytest.fixture
def record(ada: Patient) -> MedicalRecord:
    return MedicalRecord.objects.create(patient=ada)


def stock(item: Item) -> int:
    return Item.objects.values_list("quantity", flat=True).get(pk=item.pk)


def merging(kept: Patient, merged: Patient) -> Callable[[], object]:
    seen = {patient.pk: version(patient) for patient in (kept, merged)}
    return lambda: merge(kept.pk, merged.pk, seen=seen)


def test_the_last_item_is_prescribed_once(record: MedicalRecord) -> None:
    last = Item.objects.create(name="Gauze", quantity=1)
    other = MedicalRecord.objects.create(patient=record.patient)
    told = collide(lambda: prescribe(record.pk, last.pk, 1), lambda: prescribe(other.pk, last.pk, 1))
    assert isinstance(told, NotEnoughStockError)
    assert "Only 0 of Gauze are left" in str(told)
    assert (stock(last), Prescription.objects.count()) == (0, 1)


def test_control_by_memory_the_last_item_is_prescribed_twice(record: MedicalRecord) -> None:
    last = Item.objects.create(name="Gauze", quantity=1)

    def prescribe_by_memory() -> None:
        left = Item.objects.get(pk=last.pk).quantity
        assert left >= 1
        Item.objects.filter(pk=last.pk).update(quantity=left - 1)
        Prescription.objects.create(record=record, item=last, quantity=1)

    assert collide(prescribe_by_memory, prescribe_by_memory) is None
    assert (stock(last), Prescription.objects.count()) == (0, 2)


def test_a_prescription_removed_by_two_returns_its_stock_once(record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    given = prescribe(record.pk, item.pk, 3)
    collide(lambda: unprescribe(given.pk), lambda: unprescribe(given.pk))
    assert stock(item) == 5


def test_control_by_memory_it_returns_twice(record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    given = prescribe(record.pk, item.pk, 3)

    def remove_as_read(found: bool) -> None:
        assert found
        Item.objects.filter(pk=item.pk).update(quantity=F("quantity") + given.quantity)
        Prescription.objects.filter(pk=given.pk).delete()

    is_there = Prescription.objects.filter(pk=given.pk).exists()
    collide(lambda: remove_as_read(is_there), lambda: remove_as_read(is_there))
    assert stock(item) == 8


def test_a_record_deleted_while_somebody_prescribes_on_it_loses_no_stock(record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    collide(lambda: prescribe(record.pk, item.pk, 2), lambda: delete_record(record.pk))
    assert (stock(item), MedicalRecord.objects.count()) == (5, 0)


def test_who_prescribes_on_a_record_that_is_being_deleted_is_told_and_takes_nothing(record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    told = collide(lambda: delete_record(record.pk), lambda: prescribe(record.pk, item.pk, 2))
    assert isinstance(told, RowGoneError)
    assert str(told).startswith("This medical record was deleted by ")
    assert stock(item) == 5


def test_control_without_the_records_lock_the_database_refuses_and_names_nobody(
    record: MedicalRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    monkeypatch.setattr("clinic.records.prescribe.row_of", lambda _rows, _pk: None)
    with pytest.raises(IntegrityError, match="does not exist"):
        collide(lambda: delete_record(record.pk), lambda: prescribe(record.pk, item.pk, 2))


def allergic(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(allergies="gauze")


def test_an_allergy_saved_while_somebody_prescribes_is_asked_about(ada: Patient, record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    told = collide(lambda: allergic(ada), lambda: prescribe(record.pk, item.pk, 2))
    assert isinstance(told, CautionError)
    assert [caution.words for caution in told.cautions] == ["The patient's allergies name gauze: Gauze."]
    assert (stock(item), Prescription.objects.count()) == (5, 0)


def test_control_without_the_patients_lock_the_allergy_is_passed_over(
    ada: Patient, record: MedicalRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    monkeypatch.setattr("clinic.records.prescribe._hold", lambda _record: None)
    assert collide(lambda: allergic(ada), lambda: prescribe(record.pk, item.pk, 2)) is None
    assert (stock(item), Prescription.objects.get().warnings) == (3, "")


def spoil(item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(expires_on="2020-01-01")


def test_an_item_that_expires_while_it_is_prescribed_is_asked_about(record: MedicalRecord) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    told = collide(lambda: spoil(item), lambda: prescribe(record.pk, item.pk, 2))
    assert isinstance(told, CautionError)
    assert [caution.words for caution in told.cautions] == ["Gauze expired on 1 Jan 2020."]
    assert stock(item) == 5


def test_control_who_looks_before_the_item_is_held_gives_it_out(
    record: MedicalRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Item.objects.create(name="Gauze", quantity=5)
    as_read = list(cautions(record.patient, item))
    monkeypatch.setattr("clinic.records.prescribe._cautions", lambda _record, _item: as_read)
    assert collide(lambda: spoil(item), lambda: prescribe(record.pk, item.pk, 2)) is None
    assert stock(item) == 3


def test_an_edit_that_comes_while_a_merge_runs_is_told_that_the_row_is_gone(ada: Patient, twin: Patient) -> None:
    told = collide(merging(ada, twin), editing(PatientForm, twin, notes="edited"))
    assert isinstance(told, RowGoneError)


def test_an_edit_of_the_kept_one_while_a_merge_runs_keeps_what_both_did(ada: Patient, twin: Patient) -> None:
    Patient.objects.filter(pk=twin.pk).update(phone="1815")
    assert collide(merging(ada, stored(twin)), editing(PatientForm, ada, notes="edited")) is None
    assert (stored(ada).notes, ada.phone) == ("edited", "1815")


def test_a_merge_that_comes_while_somebody_edits_is_refused_and_loses_nothing(ada: Patient, twin: Patient) -> None:
    told = collide(editing(PatientForm, twin, notes="edited"), merging(ada, twin))
    assert isinstance(told, RowChangedError)
    assert stored(twin).notes == "edited"


def test_control_a_merge_that_does_not_look_loses_the_edit(ada: Patient, twin: Patient) -> None:
    as_read = stored(twin)

    def merge_by_memory() -> None:
        Patient.objects.filter(pk=ada.pk).update(notes=as_read.notes)
        Patient.objects.filter(pk=twin.pk).delete()

    collide(editing(PatientForm, twin, notes="edited"), merge_by_memory)
    assert stored(ada).notes == ""


def test_two_merges_of_one_pair_in_opposite_directions_do_not_deadlock(ada: Patient, twin: Patient) -> None:
    Booking.objects.create(patient=twin, date="2024-01-01")
    told = collide(merging(ada, twin), merging(twin, ada))
    assert isinstance(told, RowGoneError)
    assert list(Patient.objects.all()) == [ada]
    assert ada.bookings.count() == 1


def test_a_record_written_while_the_patient_is_deleted_is_not_lost(ada: Patient) -> None:
    told = collide(lambda: MedicalRecord.objects.create(patient=ada), lambda: delete_patient(ada.pk))
    assert isinstance(told, PatientHasHistoryError)
    assert MedicalRecord.objects.count() == 1


def posted(token: str) -> HttpRequest:
    request = HttpRequest()
    request.POST = QueryDict(f"form_token={token}&first_name=Grace")  # type: ignore[assignment]
    return request


def register() -> str:
    return f"/patients/{Patient.objects.create(first_name='Grace').pk}/"


def test_two_clicks_at_once_register_one_patient_and_see_the_same_result() -> None:
    results: list[str] = []
    request = posted(fresh())

    def click() -> None:
        results.append(once(request, register))

    assert collide(click, click) is None
    assert Patient.objects.count() == 1
    assert results[0] == results[1]


def test_control_without_a_token_two_clicks_register_two() -> None:
    request = posted("")
    rival = Rival(lambda: once(request, register))
    with transaction.atomic():
        once(request, register)
        rival.start()
        assert rival.finish() is None
    assert Patient.objects.count() == 2


def test_when_the_first_click_fails_the_second_counts() -> None:
    request = posted(fresh())

    def fail() -> str:
        raise RowGoneError

    with pytest.raises(RowGoneError):
        once(request, fail)
    once(request, register)
    assert Patient.objects.count() == 1

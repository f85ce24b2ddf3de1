"""Medicine prescribed while its bill is written, paid, voided or edited; each with its control."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import OperationalError, transaction
from django.db.models import F

from clinic.billing.forms import BillForm
from clinic.billing.issue_bill import issue_bill
from clinic.billing.models import Bill
from clinic.billing.record_payment import record_payment
from clinic.billing.void_bill import void_bill
from clinic.bookings.models import Booking
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.records.delete_record import delete_record
from clinic.records.models import MedicalRecord, Prescription
from clinic.records.prescribe import prescribe, unprescribe
from tests.concurrency.bookings.collision import Rival, collide
from tests.concurrency.conftest import Spoil
from tests.concurrency.editing import editing, unmerged
from tests.waiting import until

PRICED = "ledger.prescription__priced()"
LOCK = "perform from public.booking where id = visit for update;"


@pytest.fixture
def visit(ada: Patient) -> MedicalRecord:
    booking = Booking.objects.create(date="2030-01-07", patient=ada)
    return MedicalRecord.objects.create(patient=ada, booking=booking)


@pytest.fixture
def tablets() -> Item:
    return Item.objects.create(name="Tablets", quantity=100, unit_price=Decimal(4))


@pytest.fixture
def billed(visit: MedicalRecord) -> Bill:
    made = issue_bill(of(visit))
    made.refresh_from_db()
    return made


def of(visit: MedicalRecord) -> Bill:
    return Bill(patient=visit.patient, booking=visit.booking, service_fee=Decimal(60))


def medicine(visit: MedicalRecord) -> Decimal:
    return Bill.objects.get(booking=visit.booking).medicine_fee


def test_what_is_prescribed_while_the_bill_is_written_is_on_it(visit: MedicalRecord, tablets: Item) -> None:
    assert collide(lambda: issue_bill(of(visit)), lambda: prescribe(visit.pk, tablets.pk, 2)) is None
    assert medicine(visit) == 8


def test_a_bill_written_while_something_is_prescribed_takes_it_up(visit: MedicalRecord, tablets: Item) -> None:
    assert collide(lambda: prescribe(visit.pk, tablets.pk, 2), lambda: of(visit).save()) is None
    assert medicine(visit) == 8


def test_control_without_the_bookings_lock_it_is_on_no_bill(
    visit: MedicalRecord, tablets: Item, without: Spoil
) -> None:
    give = lambda: Prescription.objects.create(record=visit, item=tablets, quantity=2)  # noqa: E731
    with without(PRICED, LOCK):
        assert collide(lambda: of(visit).save(), give) is None
    assert medicine(visit) == 0


def test_two_who_prescribe_on_one_bill_add_up(visit: MedicalRecord, billed: Bill, tablets: Item) -> None:
    other = Item.objects.create(name="Drops", quantity=5, unit_price=Decimal(1))
    give = lambda item: lambda: Prescription.objects.create(record=visit, item=item, quantity=2)  # noqa: E731
    assert collide(give(tablets), give(other)) is None
    assert medicine(visit) == 10


def test_control_by_memory_one_of_the_two_is_lost(visit: MedicalRecord, billed: Bill) -> None:
    known = billed.medicine_fee
    adds = lambda fee: lambda: Bill.objects.filter(pk=billed.pk).update(medicine_fee=known + fee)  # noqa: E731
    collide(adds(8), adds(2))
    assert medicine(visit) == 2


def test_what_is_prescribed_while_the_last_is_paid_waits_for_a_decision(
    visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    pay = lambda: record_payment(billed.pk, Decimal(60), "cash")  # noqa: E731
    assert collide(pay, lambda: prescribe(visit.pk, tablets.pk, 2)) is None
    billed.refresh_from_db()
    assert (billed.status, billed.medicine_fee, Prescription.objects.get().bill_id) == ("paid", 0, None)


def test_what_is_prescribed_while_the_bill_is_voided_waits_for_a_decision(
    visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    assert collide(lambda: void_bill(billed.pk, "typed twice"), lambda: prescribe(visit.pk, tablets.pk, 2)) is None
    assert (medicine(visit), Prescription.objects.get().bill_id) == (0, None)


def test_fees_edited_while_something_is_prescribed_are_merged_with_it(
    visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    edit = editing(BillForm, billed, other_fee="5")
    assert collide(lambda: prescribe(visit.pk, tablets.pk, 2), edit) is None
    billed.refresh_from_db()
    assert (billed.medicine_fee, billed.other_fee, billed.total_amount) == (8, 5, 73)


def test_control_a_form_that_does_not_merge_takes_the_medicine_off(
    visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    edit = editing(unmerged(BillForm), billed, other_fee="5")
    assert collide(lambda: prescribe(visit.pk, tablets.pk, 2), edit) is None
    assert medicine(visit) == 0


def meet_at_item_and_bill(visit: MedicalRecord, take_back: Callable[[], object]) -> None:
    """Hold the drops, let a rival take tablets and drops back, then go on to their bill, as who prescribes."""
    drops = Item.objects.get(name="Drops")
    second = MedicalRecord.objects.create(patient=visit.patient, booking=visit.booking)
    rival = Rival(take_back)
    with transaction.atomic():
        Item.objects.filter(pk=drops.pk).update(quantity=F("quantity") - 3)
        rival.start()
        until(rival.is_stuck, what="the rival, waiting for the drops")
        Prescription.objects.create(record=second, item=drops, quantity=3)
    assert rival.finish() is None


@pytest.fixture
def two_given(visit: MedicalRecord, billed: Bill, tablets: Item) -> list[Prescription]:
    drops = Item.objects.create(name="Drops", quantity=50, unit_price=Decimal(1))
    return [prescribe(visit.pk, item.pk, 1) for item in (tablets, drops)]


def test_a_record_deleted_while_another_prescribes_on_its_bill_holds_no_bill_while_it_waits_for_an_item(
    visit: MedicalRecord, tablets: Item, two_given: list[Prescription]
) -> None:
    meet_at_item_and_bill(visit, lambda: delete_record(visit.pk))
    assert medicine(visit) == 3
    assert list(Item.objects.order_by("id").values_list("quantity", flat=True)) == [100, 47]


def test_control_who_goes_from_item_to_bill_to_item_deadlocks(
    visit: MedicalRecord, tablets: Item, two_given: list[Prescription]
) -> None:
    @transaction.atomic
    def one_by_one() -> None:
        for given in two_given:
            unprescribe(given.pk)

    with pytest.raises(OperationalError, match="deadlock detected"):
        meet_at_item_and_bill(visit, one_by_one)

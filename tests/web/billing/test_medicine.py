"""Medicine on bills: what is prescribed is billed without anybody's doing, and where it cannot be, people decide."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from clinic.billing.models import Bill
from clinic.bookings.finish_consultation import finish_consultation
from clinic.bookings.models import Booking, BookingStatus
from clinic.inventory.models import Item
from clinic.patients.models import Patient
from clinic.practice.models import Service
from clinic.records.models import MedicalRecord, Prescription
from clinic.records.prescribe import prescribe
from tests.web.billing.cashier import act, cashier, words
from tests.web.billing.conftest import ClientOf, pay
from tests.web.billing.test_pdf import text_of
from tests.web.forms import form_of

__all__ = ["cashier"]


@pytest.fixture
def tablets(db: None) -> Item:
    return Item.objects.create(name="Tablets", quantity=100, unit_price=Decimal("4.25"))


@pytest.fixture
def visit(ada: Patient) -> MedicalRecord:
    """A consultation that goes on, with a record begun, of a service for 60.00."""
    service = Service.objects.create(name="Check-up", price=60)
    booking = Booking.objects.create(
        date=timezone.localdate(), patient=ada, service=service, status=BookingStatus.IN_CONSULTATION
    )
    return MedicalRecord.objects.create(patient=ada, booking=booking)


@pytest.fixture
def billed(visit: MedicalRecord) -> Bill:
    return Bill.objects.create(patient=visit.patient, booking=visit.booking, service_fee=60)


def fees(bill: Bill) -> tuple[Decimal, Decimal, str]:
    bill.refresh_from_db()
    return bill.medicine_fee, bill.total_amount, bill.status


def send(client: Client, record: MedicalRecord, item: Item, quantity: int) -> str:
    address = f"/records/{record.pk}/prescriptions/"
    form = form_of(client.get(f"/records/{record.pk}/"), address) | {"item": item.pk, "quantity": quantity}
    return words(client.post(address, form, follow=True))


def on_no_bill(patient: Patient, item: Item) -> MedicalRecord:
    """Prescribe two at a visit that was never booked, for which the cashier is to decide."""
    record = MedicalRecord.objects.create(patient=patient)
    prescribe(record.pk, item.pk, 2)
    return record


def decision(client: Client, record: MedicalRecord, choice: object) -> str:
    address = f"/bills/medicine/{record.pk}/"
    return words(client.post(address, form_of(client.get(address)) | {"choice": choice}, follow=True))


def test_what_is_prescribed_is_on_the_visits_bill_and_comes_off_when_it_is_removed(
    client_of: ClientOf, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    clinician = client_of("clinician")
    assert f"€8.50,\n    on bill #{billed.pk}" in send(clinician, visit, tablets, 2)
    send(clinician, visit, tablets, 1)
    assert fees(billed) == (Decimal("12.75"), Decimal("72.75"), "unpaid")
    clinician.post(f"/prescriptions/{Prescription.objects.earliest('id').pk}/remove/")
    assert fees(billed) == (Decimal("4.25"), Decimal("64.25"), "unpaid")


def test_a_bill_written_later_takes_up_what_its_visit_prescribed(visit: MedicalRecord, tablets: Item) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    bill = finish_consultation(visit.booking_id).bill  # type: ignore[arg-type]
    assert fees(bill) == (Decimal("8.50"), Decimal("68.50"), "unpaid")


def test_a_bill_written_in_the_form_adds_it_to_what_is_typed(
    cashier: Client, visit: MedicalRecord, tablets: Item
) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    address = f"/bills/new/?booking={visit.booking_id}"
    assert "Beyond the €8.50 that was prescribed, which is added by itself." in words(cashier.get(address))
    act(cashier, address, service_fee="", medicine_fee="1")
    assert fees(Bill.objects.get()) == (Decimal("9.50"), Decimal("9.50"), "unpaid")


def test_a_later_price_changes_no_bill(visit: MedicalRecord, billed: Bill, tablets: Item) -> None:
    given = prescribe(visit.pk, tablets.pk, 2)
    Item.objects.update(unit_price=99)
    given.refresh_from_db()
    assert (given.unit_price, given.amount) == (Decimal("4.25"), Decimal("8.50"))
    given.delete()
    assert fees(billed) == (Decimal(0), Decimal(60), "unpaid")


def test_a_cashier_sees_what_the_medicine_fee_is_for(
    cashier: Client, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    prescribe(visit.pk, tablets.pk, 3)
    act(cashier, f"/bills/{billed.pk}/edit/", medicine_fee="15")
    page = " ".join(words(cashier.get(f"/bills/{billed.pk}/")).split())
    assert "<td>Tablets <span" in page
    assert '<td class="medicine__number">3</td> <td class="medicine__number">€4.25</td>' in page
    assert '<td class="medicine__number">€12.75</td>' in page
    assert 'Changed by hand</td><td class="medicine__number">€2.25</td>' in page
    assert "Medicine Item Quantity Unit price Amount Tablets 3 €4.25 €12.75" in text_of(
        cashier, f"/bills/{billed.pk}/pdf/"
    )


def test_what_a_cashier_changed_by_hand_stays_when_medicine_comes_and_goes(
    cashier: Client, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    first = prescribe(visit.pk, tablets.pk, 2)
    act(cashier, f"/bills/{billed.pk}/edit/", medicine_fee="10")
    second = prescribe(visit.pk, tablets.pk, 1)
    assert fees(billed)[0] == Decimal("14.25")
    first.delete()
    assert fees(billed)[0] == Decimal("5.75")
    act(cashier, f"/bills/{billed.pk}/edit/", medicine_fee="1")
    second.delete()
    assert fees(billed)[0] == 0


def test_medicine_that_is_paid_is_taken_back_after_a_refund(
    client_of: ClientOf, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    given = prescribe(visit.pk, tablets.pk, 2)
    pay(billed, "68.50")
    clinician = client_of("clinician")
    refused = words(clinician.post(f"/prescriptions/{given.pk}/remove/", follow=True))
    assert f"€68.50 is paid on bill #{billed.pk}, whose total without it is €60.00. Refund €8.50 first." in refused
    assert Item.objects.get().quantity == 98
    pay(billed, "-8.50")
    clinician.post(f"/prescriptions/{given.pk}/remove/")
    assert fees(billed) == (Decimal(0), Decimal(60), "paid")
    assert Item.objects.get().quantity == 100


def test_medicine_below_a_discount_is_taken_back_after_it_is_lowered(
    client_of: ClientOf, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    given = prescribe(visit.pk, tablets.pk, 2)
    Bill.objects.update(discount=65)
    refused = words(client_of("clinician").post(f"/prescriptions/{given.pk}/remove/", follow=True))
    assert "which is less than its discount of €65.00. Lower the discount first." in refused


@pytest.mark.parametrize("state", ["paid", "void"])
def test_when_the_bill_is_closed_the_clinician_is_told_and_the_cashier_is_asked(
    client_of: ClientOf, visit: MedicalRecord, billed: Bill, tablets: Item, state: str
) -> None:
    if state == "paid":
        pay(billed, "60")
    else:
        Bill.objects.update(voided_at=timezone.now())
    told = send(client_of("clinician"), visit, tablets, 2)
    assert f"€8.50 is on no bill: bill #{billed.pk} is {state}. The cashier will decide." in told
    assert "on no bill yet" in told
    assert fees(billed) == (Decimal(0), Decimal(60), state)
    cashier = client_of("cashier")
    assert "Medicine of this visit for €8.50 was prescribed" in words(cashier.get(f"/bills/{billed.pk}/"))
    assert "Tablets" in words(cashier.get("/bills/medicine/"))
    assert "It is on the bill." in decision(cashier, visit, "further")
    further = Bill.objects.latest("id")
    assert (further.patient, further.booking) == (visit.patient, None)
    assert fees(further) == (Decimal("8.50"), Decimal("8.50"), "unpaid")
    assert "All medicine is on a bill." in words(cashier.get("/bills/medicine/"))
    assert "on no bill" not in words(client_of("manager").get(f"/records/{visit.pk}/"))


def test_a_record_without_a_booking_is_asked_about_too(
    client_of: ClientOf, cashier: Client, ada: Patient, bill: Bill, tablets: Item
) -> None:
    record = MedicalRecord.objects.create(patient=ada)
    told = send(client_of("clinician"), record, tablets, 2)
    assert "€8.50 is on no bill, because this record belongs to no booking. The cashier will decide." in told
    offered = words(cashier.get(f"/bills/medicine/{record.pk}/"))
    assert f"Put it on bill #{bill.pk} of " in offered
    decision(cashier, record, bill.pk)
    assert fees(bill) == (Decimal("28.50"), Decimal("108.50"), "unpaid")


def test_what_is_given_for_nothing_is_asked_about_once(
    cashier: Client, client_of: ClientOf, ada: Patient, tablets: Item
) -> None:
    record = on_no_bill(ada, tablets)
    assert "Nothing is charged." in decision(cashier, record, "free")
    assert not Bill.objects.exists()
    assert "All medicine is on a bill." in words(cashier.get("/bills/medicine/"))
    assert "not charged" in words(client_of("clinician").get(f"/records/{record.pk}/"))


def test_of_two_who_decide_the_second_reads_that_it_is_decided(cashier: Client, ada: Patient, tablets: Item) -> None:
    record = on_no_bill(ada, tablets)
    address = f"/bills/medicine/{record.pk}/"
    seen = form_of(cashier.get(address)), form_of(cashier.get(address))
    for form in seen:
        answer = cashier.post(address, form | {"choice": "further"}, follow=True)
    assert "Somebody decided on this medicine already; nothing was billed twice." in words(answer)
    assert Bill.objects.count() == 1


def test_what_was_prescribed_after_the_question_is_asked_about_again(
    cashier: Client, ada: Patient, tablets: Item
) -> None:
    record = on_no_bill(ada, tablets)
    address = f"/bills/medicine/{record.pk}/"
    seen = form_of(cashier.get(address))
    prescribe(record.pk, tablets.pk, 10)
    cashier.post(address, seen | {"choice": "further"})
    assert fees(Bill.objects.get())[0] == Decimal("8.50")
    assert "€42.50" in words(cashier.get("/bills/medicine/"))


def test_another_patients_bill_and_a_paid_one_take_nothing(cashier: Client, ada: Patient, tablets: Item) -> None:
    record = on_no_bill(ada, tablets)
    other = Bill.objects.create(patient=Patient.objects.create(first_name="Ben"), service_fee=9)
    paid = Bill.objects.create(patient=ada, service_fee=9)
    pay(paid, "9")
    assert "is another patient" in decision(cashier, record, other.pk)
    assert "is paid already" in decision(cashier, record, paid.pk)
    assert not Prescription.objects.filter(bill__isnull=False).exists()


@pytest.mark.parametrize("choice", ["", "x", "0", "-1"])
def test_who_chose_nothing_is_asked_again(cashier: Client, ada: Patient, tablets: Item, choice: str) -> None:
    record = on_no_bill(ada, tablets)
    address = f"/bills/medicine/{record.pk}/"
    answer = cashier.post(address, form_of(cashier.get(address)) | {"choice": choice})
    assert answer["Location"] == address
    asked = words(cashier.get(address))
    assert "Choose what becomes of this medicine: one of the bills, a bill of its own, or no charge." in asked
    assert "Charge nothing" in asked


def test_who_chose_a_bill_that_is_gone_reads_so_and_is_asked_again(
    cashier: Client, ada: Patient, bill: Bill, tablets: Item
) -> None:
    record = on_no_bill(ada, tablets)
    address = f"/bills/medicine/{record.pk}/"
    form = form_of(cashier.get(address)) | {"choice": bill.pk}
    bill.delete()
    asked = words(cashier.post(address, form, follow=True))
    assert "This bill was deleted" in asked
    assert "Choose again." in asked
    assert "Charge nothing" in asked


def test_the_bills_that_are_owed_are_offered_before_those_of_nothing(
    cashier: Client, ada: Patient, bill: Bill, tablets: Item
) -> None:
    record = on_no_bill(ada, tablets)
    empty = Bill.objects.create(patient=ada)
    page = words(cashier.get(f"/bills/medicine/{record.pk}/"))
    offers = re.findall(r"Put it on bill (#\d+) of [^,]+, ([^<]+)<", page)
    assert offers == [(f"#{bill.pk}", "€100.00 left"), (f"#{empty.pk}", "which has no amount yet")]


@pytest.mark.parametrize("status", ["pending", "confirmed", "in_consultation"])
def test_a_visit_that_was_never_finished_is_asked_about_when_its_day_is_over(
    cashier: Client, visit: MedicalRecord, tablets: Item, status: str
) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    Booking.objects.update(status=status)
    assert "All medicine is on a bill." in words(cashier.get("/bills/medicine/"))
    Booking.objects.update(date=timezone.localdate() - timedelta(days=1))
    assert "€8.50" in words(cashier.get("/bills/medicine/"))
    assert "It is on the bill." in decision(cashier, visit, "further")


def test_a_void_bill_says_nothing_of_changes_by_hand_when_its_medicine_moved_on(
    cashier: Client, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    other = MedicalRecord.objects.create(patient=visit.patient, booking=visit.booking)
    prescribe(visit.pk, tablets.pk, 2)
    prescribe(other.pk, tablets.pk, 1)
    act(cashier, f"/bills/{billed.pk}/void/", reason="wrong patient")
    decision(cashier, visit, "further")
    page = words(cashier.get(f"/bills/{billed.pk}/"))
    assert f"medicine-{other.prescriptions.get().pk}" in page
    assert "Changed by hand" not in page


def test_a_visit_that_goes_on_waits_for_its_own_bill(cashier: Client, visit: MedicalRecord, tablets: Item) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    assert "All medicine is on a bill." in words(cashier.get("/bills/medicine/"))
    Booking.objects.update(status=BookingStatus.COMPLETED)
    page = words(cashier.get(f"/bills/medicine/{visit.pk}/"))
    assert f'href="/bills/new/?booking={visit.booking_id}"' in page


def test_a_voided_bills_medicine_is_asked_about_and_the_void_bill_stays_as_it_was(
    cashier: Client, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    act(cashier, f"/bills/{billed.pk}/void/", reason="wrong patient")
    decision(cashier, visit, "further")
    assert fees(billed) == (Decimal("8.50"), Decimal("68.50"), "void")
    assert fees(Bill.objects.latest("id"))[0] == Decimal("8.50")


def test_a_deleted_record_takes_its_medicine_off_the_bill(
    client_of: ClientOf, visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    prescribe(visit.pk, tablets.pk, 2)
    prescribe(visit.pk, tablets.pk, 3)
    client_of("clinician").post(f"/records/{visit.pk}/delete/")
    assert fees(billed)[0] == 0
    assert Item.objects.get().quantity == 100


def test_a_bill_made_free_by_a_discount_is_not_made_dear_again(
    visit: MedicalRecord, billed: Bill, tablets: Item
) -> None:
    Bill.objects.update(discount=60)
    assert prescribe(visit.pk, tablets.pk, 2).bill_id is None
    assert fees(billed) == (Decimal(0), Decimal(0), "paid")


def test_who_may_not_write_bills_is_not_asked(client_of: ClientOf, visit: MedicalRecord) -> None:
    for role in ("clinician", "reception", "store"):
        client = client_of(role)
        assert client.get("/bills/medicine/").status_code == 403
        assert client.post(f"/bills/medicine/{visit.pk}/").status_code == 403


@pytest.mark.parametrize("typed", [{}, {"service_fee": "0"}, {"service_fee": "0.00", "medicine_fee": "0.0"}])
def test_a_bill_of_nothing_is_asked_for_its_amount(cashier: Client, ada: Patient, typed: dict[str, str]) -> None:
    answer = act(cashier, f"/bills/new/?patient={ada.pk}", **typed)
    assert answer.status_code == 422
    assert "Give an amount: a bill of nothing counts as paid." in words(answer)
    assert not Bill.objects.exists()


def test_a_bill_is_not_edited_to_nothing_but_may_be_discounted_to_it(cashier: Client, bill: Bill) -> None:
    address = f"/bills/{bill.pk}/edit/"
    refused = act(cashier, address, service_fee="", medicine_fee="")
    assert "Give an amount: a bill of nothing counts as paid." in words(refused)
    assert act(cashier, address, discount="100").status_code == 302
    assert fees(bill) == (Decimal(20), Decimal(0), "paid")

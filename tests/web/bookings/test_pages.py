"""The page of a booking, and who may see and press what."""

from __future__ import annotations

from clinic.billing.models import Bill
from clinic.bookings.models import Booking, BookingStatus
from clinic.patients.models import Patient
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.bookings.pages import HTMX, html


def test_an_open_page_of_a_deleted_booking_says_so(clinic: Clinic, client_of: ClientOf) -> None:
    assert "deleted meanwhile" in html(client_of("reception"), "/bookings/4711/", headers=HTMX)


def test_a_booking_is_deleted_unless_something_came_of_it(clinic: Clinic, client_of: ClientOf) -> None:
    client, idle, billed = client_of("reception"), clinic.booking(), clinic.booking()
    patient = Patient.objects.create(first_name="Ada")
    Bill.objects.create(patient=patient, booking=billed)
    assert "Delete this booking?" in html(client, f"/bookings/{idle.pk}/delete/")
    client.post(f"/bookings/{idle.pk}/delete/")
    page = client.post(f"/bookings/{billed.pk}/delete/", follow=True).content.decode()
    assert list(Booking.objects.all()) == [billed]
    assert "so it stays" in page


def test_nobody_sees_a_button_they_may_not_press_nor_can_press_it(clinic: Clinic, client_of: ClientOf) -> None:
    booking = clinic.booking()
    begun = clinic.booking(status=BookingStatus.IN_CONSULTATION)
    cashier, reception, clinician = client_of("cashier"), client_of("reception"), client_of("clinician")
    for address in ("/bookings/", f"/bookings/{booking.pk}/"):
        page = html(cashier, address)
        for word in ("accept/", "decline/", "/edit/", "/delete/", "/bookings/new/"):
            assert word not in page
    for address in ("accept", "decline", "edit", "delete"):
        assert cashier.post(f"/bookings/{booking.pk}/{address}/").status_code == 403
    assert "done/" not in html(reception, f"/bookings/{begun.pk}/")
    assert reception.post(f"/bookings/{begun.pk}/done/").status_code == 403
    assert "done/" in html(clinician, f"/bookings/{begun.pk}/")
    assert "delete/" not in html(clinician, f"/bookings/{begun.pk}/")
    assert clinician.post(f"/bookings/{begun.pk}/delete/").status_code == 403

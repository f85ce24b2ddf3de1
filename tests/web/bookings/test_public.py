"""Asking for an appointment without an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from limits.errors import StorageError

from clinic.bookings.models import Booking, BookingStatus
from clinic.bookings.public import limit
from clinic.patients.models import Patient
from clinic.practice.models import Service, WorkingHours
from clinic.screens import rates
from clinic.stats import snapshot
from tests.web.bookings.conftest import Clinic

ADA = {"name": "Ada Lovelace", "phone": "+44 170 1815", "email": "", "reason": "", "website": ""}


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    rates.forget_all()
    yield
    rates.forget_all()


def at(clinic: Clinic, start: str = "0900") -> str:
    return f"/book/{clinic.service.pk}/{clinic.monday}/{start}/"


def test_the_way_leads_from_the_service_to_the_time_to_the_name(clinic: Clinic, client: Client) -> None:
    assert f'href="/book/{clinic.service.pk}/"' in client.get("/book/").content.decode()
    times = client.get(f"/book/{clinic.service.pk}/?day={clinic.monday}").content.decode()
    assert f'href="{at(clinic)}"' in times
    assert 'name="phone"' in client.get(at(clinic)).content.decode()


def test_a_request_arrives_as_pending_with_a_practitioner_who_is_free(clinic: Clinic, client: Client) -> None:
    before = snapshot.read().values["bookings_pending"]
    answer = client.post(at(clinic), ADA, follow=True)
    booking = Booking.objects.get()
    assert (booking.status, booking.date, booking.start_time) == (BookingStatus.PENDING, clinic.monday, time(9))
    assert (booking.patient_name, booking.patient_phone) == ("Ada Lovelace", "+44 170 1815")
    assert (booking.service, booking.duration_minutes) == (clinic.service, 30)
    assert booking.changed_by == "public booking page"
    assert booking.practitioner in {clinic.noor, clinic.otto}
    assert snapshot.read().values["bookings_pending"] == before + 1
    assert "Your request was sent" in answer.content.decode()


def test_nothing_of_anybody_is_ever_shown(clinic: Clinic, client: Client) -> None:
    patient = Patient.objects.create(first_name="Grace", last_name="Hopper", phone="0171 1906")
    clinic.booking(patient=patient, practitioner=clinic.noor, start_time=time(10), patient_name="Grace Hopper")
    pages = [client.get(a) for a in ("/book/", f"/book/{clinic.service.pk}/?day={clinic.monday}", at(clinic, "1000"))]
    pages.append(client.post(at(clinic), {**ADA, "name": "Grace Hopper", "phone": "0171 1906"}, follow=True))
    for page in pages:
        assert "Grace" not in page.content.decode()
        assert "1906" not in page.content.decode()
    assert Booking.objects.filter(patient=patient).count() == 1


def test_a_second_click_asks_only_once(clinic: Clinic, client: Client) -> None:
    form = {**ADA, "form_token": "as rendered once"}
    first, second = client.post(at(clinic), form), client.post(at(clinic), form)
    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


def test_a_time_taken_meanwhile_is_said_kindly_beside_other_times(clinic: Clinic, client: Client) -> None:
    for practitioner in (clinic.noor, clinic.otto):
        clinic.booking(practitioner=practitioner, start_time=time(9))
    answer = client.post(at(clinic), ADA)
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.content.decode()
    assert at(clinic, "0930") in answer.content.decode()
    assert Booking.objects.count() == 2


@pytest.mark.parametrize("start", ["0300", "1645", "0907"])
def test_a_time_that_is_not_offered_cannot_be_had(clinic: Clinic, client: Client, start: str) -> None:
    assert client.post(at(clinic, start), ADA).status_code == 409
    assert not Booking.objects.exists()


def test_the_past_and_nonsense_have_no_page(clinic: Clinic, client: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for address in (f"{yesterday}/0900", "2026-99-99/0900", f"{clinic.monday}/9999", f"{clinic.monday}/x"):
        assert client.get(f"/book/{clinic.service.pk}/{address}/").status_code == 404
    Service.objects.update(is_active=False)
    assert client.get(f"/book/{clinic.service.pk}/").status_code == 404


def test_a_phone_that_cannot_be_called_is_refused_beside_the_field_and_nothing_is_lost(
    clinic: Clinic, client: Client
) -> None:
    answer = client.post(at(clinic), {**ADA, "phone": "call me", "reason": "headache"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Give a phone number we can call" in html
    assert 'value="headache"' in html
    assert not Booking.objects.exists()


def test_a_robot_that_fills_the_trap_is_thanked_and_ignored(clinic: Clinic, client: Client) -> None:
    answer = client.post(at(clinic), {**ADA, "website": "https://example.org"})
    assert answer["Location"] == "/book/sent/"
    assert not Booking.objects.exists()


def test_one_address_may_ask_ten_times_an_hour(clinic: Clinic, client: Client) -> None:
    answers = [client.post(at(clinic), {**ADA, "phone": f"017{n:05}"}).status_code for n in range(11)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]
    elsewhere = client.post(at(clinic, "1000"), ADA, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_two_clinics_on_one_counter_count_apart(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [limit.may_ask("192.0.2.1") for _ in range(11)]
    monkeypatch.setattr(rates, "_database", lambda: "7.16384")
    assert (answers[-2:], limit.may_ask("192.0.2.1")) == ([True, False], True)


def test_each_process_counts_for_itself_while_the_counter_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def hit(self, *args: object) -> bool:
            raise StorageError(ConnectionError("Redis is away"))

    with monkeypatch.context() as patch:
        patch.setattr(rates, "_shared", Away)
        patch.setattr(rates, "_database", lambda: "7.16384")
        answers = [limit.may_ask("192.0.2.1") for _ in range(11)]
    assert answers == 10 * [True] + [False]


def test_a_customer_with_a_network_of_addresses_counts_as_one(transactional_db: None) -> None:
    answers = [limit.may_ask(f"2001:db8:1:1::{n}") for n in range(11)]
    assert (answers[-1], limit.may_ask("2001:db8:1:2::1")) == (False, True)


def test_a_day_beyond_what_is_offered_cannot_be_asked_for(clinic: Clinic, client: Client) -> None:
    last, beyond = (timezone.localdate() + timedelta(days=days) for days in (90, 91))
    addresses = [f"/book/{clinic.service.pk}/{day}/0900/" for day in (last, beyond)]
    assert [client.get(address).status_code for address in addresses] == [200, 404]


def test_a_week_without_hours_says_so(clinic: Clinic, client: Client) -> None:
    WorkingHours.objects.all().delete()
    assert "Nothing is free that week" in client.get(f"/book/{clinic.service.pk}/").content.decode()


def test_nonsense_in_the_address_shows_this_week(clinic: Clinic, client: Client) -> None:
    for day in ("yesterday", "2026-02-30", "1999-01-01", "9999-12-31"):
        assert client.get(f"/book/{clinic.service.pk}/?day={day}").status_code == 200


def test_the_page_of_times_costs_few_queries(clinic: Clinic, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/book/{clinic.service.pk}/")
    assert len(queries) == 4

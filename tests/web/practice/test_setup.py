"""What the manager sets up: services, practitioners with their hours, and blocked days."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from clinic.bookings.slots import Days, free_slots
from clinic.practice.forms import read_hours
from clinic.practice.hours_in_words import week_in_words
from clinic.practice.models import BlockedDay, Practitioner, Service, WorkingHours
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.forms import form_of


def seen(client: Client, address: str) -> str:
    """The version of the row that a form shows."""
    found = re.search(r'name="changed_at" value="([^"]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def hours(**weekdays: str) -> dict[str, str]:
    """What is typed for the hours; days are `monday` and so on, others closed."""
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return {f"hours_{number}": weekdays.get(name, "") for number, name in enumerate(names)}


def test_a_service_is_added_and_offered(clinic: Clinic, client_of: ClientOf, client: Client) -> None:
    said = {"name": "Vaccination", "price": "40.00", "duration_minutes": "15", "is_active": "on"}
    assert client_of("manager").post("/setup/services/new/", said)["Location"] == "/setup/"
    assert "€40.00" in client_of("manager").get("/setup/").content.decode()
    assert "Vaccination" in client.get("/book/").content.decode()
    assert Service.objects.get(name="Vaccination").price == Decimal("40.00")


def test_a_service_is_changed_and_switched_off(clinic: Clinic, client_of: ClientOf, client: Client) -> None:
    manager, address = client_of("manager"), f"/setup/services/{clinic.service.pk}/"
    said = {"name": "Check", "price": "70", "duration_minutes": "45", "changed_at": seen(manager, address)}
    assert manager.post(address, said).status_code == 302
    clinic.service.refresh_from_db()
    assert (clinic.service.name, clinic.service.is_active) == ("Check", False)
    assert clinic.service.changed_by == "manager"
    assert "Check" not in client.get("/book/").content.decode()


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("price", "-1"), ("duration_minutes", "0")])
def test_a_service_that_makes_no_sense_is_refused_in_words(
    clinic: Clinic, client_of: ClientOf, field: str, value: str
) -> None:
    said = {"name": "X-ray", "price": "40", "duration_minutes": "15", field: value}
    answer = client_of("manager").post("/setup/services/new/", said)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Service.objects.filter(name="X-ray").exists()


def test_hours_are_typed_as_people_write_them(clinic: Clinic, client_of: ClientOf) -> None:
    said = {"full_name": "Mia Sand", "is_active": "on", **hours(monday="9-12, 13:30-17", friday="8.15\N{EN DASH}12.00")}
    assert client_of("manager").post("/setup/practitioners/new/", said).status_code == 302
    mia = Practitioner.objects.get(full_name="Mia Sand")
    assert [(row.weekday, row.starts, row.ends) for row in mia.working_hours.order_by("weekday", "starts")] == [
        (0, time(9), time(12)),
        (0, time(13, 30), time(17)),
        (4, time(8, 15), time(12)),
    ]


def test_new_hours_replace_the_old_ones_at_once(clinic: Clinic, client_of: ClientOf) -> None:
    manager, address = client_of("manager"), f"/setup/practitioners/{clinic.noor.pk}/"
    assert 'value="09:00-12:00"' in manager.get(address).content.decode()
    said = {"full_name": "Noor Haddad", "is_active": "on", "changed_at": seen(manager, address)}
    assert manager.post(address, {**said, **hours(monday="14:00-15:00")}).status_code == 302
    slots = free_slots(30, Days(clinic.monday, clinic.monday + timedelta(days=6), clinic.noor.pk))
    assert [slot.start for slot in slots] == [time(14), time(14, 30)]


@pytest.mark.parametrize("text", ["9", "nine to five", "12-9", "9-12, 11-14", "25-26", "9-12-14"])
def test_hours_that_make_no_sense_are_refused_beside_their_day(clinic: Clinic, client_of: ClientOf, text: str) -> None:
    said = {"full_name": "Mia Sand", "is_active": "on", **hours(tuesday=text)}
    answer = client_of("manager").post("/setup/practitioners/new/", said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["hours_1"]
    assert text in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9-24", "Until midnight is written 9:00-23:59."),
        ("9:30-24:00", "Until midnight is written 9:30-23:59."),
        ("9:00-12:60", "A day has the hours 0:00 to 23:59."),
        ("22-0", "A night is two days: 22:00-23:59, and 0:00-6:00 on the next."),
        ("22-6", "A night is two days: 22:00-23:59, and 0:00-6:00 on the next."),
        ("9 to 12", "Write the hours like 9:00-12:00, 13:30-17:00."),
    ],
)
def test_refused_hours_say_how_they_are_written(clinic: Clinic, client_of: ClientOf, text: str, words: str) -> None:
    said = {"full_name": "Mia Sand", "is_active": "on", **hours(tuesday=text)}
    answer = client_of("manager").post("/setup/practitioners/new/", said)
    assert words in answer.content.decode()


def test_hours_until_the_end_of_the_day_are_taken_as_the_refusal_says(clinic: Clinic, client_of: ClientOf) -> None:
    said = {"full_name": "Mia Sand", "is_active": "on", **hours(tuesday="9:00-23:59")}
    assert client_of("manager").post("/setup/practitioners/new/", said).status_code == 302


def test_a_colleagues_new_hours_are_not_overwritten(clinic: Clinic, client_of: ClientOf) -> None:
    manager, address = client_of("manager"), f"/setup/practitioners/{clinic.noor.pk}/"
    mine, theirs = (form_of(manager.get(address)) for _ in range(2))
    manager.post(address, theirs | hours(monday="10-11"))
    answer = manager.post(address, mine | hours(monday="8-9"))
    assert answer.status_code == 409
    assert [(q.label, q.theirs, q.yours) for q in answer.context["form"].questions] == [
        ("Monday", "10:00-11:00", "8-9")
    ]
    assert clinic.noor.working_hours.get().starts == time(10)


def test_a_week_is_written_in_short(clinic: Clinic) -> None:
    WorkingHours.objects.filter(practitioner=clinic.noor, weekday=6).delete()
    WorkingHours.objects.filter(practitioner=clinic.noor, weekday=5).update(ends=time(11))
    WorkingHours.objects.create(practitioner=clinic.noor, weekday=1, starts=time(13), ends=time(15))
    assert week_in_words(clinic.noor.working_hours.all()) == (
        "Mon 09:00-12:00; Tue 09:00-12:00, 13:00-15:00; Wed-Fri 09:00-12:00; Sat 09:00-11:00"
    )
    assert week_in_words([]) == ""


def test_what_was_written_can_be_read_back(clinic: Clinic) -> None:
    assert [(one.starts, one.ends) for one in read_hours(0, "09:00-12:00, 13:00-15:00")] == [
        (time(9), time(12)),
        (time(13), time(15)),
    ]


def test_blocked_days_close_the_page_and_count_what_lies_in_them(clinic: Clinic, client_of: ClientOf) -> None:
    clinic.booking(practitioner=clinic.noor, start_time=time(9))
    said = {"practitioner": clinic.noor.pk, "first_day": clinic.monday, "last_day": "", "reason": "Congress"}
    page = client_of("manager").post("/setup/blocked/new/", said, follow=True).content.decode()
    assert "1 booking lies in these days" in page
    assert "Congress" in page
    assert free_slots(30, Days(clinic.monday, clinic.monday, clinic.noor.pk)) == []
    block = BlockedDay.objects.get()
    assert block.last_day == clinic.monday
    client_of("manager").post(f"/setup/blocked/{block.pk}/delete/")
    assert not BlockedDay.objects.exists()


def test_a_block_that_ends_before_it_begins_is_refused(clinic: Clinic, client_of: ClientOf) -> None:
    said = {"first_day": clinic.monday, "last_day": clinic.monday - timedelta(days=1)}
    answer = client_of("manager").post("/setup/blocked/new/", said)
    assert answer.status_code == 422
    assert "cannot lie before the first" in answer.content.decode()


def test_what_is_used_is_switched_off_instead_of_deleted(clinic: Clinic, client_of: ClientOf) -> None:
    clinic.booking(service=clinic.service, practitioner=clinic.noor)
    manager = client_of("manager")
    for address in (f"/setup/services/{clinic.service.pk}/delete/", f"/setup/practitioners/{clinic.noor.pk}/delete/"):
        page = manager.post(address, follow=True).content.decode()
        assert "cannot be deleted; switch it off instead" in page
    assert Service.objects.filter(pk=clinic.service.pk).exists()
    manager.post(f"/setup/practitioners/{clinic.otto.pk}/delete/")
    assert not Practitioner.objects.filter(pk=clinic.otto.pk).exists()
    assert not WorkingHours.objects.filter(practitioner=clinic.otto.pk).exists()


def test_the_database_itself_refuses_hours_that_overlap_or_end_before_they_start(clinic: Clinic) -> None:
    wrong = [
        ("working_hours_do_not_overlap", 0, time(11), time(13)),
        ("working_hours_end_after_they_start", 0, time(14), time(14)),
        ("working_hours_weekday_is_monday_to_sunday", 7, time(9), time(10)),
    ]
    for constraint, weekday, starts, ends in wrong:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            WorkingHours.objects.create(practitioner=clinic.noor, weekday=weekday, starts=starts, ends=ends)

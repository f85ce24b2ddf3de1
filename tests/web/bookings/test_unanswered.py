"""Requests that nobody answered before their day had passed: out of the way, counted, and declined in bulk."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from clinic.bookings.models import Booking, BookingStatus
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.forms import form_of

PAGE = "/bookings/decline-unanswered/"
DAY = timedelta(days=1)


def history(number: int) -> None:
    """Write requests down that nobody answered, as an import of twenty years does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into booking (patient_name, date) select 'Old ' || n, clock.today() - 1 - n %% 7000"
            " from generate_series(1, %s) n",
            [number],
        )


def lines(client: Client, address: str, mark: str) -> list[str]:
    """Texts of the elements that a class marks."""
    html = client.get(address).content.decode()
    found = re.findall(rf'<(li|p) class="{mark}[^>]*>(.*?)</\1>', html, re.DOTALL)
    return [" ".join(strip_tags(text).split()) for _tag, text in found]


def decline(client: Client, reason: str = "Imported history", query: str = "", **changed: Any) -> Any:
    form = form_of(client.get(PAGE + query)) | {"reason": reason, **changed}
    return client.post(PAGE + query, form)


def test_the_queue_begins_today_and_what_is_past_is_a_line_of_its_own(client_of: ClientOf, clinic: Clinic) -> None:
    history(5_247)
    today = timezone.localdate()
    clinic.booking(patient_name="Grace", date=today + DAY)
    clinic.booking(patient_name="Ada", date=today)
    client = client_of("reception")
    queue = lines(client, "/dashboard/today/", "panel__row")
    assert [line.split()[0] for line in queue] == ["Ada", "Grace"]
    assert lines(client, "/dashboard/today/", "panel__beside")[0] == "5,247 old requests never answered"
    assert 'href="/bookings/?status=unanswered"' in client.get("/").content.decode()


def test_one_old_request_is_one_and_none_needs_no_line(client_of: ClientOf, clinic: Clinic) -> None:
    client = client_of("reception")
    assert lines(client, "/dashboard/today/", "panel__beside")[0] == ""
    history(1)
    assert lines(client, "/dashboard/today/", "panel__beside")[0] == "1 old request never answered"


def test_a_day_of_another_year_has_its_year(client_of: ClientOf, clinic: Clinic) -> None:
    this_year = timezone.localdate().year
    clinic.booking(patient_name="Ada", date=f"{this_year + 1}-02-03")
    (line,) = lines(client_of("reception"), "/dashboard/today/", "panel__row")
    assert f"3 Feb {this_year + 1}" in line


def test_all_that_wait_begin_today_too(client_of: ClientOf, clinic: Clinic) -> None:
    today = timezone.localdate()
    ids = {n: clinic.booking(date=today + n * DAY).pk for n in (-2, 3, 0, -1)}
    html = client_of("reception").get("/bookings/?status=pending").content.decode()
    assert re.findall(r'id="row-(\d+)"', html) == [str(ids[n]) for n in (0, 3, -2, -1)]


def test_the_list_of_old_requests_leads_to_declining_them(client_of: ClientOf, clinic: Clinic) -> None:
    history(3)
    clinic.booking(date=timezone.localdate())
    page = client_of("reception").get("/bookings/?status=unanswered&q=old").content.decode()
    assert 'data-total="3"' in page
    assert f'href="{PAGE}?status=unanswered&amp;q=old"' in page
    assert PAGE not in client_of("reception").get("/bookings/").content.decode()


def test_all_old_requests_are_declined_with_the_reason_and_nothing_else(client_of: ClientOf, clinic: Clinic) -> None:
    history(5_247)
    today = timezone.localdate()
    kept = [clinic.booking(date=today), clinic.booking(date=today - DAY, status=BookingStatus.CONFIRMED)]
    client = client_of("reception")
    assert "Decline 5,247 old requests?" in client.get(PAGE).content.decode()
    with CaptureQueriesContext(connection) as queries:
        answer = decline(client)
    assert sum(query["sql"].startswith('UPDATE "booking"') for query in queries) == 1
    assert answer["Location"] == "/bookings/?status=unanswered"
    assert "5,247 old requests declined." in client.get(answer["Location"]).content.decode()
    declined = Booking.objects.filter(status=BookingStatus.DECLINED)
    assert declined.count() == 5_247
    assert set(declined.values_list("status_reason", "changed_by")) == {("Imported history", "reception")}
    assert [Booking.objects.get(pk=one.pk).status for one in kept] == ["pending", "confirmed"]
    assert "declined 5,247 bookings" in strip_tags(client.get("/activity/").content.decode())


def test_only_those_of_the_list_it_was_opened_from_are_declined(client_of: ClientOf, clinic: Clinic) -> None:
    yesterday = timezone.localdate() - DAY
    mine, other = clinic.booking(date=yesterday, practitioner=clinic.noor), clinic.booking(date=yesterday)
    answer = decline(client_of("reception"), query=f"?practitioner={clinic.noor.pk}")
    assert answer["Location"] == f"/bookings/?practitioner={clinic.noor.pk}&status=unanswered"
    assert [Booking.objects.get(pk=one.pk).status for one in (mine, other)] == ["declined", "pending"]


def test_more_than_were_confirmed_are_asked_about_again(client_of: ClientOf, clinic: Clinic) -> None:
    history(2)
    client = client_of("reception")
    form = form_of(client.get(PAGE)) | {"reason": "Imported history"}
    history(1_234)
    answer = client.post(PAGE, form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Meanwhile there are 1,236 such requests." in html
    assert "Decline 1,236 old requests?" in html
    assert "Imported history" in html
    assert not Booking.objects.filter(status=BookingStatus.DECLINED).exists()
    assert client.post(PAGE, form_of(answer)).status_code == 302
    assert Booking.objects.filter(status=BookingStatus.DECLINED).count() == 1_236


def test_a_second_click_declines_nothing_more(client_of: ClientOf, clinic: Clinic) -> None:
    history(2)
    client = client_of("reception")
    form = form_of(client.get(PAGE)) | {"reason": "Imported history"}
    first = client.post(PAGE, form)
    history(1)
    assert client.post(PAGE, form)["Location"] == first["Location"]
    assert Booking.objects.filter(status=BookingStatus.PENDING).count() == 1


@pytest.mark.parametrize("changed", [{"reason": " "}, {"confirmed": ""}, {"confirmed": "²"}, {"confirmed": "9" * 40}])
def test_without_a_reason_or_a_number_nothing_is_declined(
    client_of: ClientOf, clinic: Clinic, changed: dict[str, str]
) -> None:
    history(2)
    assert decline(client_of("reception"), **changed).status_code == 422
    assert Booking.objects.filter(status=BookingStatus.PENDING).count() == 2


@pytest.mark.parametrize("confirmed", ["", "²", "9" * 40, "0", "-3", "two"])
def test_a_number_that_was_lost_is_said_and_asked_for_again(
    client_of: ClientOf, clinic: Clinic, confirmed: str
) -> None:
    history(2)
    client = client_of("reception")
    refused = decline(client, confirmed=confirmed)
    html = unescape(refused.content.decode())
    assert (
        "Nothing is declined yet: it was lost how many you confirmed. Look at the number, then send it again." in html
    )
    assert "Decline 2 old requests?" in html
    assert "Imported history" in html
    assert client.post(PAGE, form_of(refused)).status_code == 302
    assert Booking.objects.filter(status=BookingStatus.DECLINED).count() == 2


UNREADABLE = "Nothing is declined: the list's filter cannot be read. Choose again."
NONE = "No old request waits for an answer."


@pytest.mark.parametrize(
    ("query", "said"), [("?day=nonsense", NONE), ("?day=2026-13-01", NONE), ("?practitioner=x", UNREADABLE)]
)
def test_a_filter_that_cannot_be_read_declines_nothing_and_says_so(
    client_of: ClientOf, clinic: Clinic, query: str, said: str
) -> None:
    history(2)
    client = client_of("reception")
    form = form_of(client.get(PAGE)) | {"reason": "Imported history"}
    for answer in (client.get(PAGE + query, follow=True), client.post(PAGE + query, form, follow=True)):
        assert said in unescape(answer.content.decode())
    assert Booking.objects.filter(status=BookingStatus.PENDING).count() == 2


def test_when_colleagues_answered_all_meanwhile_that_is_said(client_of: ClientOf, clinic: Clinic) -> None:
    history(2)
    client = client_of("reception")
    form = form_of(client.get(PAGE)) | {"reason": "Imported history"}
    Booking.objects.update(status=BookingStatus.DECLINED)
    answer = unescape(client.post(PAGE, form, follow=True).content.decode())
    assert "No old request waits for an answer." in answer
    assert "0 old requests" not in answer


def test_declining_in_bulk_looks_and_reads_as_what_cannot_be_undone(client_of: ClientOf, clinic: Clinic) -> None:
    history(2)
    page = client_of("reception").get(PAGE).content.decode()
    assert "This cannot be undone." in page
    assert re.search(r'<button class="button button--main button--danger" type="submit">Decline 2 requests<', page)


def test_where_none_is_left_there_is_nothing_to_ask(client_of: ClientOf, clinic: Clinic) -> None:
    answer = client_of("reception").get(PAGE, follow=True)
    assert "No old request waits for an answer." in answer.content.decode()


def test_who_may_not_answer_requests_declines_none(client_of: ClientOf, clinic: Clinic) -> None:
    history(2)
    cashier = client_of("cashier")
    assert PAGE not in cashier.get("/bookings/?status=unanswered").content.decode()
    assert cashier.get(PAGE).status_code == 403
    assert cashier.post(PAGE, {"reason": "x", "confirmed": "2"}).status_code == 403
    assert Booking.objects.filter(status=BookingStatus.PENDING).count() == 2

"""The lists of bookings: what they show, in which order, and at what price."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.bookings.models import BookingStatus
from clinic.stats import snapshot
from clinic.stats.catalogue import SECTIONS
from tests.web.bookings.conftest import ClientOf, Clinic
from tests.web.bookings.pages import HTMX, html
from tests.web.screens.test_export import exported

TILES = [metric for section in SECTIONS if section.key == "bookings" for metric in section.metrics]


@pytest.mark.parametrize("metric", TILES, ids=lambda metric: metric.key)
def test_a_tile_is_the_number_of_rows_of_its_list(clinic: Clinic, client_of: ClientOf, metric: Any) -> None:
    for days, status in enumerate(BookingStatus):
        clinic.booking(status=status, date=timezone.localdate())
        clinic.booking(status=status, date=timezone.localdate() + timedelta(days=days - 2))
    page = html(client_of("reception"), metric.list_url)
    rows = len(re.findall(r'<tr id="row-', page))
    total = re.search(r'data-total="(\d+)"', page)
    assert rows > 0
    assert total is not None
    assert rows == int(total[1]) == snapshot.read().values[metric.key]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("", ["Cancelled", "Completed", "Confirmed", "Declined", "In consultation", "No-show", "Pending"]),
        ("pending", ["Pending"]),
        ("confirmed", ["Confirmed", "In consultation"]),
        ("in_consultation", ["In consultation"]),
        ("completed", ["Completed"]),
        ("appointments", ["Completed", "Confirmed", "In consultation"]),
        ("declined", ["Declined"]),
        ("no_show", ["No-show"]),
        ("cancelled", ["Cancelled"]),
    ],
)
def test_a_word_of_the_status_filter_means_the_same_in_list_and_file(
    clinic: Clinic, client_of: ClientOf, word: str, found: list[str]
) -> None:
    for status in ("pending", "confirmed", "declined", "in_consultation", "completed", "no_show", "cancelled"):
        clinic.booking(status=status)
    client = client_of("reception")
    header, *rows = exported(client, f"/bookings/?status={word}&export=csv")
    assert sorted(row[header.index("Status")] for row in rows) == found
    assert f'data-total="{len(found)}"' in html(client, f"/bookings/?status={word}")


@pytest.mark.parametrize("word", ["Confirmed", "paid", "confirmed,pending", "9" * 20])
def test_a_word_that_is_no_status_is_named_and_hides_nothing(clinic: Clinic, client_of: ClientOf, word: str) -> None:
    clinic.booking(status="confirmed")
    page = html(client_of("reception"), f"/bookings/?status={word}")
    assert f"Select a valid choice. {word} is not one of the available choices." in page
    assert 'data-total="1"' in page


def test_the_queue_shows_what_comes_next_first_and_other_lists_the_latest(clinic: Clinic, client_of: ClientOf) -> None:
    late, early = clinic.booking(date=clinic.monday + timedelta(days=1)), clinic.booking()
    client = client_of("reception")
    assert re.findall(r'id="row-(\d+)"', html(client, "/bookings/?status=pending")) == [str(early.pk), str(late.pk)]
    assert re.findall(r'id="row-(\d+)"', html(client, "/bookings/")) == [str(late.pk), str(early.pk)]


def test_a_list_is_searched_by_name_and_phone_and_filtered_by_day_and_practitioner(
    clinic: Clinic, client_of: ClientOf
) -> None:
    clinic.booking()
    clinic.booking(patient_name="Grace Hopper", patient_phone="0171 1906", practitioner=clinic.noor)
    client = client_of("reception")
    for query in ("q=hopp", "q=1906", "q=grace+0171", f"practitioner={clinic.noor.pk}"):
        page = html(client, f"/bookings/?{query}")
        assert "Grace Hopper" in page, query
        assert "Ada Lovelace" not in page, query
    assert "Ada Lovelace" in html(client, f"/bookings/?day={clinic.monday}")
    assert "No booking matches" in html(client, "/bookings/?day=1999-01-01")
    assert "No booking matches" in html(client, "/bookings/?day=soon")


def test_the_list_refreshes_itself_from_the_partial_of_the_page(clinic: Clinic, client_of: ClientOf) -> None:
    clinic.booking()
    client = client_of("reception")
    fragment = html(client, "/bookings/", headers=HTMX)
    assert fragment.lstrip().startswith('<div class="list"')
    assert 'data-live="booking ' in fragment
    assert "Ada Lovelace" in fragment


@pytest.mark.parametrize("address", ["/bookings/", "/bookings/?status=pending", "/bookings/?q=ada&status=appointments"])
def test_a_list_costs_three_queries_besides_those_of_the_session(
    clinic: Clinic, client_of: ClientOf, address: str
) -> None:
    for _ in range(5):
        clinic.booking(practitioner=clinic.noor, service=clinic.service)
    client = client_of("reception")
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 3 + 3, [query["sql"] for query in queries]

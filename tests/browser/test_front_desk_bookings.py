"""The front desk at work: one browser acts, the others watch numbers, lists and calendar move by themselves."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, Visit
from tests.browser.reading import see_number, see_words

Sql = psycopg.Connection[Any]
TOMORROW = "clock.today() + 1"


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


@pytest.fixture
def desk(sql: Sql) -> Sql:
    """A practitioner who works around the clock, and a service of half an hour for 60."""
    sql.execute("insert into practitioner (full_name) values ('Noor Haddad')")
    sql.execute("insert into service (name, price, duration_minutes) values ('Check-up', 60, 30)")
    sql.execute(
        "insert into working_hours (practitioner_id, weekday, starts, ends)"
        " select 1, weekday, '00:00', '23:59' from generate_series(0, 6) as weekday"
    )
    return sql


def write(desk: Sql, status: str = "pending", day: str = "clock.today()", name: str = "Ada Lovelace") -> None:
    """Write a booking with Noor at nine down."""
    desk.execute(
        f"insert into booking (patient_name, patient_phone, practitioner_id, service_id, date, start_time, status)"  # type: ignore[arg-type]
        f" values ('{name}', '0170 1815', 1, 1, {day}, '09:00', '{status}')"
    )


def watch(visit: Visit, path: str, role: str = "reception") -> Page:
    """Open a page and wait until it is live; from then on nobody touches it."""
    page = visit(role, path)
    see_words(page, "Live")
    return page


def see_row(page: Page, text: str, count: int = 1) -> None:
    """Wait until the list shows so many rows with a text."""
    expect(page.locator("#list tbody tr", has_text=text)).to_have_count(count)


def test_a_request_travels_from_the_public_page_to_the_bill(visit: Visit, desk: Sql) -> None:
    board, queue = watch(visit, "/", "manager"), watch(visit, "/bookings/?status=pending")
    see_row(queue, "Ada Lovelace", 0)

    visitor = visit(None, "/book/")
    visitor.get_by_role("link", name="Check-up").click()
    visitor.locator(".day:not(.day--full)").nth(1).click()
    visitor.locator(".time").first.click()
    visitor.get_by_label("Your name").fill("Ada Lovelace")
    visitor.get_by_label("Phone").fill("+44 170 1815")
    visitor.get_by_role("button", name="Ask for this appointment").click()
    expect(visitor.get_by_role("heading")).to_have_text("Your request was sent")

    see_number(board, "bookings_pending", "1")
    see_row(queue, "Ada Lovelace")
    queue.get_by_role("button", name="Accept").click()
    expect(queue.locator("#said")).to_have_text("Accepted.")
    see_row(queue, "Ada Lovelace", 0)
    see_number(board, "bookings_pending", "0")
    see_number(board, "bookings_confirmed", "1")

    desk.execute("update booking set date = clock.today()")
    see_number(board, "appointments_today", "1")
    clinician = watch(visit, "/bookings/1/", "clinician")
    calendar = watch(visit, "/bookings/calendar/")
    clinician.get_by_role("button", name="Start consultation").click()
    expect(calendar.locator("#card-1")).to_contain_text("in consultation")
    clinician.get_by_role("button", name="Consultation done").click()
    expect(clinician.locator(".status")).to_have_text("Completed")
    expect(clinician.get_by_text("Medical record")).to_be_visible()
    see_number(board, "bookings_completed", "1")
    see_number(board, "medical_records_total", "1")
    see_number(board, "patients_total", "1")
    see_number(board, "balance_outstanding", "€60.00")
    expect(calendar.locator("#card-1")).to_contain_text("completed")


def test_a_declined_request_leaves_every_queue_with_its_reason(visit: Visit, desk: Sql) -> None:
    write(desk)
    board, other, queue = (
        watch(visit, "/"),
        watch(visit, "/bookings/?status=pending"),
        watch(visit, "/bookings/?status=pending"),
    )
    queue.get_by_role("link", name="Decline").click()
    queue.get_by_label("Reason").fill("fully booked")
    queue.get_by_role("button", name="Decline").click()
    expect(queue).to_have_url(re.compile(r"status=pending$"))
    see_row(other, "Ada", 0)
    see_number(board, "bookings_pending", "0")
    assert desk.execute("select status, status_reason, changed_by from booking").fetchall() == [
        ("declined", "fully booked", "reception")
    ]


@pytest.mark.parametrize("word", ["Cancel booking", "No-show"])
def test_a_cancelled_or_missed_appointment_leaves_the_day(visit: Visit, desk: Sql, word: str) -> None:
    write(desk, "confirmed")
    board, calendar = watch(visit, "/"), watch(visit, "/bookings/calendar/")
    see_number(board, "appointments_today", "1")
    expect(calendar.locator("#card-1")).to_be_visible()
    page = watch(visit, "/bookings/1/")
    page.get_by_text(word, exact=True).click()
    if word != "No-show":
        page.get_by_label("Reason").fill("is ill")
        page.get_by_role("button", name=word).click()
    expect(page.locator(".status")).to_have_text("No-show" if word == "No-show" else "Cancelled")
    see_number(board, "appointments_today", "0")
    expect(calendar.locator("#card-1")).to_have_count(0)


def test_who_was_slower_reads_who_was_faster(visit: Visit, desk: Sql, complaints: Complaints) -> None:
    complaints.expect("409")
    write(desk)
    slow, fast = watch(visit, "/bookings/?status=pending"), watch(visit, "/bookings/?status=pending", "manager")
    slow.get_by_role("button", name="Pause").click()
    see_words(slow, "Paused")
    fast.get_by_role("button", name="Accept").click()
    see_row(fast, "Ada", 0)
    slow.get_by_role("button", name="Accept").click()
    expect(slow.locator("#said")).to_contain_text("This booking is confirmed: manager changed it at")
    see_row(slow, "Ada", 0)


def test_a_booking_is_made_by_picking_a_patient_and_a_free_time(visit: Visit, desk: Sql) -> None:
    desk.execute("insert into patient (first_name, last_name, phone) values ('Grace', 'Hopper', '0171 1906')")
    write(desk, "confirmed", TOMORROW)
    listed = watch(visit, "/bookings/")
    page = watch(visit, "/bookings/calendar/")
    page.get_by_role("link", name="Later").click()
    expect(page).to_have_url(re.compile(r"\?day=\d{4}-"))
    page.locator(".grid__free", has_text="10:00").click()
    expect(page.locator("[data-start='10:00']")).to_be_visible()
    expect(page.locator("[data-start='09:00']")).to_have_count(0)
    page.get_by_label("Registered patient").fill("hopp")
    page.get_by_role("option", name="Grace Hopper").click()
    expect(page.get_by_label("Patient's phone")).to_have_value("0171 1906")
    expect(page.get_by_label("Registered patient")).to_have_value("Grace Hopper")
    page.get_by_label("Minutes").fill("60")
    page.get_by_label("Minutes").blur()
    expect(page.locator("[data-start='08:30']")).to_have_count(0)
    page.locator("[data-start='10:30']").click()
    page.get_by_label("Service").select_option("Check-up")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Grace Hopper")).to_be_visible()
    see_row(listed, "Grace Hopper")
    (made,) = desk.execute("select patient_id, start_time::text, status from booking where id = 2").fetchall()
    assert made == (1, "10:30:00", "confirmed")


def test_a_form_being_filled_in_is_told_of_changes_and_never_overwritten(
    visit: Visit, desk: Sql, complaints: Complaints
) -> None:
    complaints.expect("409")
    write(desk)
    page = watch(visit, "/bookings/1/edit/")
    page.get_by_label("Reason").fill("headache")
    desk.execute("update booking set reason = 'fever'")
    expect(page.locator(".form__watch")).to_contain_text("Changed by a script (clinic) at")
    expect(page.get_by_label("Reason")).to_have_value("headache")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".conflict")).to_contain_text("fever")
    expect(page.get_by_label("Reason")).to_have_value("headache")
    page.get_by_label("Yours").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".facts")).to_contain_text("headache")


def test_the_way_to_an_appointment_works_on_a_phone_and_by_keyboard(visit: Visit, desk: Sql) -> None:
    page = visit(None, "/book/1/", viewport={"width": 360, "height": 700}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".time").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Phone").fill("0170 18150")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Your request was sent")
    assert desk.execute("select status from booking").fetchall() == [("pending",)]

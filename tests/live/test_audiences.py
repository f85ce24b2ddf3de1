"""Who is told what: the same news as each audience hears it, by hand, from one hub without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session

from clinic.live import access
from clinic.live.access import Audience
from clinic.live.messages import ACCESS_TOPIC, Kind
from clinic.live.process import publish
from tests.conftest import session_key
from tests.live.test_hub import EVERYTHING, Page, begin_with, frame, process

pytestmark = pytest.mark.usefixtures("no_other_relay")
NUMBERS = {
    "bookings": {
        "appointments_today",
        "appointments_total",
        "bookings_completed",
        "bookings_confirmed",
        "bookings_pending",
        "bookings_total",
    },
    "inventory": {"inventory_items_total", "inventory_low_stock", "inventory_out_of_stock"},
    "patients": {"medical_records_total", "patients_total"},
    "money": {
        "amount_billed_total",
        "amount_paid_total",
        "balance_outstanding",
        "bills_paid",
        "bills_partially_paid",
        "bills_total",
        "bills_unpaid",
        "revenue_total",
    },
}
TOPICS = {
    "bookings": {"blocked_day", "booking", "day", "practitioner", "service", "working_hours"},
    "inventory": {"day", "inventory_item"},
    "patients": {"bill", "day", "medical_record", "patient", "patient_reference", "prescription"},
    "money": {
        "bill",
        "booking",
        "day",
        "day_close",
        "inventory_item",
        "medical_record",
        "patient",
        "payment",
        "prescription",
        "service",
    },
}
ALL_NUMBERS = dict.fromkeys(set[str]().union(*NUMBERS.values()), 1)
ALL_TOPICS = frozenset[str]().union(*TOPICS.values())


@pytest.mark.parametrize("section", NUMBERS)
async def test_each_message_holds_the_numbers_and_topics_of_its_section_and_nothing_else(section: str) -> None:
    async with process() as everybody:
        page = Page(everybody.hub, Audience(frozenset({section})))
        await begin_with(page, frame(1, Kind.SNAPSHOT, **ALL_NUMBERS))
        await publish(replace(frame(2, **ALL_NUMBERS), topics=ALL_TOPICS))
        news = await page.gets(lambda m: m["type"] == "frame", "the frame")
        begun = next(m for m in page.messages if m["type"] == "snapshot" and m["metrics"])
        assert set(begun["metrics"]) == set(news["metrics"]) == NUMBERS[section]
        assert set(begun["changed"]) == set(news["topics"]) == TOPICS[section]


@pytest.mark.parametrize("section", NUMBERS)
async def test_who_comes_after_one_who_sees_all_is_sent_a_snapshot_of_their_own(section: str) -> None:
    async with process() as manager:
        await begin_with(manager, frame(1, Kind.SNAPSHOT, **ALL_NUMBERS))
        later = Page(manager.hub, Audience(frozenset({section})))
        once_more = Page(manager.hub)
        await later.gets(lambda m: m["type"] == "snapshot", "the numbers")
        await once_more.gets(lambda m: m["type"] == "snapshot", "the numbers")
        assert set(later.messages[0]["metrics"]) == NUMBERS[section]
        assert set(once_more.messages[0]["metrics"]) == set(ALL_NUMBERS)


async def test_that_rights_changed_is_told_to_no_browser(transactional_db: None) -> None:
    async with process() as page:
        await begin_with(page, frame(1, Kind.SNAPSHOT))
        await publish(replace(frame(2), topics=frozenset({ACCESS_TOPIC, "patient"})))
        news = await page.gets(lambda m: m["seq"] == 2, "the frame")
        assert news["topics"] == ["patient"]
        assert ACCESS_TOPIC not in page.messages[0]["changed"]


def test_every_section_is_written_out_here() -> None:
    assert EVERYTHING.sections == set(NUMBERS) == set(TOPICS)


def test_a_users_own_rights_stand_beside_those_of_the_group(staff: dict[str, User]) -> None:
    colleague = User.objects.create(username="colleague")
    colleague.groups.set(staff["store"].groups.all())
    staff["store"].user_permissions.add(Permission.objects.get(codename="view_bill"))
    assert sections_of(staff["store"], colleague) == [{"inventory", "money"}, {"inventory"}]


def test_a_right_of_ones_own_is_enough(staff: dict[str, User]) -> None:
    nobody, reader = User.objects.create(username="nobody"), User.objects.create(username="reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_patient"))
    assert sections_of(nobody, reader) == [set(), {"patients"}]


def test_a_session_made_before_the_password_was_changed_is_nobodys(staff: dict[str, User]) -> None:
    key = session_key(staff["store"])
    assert access.of_session(key) is not None
    staff["store"].password = "another"
    staff["store"].save()
    assert access.of_session(key) is None


def test_a_session_that_is_over_is_nobodys(staff: dict[str, User]) -> None:
    key = session_key(staff["store"])
    Session.objects.filter(session_key=key).update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    assert access.of_session(key) is None


def sections_of(*users: User) -> list[frozenset[str]]:
    """Read what some users' sessions may see, in one reading."""
    keys = [session_key(user) for user in users]
    found = access.of_sessions(keys)
    return [found[key].audience.sections for key in keys]

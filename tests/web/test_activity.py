"""The activity feed as people read it: who did what, in words, as far as the reader may know."""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import strip_tags

from tests.conftest import Connect
from tests.sql.test_folding import fold
from tests.sql.test_verify import change_unseen
from tests.waiting import until

Staff = dict[str, User]


def of(staff: Staff, role: str) -> Client:
    """Sign a role's user in."""
    client = Client()
    client.force_login(staff[role])
    return client


def lines(client: Client, address: str = "/activity/") -> list[str]:
    """Read the feed's lines without their time."""
    html = client.get(address).content.decode()
    found = re.findall(r'<li class="activity__line">\s*<span>(.*?)</span>', html, re.DOTALL)
    return [" ".join(strip_tags(line).split()) for line in found]


@pytest.fixture
def script(connect: Connect, sql: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A script beside the application, of whose past nothing is told."""
    until(lambda: fold(sql) is not None, what="a fold that nobody else is at")
    sql.execute("delete from stats.activity")
    return connect(name="import_bills.py")


def test_a_script_is_named_and_a_bulk_change_is_one_line(staff: Staff, script: psycopg.Connection[Any]) -> None:
    script.execute("insert into patient (first_name) select 'Ada' from generate_series(1, 4812)")
    assert lines(of(staff, "manager")) == ["import_bills.py (clinic) added 4,812 patients"]


def test_a_colleague_is_named_and_a_step_has_its_own_word(staff: Staff, script: psycopg.Connection[Any]) -> None:
    script.execute(
        "insert into booking (id, date, patient_name) overriding system value values (1, current_date, 'Ada')"
    )
    of(staff, "reception").post("/bookings/1/accept/")
    assert "reception confirmed 1 booking" in lines(of(staff, "manager"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update booking set status = 'completed'", "completed 2 bookings"),
        ("update booking set notes = 'x'", "changed bookings"),
        ("delete from booking where patient_name = 'Ada'", "removed 1 booking"),
        ("truncate booking cascade", "removed all bookings"),
        ("update patient set archived_at = now()", "archived 1 patient"),
        ("update inventory_item set quantity = 0", "emptied the stock of 1 inventory item"),
    ],
)
def test_each_kind_of_act_has_its_words(
    staff: Staff, script: psycopg.Connection[Any], connect: Connect, statement: str, words: str
) -> None:
    script.execute("insert into booking (date, patient_name) values (current_date, 'Ada'), (current_date, 'Bob')")
    script.execute("insert into patient (first_name) values ('Ada')")
    script.execute("insert into inventory_item (name, quantity) values ('gauze', 5)")
    connect(name="psql").execute(statement)
    assert f"psql (clinic) {words}" in lines(of(staff, "manager"))


def test_what_a_reader_may_not_see_is_not_told(staff: Staff, script: psycopg.Connection[Any]) -> None:
    script.execute("insert into patient (id, first_name) overriding system value values (1, 'Ada')")
    script.execute("insert into bill (patient_id, service_fee) values (1, 10)")
    assert lines(of(staff, "cashier")) == [
        "import_bills.py (clinic) added 1 bill",
        "import_bills.py (clinic) added 1 patient",
    ]
    assert lines(of(staff, "reception")) == ["import_bills.py (clinic) added 1 patient"]
    assert lines(of(staff, "store")) == []


def test_the_panel_stands_on_the_dashboard_and_refreshes_on_the_readers_topics(
    staff: Staff, script: psycopg.Connection[Any]
) -> None:
    script.execute("insert into inventory_item (name) values ('gauze')")
    page = of(staff, "store").get("/").content.decode()
    assert 'hx-get="/dashboard/activity/"' in page
    assert page.count('data-live="inventory_item') == 2, "the store's panel and the feed"
    assert "bill" not in "".join(re.findall(r'data-live="[^"]*"', page))
    for address in ("/", "/dashboard/activity/"):
        assert lines(of(staff, "store"), address) == ["import_bills.py (clinic) added 1 inventory item"]


def test_the_log_turns_back_in_time(staff: Staff, script: psycopg.Connection[Any], connect: Connect) -> None:
    for number in range(60):
        connect(name=f"script {number:02}").execute("insert into patient (first_name) values ('Ada')")
    client = of(staff, "manager")
    newest = client.get("/activity/").content.decode()
    earlier = re.search(r'rel="next" href="([^"]+)"', newest)
    assert earlier
    assert lines(client)[0].startswith("script 59 ")
    assert lines(client, f"/activity/{earlier.group(1)}")[-1].startswith("script 00 ")
    assert len(lines(client)) + len(lines(client, f"/activity/{earlier.group(1)}")) == 60


@pytest.mark.parametrize("before", ["junk", "2026-13-45T00:00", "2026-01-01T00:00", ""])
def test_a_moment_that_is_none_means_the_newest_page(
    staff: Staff, script: psycopg.Connection[Any], before: str
) -> None:
    script.execute("insert into patient (first_name) values ('Ada')")
    assert len(lines(of(staff, "manager"), f"/activity/?before={before}")) == 1


def test_the_last_check_up_is_told_to_who_sees_everything(staff: Staff, script: psycopg.Connection[Any]) -> None:
    script.execute("select stats.make_check_up()")
    assert re.search(r"Recounted \d\d:\d\d, exact", of(staff, "manager").get("/").content.decode())
    assert "Recounted" not in of(staff, "reception").get("/").content.decode()
    change_unseen(script, "patient", "insert into patient (first_name) values ('nobody saw')")
    script.execute("select stats.make_check_up()")
    assert re.search(r"Repaired \d+ numbers at", of(staff, "manager").get("/").content.decode())


def test_an_outsider_is_sent_to_sign_in(staff: Staff) -> None:
    for address in ("/activity/", "/dashboard/activity/"):
        assert Client().get(address).status_code == 302

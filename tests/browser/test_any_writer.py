"""It makes no difference who changed the data: two people's pages show what the rows say, with no reload."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page

from clinic.embedded.postgres import bin_dir
from tests.browser.conftest import Visit
from tests.browser.reading import noted, see_words, watch_tiles
from tests.outside import synthea
from tests.outside.conftest import run_script
from tests.outside.recount import recount
from tests.waiting import until
from tests.web_server import WebServer

Sql = psycopg.Connection[Any]
VALUES = "tiles => tiles.map(tile => [tile.dataset.metric, tile.dataset.value])"


@pytest.fixture(scope="module")
def shares_pages() -> bool:
    """All tests may visit with the same pages."""
    return True


class Pages:
    """Two people's open pages, held against a recount of the rows."""

    def __init__(self, visit: Visit, sql: Sql) -> None:
        self.sql = sql
        self.open = [visit("manager"), visit("cashier")]
        for page in self.open:
            watch_tiles(page)
            see_words(page, "Live")

    def agree(self) -> dict[str, str]:
        """Wait until every tile of both pages shows its recount; returns the recount."""
        today = self.sql.execute("select clock.today()::text").fetchone()
        assert today
        counted = recount(self.sql, today[0])
        for page in self.open:
            until(lambda page=page: _differences(page, counted) == {}, what=f"a page that shows {counted}")
            noted(page, "moved")  # raises if the page was loaded again
        return counted


def _differences(page: Page, counted: dict[str, str]) -> dict[str, tuple[str, str]]:
    shown = dict(page.locator(".tile").evaluate_all(VALUES))
    assert shown
    return {key: (value, counted[key]) for key, value in shown.items() if value != counted[key]}


@pytest.fixture
def pages(visit: Visit, sql: Sql) -> Pages:
    """Pages of two people on a small clinic."""
    sql.execute("insert into patient (first_name) select 'Patient ' || n from generate_series(1, 20) n")
    sql.execute("insert into booking (patient_id, date) select id, clock.today() + (id % 3)::int from patient")
    sql.execute("insert into bill (patient_id, service_fee) select id, 10 + id from patient where id % 2 = 0")
    sql.execute("insert into payment (bill_id, amount) select id, 5 from bill")
    sql.execute("insert into inventory_item (name, quantity, reorder_level) values ('gloves', 5, 10), ('masks', 0, 1)")
    return Pages(visit, sql)


def test_an_import_script_of_somebody_else(pages: Pages, database_url: str, tmp_path: Path) -> None:
    synthea.write(tmp_path, synthea.files())
    assert run_script(tmp_path, database_url).returncode == 0
    counted = pages.agree()
    assert int(counted["medical_records_total"]) > 0


def test_a_copy_from_psql(pages: Pages, database_url: str, a_file: Callable[[str], Path]) -> None:
    rows = a_file("".join(f"2026-01-0{1 + n % 9},completed,Copied {n}\n" for n in range(500)))
    psql(database_url, f"\\copy booking (date, status, patient_name) from '{rows}' csv")
    assert pages.agree()["bookings_completed"] == "500"


def test_a_bulk_update(pages: Pages) -> None:
    pages.sql.execute("update booking set status = 'confirmed'")
    counted = pages.agree()
    assert counted["bookings_pending"] == "0"
    assert int(counted["appointments_today"]) > 0


def test_a_delete_that_cascades(pages: Pages) -> None:
    pages.sql.execute("delete from patient where id % 2 = 1")
    assert pages.agree()["bookings_total"] == "10"


def test_a_truncate(pages: Pages) -> None:
    pages.sql.execute("truncate booking cascade")
    counted = pages.agree()
    assert counted["bookings_total"] == "0"
    assert counted["bills_total"] == "0"


def test_a_transaction_that_is_rolled_back_moves_nothing(pages: Pages) -> None:
    before = pages.agree()
    with pages.sql.transaction(force_rollback=True):
        pages.sql.execute("delete from payment")
        pages.sql.execute("truncate medical_record")
    pages.sql.execute("insert into medical_record (patient_id) values (1)")
    assert pages.agree() == before | {"medical_records_total": "1"}
    assert noted(pages.open[0], "moved") == {"medical_records_total"}


def test_a_change_while_the_server_was_away(pages: Pages, server: WebServer, complaints: Any) -> None:
    complaints.expect("WebSocket", "Failed to load resource", "net::ERR", "htmx:error")
    server.stop()
    pages.sql.execute("insert into patient (first_name) values ('while nobody served')")
    server.start()
    pages.agree()
    pages.sql.execute("insert into patient (first_name) values ('and after')")
    assert pages.agree()["patients_total"] == "22"


def psql(url: str, command: str) -> None:
    """Run one command in PostgreSQL's own terminal."""
    program = [str(bin_dir() / "psql"), url, "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--command", command]
    subprocess.run(program, env={**os.environ, "PGAPPNAME": "psql"}, check=True, capture_output=True)

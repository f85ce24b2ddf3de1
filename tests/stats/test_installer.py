"""The SQL files: applied when they changed, all or nothing, and without losing a count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError

from clinic.database import installer

Sql = psycopg.Connection[Any]


@pytest.fixture
def folder(sql: Sql, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the SQL files to be changed at will; the real ones are applied again afterwards."""
    copy = copytree(installer.FOLDER, tmp_path / "sql")
    with monkeypatch.context() as patch:
        patch.setattr(installer, "FOLDER", copy)
        yield copy
    installer.install()


def test_unchanged_files_are_not_applied_again(folder: Path) -> None:
    assert installer.install() is False


def test_a_changed_file_is_applied(folder: Path, sql: Sql) -> None:
    (folder / "990_more.sql").write_text("comment on table stats.folded is 'something new';")
    assert installer.install() is True
    comment = sql.execute("select obj_description('stats.folded'::regclass)").fetchone()
    assert comment == ("something new",)
    assert installer.install() is False


def test_a_file_that_fails_leaves_nothing_behind(folder: Path, sql: Sql) -> None:
    (folder / "990_good.sql").write_text("create table stats.left_behind ();")
    (folder / "991_bad.sql").write_text("this is no sql;")
    with pytest.raises(DatabaseError):
        installer.install()
    assert sql.execute("select to_regclass('stats.left_behind')").fetchone() == (None,)


def test_a_new_definition_of_what_is_counted_is_followed_by_a_recount(folder: Path, sql: Sql) -> None:
    sql.execute("insert into service (name, price) values ('Visit', 10), ('Check', 20)")
    tracked = folder / "270_subjects.sql"
    tracked.write_text(tracked.read_text().replace("track('service')", "track('service', $$'priced'$$)"))
    assert installer.install() is True
    assert sql.execute("select n from stats.total where subject = 'service' and state = 'priced'").fetchone() == (2,)
    assert sql.execute("select * from stats.verify()").fetchall() == []


@pytest.mark.parametrize("is_counted", [False, True])
def test_relays_read_everything_when_a_number_is_counted_no_longer(folder: Path, sql: Sql, is_counted: bool) -> None:
    before = sql.execute("select snapshot, today from stats.look('1:1:')").fetchone()
    subjects = folder / "270_subjects.sql"
    line = re.search(r" +\( 8, 'medical_records_total'.*\n", subjects.read_text())
    assert line
    subjects.write_text(subjects.read_text().replace(line[0], line[0] if is_counted else "") + "-- a new checksum")
    assert installer.install() is True
    row = sql.execute("select is_whole, metrics from stats.look(%s, %s)", before).fetchone()
    assert row
    assert row[0] is not is_counted
    assert "medical_records_total" not in row[1]


def test_writers_may_have_written_between_two_versions(folder: Path, sql: Sql) -> None:
    sql.execute("insert into patient (first_name) values ('before')")
    (folder / "990_more.sql").write_text("-- nothing but a new checksum")
    installer.install()
    sql.execute("insert into patient (first_name) values ('after')")
    assert sql.execute("select value from stats.current where key = 'patients_total'").fetchone() == (2,)


def test_another_time_zone_is_installed(folder: Path, sql: Sql, settings: Any) -> None:
    zone, settings.CLINIC_TIME_ZONE = settings.CLINIC_TIME_ZONE, "Pacific/Auckland"
    assert installer.install() is True
    sql.execute("set clock.now = '2026-01-01 12:00:00+00'")
    assert sql.execute("select clock.today()::text").fetchone() == ("2026-01-02",)
    settings.CLINIC_TIME_ZONE = zone
    assert installer.install() is True


def test_rows_are_folded_again_when_the_folding_changed(folder: Path, sql: Sql) -> None:
    sql.execute("insert into patient (first_name, phone) values ('Ada', '1 2')")
    search = folder / "210_search.sql"
    as_it_was = search.read_text()
    search.write_text(
        as_it_was.replace("return regexp_replace(replace(dialled,", "return 'nr' || regexp_replace(replace(dialled,")
    )
    installer.install()
    assert sql.execute("select search_text from patient").fetchone() == (" ada nr12 ",)
    search.write_text(as_it_was)
    installer.install()
    assert sql.execute("select search_text from patient").fetchone() == (" ada 12 ",)

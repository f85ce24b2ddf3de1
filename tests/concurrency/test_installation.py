"""The SQL files are applied while others write: nobody waits long for it, and nobody's transaction fails of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from clinic.database import installer
from tests.concurrency.background import Background
from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session
from tests.waiting import until

Aside = Callable[[], Background]
WAITS = """
select exists (select from pg_stat_activity
                where datname = current_database() and application_name = %s and %s = any (pg_blocking_pids(pid)))
"""


class Installation:
    """An installation on a thread of its own."""

    def __init__(self) -> None:
        self._errors: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def begins(self, watcher: Session, behind: Session) -> None:
        """Start it, and return as soon as it waits for a lock of that session's."""
        self._thread.start()
        who = [connection.settings_dict["OPTIONS"]["application_name"], behind.info.backend_pid]
        until(lambda: watcher.execute(WAITS, who).fetchone() == (True,), 30, "the installation's wait")

    def ends(self) -> None:
        """Wait for its end; raise what it raised."""
        self._thread.join(60)
        assert not self._thread.is_alive(), "the installation hangs"
        if self._errors:
            raise self._errors[0]

    def _run(self) -> None:
        try:
            assert installer.install()
        except BaseException as error:
            self._errors.append(error)
        finally:
            connection.close()


@pytest.fixture
def installation(clinic: Session, pool: Pool, transactional_db: None) -> Iterator[Installation]:
    """An installation that is due and has a lock to take, and done in any case afterwards."""
    clinic.execute("update stats.installed set checksum = 'another'")
    clinic.execute("alter table booking enable trigger track_truncated")
    yield Installation()
    pool.give_back()
    installer.install()


def test_nobody_waits_behind_an_installation_that_waits_for_an_import(
    clinic: Session, aside: Aside, installation: Installation
) -> None:
    importer, reception = aside(), aside()
    importer.session.execute("begin; insert into booking (date) values (clock.today())")
    installation.begins(clinic, importer.session)
    reception.begins("insert into patient (first_name) values ('A'); insert into booking (date) values (clock.today())")
    reception.ends()
    importer.session.execute("commit")
    installation.ends()
    assert_exact_through_folds(clinic)


def test_of_an_installation_and_a_writer_that_wait_for_each_other_the_writer_wins(
    clinic: Session, aside: Aside, installation: Installation
) -> None:
    writer = aside()
    writer.session.execute("begin; insert into booking (date) values (clock.today())")
    installation.begins(clinic, writer.session)
    writer.begins("insert into patient (first_name) values ('A')").ends()
    writer.session.execute("commit")
    installation.ends()
    assert_exact_through_folds(clinic)


def test_an_installation_that_never_finds_a_gap_says_what_to_do(
    clinic: Session, aside: Aside, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "PATIENCE_SECONDS", 1.0)
    importer = aside()
    importer.session.execute("begin; insert into booking (date) values (clock.today())")
    installation.begins(clinic, importer.session)
    with pytest.raises(installer.BusyError, match=r"pg_stat_activity"):
        installation.ends()
    importer.session.execute("rollback")
    assert_exact_through_folds(clinic)


def test_a_recount_that_fails_leaves_the_old_definition_and_the_right_numbers(
    clinic: Session, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in installer.FOLDER.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text().replace("track('service')", "track('service', $$'new'$$)"))
    (tmp_path / "990_broken.sql").write_text(
        "create or replace function stats.rebuild(subjects text[] default null) returns void language plpgsql"
        " as $$ begin raise 'no recount'; end $$"
    )
    monkeypatch.setattr(installer, "FOLDER", tmp_path)
    with pytest.raises(DatabaseError, match="no recount"):
        installer.install()
    assert clinic.execute("select state from stats.tracked where subject = 'service'").fetchone() == ("''",)
    assert_exact_through_folds(clinic)


LOCKS = """
select relation::regclass::text, mode from pg_locks
 where pid = pg_backend_pid() and locktype = 'relation'
   and mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock')
   and relation in (select oid from pg_class where relnamespace in (
                        select oid from pg_namespace where nspname in ('public', 'stats', 'ledger', 'changes')))
"""


def test_an_installation_that_changes_no_trigger_takes_no_lock_that_anybody_waits_for(
    clinic: Session, transactional_db: None
) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        installer.apply_files()
        cursor.execute("select install.tables(), current_setting('install.collected')")
        assert cursor.fetchone() == (None, "[]")
        cursor.execute(LOCKS)
        assert cursor.fetchall() == []


def test_it_is_done_beside_an_import_that_goes_on_and_on(clinic: Session, aside: Aside, transactional_db: None) -> None:
    clinic.execute("update stats.installed set checksum = 'another'")
    importer = aside()
    importer.session.execute(
        "begin; insert into booking (date) values (clock.today()); insert into service (name) values ('A')"
    )
    assert installer.install()
    importer.session.execute("commit")
    assert_exact_through_folds(clinic)


def test_control_an_index_that_is_made_if_not_exists_waits_for_writers_even_when_it_does(
    clinic: Session, aside: Aside
) -> None:
    importer = aside()
    importer.session.execute("begin; insert into booking (date) values (clock.today())")
    clinic.execute("set lock_timeout = '100ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        clinic.execute("create index if not exists delta_by_xid on stats.delta (xid)")
    clinic.execute("reset lock_timeout")
    importer.session.execute("rollback")

"""A database that follows another by logical replication keeps numbers and ledgers of its own, just as exact."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings

from clinic.database import installer
from tests.emptying import COUNTED
from tests.sql import oracle
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.test_transactions import CHANGES
from tests.waiting import until

NAME = "a_subscriber"
DEADLINE_SECONDS = 120


@pytest.fixture(scope="module")
def subscriber_url(database_url: str) -> Iterator[str]:
    """A migrated database beside the test database."""
    url = database_url.rsplit("/", 1)[0] + f"/{NAME}"
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute(f"drop database if exists {NAME} with (force)")
        session.execute(f"create database {NAME} template template0")
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=os.environ | {"DATABASE_URL": url}, check=True)
    with psycopg.connect(url) as session:
        # Once more the files that this run's own database is made from, which may be broken on purpose.
        session.execute("select set_config('clinic.time_zone', %s, true)", [settings.CLINIC_TIME_ZONE])
        for path in sorted(installer.FOLDER.glob("*.sql")):
            session.execute(path.read_text())
    yield url
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute(f"drop database {NAME} with (force)")


@pytest.fixture
def subscriber(clinic: Session, subscriber_url: str) -> Iterator[Session]:
    """A session of the database that follows the small clinic, which has been copied to it."""
    clinic.execute(f"create publication {NAME} for table {COUNTED}")
    clinic.execute(f"select pg_create_logical_replication_slot('{NAME}', 'pgoutput')")
    with psycopg.connect(subscriber_url, autocommit=True) as session:
        session.execute(f"truncate {COUNTED} cascade")
        session.execute(
            f"create subscription {NAME} connection '{_published(clinic)}' publication {NAME}"
            f" with (create_slot = false, slot_name = '{NAME}')"
        )
        try:
            follow(session, clinic)
            yield session
        finally:
            session.execute(f"alter subscription {NAME} disable")
            session.execute(f"alter subscription {NAME} set (slot_name = none)")
            session.execute(f"drop subscription {NAME}")
            until(lambda: _drop_slot(clinic), DEADLINE_SECONDS, "an idle replication slot")
            clinic.execute(f"drop publication {NAME}")


def _published(clinic: Session) -> str:
    info = clinic.info
    return f"host={info.host} port={info.port} user={info.user} password={info.password} dbname={info.dbname}"


def _drop_slot(clinic: Session) -> bool:
    try:
        clinic.execute(f"select pg_drop_replication_slot('{NAME}')")
    except psycopg.errors.ObjectInUse:
        return False
    return True


def follow(subscriber: Session, clinic: Session) -> None:
    """Return when the subscriber has the publisher's rows."""

    def is_equal() -> bool:
        return all(_sorted(subscriber, table) == _sorted(clinic, table) for table in oracle.TABLES)

    until(is_equal, DEADLINE_SECONDS, "the publisher's rows at the subscriber")


def _sorted(session: Session, table: str) -> list[oracle.Row]:
    return oracle.fetch(session, f"{table} order by id")


def test_the_first_copy_is_counted_once(clinic: Session, subscriber: Session) -> None:
    assert_exact_through_folds(subscriber)


def test_what_follows_is_counted_row_by_row(clinic: Session, subscriber: Session) -> None:
    clinic.execute(CHANGES)
    clinic.execute("update booking set date = date + 1 where practitioner_id is null; delete from payment where id = 1")
    follow(subscriber, clinic)
    assert_exact_through_folds(subscriber)


def test_a_truncation_follows(clinic: Session, subscriber: Session) -> None:
    clinic.execute("truncate medical_record")
    follow(subscriber, clinic)
    assert_exact_through_folds(subscriber)


def test_truncated_ledgers_follow(clinic: Session, subscriber: Session) -> None:
    clinic.execute("truncate stock_movement; truncate payment")
    clinic.execute(CHANGES)
    follow(subscriber, clinic)
    assert_exact_through_folds(subscriber)


def test_the_subscribers_own_changes_count_beside_what_follows(clinic: Session, subscriber: Session) -> None:
    subscriber.execute("insert into service (id, name) values (900, 'Of its own')")
    assert_exact(subscriber)
    subscriber.execute("delete from service where id = 900")
    clinic.execute(CHANGES)
    follow(subscriber, clinic)
    assert_exact_through_folds(subscriber)

"""A database that follows another is live too: what arrives rings the bell, and the relay publishes it."""

from __future__ import annotations

from tests.concurrency.conftest import clinic, pool, shared_pool
from tests.sql.conftest import Bell
from tests.sql.oracle import Session
from tests.sql.test_replication import follow, subscriber, subscriber_url
from tests.waiting import until

__all__ = ["clinic", "pool", "shared_pool", "subscriber", "subscriber_url"]


def test_rows_that_arrive_by_replication_ring_the_bell(clinic: Session, subscriber: Session) -> None:
    bell = Bell(subscriber)
    clinic.execute("insert into patient (first_name) values ('From afar')")
    follow(subscriber, clinic)
    until(bell.rang, 20, "a ring")
    subscriber.execute("select stats.wake_up()")


def test_control_without_the_row_trigger_they_arrive_in_silence(
    clinic: Session,
    subscriber: Session,
) -> None:
    subscriber.execute("alter table patient disable trigger track_replicated")
    try:
        bell = Bell(subscriber)
        clinic.execute("insert into patient (first_name) values ('From afar')")
        follow(subscriber, clinic)
        assert not bell.rang()
    finally:
        subscriber.execute("alter table patient enable replica trigger track_replicated")
        subscriber.execute("select stats.rebuild(); select stats.wake_up()")

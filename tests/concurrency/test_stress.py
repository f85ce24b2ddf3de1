"""Writers, folders and a rebuilder all at once, while a reader compares every snapshot with a recount."""

from __future__ import annotations

import random
import threading

import psycopg

from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS

WRITERS, ROUNDS, READS = 4, 40, 25
STATEMENTS = (
    "insert into patient (first_name) values ('N')",
    "update patient set archived_at = case when archived_at is null then now() end where id = {n}",
    "insert into booking (date, status) values (clock.today() + {n}, 'confirmed'), (clock.today(), 'pending')",
    "update booking set status = 'completed', date = date + 1 where id % 5 = {n}",
    "delete from booking where id = (select max(id) from booking)",
    "insert into bill (patient_id, service_fee) values (1, {n})",
    "insert into payment (bill_id, amount) values (1, 0.5), (6, 0.25)",
    "delete from payment where id = (select max(id) from payment)",
    "update bill set medicine_fee = medicine_fee + 1 where id = {n}",
    "update inventory_item set quantity = quantity + {n} where id = 1",
)


def write(session: Session, seed: int) -> None:
    """Run transactions of a few statements, some of them rolled back."""
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        try:
            session.execute(f"begin isolation level {chance.choice(ISOLATION_LEVELS)}")
            for _ in range(chance.randint(1, 4)):
                session.execute(chance.choice(STATEMENTS).format(n=chance.randint(1, 6)))
            session.execute(chance.choice(["commit", "commit", "commit", "rollback"]))
        except (psycopg.errors.IntegrityError, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
            session.execute("rollback")


def keep_house(session: Session, statement: str, is_over: threading.Event) -> None:
    """Fold or rebuild again and again."""
    while not is_over.is_set():
        session.execute(statement)


def test_every_snapshot_is_exact_while_all_work(clinic: Session, pool: Pool) -> None:
    is_over = threading.Event()
    writers = [threading.Thread(target=write, args=[pool.take(), seed]) for seed in range(WRITERS)]
    keepers = [
        threading.Thread(target=keep_house, args=[pool.take(), statement, is_over])
        for statement in ("select stats.fold()", "select stats.fold()", "select stats.rebuild()")
    ]
    for thread in (*writers, *keepers):
        thread.start()
    try:
        for _ in range(READS):
            assert_exact(clinic)
        for thread in writers:
            thread.join(60)
            assert not thread.is_alive()
    finally:
        is_over.set()
        for thread in (*writers, *keepers):
            thread.join(60)
    assert_exact_through_folds(clinic)

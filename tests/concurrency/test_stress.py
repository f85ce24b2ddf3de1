"""Writers, folders and a rebuilder all at once, while a reader compares every snapshot with a recount."""

from __future__ import annotations

import random
import threading

import psycopg

from tests.concurrency.load import Work, prepare_own_rows, write_own, write_shared
from tests.sql.conftest import Pool
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session

WRITERS, ROUNDS, READS, DEADLINE_SECONDS = 2, 40, 15, 120
CONFLICTS = (psycopg.errors.IntegrityError, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
HOUSEKEEPING = ("select stats.fold()", "select stats.fold()", "select stats.rebuild()")


def repeat(work: Work, session: Session, seed: int, failures: list[BaseException]) -> None:
    """Carry out some transactions; note what fails, and go on."""
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        try:
            work(session, chance)
        except psycopg.Error as error:
            failures.append(error)
            session.execute("rollback")


def keep_house(session: Session, statement: str, is_over: threading.Event) -> None:
    """Fold or rebuild again and again."""
    while not is_over.is_set():
        session.execute(statement)


def test_every_snapshot_is_exact_and_no_session_fails_another(clinic: Session, pool: Pool) -> None:
    is_over, of_shared_rows, of_own_rows = threading.Event(), list[BaseException](), list[BaseException]()
    threads = [threading.Thread(target=keep_house, args=[pool.take(), each, is_over]) for each in HOUSEKEEPING]
    writers = []
    for number in range(1, WRITERS + 1):
        prepare_own_rows(clinic, number)
        for work, failures in ((write_shared, of_shared_rows), (write_own(number), of_own_rows)):
            writers.append(threading.Thread(target=repeat, args=[work, pool.take(), number, failures]))
    for thread in (*threads, *writers):
        thread.start()
    try:
        for _ in range(READS):
            assert_exact(clinic)
        for thread in writers:
            thread.join(DEADLINE_SECONDS)
            assert not thread.is_alive()
    finally:
        is_over.set()
        for thread in (*threads, *writers):
            thread.join(DEADLINE_SECONDS)
    assert of_own_rows == []
    assert [error for error in of_shared_rows if not isinstance(error, CONFLICTS)] == []
    assert_exact_through_folds(clinic)

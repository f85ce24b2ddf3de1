"""A transaction left open slows nobody: what a read walks through does not grow with what passes meanwhile.

Counted in index entries and not in time, so that the answer is the same on any machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.concurrency.background import Background
from tests.concurrency.conftest import Spoil
from tests.sql.conftest import Pool, Witness
from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.playing import at_each_isolation_level
from tests.sql.test_folding import fold

Aside = Callable[[], Background]
STATEMENTS = 1000
ONE_BY_ONE = f"""
do $$ begin
    for i in 1..{STATEMENTS} loop insert into booking (date, status) values (clock.today(), 'confirmed'); end loop;
end $$
"""
INDEXES = ("delta_by_xid", "counter_newest", "total_newest", "folded_newest")
WALKED = (
    "select sum(pg_stat_get_xact_tuples_returned(format('stats.%%I', name)::regclass)) from unnest(%s::text[]) name"
)


def walked(reader: Session, statement: str = "select * from stats.current") -> int:
    """Count the index entries, dead ones included, that a statement goes through."""
    is_within = reader.info.transaction_status != reader.info.transaction_status.IDLE
    reader.execute("savepoint counting" if is_within else "begin")
    before = _so_far(reader)
    reader.execute(statement)
    after = _so_far(reader)
    reader.execute("release counting" if is_within else "commit")
    return after - before


def _so_far(reader: Session) -> int:
    row = reader.execute(WALKED, [list(INDEXES)]).fetchone()
    assert row is not None
    return int(row[0])


@at_each_isolation_level()
@pytest.mark.parametrize("is_folded", [False, True], ids=["younger than the fold", "older than the fold"])
def test_an_open_import_is_stepped_over(level: str, is_folded: bool, clinic: Session, aside: Aside) -> None:
    importer = aside().session
    before = walked(clinic)
    importer.execute(f"begin isolation level {level}")
    importer.execute(ONE_BY_ONE)
    clinic.execute("insert into service (name) values ('Meanwhile'), ('And another')")
    if is_folded:
        fold(clinic)
    assert walked(clinic) < before + 20
    assert_exact(importer)
    importer.execute("commit")
    assert walked(clinic) >= STATEMENTS
    assert_exact_through_folds(clinic)


def test_control_without_stepping_over_it_a_read_goes_through_an_open_import(
    clinic: Session, aside: Aside, without: Spoil
) -> None:
    importer = aside().session
    importer.execute("begin")
    importer.execute(ONE_BY_ONE)
    clinic.execute("insert into service (name) values ('Meanwhile')")
    with without("stats.deltas_since(pg_snapshot)", "union select pg_snapshot_xip(now_seen)"):
        assert walked(clinic) >= STATEMENTS


def test_an_old_reader_goes_through_nothing_that_came_later(clinic: Session, witness: Witness, pool: Pool) -> None:
    reader = pool.take()
    reader.execute("begin isolation level repeatable read")
    before = walked(reader)
    clinic.execute(ONE_BY_ONE)
    assert walked(reader) < before + 20
    witness.assert_unmoved()


def test_dead_versions_of_kept_rows_are_not_met(clinic: Session, witness: Witness) -> None:
    write_and_fold(clinic)
    before = walked(clinic)
    for _ in range(60):
        write_and_fold(clinic)
    assert walked(clinic) <= before + 2
    assert versions(clinic) >= 60
    assert_exact_through_folds(clinic)
    witness.assert_unmoved()


def test_a_fold_meets_no_dead_versions_either(clinic: Session, witness: Witness) -> None:
    write_and_fold(clinic)
    before = walked(clinic, "select stats.fold()")
    for _ in range(60):
        write_and_fold(clinic)
    assert walked(clinic, "select stats.fold()") <= before + 5


def test_control_oldest_first_a_read_meets_every_dead_version(
    clinic: Session, witness: Witness, without: Spoil
) -> None:
    for _ in range(60):
        write_and_fold(clinic)
    with without("stats.own_fold()", "f.version desc", "f.version"):
        assert walked(clinic) >= 60


def write_and_fold(clinic: Session) -> None:
    """Change kept rows of today and of all days."""
    clinic.execute("insert into booking (date, status) values (clock.today(), 'confirmed')")
    fold(clinic)


def versions(clinic: Session) -> int:
    """Return how often the folded row was written."""
    row = clinic.execute("select version from stats.folded").fetchone()
    assert row is not None
    return int(row[0])


def test_after_its_end_pruning_goes_in_parts(clinic: Session, aside: Aside, without: Spoil) -> None:
    holder = aside().session
    holder.execute("begin; insert into service (name) values ('Left open')")
    for _ in range(30):
        clinic.execute("insert into service (name) values ('One'), ('Two')")
    fold(clinic)
    holder.execute("commit")
    with without("stats.prune(xid8,xid8)", "offset 10000", "offset 10"):
        left = []
        for _ in range(6):
            clinic.execute("insert into service (name) values ('Later')")
            fold(clinic)
            left.append(deltas(clinic))
            assert_exact(clinic)
    steps = [before - after for before, after in pairwise(left)]
    assert all(step <= 12 for step in steps), f"folds left {left} deltas behind"
    assert left[-1] < left[0]
    for _ in range(3):
        fold(clinic)
    assert deltas(clinic) == 0


def deltas(clinic: Session) -> int:
    """Count the inbox, folded and pending."""
    row = clinic.execute("select count(*) from stats.delta").fetchone()
    assert row is not None
    return int(row[0])


def test_a_transaction_of_many_statements_folds_once_at_its_commit(clinic: Session) -> None:
    before = versions(clinic)
    clinic.execute("begin; select setval('stats.delta_id_seq', (last_value / 4096 + 1) * 4096) from stats.delta_id_seq")
    for _ in range(5):
        clinic.execute("insert into service (name) values ('One of five')")
        clinic.execute(
            "select setval('stats.delta_id_seq', last_value + 4095 - last_value % 4096) from stats.delta_id_seq"
        )
    clinic.execute("commit")
    assert versions(clinic) == before + 1
    assert_exact_through_folds(clinic)

"""Two sessions fold, rebuild or truncate at once."""

from __future__ import annotations

from collections.abc import Callable

from tests.concurrency.background import Background
from tests.concurrency.conftest import Spoil
from tests.sql.exactness import assert_exact, assert_exact_through_folds, differences
from tests.sql.oracle import Session, one_snapshot
from tests.sql.test_folding import fold
from tests.sql.test_transactions import CHANGES

FOLD, REBUILD = "stats.fold()", "stats.rebuild(text[])"
Aside = Callable[[], Background]


def is_exact(session: Session) -> bool:
    """Say whether all that the session sees equals a recount."""
    with one_snapshot(session):
        return not differences(session)


def test_the_second_folder_leaves_at_once(clinic: Session, aside: Aside) -> None:
    clinic.execute(CHANGES)
    first, second = aside().session, aside().session
    first.execute("begin; select stats.fold()")
    assert fold(second) is None
    assert_exact(second)
    first.execute("commit")
    assert_exact_through_folds(clinic)


def fold_twice_at_once(clinic: Session, first: Background, second: Background) -> None:
    """Fold in two sessions, neither of which sees the other's; the second has more to fold."""
    clinic.execute("insert into service (name) values ('For both')")
    first.session.execute("begin; select stats.fold()")
    clinic.execute("insert into service (name) values ('For the second')")
    second.begins("select stats.fold()").waits_for(first.session)
    first.session.execute("commit")
    second.ends()


def test_control_without_the_lock_the_second_folder_loses_deltas(clinic: Session, aside: Aside, without: Spoil) -> None:
    with without(FOLD, "for update skip locked"):
        fold_twice_at_once(clinic, aside(), aside())
    assert not is_exact(clinic)


def test_a_fold_with_a_lock_that_waits_is_exact_as_well(clinic: Session, aside: Aside, without: Spoil) -> None:
    with without(FOLD, "for update skip locked", "for update"):
        fold_twice_at_once(clinic, aside(), aside())
    assert_exact_through_folds(clinic)


def test_nobody_folds_during_a_rebuild(clinic: Session, aside: Aside) -> None:
    holder, rebuilder = aside(), aside()
    holder.session.execute("begin; select from stats.counter where subject = 'bill' for update")
    rebuilder.begins("select stats.rebuild()").waits_for(holder.session)
    clinic.execute("insert into booking (date) values ('2026-08-08'), ('2026-08-09')")
    assert fold(clinic) is None
    holder.session.execute("commit")
    rebuilder.ends()
    assert_exact_through_folds(clinic)


def rebuild_during_a_fold(clinic: Session, folder: Background, rebuilder: Background) -> None:
    """Rebuild while a fold is not committed that counted a day whose only row is gone since."""
    clinic.execute("insert into booking (id, date) values (90, '2026-08-08')")
    folder.session.execute("begin; select stats.fold()")
    clinic.execute("delete from booking where id = 90")
    rebuilder.begins("select stats.rebuild()").waits_for(folder.session)
    folder.session.execute("commit")
    rebuilder.ends()


def test_a_rebuild_waits_for_a_fold_and_sees_what_it_wrote(clinic: Session, aside: Aside) -> None:
    rebuild_during_a_fold(clinic, aside(), aside())
    assert_exact_through_folds(clinic)


def test_control_without_the_lock_a_rebuild_leaves_a_folds_counters(
    clinic: Session, aside: Aside, without: Spoil
) -> None:
    with without(REBUILD, "perform from stats.folded for update;"):
        rebuild_during_a_fold(clinic, aside(), aside())
    assert not is_exact(clinic)


def test_control_without_its_own_id_in_the_mark_a_folding_writer_loses_its_deltas(
    clinic: Session, aside: Aside, without: Spoil
) -> None:
    other = aside().session

    def write_fold_and_commit() -> None:
        clinic.execute("begin; insert into service (name) values ('Own')")
        other.execute("insert into service (name) values ('Later, so that the own id lies below')")
        clinic.execute("select stats.fold(); commit")

    write_fold_and_commit()
    assert_exact_through_folds(clinic)
    with without(FOLD, "stats.snapshot_without_me()", "pg_current_snapshot()"):
        write_fold_and_commit()
    assert not is_exact(clinic)


def test_what_commits_between_a_fold_and_its_pruning_is_spared(clinic: Session, aside: Aside, without: Spoil) -> None:
    writer, folder, holder = aside(), aside(), aside()
    writer.session.execute("begin")
    writer.session.execute(CHANGES)
    clinic.execute("insert into service (name) values ('Later, so that the writer lies below')")
    fold(clinic)
    holder.session.execute("begin; select pg_advisory_xact_lock(7)")
    with without(
        FOLD, "perform stats.apply_to_counters(", "perform pg_advisory_xact_lock(7); perform stats.apply_to_counters("
    ):
        folder.begins("select stats.fold()").waits_for(holder.session)
        writer.session.execute("commit")
        holder.session.execute("commit")
        folder.ends()
    assert_exact_through_folds(clinic)


def test_a_truncation_waits_for_writers_and_voids_what_they_wrote(clinic: Session, aside: Aside) -> None:
    writer, truncater = aside(), aside()
    writer.session.execute("begin; insert into medical_record (patient_id) values (1), (2)")
    truncater.begins("truncate medical_record").waits_for(writer.session)
    writer.session.execute("insert into medical_record (patient_id) values (3); commit")
    truncater.ends()
    assert_exact_through_folds(clinic)


def test_a_writer_waits_for_a_truncation_and_is_counted_after_it(clinic: Session, aside: Aside) -> None:
    truncater, writer = aside(), aside()
    truncater.session.execute("begin; truncate medical_record")
    writer.begins("insert into medical_record (patient_id) values (1), (2)").waits_for(truncater.session)
    truncater.session.execute("commit")
    writer.ends()
    assert_exact_through_folds(clinic)


def test_truncated_movements_and_a_stock_change_under_way_agree(clinic: Session, aside: Aside) -> None:
    keeper, truncater = aside(), aside()
    keeper.session.execute("begin; update inventory_item set quantity = quantity + 7")
    truncater.begins("truncate stock_movement").waits_for(keeper.session)
    keeper.session.execute("update inventory_item set quantity = quantity + 1; commit")
    truncater.ends()
    assert_exact_through_folds(clinic)

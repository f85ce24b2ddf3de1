"""With the web application down, scripts keep the inbox bounded by themselves, and none waits for another's fold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.concurrency.background import Background
from tests.concurrency.conftest import Spoil
from tests.sql.exactness import assert_exact_through_folds
from tests.sql.oracle import Session
from tests.sql.test_folding import pending
from tests.sql.test_inbox import next_folding_id, set_next_delta

pytestmark = pytest.mark.usefixtures("no_other_relay")

Aside = Callable[[], Background]
CHANGES = 9000
EACH_ITS_OWN_COMMIT = f"""
do $$ begin
    for i in 1..{CHANGES} loop insert into service (name) values ('Changed by a script'); commit; end loop;
end $$
"""


@pytest.fixture
def awake(clinic: Session) -> Session:
    """A script's session; the bell is unset, as it was left."""
    clinic.execute("select stats.wake_up()")
    return clinic


def test_the_inbox_stays_bounded(awake: Session) -> None:
    awake.execute(EACH_ITS_OWN_COMMIT)
    assert pending(awake) < 4096
    assert_exact_through_folds(awake)


def test_control_without_folding_writers_the_inbox_grows(awake: Session) -> None:
    awake.execute("alter table stats.fold_due disable trigger fold_now_and_then")
    try:
        awake.execute(EACH_ITS_OWN_COMMIT)
        assert pending(awake) >= CHANGES
    finally:
        awake.execute("alter table stats.fold_due enable always trigger fold_now_and_then; delete from stats.fold_due")
    assert_exact_through_folds(awake)


def test_a_writer_whose_turn_it_is_to_fold_does_not_wait_for_who_folds_already(clinic: Session, aside: Aside) -> None:
    folder, writer = aside().session, aside()
    clinic.execute("insert into service (name) values ('Pending')")
    folder.execute("begin; select stats.fold()")
    set_next_delta(clinic, next_folding_id(clinic))
    writer.session.execute("set lock_timeout = '1s'")
    writer.begins("insert into service (name) values ('The 4096th')").ends()
    folder.execute("commit")
    assert_exact_through_folds(clinic)


def test_control_with_a_lock_that_waits_the_writer_does(clinic: Session, aside: Aside, without: Spoil) -> None:
    folder, writer = aside().session, aside()
    clinic.execute("insert into service (name) values ('Pending')")
    with without("stats.fold()", "for update skip locked", "for update"):
        folder.execute("begin; select stats.fold()")
        set_next_delta(clinic, next_folding_id(clinic))
        writer.begins("insert into service (name) values ('The 4096th')").waits_for(folder)
        folder.execute("commit")
        writer.ends()
    assert_exact_through_folds(clinic)

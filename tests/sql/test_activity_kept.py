"""What the log of who did what keeps and forgets, and what it costs those who write."""

from __future__ import annotations

from tests.sql.exactness import assert_exact, assert_exact_through_folds
from tests.sql.log import SUBJECTS, acts, assert_told_through_folds, lines, script, told
from tests.sql.oracle import Session
from tests.sql.test_folding import fold
from tests.sql.test_verify import change_unseen

__all__ = ["script"]


def test_a_fold_that_is_rolled_back_logs_nothing(script: Session, clinic: Session) -> None:
    script.execute("insert into service (name) values ('A')")
    clinic.execute("begin; select stats.fold(); rollback")
    assert_told_through_folds(clinic, acts(("service", "added", "", 1)))


def test_a_restored_dump_loses_nothing_that_this_server_did(script: Session, clinic: Session) -> None:
    clinic.execute(
        "update stats.folded set snapshot = '900000000000:900000000000:', logged = '900000000000:900000000000:'"
    )
    script.execute("insert into service (name) values ('A')")
    clinic.execute("select stats.rebuild()")
    script.execute("insert into service (name) values ('B')")
    found = told(clinic)
    assert found["service", "added", ""] >= 2
    fold(clinic)
    assert told(clinic) == found


def test_the_log_forgets_what_is_old_and_what_is_too_much(script: Session, clinic: Session) -> None:
    script.execute("insert into service (name) values ('A')")
    fold(clinic)
    clinic.execute(
        "update stats.activity set made_at = made_at - interval '31 days', minute = minute - interval '31 days'"
    )
    clinic.execute(
        "insert into stats.activity select date_trunc('minute', t), 'ada', '', 'booking', 'added', '', '{}', 1, 0, 0, t"
        "  from generate_series(now() - interval '1100 minutes', now() - interval '1 minute', '1 minute') as t"
    )
    script.execute("insert into practitioner (full_name) values ('B')")
    fold(clinic)
    assert clinic.execute("select count(*), min(n) from stats.activity").fetchone() == (1000, 1)
    assert told(clinic) == acts(("booking", "added", "", 999), ("practitioner", "added", "", 1))


def test_the_log_is_turned_page_by_page(script: Session, clinic: Session) -> None:
    for table, column in (("service", "name"), ("practitioner", "full_name"), ("patient", "first_name")):
        script.execute(f"insert into {table} ({column}) values ('A')")  # type: ignore[arg-type]
        fold(clinic)
    page, seen = None, []
    while rows := clinic.execute("select * from stats.read_activity(%s, 1, %s)", [SUBJECTS, page]).fetchall():
        seen += [row[3] for row in rows]
        page = rows[-1][0]
    assert seen == ["patient", "practitioner", "service"]


def test_a_name_of_any_length_hinders_no_fold(script: Session, clinic: Session) -> None:
    script.execute(
        "select set_config('clinic.actor', (select string_agg(md5(i::text), '') from generate_series(1, 999) i), false)"
    )
    script.execute("insert into service (name) values ('A')")
    assert_told_through_folds(clinic, acts(("service", "added", "", 1)))
    assert_exact_through_folds(clinic)


def test_what_a_check_up_mends_is_told_as_its_own_act(script: Session, clinic: Session) -> None:
    change_unseen(clinic, "payment", "delete from payment where id = 1")
    script.execute("set clinic.actor = 'ada'; select stats.make_check_up()")
    assert [(line["actor"], line["subject"]) for line in lines(clinic)] == [("check-up", "bill")]
    assert script.execute("select current_setting('clinic.actor')").fetchone() == ("ada",)


def test_writers_append_no_more_deltas_and_wait_for_no_reader_of_the_log(script: Session, clinic: Session) -> None:
    clinic.execute("begin; select stats.fold()")
    clinic.execute("lock table stats.activity in access exclusive mode")
    script.execute("set lock_timeout = '1s'; insert into service (name) select 'A' from generate_series(1, 1000)")
    assert script.execute("select count(*) from stats.delta where subject = 'service' and n = 1000").fetchone() == (1,)
    clinic.execute("commit")
    assert_exact(clinic)

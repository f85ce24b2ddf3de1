"""Random programs: sessions that take turns, each with a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from hypothesis import strategies as st

from tests.sql.exactness import assert_exact
from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS

REFUSED = (
    psycopg.errors.IntegrityError,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.ActiveSqlTransaction,
)
"""What a statement may rightly be refused with; the transaction then goes back."""

STATEMENTS = (
    "insert into patient (first_name, registered_on) select 'N', date '2026-01-05' + {n} from generate_series(1, {m})",
    "insert into patient (first_name, external_ref) values ('U', 'p{n}'), ('V', 'p{m}9')"
    " on conflict (external_ref) do update set archived_at = now()",
    "update patient set archived_at = case when archived_at is null then now() end where id % 4 = {n}",
    "update patient set registered_on = registered_on + {m}, phone = 'x' where id <= {n}",
    "delete from patient where id = {n}",
    "insert into booking (patient_id, date, status) values (nullif({n}, 0), clock.today() + {n} - {m}, 'confirmed')",
    "insert into booking (date, status) select clock.today(), unnest(array['pending', 'completed', 'no_show'])",
    "update booking set status = 'completed' where status = 'confirmed' and id % 3 = {n} % 3",
    "update booking set date = date + {n} - {m}, start_time = null",
    "update booking set reason = reason",
    "delete from booking where id % 7 = {n}",
    "merge into booking b using (values ({n}), ({m} + 90)) v (id) on b.id = v.id"
    " when matched and v.id % 2 = 0 then delete when matched then update set status = 'declined'"
    " when not matched then insert (date, status) values ('2026-01-06', 'cancelled')",
    "insert into medical_record (patient_id, visit_on) values ({n}, date '2026-01-05' + {m})",
    "delete from medical_record where id = {n}",
    "insert into bill (patient_id, issued_on, service_fee, discount)"
    " values ({n}, date '2026-01-05' + {m}, {n} * 10, {m})",
    "update bill set service_fee = service_fee + {n} - {m} where id <= {n}",
    "update bill set issued_on = issued_on + {m} where id % 3 = {n} % 3",
    "update bill set voided_at = case when voided_at is null then now() end where id = {n}",
    "delete from bill where id = {n}",
    "insert into payment (bill_id, amount, method) values ({n}, {m} * 2.5, 'card'), (1, 0.01, 'cash')",
    "insert into payment (bill_id, amount) values ({n}, -{m})",
    "update payment set bill_id = {n}, amount = {m} where id = {m}",
    "update payment set method = 'other', paid_on = paid_on + {n} where id <= {m}",
    "delete from payment where id = {n}",
    "with gone as (delete from payment where bill_id = {n}) update bill set other_fee = {m} where id = {n}",
    "insert into inventory_item (name, sku, quantity, reorder_level) values ('N', 's{n}', {n}, {m})"
    " on conflict (sku) do update set quantity = excluded.quantity",
    "update inventory_item set quantity = quantity + {n} - {m}, reorder_level = {m} where id <= {n}",
    "delete from inventory_item where id = {n}",
    "insert into service (name) values ('N'); update practitioner set is_active = not is_active",
    "delete from service where id not in (select service_id from booking where service_id is not null)",
    "truncate medical_record",
    "truncate bill, payment",
    "truncate payment",
    "truncate booking cascade",
    "truncate stock_movement",
    "truncate inventory_item cascade",
    "select stats.fold()",
    "select stats.fold()",
    "select stats.rebuild()",
)
CONTROL = ("begin", "begin", "begin", "commit", "commit", "rollback", "savepoint", "rollback to")


@dataclass(frozen=True)
class Step:
    """One session's next statement, or a step of its transaction."""

    session: int
    action: str
    level: str = "read committed"


def steps(sessions: int) -> st.SearchStrategy[Step]:
    """Draw one step of one of so many sessions."""
    small = st.integers(0, 6)
    statement = st.builds(
        lambda text, n, m: text.format(n=n, m=m), st.sampled_from(STATEMENTS), small, st.integers(1, 5)
    )
    return st.builds(
        Step,
        st.integers(0, sessions - 1),
        st.one_of(statement, statement, st.sampled_from(CONTROL)),
        st.sampled_from(ISOLATION_LEVELS),
    )


@dataclass
class Player:
    """A session, and what it must remember of its transaction."""

    session: Session
    is_open: bool = False
    level: str = ""
    has_savepoint: bool = False
    is_outdated: bool = False
    """Its snapshot is older than another session's TRUNCATE, which emptied tables for every snapshot."""
    truncated: bool = False


@dataclass
class Program:
    """Play steps one after another; a session that would have to wait is refused instead."""

    players: Sequence[Player]
    checker: Session
    checks: int = field(default=0)

    def play(self, step: Step) -> None:
        """Take the step, then compare what its session and everybody else sees with a recount."""
        player = self.players[step.session]
        try:
            self._act(player, step)
        except REFUSED:
            self._go_back(player)
        self._check(player.session if player.is_open and not player.is_outdated else None)
        if not player.is_open:
            self._check(self.checker, step.level)

    def end(self) -> None:
        """Commit what is open and compare through two folds."""
        for player in self.players:
            self.play(Step(self.players.index(player), "commit"))
        self.checker.execute("set lock_timeout = 0")
        for _ in range(3):
            assert_exact(self.checker)
            self.checker.execute("select stats.fold()")

    def _act(self, player: Player, step: Step) -> None:
        run = player.session.execute
        if step.action == "begin":
            if not player.is_open:
                run(f"begin isolation level {step.level}; select 1")
                player.is_open, player.level = True, step.level
        elif step.action in ("commit", "rollback"):
            self._finish(player, step.action)
        elif step.action == "savepoint":
            if player.is_open:
                run("savepoint s")
                player.has_savepoint = True
        elif step.action == "rollback to":
            if player.has_savepoint:
                run("rollback to s")
        else:
            run(step.action)
            if step.action.startswith("truncate"):
                player.truncated = True
                if not player.is_open:
                    self._outdate_others(player)

    def _finish(self, player: Player, how: str) -> None:
        if not player.is_open:
            return
        try:
            player.session.execute(how)
            if how == "commit" and player.truncated:
                self._outdate_others(player)
        finally:
            player.is_open = player.has_savepoint = player.is_outdated = player.truncated = False

    def _outdate_others(self, player: Player) -> None:
        for other in self.players:
            if other is not player and other.level != "read committed":
                other.is_outdated = True

    def _go_back(self, player: Player) -> None:
        if player.has_savepoint:
            player.session.execute("rollback to s")
        elif player.is_open:
            self._finish(player, "rollback")

    def _check(self, session: Session | None, level: str = "") -> None:
        if session is None:
            return
        if level:
            session.execute(f"begin isolation level {level}")
        try:
            assert_exact(session)
            self.checks += 1
        except psycopg.errors.LockNotAvailable:
            # Another session's TRUNCATE is not committed; whoever commits it is checked then.
            self._recover(session)
        finally:
            if level:
                session.execute("rollback")

    def _recover(self, session: Session) -> None:
        for player in self.players:
            if player.session is session:
                self._finish(player, "rollback")

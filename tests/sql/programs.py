"""Random programs: sessions that take turns, each with a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from hypothesis import strategies as st

from tests.sql.exactness import assert_exact
from tests.sql.following import Follower
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
    "copy patient (first_name, registered_on) from stdin with (format csv)|N,2026-01-0{m}\nM,2026-01-0{m}\n",
    "copy booking (date, status) from stdin|2026-01-0{m}\tconfirmed\n2026-01-05\tcompleted\n",
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
CONTROL = (
    *("begin", "begin", "begin", "commit", "commit", "rollback", "savepoint", "rollback to"),
    *("prepare", "commit prepared", "commit prepared", "rollback prepared"),
)


@dataclass(frozen=True)
class Step:
    """One session's next statement, or a step of its transaction."""

    session: int
    action: str
    level: str = ISOLATION_LEVELS[0]

    def __repr__(self) -> str:
        """Read as a line of a script, in the report of a failing program."""
        level = f" isolation level {self.level}" if self.action == "begin" else ""
        return f"\n  {self.session}: {self.action}{level}"


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
    number: int
    is_open: bool = False
    level: str = ""
    has_savepoint: bool = False
    is_outdated: bool = False
    """Its snapshot is older than another session's TRUNCATE, which emptied tables for every snapshot."""
    truncated: bool = False
    prepared: str = ""
    """The name of a transaction of its own that awaits its end."""
    prepared_truncates: bool = False

    def run(self, statement: str) -> None:
        """Carry out a statement; a COPY brings its rows after a bar."""
        command, _, data = statement.partition("|")
        if not data:
            self.session.execute(command)
            return
        with self.session.cursor().copy(command) as copy:
            copy.write(data)

    def begin(self, level: str) -> None:
        """Begin a transaction and take its snapshot."""
        if not self.is_open:
            self.run(f"begin isolation level {level}")
            self.is_open, self.level, self.is_outdated = True, level, False
            self.run("select 1")

    def close(self) -> None:
        """Forget the transaction, which has ended."""
        self.is_open = self.has_savepoint = self.is_outdated = self.truncated = False


@dataclass
class Program:
    """Play steps one after another; a session that would have to wait is refused instead."""

    players: Sequence[Player]
    checker: Session
    follower: Follower
    checks: int = field(default=0)

    def play(self, step: Step) -> None:
        """Take the step, then compare what its session and everybody else sees with a recount."""
        player = self.players[step.session]
        try:
            self._act(player, step)
        except REFUSED:
            self._go_back(player)
        if player.is_open:
            self._check_own(player)
        elif step.action not in ("rollback", "savepoint", "rollback to"):
            self._check_others()
            self.follower.assert_keeps_up()

    def end(self) -> None:
        """Commit what is open and compare through two folds."""
        for player in self.players:
            self.play(Step(player.number, "commit"))
            self.play(Step(player.number, "commit prepared"))
        self.checker.execute("set lock_timeout = 0")
        for _ in range(3):
            assert_exact(self.checker)
            self.follower.assert_keeps_up()
            self.checker.execute("select stats.fold()")

    def _act(self, player: Player, step: Step) -> None:
        match step.action:
            case "begin":
                player.begin(step.level)
            case "commit" | "rollback":
                self._finish(player, step.action)
            case "savepoint":
                if player.is_open:
                    player.run("savepoint s")
                    player.has_savepoint = True
            case "rollback to":
                if player.has_savepoint:
                    player.run("rollback to s")
            case "prepare":
                self._prepare(player)
            case "commit prepared" | "rollback prepared":
                self._finish_prepared(player, step.action)
            case statement:
                self._run(player, statement)

    def _run(self, player: Player, statement: str) -> None:
        player.run(statement)
        if statement.startswith("truncate"):
            player.truncated = player.is_open
            if not player.is_open:
                self._outdate_others(player)

    def _finish(self, player: Player, how: str) -> None:
        if not player.is_open:
            return
        try:
            player.run(how)
            if how == "commit" and player.truncated:
                self._outdate_others(player)
        finally:
            player.close()

    def _prepare(self, player: Player) -> None:
        if not player.is_open or player.prepared:
            return
        try:
            player.run(f"prepare transaction 'of session {player.number}'")
            player.prepared, player.prepared_truncates = f"'of session {player.number}'", player.truncated
        finally:
            player.close()

    def _finish_prepared(self, player: Player, how: str) -> None:
        if player.is_open or not player.prepared:
            return
        player.run(f"{how} {player.prepared}")
        if how == "commit prepared" and player.prepared_truncates:
            self._outdate_others(player)
        player.prepared = ""

    def _outdate_others(self, player: Player) -> None:
        for other in self.players:
            if other is not player and other.is_open and other.level != ISOLATION_LEVELS[0]:
                other.is_outdated = True

    def _go_back(self, player: Player) -> None:
        if player.has_savepoint:
            player.run("rollback to s")
        elif player.is_open:
            self._finish(player, "rollback")

    def _check_own(self, player: Player) -> None:
        if player.is_outdated:
            return
        try:
            self._check(player.session)
        except psycopg.errors.LockNotAvailable:
            self._finish(player, "rollback")

    def _check_others(self) -> None:
        for level in ISOLATION_LEVELS:
            self.checker.execute(f"begin isolation level {level}")
            try:
                self._check(self.checker)
            except psycopg.errors.LockNotAvailable:
                pass  # Another session's TRUNCATE is not committed; the one who commits it is checked then.
            finally:
                self.checker.execute("rollback")

    def _check(self, session: Session) -> None:
        assert_exact(session)
        self.checks += 1

"""Random programs of statements over three sessions: whatever they do, every snapshot equals a recount.

`pytest tests/sql/test_property.py --hypothesis-profile=soak` plays thousands of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from tests.concurrency.conftest import without
from tests.sql.conftest import Pool, start_over
from tests.sql.following import Follower
from tests.sql.oracle import Session
from tests.sql.programs import Player, Program, Step, steps

__all__ = ["without"]

SESSIONS = 3
QUICK = settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
SOAK = settings(QUICK, max_examples=3_000, derandomize=False)
PROFILE = SOAK if settings.get_current_profile_name() == "soak" else QUICK


def play(program: list[Step], pool: Pool) -> None:
    """Play a program on the small clinic."""
    pool.give_back()
    checker = pool.take()
    for (name,) in checker.execute("select gid from pg_prepared_xacts where database = current_database()").fetchall():
        checker.execute(f"rollback prepared '{name}'")
    start_over(checker)
    players = [Player(pool.take(), number) for number in range(SESSIONS)]
    for session in (checker, *(player.session for player in players)):
        session.execute("set lock_timeout = '5ms'; set clinic.ring = off")
    game = Program(players, checker, Follower(pool.take()))
    for step in program:
        game.play(step)
    game.end()


@given(program=st.lists(steps(SESSIONS), min_size=8, max_size=20))
@settings(PROFILE)
def test_every_snapshot_equals_a_recount_whatever_the_sessions_do(program: list[Step], pool: Pool) -> None:
    play(program, pool)


def test_control_a_fault_is_found_by_some_program(
    clinic: Session, pool: Pool, without: Callable[..., AbstractContextManager[None]]
) -> None:
    def fails(program: list[Step]) -> bool:
        try:
            play(program, pool)
        except AssertionError:
            return True
        return False

    until_one_fails = settings(QUICK, max_examples=100, phases=[Phase.generate])  # shrinking it would take a minute
    with without("stats.booking__deleted()", "count(*) * -1", "count(*) * -2"):
        found = find(st.lists(steps(SESSIONS), max_size=4), fails, settings=until_one_fails)
    assert any("delete" in step.action for step in found)

"""Random programs of statements over three sessions: whatever they do, every snapshot equals a recount.

`pytest tests/sql/test_property.py --hypothesis-profile=soak` plays thousands of them.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sql.conftest import BEGIN_ANEW, Pool
from tests.sql.programs import Player, Program, Step, steps
from tests.sql.seed import SEED

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


@given(program=st.lists(steps(SESSIONS), min_size=8, max_size=20))
@settings(PROFILE)
def test_every_snapshot_equals_a_recount_whatever_the_sessions_do(program: list[Step], pool: Pool) -> None:
    pool.give_back()
    checker = pool.take()
    for statement in (*BEGIN_ANEW, SEED):
        checker.execute(statement)
    players = [Player(pool.take()) for _ in range(SESSIONS)]
    for session in (checker, *(player.session for player in players)):
        session.execute("set lock_timeout = '5ms'")
    game = Program(players, checker)
    for step in program:
        game.play(step)
    game.end()

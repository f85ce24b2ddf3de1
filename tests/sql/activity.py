"""What a statement must have appended to the inbox, worked out in Python from the rows before and after it."""

from __future__ import annotations

from collections import defaultdict

from tests.sql import oracle
from tests.sql.oracle import NOTHING, Amounts, Contribution, Row, Rows, Session

Move = tuple[str, str, str, object]
"""Subject, operation, state and day."""
SOURCE, ACTOR = "a nightly import", "Ada"
INTRODUCTION = f"set application_name to '{SOURCE}'; set clinic.actor to '{ACTOR}'"
"""What a session says of itself, to be found in each delta."""

ONLY_TOLD = {"working_hours", "blocked_day", "prescription", "patient_reference", "day_close"}
"""Subjects whose changes pages hear of, and of which nothing is counted."""


def last_delta(session: Session) -> int:
    """Return the id that the newest delta has or had."""
    row = session.execute("select last_value from stats.delta_id_seq").fetchone()
    assert row is not None
    return int(row[0])


def deltas_after(session: Session, delta_id: int) -> list[Row]:
    """Return each delta appended since."""
    return oracle.fetch(session, f"stats.delta where id > {delta_id} order by id")


def amounts(delta: Row) -> Amounts:
    """Return what a delta adds."""
    return (delta["n"], delta["billed"], delta["paid"])


def is_touch(delta: Row) -> bool:
    """Say whether a delta tells only that rows changed."""
    return amounts(delta) == NOTHING and not delta["is_reset"]


def moved(before: Rows, after: Rows, truncated: set[str]) -> dict[Move, Amounts]:
    """Work out what one statement inserted, updated and deleted, per state and day."""
    found: dict[Move, Amounts] = defaultdict(lambda: NOTHING)
    old, new = _by_row(before, without=truncated), _by_row(after)
    for key in old.keys() | new.keys():
        op = "insert" if key not in old else "delete" if key not in new else "update"
        for row, times in ((old.get(key), -1), (new.get(key), 1)):
            if row is not None:
                move = (row.subject, op, row.state, row.day)
                found[move] = oracle.plus(found[move], row.amounts, times)
    return _without_nothing(found)


def told(deltas: list[Row]) -> dict[Move, Amounts]:
    """Sum up what deltas tell after the last truncation of their subject."""
    voided = {delta["subject"]: delta["id"] for delta in deltas if delta["is_reset"]}
    found: dict[Move, Amounts] = defaultdict(lambda: NOTHING)
    for delta in deltas:
        if delta["id"] > voided.get(delta["subject"], 0):
            move = (delta["subject"], delta["op"], delta["state"], delta["day"])
            found[move] = oracle.plus(found[move], amounts(delta))
    return _without_nothing(found)


def assert_attributed(deltas: list[Row]) -> None:
    """Fail unless each delta says who made it, from where, in which transaction, and what kind of statement it was."""
    assert {(delta["source"], delta["actor"]) for delta in deltas} <= {(f"{SOURCE} (clinic)", ACTOR)}
    for delta in deltas:
        assert delta["op"] in {"insert", "update", "delete", "truncate"}, delta
        assert is_touch(delta) or delta["subject"] not in ONLY_TOLD, delta
    for delta in (delta for delta in deltas if delta["subject"] not in ONLY_TOLD):
        assert delta["is_reset"] == (delta["op"] == "truncate"), delta
        assert not is_touch(delta) or (delta["op"] == "update" and delta["day"] is None), delta


def _by_row(rows: Rows, without: set[str] = frozenset()) -> dict[tuple[str, int], Contribution]:  # type: ignore[assignment]
    return {(row.subject, row.id): row for row in oracle.contributions(rows) if row.subject not in without}


def _without_nothing(found: dict[Move, Amounts]) -> dict[Move, Amounts]:
    return {move: each for move, each in found.items() if each != NOTHING}

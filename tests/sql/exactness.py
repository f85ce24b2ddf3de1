"""Comparing what the database keeps with the oracle's recount, in one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.sql import oracle
from tests.sql.oracle import NOTHING, Amounts, Place, Rows, Session


def current(session: Session) -> dict[str, Decimal]:
    """Read the metrics as a script does."""
    return dict(session.execute("select key, value from stats.current").fetchall())


def assert_exact(session: Session) -> None:
    """Fail, naming each number that differs from a recount of the rows the session sees."""
    with oracle.one_snapshot(session):
        wrong = differences(session)
    assert not wrong, "\n".join(wrong)


def assert_exact_through_folds(session: Session) -> None:
    """Fail unless all is exact before a fold, after it, and after the next one has pruned."""
    for _ in range(3):
        assert_exact(session)
        session.execute("select stats.fold()")


def differences(session: Session) -> list[str]:
    """Name everything the session sees that differs from a recount."""
    rows = oracle.read_rows(session)
    right = oracle.metrics(rows, oracle.today(session))
    return [
        *_compare("metric", {key: value for key, value in current(session).items() if key in right}, right, Decimal(0)),
        *_compare("counter", kept_counters(session), oracle.recount(rows), NOTHING),
        *_ledger_differences(rows),
        *(f"verify: {row}" for row in session.execute("select * from stats.verify()").fetchall()),
    ]


def kept_counters(session: Session) -> dict[Place, Amounts]:
    """Add what is pending to the counters, in Python, by the rule that DESIGN.md states."""
    pending = _pending(session)
    voided: dict[str, int] = {}
    for delta in pending:
        if delta["is_reset"]:
            voided[delta["subject"]] = max(delta["id"], voided.get(delta["subject"], 0))
    kept: dict[Place, Amounts] = defaultdict(lambda: NOTHING)
    for row in [*oracle.fetch(session, "stats.counter"), *oracle.fetch(session, "stats.total")]:
        if row["subject"] not in voided:
            _add(kept, row, row.get("day"))
    for delta in pending:
        if delta["id"] > voided.get(delta["subject"], 0):
            for day in {delta["day"], None}:
                _add(kept, delta, day)
    return {place: amounts for place, amounts in kept.items() if amounts != NOTHING}


def _pending(session: Session) -> list[oracle.Row]:
    """Read the deltas that the folded snapshot does not show."""
    folded = oracle.fetch(session, "stats.folded")[0]["snapshot"]
    _xmin, xmax, running = folded.split(":")
    in_progress = set(running.split(",")) if running else set()
    deltas = oracle.fetch(session, "stats.delta")
    return [row for row in deltas if int(row["xid"]) >= int(xmax) or row["xid"] in in_progress]


def _add(kept: dict[Place, Amounts], row: oracle.Row, day: Any) -> None:
    place = (row["subject"], row["state"], day)
    n, billed, paid = kept[place]
    kept[place] = (n + row["n"], billed + row["billed"], paid + row["paid"])


def _compare(what: str, kept: Mapping[Any, Any], right: Mapping[Any, Any], empty: object) -> list[str]:
    return [
        f"{what} {key}: kept {kept.get(key, empty)}, recounted {right.get(key, empty)}"
        for key in {**kept, **right}
        if kept.get(key, empty) != right.get(key, empty)
    ]


def _ledger_differences(rows: Rows) -> list[str]:
    paid = oracle.paid_by_bill(rows)
    moved: dict[int, int] = defaultdict(int)
    for movement in rows["stock_movement"]:
        moved[movement["item_id"]] += movement["change"]
    bills = {row["id"]: row for row in rows["bill"]}
    return [
        *_off("amount_paid of bill", {i: (bill["amount_paid"], paid[i]) for i, bill in bills.items()}),
        *_off("total of bill", {i: (bill["total_amount"], oracle.total(bill)) for i, bill in bills.items()}),
        *_off("quantity of item", {row["id"]: (row["quantity"], moved[row["id"]]) for row in rows["inventory_item"]}),
    ]


def _off(what: str, sides: Mapping[int, tuple[Any, Any]]) -> list[str]:
    return [f"{what} {i}: kept {kept}, sum {right}" for i, (kept, right) in sides.items() if kept != right]

"""Settling a bill finds its payments by the index, in a session that began when there were hardly any."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sql.oracle import Session

PAY = "insert into payment (bill_id, amount) select min(id), 0.01 from bill"
SCANS = "select seq_scan from pg_stat_xact_user_tables where relid = 'payment'::regclass"
SETTLE = "ledger.settle(bigint[])"


@pytest.fixture
def few_payments(clinic: Session) -> Session:
    """A session that knows of a table of one page, which is scanned more cheaply than its index is."""
    clinic.execute("insert into bill (patient_id, service_fee) select min(id), 100 from patient")
    clinic.execute(PAY)
    clinic.execute("vacuum analyze payment")
    return clinic


@pytest.fixture
def planned_as_usual(clinic: Session) -> Iterator[None]:
    """Settling without its settings."""
    for setting in ("plan_cache_mode", "enable_seqscan"):
        clinic.execute(f"alter function {SETTLE} reset {setting}")
    yield
    clinic.execute(f"alter function {SETTLE} set plan_cache_mode = force_generic_plan")
    clinic.execute(f"alter function {SETTLE} set enable_seqscan = off")


def scans(session: Session) -> int:
    """Pay a dozen times in one transaction; give how often all payments were read for it."""
    session.execute("begin")
    before = session.execute(SCANS).fetchone()
    for _ in range(12):
        session.execute(PAY)
    after = session.execute(SCANS).fetchone()
    session.execute("rollback")
    assert before is not None
    assert after is not None
    return int(after[0] - before[0])


def test_a_payment_never_reads_all_payments(few_payments: Session) -> None:
    assert scans(few_payments) == 0


@pytest.mark.usefixtures("planned_as_usual")
def test_control_planned_as_usual_it_does(few_payments: Session) -> None:
    assert scans(few_payments) > 0

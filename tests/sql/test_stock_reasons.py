"""A reason that adds never takes, and the other way round, no matter who writes."""

from __future__ import annotations

import psycopg
import pytest

from clinic.inventory.reasons import StockReason
from tests.sql.oracle import Session

SIGNS = {
    "opening": 1,
    "delivery": 1,
    "returned": 1,
    "found": 1,
    "dispensed": -1,
    "used": -1,
    "damaged": -1,
    "expired": -1,
    "lost": -1,
    "counted": 0,
    "adjustment": 0,
}
RISES = "update inventory_item set quantity = quantity + 2 where sku = 's1'"
FALLS = "update inventory_item set quantity = quantity - 2 where sku = 's1'"


def test_application_and_database_know_the_same_signs(clinic: Session) -> None:
    assert {reason.value: reason.sign for reason in StockReason} == SIGNS
    for reason, sign in SIGNS.items():
        assert clinic.execute("select ledger.sign_of(%s)", [reason]).fetchone() == (sign,)
    assert clinic.execute("select ledger.sign_of('nightly import')").fetchone() == (0,)


@pytest.mark.parametrize("reason", [*SIGNS, "nightly import", ""])
@pytest.mark.parametrize(("statement", "sign"), [(RISES, 1), (FALLS, -1)])
def test_stock_moves_only_as_its_reason_says(clinic: Session, reason: str, statement: str, sign: int) -> None:
    clinic.execute("select set_config('clinic.stock_reason', %s, false)", [reason])
    if SIGNS.get(reason, 0) != -sign:
        clinic.execute(statement)
        return
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        clinic.execute(statement)
    assert refused.value.diag.constraint_name == "stock_movement_has_the_sign_of_its_reason"
    assert "counted, adjustment and words of your own go both ways" in str(refused.value.diag.message_hint)


def test_the_refusal_names_reason_item_and_change(clinic: Session) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match=r'"damaged" takes from stock, so .* item \d+ by \+2'):
        clinic.execute(f"set clinic.stock_reason = 'damaged'; {RISES}")


def test_one_item_of_many_that_moves_the_wrong_way_refuses_all(clinic: Session) -> None:
    every = "update inventory_item set quantity = case sku when 's1' then quantity + 1 else quantity - quantity / 2 end"
    with pytest.raises(psycopg.errors.CheckViolation, match="stock, so it cannot change item"):
        clinic.execute(f"set clinic.stock_reason = 'delivery'; {every}")


def test_a_new_item_cannot_begin_with_what_was_lost(clinic: Session) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match='"lost" takes from stock'):
        clinic.execute(
            "set clinic.stock_reason = 'lost'; insert into inventory_item (name, quantity) values ('Tape', 3)"
        )

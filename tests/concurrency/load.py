"""Transactions at random: some sessions write rows that all share, others only rows of their own."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count

from tests.sql.oracle import Session
from tests.sql.playing import ISOLATION_LEVELS

Work = Callable[[Session, random.Random], None]
OWN_RANGE, ONE_RUN = 100_000_000, 10_000_000
"""A session's own rows have ids from its number times the first, upwards; shared rows have ids below a million."""

SHARED = (
    "insert into patient (first_name) values ('N')",
    "update patient set archived_at = case when archived_at is null then now() end where id = {n}",
    "insert into booking (date, status) values (clock.today() + {n}, 'confirmed'), (clock.today(), 'pending')",
    "update booking set status = 'completed', date = date + 1 where id % 5 = {n} and id < 1000000",
    "delete from booking where id = (select max(id) from booking where id < 1000000)",
    "insert into booking (date, external_ref) values (clock.today(), 'b{n}')"
    " on conflict (external_ref) do update set status = 'declined'",
    "insert into medical_record (patient_id) values ({n})",
    "insert into bill (patient_id, service_fee) values (1, {n})",
    "insert into payment (bill_id, amount) values (1, 0.5), (6, 0.25)",
    "update payment set amount = amount + 0.01, method = 'other' where id = {n} and bill_id < 1000000",
    "delete from payment where id = (select max(id) from payment where bill_id < 1000000)",
    "update bill set medicine_fee = medicine_fee + 1 where id = {n}",
    "update inventory_item set quantity = quantity + {n} where id = 1",
    "insert into inventory_item (sku, name, quantity) values ('s{n}', 'N', 4)"
    " on conflict (sku) do update set quantity = excluded.quantity",
)
OWN = (
    "insert into patient (id, first_name) values ({new}, 'Own')",
    "update patient set archived_at = case when archived_at is null then now() end where id > {own} and id < {end}",
    "insert into booking (id, date, status) values ({new}, clock.today() + {n}, 'confirmed')",
    "insert into booking (id, date, status)"
    " select {new} + g, clock.today() + g, 'pending' from generate_series(0, {n}) g",
    "update booking set status = 'completed', date = date + 1 where id >= {own} and id < {end} and id % 3 = {n} % 3",
    "delete from booking where id >= {own} and id < {end} and id % 5 = {n}",
    "insert into medical_record (id, patient_id) values ({new}, {own})",
    "delete from medical_record where id >= {own} and id < {end} and id % 2 = {n} % 2",
    "insert into bill (id, patient_id, service_fee) values ({new}, {own}, {n})",
    "update bill set medicine_fee = medicine_fee + 1 where id >= {own} and id < {end}",
    "update bill set voided_at = now() where id > {own} and id < {end} and amount_paid = 0 and id % 3 = {n} % 3",
    "insert into payment (bill_id, amount, method)"
    " select id, 0.5, 'card' from bill where id >= {own} and id < {end} and balance >= 1 and voided_at is null",
    "update payment set amount = 0.25 where bill_id >= {own} and bill_id < {end} and amount = 0.5",
    "delete from payment where bill_id >= {own} and bill_id < {end} and id % 3 = {n} % 3",
    "update inventory_item set quantity = quantity + {n} where id = {own}",
    "update inventory_item set quantity = {n}, reorder_level = 3 where id = {own}",
    "merge into inventory_item i using (values ({own}, {n}), ({new}, 1)) v (id, n) on i.id = v.id"
    " when matched then update set quantity = v.n"
    " when not matched then insert (id, name, quantity) values (v.id, 'N', v.n)",
)


def prepare_own_rows(session: Session, number: int) -> None:
    """Give the session of that number a patient, a bill and an item of its own."""
    own = number * OWN_RANGE
    session.execute(f"insert into patient (id, first_name) values ({own}, 'Own')")
    session.execute(f"insert into bill (id, patient_id, service_fee) values ({own}, {own}, 100)")
    session.execute(f"insert into inventory_item (id, name) values ({own}, 'Own')")


def write_shared(session: Session, chance: random.Random) -> None:
    """Carry out one transaction on rows that all sessions write, at a random isolation level."""
    statements = (chance.choice(SHARED).format(n=chance.randint(1, 6)) for _ in range(chance.randint(1, 4)))
    _transact(session, chance, chance.choice(ISOLATION_LEVELS), statements)


def write_own(number: int, run: int = 0) -> Work:
    """Return the work of the session of that number in that run: transactions on rows that nobody else touches.

    At SERIALIZABLE even these may have to be repeated, by PostgreSQL's rules for those who read a whole
    small table; so they run at the two levels at which nothing may ever fail.
    """
    own, numbers = number * OWN_RANGE, count(10 + run * ONE_RUN, 10)

    def write(session: Session, chance: random.Random) -> None:
        statements = (
            chance.choice(OWN).format(own=own, end=own + OWN_RANGE, new=own + next(numbers), n=chance.randint(1, 6))
            for _ in range(chance.randint(1, 4))
        )
        _transact(session, chance, chance.choice(ISOLATION_LEVELS[:2]), statements)

    return write


def _transact(session: Session, chance: random.Random, level: str, statements: object) -> None:
    session.execute(f"begin isolation level {level}")
    for statement in statements:  # type: ignore[attr-defined]
        session.execute(statement)
    session.execute(chance.choice(["commit", "commit", "commit", "rollback"]))

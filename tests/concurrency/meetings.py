"""The pairs of operations that can meet, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from django.conf import settings

from clinic.database import installer
from tests.concurrency.permutations import OPEN, Steps
from tests.sql.playing import ISOLATION_LEVELS

INSTALL = f"set local clinic.time_zone = '{settings.CLINIC_TIME_ZONE}';" + "".join(
    path.read_text() for path in sorted(installer.FOLDER.glob("*.sql"))
)

NOBODY: frozenset[int] = frozenset()
EITHER, FIRST, SECOND = frozenset({0, 1}), frozenset({0}), frozenset({1})


@dataclass(frozen=True)
class Meeting:
    """Two operations, which of the two may ever wait for the other (for rows or tables that both touch), and more.

    A step that fails with anything but `may_fail` is a fault; `again` puts the rows back between two orders.
    """

    name: str
    first: Steps
    second: Steps
    may_wait: frozenset[int] = NOBODY
    may_fail: tuple[type[psycopg.Error], ...] = ()
    again: str = "select 1"


def transaction(*statements: str, level: str = ISOLATION_LEVELS[0], end: str = "commit") -> Steps:
    """Make the steps of a transaction."""
    return (f"begin isolation level {level}", *statements, end)


def writes(level: str) -> Steps:
    """Insert and update bookings, which moves numbers each time."""
    return transaction(
        "insert into booking (date, status) values (clock.today(), 'confirmed'), ('2026-01-07', 'pending')",
        "update booking set date = date + 1 where external_ref = 'b2'",
        level=level,
    )


def inserts(level: str) -> Steps:
    """Insert bookings alone, where the other side has many steps."""
    return transaction("insert into booking (date, status) values (clock.today(), 'confirmed')", level=level)


def pays(level: str) -> Steps:
    """Pay on two bills, which moves payments, bills and money."""
    return transaction("insert into payment (bill_id, amount) values (1, 0.01), (3, 0.01)", level=level)


def stocks(level: str) -> Steps:
    """Change one item's quantity, which moves its state and its ledger."""
    return transaction("update inventory_item set quantity = 15 - quantity where sku = 's2'", level=level)


FOLD = transaction("select stats.fold()")
REBUILD = transaction("select stats.rebuild()")
VERIFY = transaction("select stats.verify()")
CHECK_UP = transaction("select stats.make_check_up()")
KEEPERS = {"fold": FOLD, "rebuild": REBUILD, "verify": VERIFY, "check-up": CHECK_UP}
WRITERS = {"write": writes, "payment": pays, "stock change": stocks}
ABORTED = transaction("delete from booking where external_ref in ('b4', 'b5')", end="rollback")
TRUNCATED = transaction("truncate booking cascade")
INSTALLED = transaction(INSTALL)
VOIDED = transaction("update bill set voided_at = now() where id = 1")
BILL_GONE = transaction("delete from bill where id = 1")
NOT_VOID = "delete from payment where bill_id = 1; update bill set voided_at = null where id = 1"
BILL_BACK = (
    "delete from payment where bill_id = 1;"
    "insert into bill (id, patient_id, service_fee) values (1, 2, 100) on conflict do nothing"
)

HOUSEKEEPING = (
    *(
        Meeting(f"{keeper} and {writer} at {level}", KEEPERS[keeper], WRITERS[writer](level))
        for keeper in KEEPERS
        for writer in WRITERS
        for level in ISOLATION_LEVELS
        if writer == "write" or level != ISOLATION_LEVELS[1]
    ),
    Meeting("fold and a write that is rolled back", FOLD, ABORTED),
    Meeting("fold and fold", FOLD, FOLD),
    Meeting("fold and rebuild", FOLD, REBUILD, SECOND),
    Meeting("rebuild and rebuild", REBUILD, REBUILD, EITHER),
    Meeting("fold and verify", FOLD, VERIFY),
    Meeting("rebuild and verify", REBUILD, VERIFY),
    Meeting("rebuild and check-up", REBUILD, CHECK_UP),
)
TRUNCATIONS = (
    *(Meeting(f"truncate and write at {level}", TRUNCATED, writes(level), EITHER) for level in ISOLATION_LEVELS),
    Meeting("truncate and fold", TRUNCATED, FOLD),
    Meeting("truncate and rebuild", TRUNCATED, REBUILD, EITHER),
    Meeting("truncate and verify", TRUNCATED, VERIFY, EITHER),
    *(Meeting(f"truncated payments and payment at {level}", transaction("truncate payment"), pays(level), EITHER,
              (psycopg.errors.SerializationFailure,)) for level in ISOLATION_LEVELS),
    *(Meeting(f"truncated movements and stock change at {level}", transaction("truncate stock_movement"),
              stocks(level), EITHER) for level in ISOLATION_LEVELS),
)  # fmt: skip
WRITERS_AMONG_THEMSELVES = (
    Meeting("installation and write", INSTALLED, writes(ISOLATION_LEVELS[0]), EITHER),
    Meeting(
        "bulk updates of different rows in opposite order",
        transaction(
            "update booking set date = date + 1 where id in (1, 2, 3)",
            "update patient set registered_on = registered_on + 1 where id in (1, 2)",
        ),
        transaction(
            "update patient set registered_on = registered_on + 1 where id in (3, 4)",
            "update booking set date = date + 1 where id in (4, 5, 6)",
        ),
    ),
    Meeting(
        "payments of the same bills in opposite order",
        pays(ISOLATION_LEVELS[0]),
        transaction("insert into payment (bill_id, amount) values (3, 0.02), (1, 0.02)"),
        EITHER,
    ),
    Meeting(
        "payments of the same bills at repeatable read",
        pays(ISOLATION_LEVELS[1]),
        pays(ISOLATION_LEVELS[1]),
        EITHER,
        (psycopg.errors.SerializationFailure,),
    ),
    Meeting(
        "payments of different bills at repeatable read",
        transaction("insert into payment (bill_id, amount) values (1, 0.01)", level=ISOLATION_LEVELS[1]),
        transaction("insert into payment (bill_id, amount) values (3, 0.01)", level=ISOLATION_LEVELS[1]),
    ),
    Meeting(
        "payments of different bills at serializable",  # the ledger reads payments, and so a small table's every page
        transaction("insert into payment (bill_id, amount) values (1, 0.01)", level=ISOLATION_LEVELS[2]),
        transaction("insert into payment (bill_id, amount) values (3, 0.01)", level=ISOLATION_LEVELS[2]),
        NOBODY,
        (psycopg.errors.SerializationFailure,),
    ),
    Meeting(
        "a payment moved to another bill and a payment of that bill",
        transaction("update payment set bill_id = case bill_id when 2 then 3 else 2 end where external_ref = 'y1'"),
        transaction("insert into payment (bill_id, amount) values (3, 0.01), (1, 0.01)"),
        EITHER,
    ),
    Meeting(
        "a payment and a voided bill",
        pays(ISOLATION_LEVELS[0]),
        VOIDED,
        EITHER,
        (psycopg.errors.CheckViolation,),
        NOT_VOID,
    ),
    Meeting(
        "a payment and a deleted bill",
        transaction("insert into payment (bill_id, amount) values (1, 1)"),
        BILL_GONE,
        EITHER,
        (psycopg.errors.ForeignKeyViolation, psycopg.errors.RestrictViolation),
        BILL_BACK,
    ),
    Meeting(
        "changes of one item's quantity",
        stocks(ISOLATION_LEVELS[0]),
        transaction("update inventory_item set quantity = quantity + 1 where id in (1, 2)"),
        EITHER,
    ),
)
MEETINGS = (*HOUSEKEEPING, *TRUNCATIONS, *WRITERS_AMONG_THEMSELVES)


@dataclass(frozen=True)
class Inside:
    """A function, the text in it before which it stops at each gate, and a call that begins with it."""

    function: str
    stops: Steps
    call: str

    @property
    def steps(self) -> Steps:
        """Call, then open gate after gate."""
        return (self.call, *(OPEN.format(number + 1) for number in range(len(self.stops))))


FOLDING = Inside(
    "stats.fold()",
    ("select * into before from", "with pending as", "perform stats.apply_to_counters"),
    "select stats.fold()",
)
REBUILDING = Inside(
    "stats.rebuild(text[])",
    ("perform from stats.folded for update", "with mark as", "perform stats.tell_of_recount"),
    "select stats.rebuild()",
)
VERIFYING = Inside("stats.verify()", ("execute (select", "return query"), "select stats.verify()")
SETTLING = Inside(
    "ledger.settle(bigint[])",
    ("perform from public.bill", "perform ledger.refuse", "update public.bill"),
    "insert into payment (bill_id, amount) values (1, 0.01), (3, 0.01)",
)
REOPENING = Inside(
    "ledger.stock_movement__truncated()",
    ("insert into public.stock_movement",),
    "truncate stock_movement",
)
PLAIN_PAYMENT = ("insert into payment (bill_id, amount) values (3, 0.02), (1, 0.02)",)

INSIDE = [
    *((f"inside a fold: write at {level}", FOLDING, inserts(level), NOBODY) for level in ISOLATION_LEVELS),
    ("inside a fold: fold", FOLDING, FOLD, FIRST),
    ("inside a fold: rebuild", FOLDING, REBUILD, EITHER),
    ("inside a fold: truncate", FOLDING, TRUNCATED, NOBODY),
    ("inside a fold: payment", FOLDING, pays(ISOLATION_LEVELS[0]), NOBODY),
    *((f"inside a rebuild: write at {level}", REBUILDING, inserts(level), NOBODY) for level in ISOLATION_LEVELS),
    ("inside a rebuild: fold", REBUILDING, FOLD, FIRST),
    ("inside a rebuild: rebuild", REBUILDING, ("select stats.rebuild(array['bill'])",), EITHER),
    ("inside a rebuild: truncate", REBUILDING, TRUNCATED, EITHER),
    ("inside a verification: write", VERIFYING, inserts(ISOLATION_LEVELS[0]), NOBODY),
    ("inside a verification: truncate", VERIFYING, TRUNCATED, EITHER),
    ("inside a verification: fold", VERIFYING, FOLD, NOBODY),
    ("inside a settlement: payment", SETTLING, transaction(*PLAIN_PAYMENT), EITHER),
    ("inside a settlement: another bill's fees", SETTLING, transaction("update bill set other_fee = 1 where id = 6"),
     NOBODY),
    ("inside a settlement: a bill's fees", SETTLING,
     transaction("update bill set other_fee = 1 - other_fee where id = 1"), EITHER),
    ("inside a truncation of movements: stock change", REOPENING, stocks(ISOLATION_LEVELS[0]), EITHER),
]  # fmt: skip

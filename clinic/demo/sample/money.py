"""Make up the bills of visits that took place, and what was paid on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from clinic.demo.sample.rows import Bill, Booking, Payment, Service

WITH_BILL = 0.97
DIRECT = {"card": 46, "cash": 26, "transfer": 18, "cheque": 3, "other": 1}
INSURED = 0.35
REFUNDED = 0.006
CENT = Decimal("0.01")


def bills(random: Random, bookings: list[Booking], services: list[Service]) -> list[Bill]:
    """Return a bill for nearly every completed booking; a few of them void."""
    billed = [b for b in bookings if b.status == "completed" and random.random() < WITH_BILL]
    prices = {service.id: service.price for service in services}
    return [_bill(random, number, booking, prices) for number, booking in enumerate(billed, 1)]


def payments(random: Random, bills: list[Bill], today: date) -> list[Payment]:
    """Return the payments of all bills, each bill's in the order in which they were made."""
    return [payment for bill in bills if not bill.voided_at for payment in _of_bill(random, bill, today)]


def _bill(random: Random, number: int, booking: Booking, prices: dict[int, Decimal]) -> Bill:
    fee = prices[booking.service_id or 1]
    medicine = Decimal(random.randrange(400, 6500)) / 100 if random.random() < 0.3 else Decimal(0)
    discount = (fee * random.choice((5, 10, 20)) / 100).quantize(CENT) if random.random() < 0.08 else Decimal(0)
    void = random.random() < 0.007
    return Bill(
        id=number,
        patient_id=booking.patient_id or 1,
        booking_id=booking.id,
        issued_on=booking.date,
        service_fee=fee,
        medicine_fee=medicine,
        other_fee=Decimal(random.choice((5, 10, 15))) if random.random() < 0.06 else Decimal(0),
        discount=discount,
        voided_at=datetime.combine(booking.date, time(17), UTC) if void else None,
    )


def _of_bill(random: Random, bill: Bill, today: date) -> Iterator[Payment]:
    """Yield what was paid: older bills nearly all in full, those of the last weeks often not yet."""
    age = (today - bill.issued_on).days
    full, part = (0.93, 0.03) if age > 60 else (0.7, 0.1) if age > 2 else (0.55, 0.05)
    luck = random.random()
    if luck < full:
        yield from _in_full(random, bill, today)
    elif luck < full + part:
        share = Decimal(random.randrange(20, 70)) / 100
        yield _payment(random, bill, (bill.total * share).quantize(CENT), today)


def _in_full(random: Random, bill: Bill, today: date) -> Iterator[Payment]:
    if random.random() < INSURED:
        own = (bill.total * Decimal("0.2")).quantize(CENT)
        yield Payment(bill.id, own, "copay", "", bill.issued_on)
        yield _payment(random, bill, bill.total - own, today, "insurance")
    else:
        yield _payment(random, bill, bill.total, today)
        if random.random() < REFUNDED:
            back = (bill.total / 4).quantize(CENT)
            yield Payment(bill.id, -back, "card", "Refund", min(today, bill.issued_on + timedelta(days=20)))


def _payment(random: Random, bill: Bill, amount: Decimal, today: date, method: str = "") -> Payment:
    """Return a payment: cash and card on the day, everything else some days later."""
    method = method or random.choices(list(DIRECT), list(DIRECT.values()))[0]
    wait = 0 if method in {"cash", "card"} else random.randrange(1, 20)
    reference = f"{method[:2].upper()}-{random.randrange(10**6):06}" if method != "cash" else ""
    return Payment(bill.id, amount, method, reference, min(today, bill.issued_on + timedelta(days=wait)))

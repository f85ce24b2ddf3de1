"""Make up what the store holds: nearly all of it enough, some low, some out, some expiring."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from clinic.demo.sample.rows import Item
from clinic.demo.sample.supplies import SUPPLIES

LOW, OUT = 12, 5
EXPIRING_SOON, EXPIRED = 8, 2


def items(random: Random, today: date) -> list[Item]:
    """Return everything the store keeps."""
    supplies = [(category, *supply) for category, group in SUPPLIES.items() for supply in group]
    troubled = random.sample(range(len(supplies)), LOW + OUT)
    rows = [
        _item(random, number, category, name, price, perishable, today)
        for number, (category, name, price, perishable) in enumerate(supplies, 1)
    ]
    for index in troubled[:LOW]:
        rows[index] = rows[index]._replace(quantity=random.randrange(1, rows[index].reorder_level + 1))
    for index in troubled[LOW:]:
        rows[index] = rows[index]._replace(quantity=0)
    return _with_expiry(random, rows, today)


def _item(random: Random, number: int, category: str, name: str, price: float, perishable: bool, today: date) -> Item:
    level = random.choice((5, 10, 20)) if price > 20 else random.choice((20, 40, 60, 100))
    return Item(
        sku=f"{category[:3].upper()}-{number:04}",
        name=name,
        category=category,
        unit_price=Decimal(str(price)),
        quantity=level + random.randrange(level // 2 + 1, level * 6),
        reorder_level=level,
        expires_on=today + timedelta(days=random.randrange(90, 900)) if perishable else None,
    )


def _with_expiry(random: Random, rows: list[Item], today: date) -> list[Item]:
    """Let some of what can expire do so soon, and a little of it already."""
    perishable = [index for index, row in enumerate(rows) if row.expires_on]
    for place, index in enumerate(random.sample(perishable, EXPIRING_SOON + EXPIRED)):
        days = random.randrange(3, 45) if place < EXPIRING_SOON else -random.randrange(2, 20)
        rows[index] = rows[index]._replace(expires_on=today + timedelta(days=days))
    return rows

"""How often one address may ask for appointments."""

from __future__ import annotations

from clinic.screens.addresses import customer
from clinic.screens.rates import Rate

RATE = Rate("public-booking", "10/hour")
"""Enough for a family behind one address, too little to fill a day's agenda."""


def may_ask(address: str) -> bool:
    """Count one request from an address; say whether it is still within the rate."""
    return RATE.hit(customer(address))

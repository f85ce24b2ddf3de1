"""Reading the pages about bookings."""

from __future__ import annotations

from typing import Any

from django.test import Client

HTMX = {"HX-Request": "true"}


def html(client: Client, address: str, **options: Any) -> str:
    return client.get(address, **options).content.decode()

"""Which pages may open a socket: those of this very origin, and those of origins that are trusted with forms."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.live.routing import _is_own

TRUSTED = ["https://staff.clinic.example", "https://*.partner.example"]


@pytest.mark.parametrize(
    ("is_https", "origin", "host", "may"),
    [
        (True, "https://clinic.example", "clinic.example", True),
        (True, "http://clinic.example", "clinic.example", False),
        (False, "https://clinic.example", "clinic.example", False),
        (False, "http://clinic.example:8000", "clinic.example:8000", True),
        (False, "http://clinic.example:8001", "clinic.example:8000", False),
        (False, "http://clinic.example", "clinic.example:8000", False),
        (True, "https://clinic.example.evil.example", "clinic.example", False),
        (True, "https://evil.example", "evil.example", False),  # asked for under another name
        (True, "null", "clinic.example", False),
        (True, "", "clinic.example", False),
        (True, "https://", "", False),
        (True, "https://staff.clinic.example", "clinic.example", True),
        (True, "http://staff.clinic.example", "clinic.example", False),
        (True, "https://staff.clinic.example:444", "clinic.example", False),
        (True, "https://a.partner.example", "clinic.example", True),
        (True, "https://partner.example.evil.example", "clinic.example", False),
    ],
)
def test_scheme_host_and_port_are_the_pages_own_or_trusted(
    settings: Any, is_https: bool, origin: str, host: str, may: bool
) -> None:
    settings.SESSION_COOKIE_SECURE, settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = (
        is_https,
        ["clinic.example"],
        TRUSTED,
    )
    assert _is_own(origin, host) is may

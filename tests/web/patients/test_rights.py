"""What somebody reads who may not open a page of the patients; who may is in `tests/web/addresses.txt`."""

from __future__ import annotations

from tests.web.patients.conftest import ClientOf


def test_a_refusal_is_in_words(client_of: ClientOf) -> None:
    assert "This page is not for your role" in client_of("store").get("/patients/").content.decode()

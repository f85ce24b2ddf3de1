"""What the tests of the store begin with."""

from __future__ import annotations

from tests.web.patients.conftest import ada, client_of, gauze

__all__ = ["ada", "client_of", "gauze"]

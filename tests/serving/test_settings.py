"""What makes no sense stops the start, or is named by `manage.py check`."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.checks import pool_has_room
from clinic.errors import ConfigurationError
from clinic.settings import _number


@pytest.mark.parametrize("word", ["0", "-1", "many", "1.5", ""])
def test_a_number_that_is_none_is_named_with_what_it_takes(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_AT_WORK", word)
    with pytest.raises(ConfigurationError, match=r"REQUESTS_AT_WORK is .* set it to a whole number, 1 or more"):
        _number("REQUESTS_AT_WORK", 2)


@pytest.mark.parametrize(("pool", "at_work", "found"), [(8, 2, []), (7, 2, ["clinic.W010"]), (0, 50, [])])
def test_a_pool_without_room_for_what_passes_the_gate_is_named(
    pool: int, at_work: int, found: list[str], settings: Any
) -> None:
    settings.DATABASE_POOL_SIZE, settings.REQUESTS_AT_WORK = pool, at_work
    assert [message.id for message in pool_has_room(None)] == found

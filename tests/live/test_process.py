"""What starting relay and hub does to the process they run in."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from django.conf import settings

from clinic.live import process

SOCKETS, OBJECTS_OF_A_SEND = 2_000, 10


@pytest.fixture
def collector() -> Iterator[None]:
    """Leave Python's garbage collector as it was."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def collections_while_a_frame_goes_out() -> int:
    """Count the collector's runs while a server keeps a few objects for each socket."""
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    kept = [[[] for _ in range(OBJECTS_OF_A_SEND)] for _ in range(SOCKETS)]
    del kept
    return int(gc.get_stats()[0]["collections"] - before)


@pytest.mark.usefixtures("collector")
def test_a_frame_for_many_sockets_does_not_set_off_the_garbage_collector() -> None:
    gc.set_threshold(700)
    assert collections_while_a_frame_goes_out() > 10, "control: at Python's own number it does"
    process.spare_the_collector()
    assert collections_while_a_frame_goes_out() == 0


@pytest.mark.usefixtures("collector")
async def test_it_is_spared_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIVE_RELAY", False)
    gc.set_threshold(700)
    process.start()
    await asyncio.sleep(0)  # what is stopped before it begins is reported as never awaited
    try:
        assert gc.get_threshold()[0] == process.YOUNG_OBJECTS
    finally:
        await process.stop()

"""A coroutine runs at once up to where it waits; what is left of it can be awaited, cancelled or closed."""

from __future__ import annotations

import asyncio

import pytest

from clinic.live import eager


class Work:
    """A send that waits for a tap, and what became of it."""

    def __init__(self, *, is_open: bool) -> None:
        self.tap = asyncio.Event()
        self.steps: list[str] = []
        if is_open:
            self.tap.set()

    async def run(self) -> None:
        self.steps.append("begun")
        try:
            await self.tap.wait()
            self.steps.append("done")
        finally:
            self.steps.append("cleaned up")


async def test_what_need_not_wait_is_done_at_once() -> None:
    work = Work(is_open=True)
    assert eager.begin(work.run()) is None
    assert work.steps == ["begun", "done", "cleaned up"]


async def test_what_waits_goes_on_where_it_waited() -> None:
    work = Work(is_open=False)
    rest = eager.begin(work.run())
    assert rest
    assert work.steps == ["begun"]
    work.tap.set()
    await rest
    assert work.steps == ["begun", "done", "cleaned up"]


async def test_what_is_cancelled_while_it_waits_cleans_up() -> None:
    work = Work(is_open=False)
    rest = eager.begin(work.run())
    assert rest
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await rest
    assert work.steps == ["begun", "cleaned up"]
    work.tap.set()


async def test_what_nobody_awaits_can_be_closed() -> None:
    work = Work(is_open=False)
    rest = eager.begin(work.run())
    assert rest
    rest.close()
    assert work.steps == ["begun", "cleaned up"]


async def test_an_error_before_the_first_wait_reaches_who_began() -> None:
    async def fails() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        eager.begin(fails())

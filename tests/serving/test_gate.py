"""Few are at work, the others wait in order, and nobody waits for ever."""

from __future__ import annotations

import asyncio

import pytest

from clinic.serving.gate import BusyError, Gate
from tests.waiting import until_async


async def enter(gate: Gate, name: str, entered: list[str]) -> None:
    await gate.enter()
    entered.append(name)


async def queue(gate: Gate, *names: str) -> tuple[list[str], list[asyncio.Task[None]]]:
    """Have some wait, one behind the other."""
    entered: list[str] = []
    tasks = [asyncio.create_task(enter(gate, name, entered)) for name in names]
    await until_async(lambda: gate.waiting == len(names))
    return entered, tasks


async def test_no_more_than_allowed_are_at_work() -> None:
    gate = Gate(at_work=2, waiting=10, seconds=60)
    await gate.enter()
    await gate.enter()
    entered, tasks = await queue(gate, "third")
    assert (gate.state(), entered) == ({"at_work": 2, "waiting": 1}, [])
    gate.leave()
    await asyncio.gather(*tasks)
    assert (gate.state(), entered) == ({"at_work": 2, "waiting": 0}, ["third"])


async def test_who_came_first_is_next() -> None:
    gate = Gate(at_work=1, waiting=10, seconds=60)
    await gate.enter()
    entered, tasks = await queue(gate, "first", "second", "third")
    for task in tasks:
        gate.leave()
        await task
    assert entered == ["first", "second", "third"]


async def test_beyond_the_last_place_one_is_told_at_once() -> None:
    gate = Gate(at_work=1, waiting=1, seconds=60)
    await gate.enter()
    _entered, tasks = await queue(gate, "waiting")
    with pytest.raises(BusyError, match="try again in some seconds"):
        await gate.enter()
    gate.leave()
    await asyncio.gather(*tasks)


async def test_who_waited_too_long_is_told_and_takes_no_place() -> None:
    gate = Gate(at_work=1, waiting=1, seconds=0)
    await gate.enter()
    with pytest.raises(BusyError):
        await gate.enter()
    assert gate.state() == {"at_work": 1, "waiting": 0}
    gate.leave()
    await gate.enter()


async def test_who_leaves_the_queue_is_passed_over() -> None:
    gate = Gate(at_work=1, waiting=10, seconds=60)
    await gate.enter()
    entered, (leaving, staying) = await queue(gate, "leaving", "staying")
    leaving.cancel()
    gate.leave()
    await staying
    assert entered == ["staying"]
    assert gate.state() == {"at_work": 1, "waiting": 0}

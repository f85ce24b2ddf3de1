"""Work that must not end goes on whatever it raises, says so in the log, and is known to fail meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from clinic.live import supervision
from clinic.live.supervision import Supervisor, faults
from tests.waiting import until_async

Work = Callable[[], Awaitable[None]]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.001)


@asynccontextmanager
async def kept_going(supervisor: Supervisor, work: Work) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(supervisor.run(work))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def failing_with(*errors: Exception) -> tuple[Work, list[Exception]]:
    """Make work that raises one error after the other and then goes on for ever; returns also those not yet raised."""
    left = list(errors)

    async def work() -> None:
        if left:
            raise left.pop(0)
        await asyncio.Event().wait()

    return work, left


@pytest.mark.parametrize(
    "error", [KeyError("visits_total"), RecursionError(), AssertionError("never"), OSError("away")]
)
async def test_work_that_raises_anything_begins_again(error: Exception) -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise error
        await asyncio.Event().wait()

    async with kept_going(Supervisor("work"), work):
        await until_async(lambda: begun == 2, what="the second beginning")


async def test_work_that_ends_begins_again() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1

    async with kept_going(Supervisor("work"), work):
        await until_async(lambda: begun > 2, what="another beginning")


async def test_cancelling_ends_it() -> None:
    work, _left = failing_with()
    async with kept_going(Supervisor("work"), work) as task:
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_log_has_the_trace_of_what_nobody_expects(caplog: pytest.LogCaptureFixture) -> None:
    work, left = failing_with(KeyError("visits_total"))
    async with kept_going(Supervisor("the relay"), work):
        await until_async(lambda: not left, what="the failure")
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "the relay: KeyError: 'visits_total'" in record.getMessage()
    assert record.exc_info


async def test_the_log_has_a_line_of_what_happens_now_and_then_and_not_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work, left = failing_with(*[ConnectionError("refused") for _ in range(5)])
    async with kept_going(Supervisor("the relay"), work):
        await until_async(lambda: not left, what="the failures")
    assert [(record.levelname, record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("WARNING", "the relay: ConnectionError: refused", None)
    ]


async def test_it_is_known_to_fail_until_the_work_says_that_all_is_well() -> None:
    supervisor = Supervisor("the relay")
    work, left = failing_with(KeyError("visits_total"))
    async with kept_going(supervisor, work):
        await until_async(lambda: not left, what="the failure")
        assert faults([Supervisor("another"), supervisor]) == {"the relay": "KeyError: 'visits_total'"}
        supervisor.note_success()
        assert faults([supervisor]) == {}


def test_pauses_grow_to_a_limit_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.5)
    supervisor = Supervisor("work", longest_pause=60)
    pauses = []
    for _ in range(2_000):  # a day of failures: doubled so often a number has no end
        supervisor.note_failure(OSError())
        pauses.append(supervisor._pause())
    assert 0.5 <= pauses[0] <= 1
    assert 1 <= pauses[1] <= 2
    assert all(30 <= pause <= 60 for pause in pauses[10:])
    assert len(set(pauses[10:])) > 1_000

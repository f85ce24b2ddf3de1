"""Two sessions through every interleaving of their steps, in the manner of PostgreSQL's isolation tester."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from tests.sql.oracle import Session
from tests.waiting import until

DEADLINE_SECONDS = 15
Steps = tuple[str, ...]


def interleavings(first: int, second: int) -> Iterator[tuple[int, ...]]:
    """Give every order of so many steps of session 0 and of session 1, each session's own order kept."""
    for places in combinations(range(first + second), first):
        yield tuple(0 if place in places else 1 for place in range(first + second))


@dataclass
class Runner:
    """One session that carries out its steps in order, on a thread; a step may have to wait for the other session."""

    session: Session
    errors: list[BaseException] = field(default_factory=list)
    _steps: queue.Queue[str | None] = field(default_factory=queue.Queue)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Be ready for steps."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def give(self, step: str) -> None:
        """Queue a step."""
        self._steps.put(step)

    @property
    def is_idle(self) -> bool:
        """All steps that were given have ended."""
        return self._steps.unfinished_tasks == 0

    def finish(self) -> None:
        """Wait for all steps to end; raises when one still waits at the deadline."""
        until(lambda: self.is_idle, DEADLINE_SECONDS, "the end of all steps")
        self._steps.put(None)

    def _run(self) -> None:
        while (step := self._steps.get()) is not None:
            try:
                self.session.execute(step)
            except BaseException as error:
                self.errors.append(error)
            finally:
                self._steps.task_done()


@dataclass(frozen=True)
class Outcome:
    """How one interleaving ended: which session ever waited for the other, and what went wrong."""

    waited: frozenset[int]
    errors: tuple[BaseException, ...]


def play(
    sessions: tuple[Session, Session], steps: tuple[Steps, Steps], order: tuple[int, ...], watcher: Session
) -> Outcome:
    """Carry out the steps in one order; after each, wait until it has ended or is seen to wait for a lock."""
    runners = tuple(Runner(session) for session in sessions)
    left = [list(part) for part in steps]
    waited: set[int] = set()
    for runner in runners:
        runner.start()
    for number in order:
        runner = runners[number]
        runner.give(left[number].pop(0))
        until(
            lambda runner=runner: runner.is_idle or _is_blocked(runner, watcher),
            DEADLINE_SECONDS,
            "a step's end or wait",
        )
        waited |= {n for n, other in enumerate(runners) if not other.is_idle and _is_blocked(other, watcher)}
    for runner in runners:
        runner.finish()
    return Outcome(frozenset(waited), tuple(error for runner in runners for error in runner.errors))


def _is_blocked(runner: Runner, watcher: Session) -> bool:
    row = watcher.execute("select cardinality(pg_blocking_pids(%s)) > 0", [runner.session.info.backend_pid]).fetchone()
    return row == (True,)

"""Two sessions through every interleaving of their steps, in the manner of PostgreSQL's isolation tester."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import psycopg

from tests.sql.oracle import Session
from tests.waiting import until

DEADLINE_SECONDS = 60
SHORT_SECONDS = 0.02
"""How long a step is given to end before anybody asks whether it waits."""

Steps = tuple[str, ...]
GATES = 4
OPEN = "open gate {}"


def interleavings(first: int, second: int) -> Iterator[tuple[int, ...]]:
    """Yield every order of so many steps of session 0 and of session 1, each session's own order kept."""
    for places in combinations(range(first + second), first):
        yield tuple(0 if place in places else 1 for place in range(first + second))


def gate(number: int) -> str:
    """Return the plpgsql that waits until the gate of that number is opened."""
    return f"perform pg_advisory_xact_lock_shared({number});"


class Gates:
    """Gates inside functions, kept shut by a session; a step `open gate 2` opens the second."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.pid = session.info.backend_pid

    def shut(self) -> None:
        """Shut all; nobody may be inside."""
        self._session.execute("select pg_advisory_unlock_all()")
        for number in range(1, GATES + 1):
            self._session.execute("select pg_advisory_lock(%s)", [number])

    def open(self, number: int) -> None:
        """Let through those who wait at the gate, and those who will come."""
        self._session.execute("select pg_advisory_unlock(%s)", [number])


@dataclass
class Runner:
    """One session that carries out its steps in order, on a thread; a step may have to wait for another session."""

    session: Session
    errors: list[BaseException] = field(default_factory=list)
    _steps: queue.Queue[str | None] = field(default_factory=queue.Queue)
    _rests: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Be ready for steps."""
        self._rests.set()
        threading.Thread(target=self._run, daemon=True).start()

    def give(self, step: str) -> None:
        """Queue a step, and give it a moment to end."""
        self._rests.clear()
        self._steps.put(step)
        self._rests.wait(SHORT_SECONDS)

    @property
    def is_idle(self) -> bool:
        """All steps that were given have ended."""
        return self._steps.unfinished_tasks == 0

    def finish(self) -> None:
        """Wait for all steps to end; raises when one still waits at the deadline."""
        until(lambda: self.is_idle, DEADLINE_SECONDS, "the end of all steps")
        self._steps.put(None)

    def waits_for(self, pids: set[int], watcher: Session) -> bool:
        """Say whether the step under way waits for a lock that one of those sessions has."""
        row = watcher.execute("select pg_blocking_pids(%s)", [self.session.info.backend_pid]).fetchone()
        return row is not None and not pids.isdisjoint(row[0])

    def _run(self) -> None:
        while (step := self._steps.get()) is not None:
            try:
                self.session.execute(step)
            except psycopg.errors.InFailedSqlTransaction:
                pass  # what failed before is noted
            except BaseException as error:
                self.errors.append(error)
            finally:
                self._steps.task_done()
                if self.is_idle:
                    self._rests.set()


@dataclass(frozen=True)
class Outcome:
    """How one interleaving ended: which session ever waited for the other, and what went wrong."""

    waited: frozenset[int]
    errors: tuple[BaseException, ...]


@dataclass
class Play:
    """Two sessions in one order of their steps; after each step both have ended or are seen to wait."""

    sessions: tuple[Session, Session]
    watcher: Session
    gates: Gates | None = None

    def __call__(self, steps: tuple[Steps, Steps], order: tuple[int, ...]) -> Outcome:
        """Carry out the steps in one order."""
        runners = tuple(Runner(session) for session in self.sessions)
        left = [list(part) for part in steps]
        waited: set[int] = set()
        for runner in runners:
            runner.start()
        for number in order:
            self._take(runners[number], left[number].pop(0))
            waited |= self._settle(runners)
        for runner in runners:
            runner.finish()
        return Outcome(frozenset(waited), tuple(error for runner in runners for error in runner.errors))

    def _take(self, runner: Runner, step: str) -> None:
        if self.gates and step.startswith("open gate "):
            self.gates.open(int(step.split()[-1]))
        else:
            runner.give(step)

    def _settle(self, runners: tuple[Runner, ...]) -> set[int]:
        """Return when nobody is on the way; give who waits for the other."""
        keeper = {self.gates.pid} if self.gates else set()
        waiting: set[int] = set()

        def rests(number: int) -> bool:
            waiting.discard(number)
            if runners[number].is_idle:
                return True
            other = {runners[1 - number].session.info.backend_pid}
            if runners[number].waits_for(other, self.watcher):
                waiting.add(number)
            return number in waiting or runners[number].waits_for(keeper, self.watcher)

        until(lambda: all([rests(0), rests(1)]), DEADLINE_SECONDS, "a step's end or wait")
        return waiting

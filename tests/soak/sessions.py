"""Threads that repeat some work on a session each, and what came of it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from tests.concurrency.load import Work
from tests.sql.oracle import Session

CONFLICTS = (
    psycopg.errors.IntegrityError,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
"""What a transaction on shared rows may rightly be refused with."""


@dataclass
class Sessions:
    """Sessions that work until it is over; `outcomes` counts by kind of session and what became of its work."""

    url: str
    outcomes: Counter[str] = field(default_factory=Counter)
    unexpected: list[BaseException] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, kind: str, work: Work, seed: int) -> None:
        """Repeat some work on a session of its own, which is opened again when somebody terminates it."""
        self._threads.append(threading.Thread(target=self._run, args=[kind, work, random.Random(seed)]))
        self._threads[-1].start()

    def end(self) -> None:
        """Let all finish what they are at; raise what none of them may meet."""
        self.is_over.set()
        for thread in self._threads:
            thread.join(120)
            assert not thread.is_alive(), "a session hangs"
        if self.unexpected:
            raise self.unexpected[0]

    def _run(self, kind: str, work: Work, chance: random.Random) -> None:
        try:
            while not self.is_over.is_set():
                self._connected(kind, work, chance)
        except BaseException as error:
            self.unexpected.append(error)

    def _connected(self, kind: str, work: Work, chance: random.Random) -> None:
        """Work until it is over or the connection is lost."""
        session: Session | None = None
        try:
            with psycopg.connect(self.url, autocommit=True, application_name="soak") as session:
                while not self.is_over.is_set():
                    self._once(kind, work, session, chance)
        except psycopg.OperationalError:
            if session is not None and not session.closed:
                raise
            self.outcomes[f"{kind}: terminated"] += 1

    def _once(self, kind: str, work: Work, session: Session, chance: random.Random) -> None:
        try:
            work(session, chance)
            self.outcomes[f"{kind}: done"] += 1
        except CONFLICTS as error:
            self.outcomes[f"{kind}: {type(error).__name__}"] += 1
            session.execute("rollback")

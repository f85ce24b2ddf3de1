"""A session whose statement may have to wait for another session."""

from __future__ import annotations

import threading

from tests.sql.oracle import Session
from tests.waiting import PATIENCE_SECONDS, until


class Background:
    """Run statements in a thread; `watcher` sees who waits for whom."""

    def __init__(self, session: Session, watcher: Session) -> None:
        self.session = session
        self._watcher = watcher
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def begins(self, statement: str) -> Background:
        """Start a statement and do not wait for its end."""
        self._error = None
        self._thread = threading.Thread(target=self._run, args=[statement], daemon=True)
        self._thread.start()
        return self

    def blockers(self) -> list[int]:
        """Return the process ids of the sessions that this one waits for."""
        pid = self.session.info.backend_pid
        row = self._watcher.execute("select pg_blocking_pids(%s)", [pid]).fetchone()
        assert row is not None
        return list(row[0])

    def waits_for(self, other: Session) -> None:
        """Return as soon as the statement waits for the other session."""
        pid = other.info.backend_pid
        until(lambda: pid in self.blockers(), what=f"waiting for session {pid}")

    def ends(self) -> None:
        """Return when the statement has ended; raise what it raised."""
        assert self._thread is not None
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive(), "the statement still waits"
        if self._error is not None:
            raise self._error

    def _run(self, statement: str) -> None:
        try:
            self.session.execute(statement)
        except BaseException as error:
            self._error = error

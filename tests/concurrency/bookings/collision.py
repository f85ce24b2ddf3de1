"""Two people at one row: the first holds it in an open transaction while the second already waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from clinic.errors import ClinicError
from tests.waiting import until

Act = Callable[[], object]


class Rival:
    """A second person, in a thread and on a connection of their own; `refusal` is what they were told, if anything."""

    def __init__(self, act: Act) -> None:
        self.refusal: ClinicError | None = None
        self._pid: int | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(act,))

    def _run(self, act: Act) -> None:
        try:
            connection.ensure_connection()
            self._pid = connection.connection.info.backend_pid
            act()
        except ClinicError as error:
            self.refusal = error
        except Exception as error:
            self._error = error
        finally:
            connection.close()

    def start(self) -> None:
        """Begin to act."""
        self._thread.start()

    def is_stuck(self) -> bool:
        """Tell whether the rival waits for a lock of the session that asks, or has ended."""
        return not self._thread.is_alive() or (self._pid is not None and _waits_for_me(self._pid))

    def finish(self) -> ClinicError | None:
        """Wait for the end of what the rival does; give what they were told when it was refused."""
        self._thread.join(timeout=60)
        assert not self._thread.is_alive(), "the rival still waits"
        if self._error is not None:
            raise self._error
        return self.refusal


def collide(first: Act, second: Act) -> ClinicError | None:
    """Let the first act and hold its rows until the second waits for them; give what the second was told."""
    rival = Rival(second)
    with transaction.atomic():
        first()
        rival.start()
        until(rival.is_stuck, what="the second person, waiting for the first")
    return rival.finish()


def _waits_for_me(pid: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid() = any (pg_blocking_pids(%s))", [pid])
        row = cursor.fetchone()
    return row and row[0]

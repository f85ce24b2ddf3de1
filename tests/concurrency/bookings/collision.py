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
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(act,))

    def _run(self, act: Act) -> None:
        try:
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
        """Tell whether the rival waits for somebody's lock."""
        return not self._thread.is_alive() or _somebody_waits()

    def finish(self) -> ClinicError | None:
        """Wait for the end of what the rival does; give what they were told when it was refused."""
        self._thread.join(timeout=20)
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


def _somebody_waits() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        row = cursor.fetchone()
    return row and row[0]

"""What a balancer does: asks each web process whether pages work there, and sends pages to those that say so."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from urllib.error import URLError
from urllib.request import urlopen

CHECK_SECONDS, ANSWER_SECONDS = 1.0, 1.0
FALL = 2
"""Checks in a row that have to fail before a process is left out, as `fall 2` in haproxy."""


class Balancer:
    """Knows the ports to send pages to."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._failed = dict.fromkeys(ports, 0)
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._check, args=(port,), daemon=True) for port in ports]

    def port(self) -> int:
        """Choose one that is up; any of them where none is."""
        up = [port for port, failed in self._failed.items() if failed < FALL]
        return random.choice(up or list(self._failed))

    def is_up(self, port: int) -> bool:
        """Tell whether the last time it was asked it was ready."""
        return not self._failed[port]

    def __enter__(self) -> Balancer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _check(self, port: int) -> None:
        while not self._is_over.wait(CHECK_SECONDS):
            try:
                urlopen(f"http://127.0.0.1:{port}/readyz", timeout=ANSWER_SECONDS).close()
            except (URLError, OSError):
                self._failed[port] += 1
            else:
                self._failed[port] = 0

"""What a row of the table is: something that happens to an installation, for how long, and what has to hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.chaos.installation import Installation
from tests.web_server import WebServer

TAKEOVER_SECONDS = 5.0
NOTICED_SECONDS = 12.0
"""A page notices a silent process after so long, and dials another."""


class LeftOutError(Exception):
    """The fault cannot be caused on this machine; says in words why."""


@dataclass(frozen=True)
class Fault:
    """One row. `cause` is a context: it is so inside, and mended on the way out.

    `seconds` is how long it lasts, 0 for what happens in a moment. `others` and `all` are the goals, in seconds from
    its end until the pages of the other processes, and every page, are live with the right number again; of pages whose
    own process was hit, the time that a browser takes to notice silence comes on top. `refused` is the most requests
    that may go without an answer, or with a server's error; None where those are what the fault is about.
    """

    name: str
    cause: Callable[[Installation], AbstractContextManager[WebServer | None]]
    seconds: float
    others: float
    all: float
    refused: int | None = None
    writes_a_second: float = 5

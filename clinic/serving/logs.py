"""The log's lines, for people or for programs; each tells the id of its request, if it is of one.

The standard library's own: one formatter of twenty lines is all that structlog would replace here, and lines of
Django, Channels and the drivers, which know nothing of it, would need that formatter still.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from clinic.serving.tracing import request_id


class RefusalFilter(logging.Filter):
    """Leave out the trace of a request that was refused, by a wrong host or for want of rights: it shows no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        is_refusal = record.name == "django.request" and record.levelno < logging.ERROR
        if is_refusal or record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True


class LineFormatter(logging.Formatter):
    """One line for people, and the trace below it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the library's name
        """Add the request's id."""
        known = request_id()
        return super().formatMessage(record) + (f" [request {known}]" if known else "")


class JsonFormatter(logging.Formatter):
    """One object a line; `event` is the message before its values are filled in, so that like lines are found."""

    def format(self, record: logging.LogRecord) -> str:
        """Spell a record."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "event": str(record.msg),
            "process": record.process,
        }
        if known := request_id():
            told["request_id"] = known
        if status := getattr(record, "status_code", None):
            told["status"] = status
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)

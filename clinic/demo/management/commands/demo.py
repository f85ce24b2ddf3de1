"""Run the demonstration in the foreground."""

from __future__ import annotations

import os
from typing import Any

from clinic.demo.demo import run
from clinic.embedded.command import ClinicCommand
from clinic.embedded.listening import port_number


class Command(ClinicCommand):
    """Run PostgreSQL, the web server and sample data until Ctrl-C."""

    help = "Run the product with sample data until Ctrl-C. PORT=8000; FRESH=1 drops the data first."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Read PORT and FRESH from the environment, and run."""
        fresh = os.environ.get("FRESH", "") not in {"", "0"}
        run(port_number(os.environ.get("PORT") or "8000"), fresh=fresh)

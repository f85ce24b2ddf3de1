"""Print the database's URL."""

from __future__ import annotations

import os
from typing import Any

from clinic.embedded.command import ClinicCommand
from clinic.embedded.postgres import default_cluster


class Command(ClinicCommand):
    """Print DATABASE_URL, or the embedded server's URL after starting it if need be."""

    help = "Print the database's URL in the form that psql, SQLAlchemy and others take."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the URL alone on stdout, the rest on stderr."""
        self.stdout.write(own_url() or self._embedded_url())

    def _embedded_url(self) -> str:
        cluster = default_cluster()
        if cluster.start():
            self.stderr.write("PostgreSQL was started and goes on running. Stop it with: manage.py postgres stop")
        return cluster.url()


def own_url() -> str | None:
    """Return DATABASE_URL with the scheme's full name, or None where it is not set."""
    url = os.environ.get("DATABASE_URL")
    scheme, _, rest = (url or "").partition("://")
    return f"postgresql://{rest}" if scheme in {"postgres", "pgsql"} else url or None

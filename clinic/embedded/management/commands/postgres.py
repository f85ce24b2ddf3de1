"""Start, stop or show the embedded PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from clinic.embedded.command import ClinicCommand
from clinic.embedded.postgres import default_cluster


class Command(ClinicCommand):
    """Let a person look after the server that `make demo` and `dburl` start."""

    help = "Start, stop or show the PostgreSQL server that comes with the product."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one word."""
        parser.add_argument("action", choices=["start", "stop", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the named action."""
        getattr(self, options["action"])()

    def start(self) -> None:
        """Start the server."""
        started = default_cluster().start()
        self.stdout.write("PostgreSQL was started." if started else "PostgreSQL was already running.")

    def stop(self) -> None:
        """Stop the server."""
        stopped = default_cluster().stop()
        self.stdout.write("PostgreSQL was stopped." if stopped else "PostgreSQL was not running.")

    def status(self) -> None:
        """Say whether the server runs and where its files are."""
        cluster = default_cluster()
        state = "running" if cluster.is_running() else "not running"
        self.stdout.write(f"PostgreSQL is {state}.\nURL   {cluster.url()}\nData  {cluster.data}\nLog   {cluster.log}")

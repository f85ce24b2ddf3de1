"""Runs inside a copy in which the recipes were followed: prints what the application answers there, as JSON.

A program of its own, because the copy's modules have the names of the originals.
"""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

ROWS = (
    "insert into patient (first_name, preferred_name) values ('Augusta', 'Ada')",
    "insert into patient (first_name) values ('Augusta')",
    "insert into booking (date, patient_name, status) values (current_date, 'Babbage', 'declined')",
)


def migrate() -> list[str]:
    """Write the migrations that the copy needs, apply them, and name what they do."""
    call_command("makemigrations", "patients", verbosity=0)
    call_command("migrate", verbosity=0)
    out = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=out)
    return out.getvalue().split()


def write() -> dict[str, Any]:
    """Write some rows as a script does, and read the numbers."""
    with connection.cursor() as cursor:
        for statement in ROWS:
            cursor.execute(statement)
        cursor.execute("select key, value from stats.current")
        numbers = dict(cursor.fetchall())
        cursor.execute("select count(*) from stats.verify()")
        return {"numbers": numbers, "off": cursor.fetchone()[0]}


def answers() -> dict[str, str]:
    """Ask for the pages, signed in as one who may see all."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("manager"))

    def get(path: str, **headers: str) -> str:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code)
        return b"".join(answer).decode()  # type: ignore[arg-type]

    return {
        "dashboard": get("/"),
        "form": get("/patients/new/"),
        "page": get("/patients/1/"),
        "csv": get("/patients/?export=csv"),
        "merge": get("/patients/2/merge/?other=1"),
        "screen": get("/bookings/declined/"),
        "fragment": get("/bookings/declined/", **{"HX-Request": "true"}),
    }


def pace() -> dict[str, float]:
    """Return what follows from the heartbeat."""
    from clinic.live import pace

    return {"hub": pace.hub_silence_seconds(), "stuck": pace.stuck_seconds(), **pace.for_browsers()}


def exact(value: object) -> str:
    """Spell a number of the database."""
    assert isinstance(value, Decimal)
    return str(value)


if __name__ == "__main__":
    print(json.dumps({"migrations": migrate(), **write(), **answers(), "pace": pace()}, default=exact))

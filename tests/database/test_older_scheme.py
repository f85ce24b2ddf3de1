"""A database whose tables another version made is recognised by words, and nothing in it is touched."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

OLDER_SCHEME = {
    "stats": ["0001_clock"],
    "desk": ["0001_initial", "0002_search"],
    "patients": ["0001_initial", "0002_medical_record", "0003_foreign_keys", "0004_desk"],
    "bookings": ["0001_initial", "0002_foreign_keys", "0003_opening_hours", "0004_stamps"],
    "billing": ["0001_initial", "0002_foreign_keys", "0003_cashier", "0004_day_close"],
    "inventory": ["0001_initial", "0002_foreign_keys", "0003_store"],
}
"""What such a database says it has applied: here patients held records, and bookings the services."""
OURS = "app not in ('auth', 'admin', 'contenttypes', 'sessions')"
SAID = r"another scheme's.*pg_dump --data-only.*FRESH=1 make demo"


@pytest.fixture
def older(db: None) -> list[tuple[str, str]]:
    """Say that this database has applied another version's migrations, and return all that it says."""
    with connection.cursor() as cursor:
        cursor.execute(f"delete from django_migrations where {OURS}")
        rows = [(app, name) for app, names in OLDER_SCHEME.items() for name in names]
        cursor.executemany("insert into django_migrations (app, name, applied) values (%s, %s, now())", rows)
    return applied()


def applied() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations order by id")
        return cursor.fetchall()


def test_migrate_says_what_to_do_with_a_database_of_an_older_scheme(older: list[tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match=SAID):
        call_command("migrate", verbosity=0)
    assert applied() == older


def test_the_demonstration_says_it_of_the_database_that_it_made_before(older: list[tuple[str, str]]) -> None:
    with pytest.raises(CommandError, match=SAID):
        call_command("prepare_demo", "--own")
    assert applied() == older


def test_control_a_database_of_this_scheme_is_migrated(db: None) -> None:
    call_command("migrate", verbosity=0)

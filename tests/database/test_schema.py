"""The schema that is committed is the one that migrations make."""

from __future__ import annotations

from tests import schema


def test_the_committed_schema_is_what_migrations_make(database_url: str) -> None:
    assert schema.dump(database_url) == schema.FILE.read_text(), "Run `make schema` and commit what it changes."

"""The schema that is committed is the one that migrations make."""

from __future__ import annotations

import re

from tests import schema

QUALIFIED = re.compile(r"^( SELECT|   ) \w+\.(?=\w+,?$)", re.MULTILINE)
"""A view's column with its table's name, which PostgreSQL 15 writes also where there is one table only."""


def test_the_committed_schema_is_what_migrations_make(database_url: str) -> None:
    made, committed = (QUALIFIED.sub(r"\1 ", text) for text in (schema.dump(database_url), schema.FILE.read_text()))
    assert made == committed, "Run `make schema` and commit what it changes."

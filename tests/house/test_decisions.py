"""The index of decisions names each record, by its own words, and what became of it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "docs" / "decisions"
RECORDS = sorted(path.name for path in FOLDER.glob("[0-9]*.md"))
LINE = re.compile(
    r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \| (in force.*|superseded by \[\d{4}\]\(.+\).*) \|$", re.MULTILINE
)
INDEX = {file: (number, title) for number, file, title, _status in LINE.findall((FOLDER / "README.md").read_text())}


@pytest.mark.parametrize("record", RECORDS)
def test_each_record_is_in_the_index_under_its_number_and_title(record: str) -> None:
    title = (FOLDER / record).read_text().splitlines()[0].removeprefix("# ")
    assert INDEX.get(record) == (record[:4], title), f"docs/decisions/README.md needs a line for {record}"


def test_the_index_names_nothing_that_is_not_there() -> None:
    assert sorted(INDEX) == RECORDS


def test_no_two_records_have_one_number() -> None:
    numbers = [record[:4] for record in RECORDS]
    assert len(numbers) == len(set(numbers))

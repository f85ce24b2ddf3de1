"""The mutants of the SQL can be made: each names a file and a text that stands in it."""

from __future__ import annotations

import pytest

from tests.sql.mutants import LIKELY, TESTS
from tests.sql.mutations import MUTATIONS, Mutation
from tests.web_server import ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutations_text_stands_in_its_file_and_is_replaced_by_another(mutation: Mutation) -> None:
    text = (ROOT / "sql" / mutation.file).read_text()
    assert mutation.old in text, "bring tests/sql/mutations.py up to date"
    assert mutation.new != mutation.old


def test_mutations_have_names_of_their_own() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


def test_each_mutated_file_has_tests_that_are_run_first_and_exist() -> None:
    assert {mutation.file[:3] for mutation in MUTATIONS} == LIKELY.keys()
    assert {name for names in LIKELY.values() for name in names} <= {path.stem for path in TESTS}

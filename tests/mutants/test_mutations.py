"""The list of mutations is up to date: each can be made, and names tests that exist. `make mutants` judges them."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.mutation import Mutation
from tests.mutants.mutations import MUTATIONS
from tests.web_server import ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_change_can_be_made_and_names_who_notices(mutation: Mutation) -> None:
    changed = mutation.mutated()
    if mutation.file.endswith(".py"):
        ast.parse(changed)
    assert bool(mutation.tests) != bool(mutation.equivalent)
    for test in mutation.tests:
        file, _colons, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text()


def test_each_change_has_a_name_of_its_own() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 60

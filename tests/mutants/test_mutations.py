"""The list of mutations is up to date: each can be made, and names tests that exist. `make mutants` judges them."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import summary
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


def test_the_sum_counts_the_noticed_and_gives_the_reasons_for_the_rest() -> None:
    noticed, alive = (Mutation(name, "a.py", "a", "b", tests=("x",)) for name in ("a guard goes", "a lock goes"))
    same = Mutation("an order goes", "a.py", "a", "b", equivalent="a set has none")
    assert summary([noticed, alive, same], ["a lock goes"]) == (
        "3 changes, 1 noticed, 1 equivalent:\n    an order goes: a set has none"
    )

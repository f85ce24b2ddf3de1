"""Which package may import which: infrastructure knows no noun, and a noun's models know only those below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_server import ROOT

SOURCES = ROOT / "clinic"
NOUNS = ("practice", "patients", "inventory", "bookings", "billing", "records")
"""From the ground up: a table refers to tables of packages before its own."""

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "money": {"errors"},
    "serving": {"errors"},
    "embedded": {"errors"},
    "demo": {"embedded", "errors"},
    "database": {"errors"},
    "stats": {"database", "errors", "money"},
    "live": {"database", "errors", "stats"},
    "screens": {"database", "errors", "live", "money", "serving", "stats"},
    "staff": {"database", "errors", "screens"},
}
"""What each package of the infrastructure may import besides itself."""


def packages(path: Path) -> Iterator[str]:
    """Yield the packages of the clinic that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "clinic":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("clinic."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("clinic."))


def modules(package: str) -> list[Path]:
    """Return a package's modules."""
    single = SOURCES / f"{package}.py"
    found = [single] if single.exists() else list((SOURCES / package).rglob("*.py"))
    assert found, package
    return found


def imported(package: str) -> set[str]:
    return {name for path in modules(package) for name in packages(path)} - {package}


@pytest.mark.parametrize("package", ALLOWED)
def test_infrastructure_imports_only_what_stands_below_it(package: str) -> None:
    assert imported(package) <= ALLOWED[package]


@pytest.mark.parametrize("noun", NOUNS)
def test_a_nouns_models_know_only_nouns_below(noun: str) -> None:
    above = set(NOUNS[NOUNS.index(noun) + 1 :]) | {"staff", "dashboard", "operations", "demo", "live", "stats"}
    assert set(packages(SOURCES / noun / "models.py")) & above == set()


@pytest.mark.parametrize("noun", NOUNS)
def test_no_noun_imports_what_stands_above_the_nouns(noun: str) -> None:
    assert imported(noun) & {"dashboard", "operations", "demo", "staff"} == set()


def test_every_package_has_its_place() -> None:
    found = {path.name for path in SOURCES.iterdir() if (path / "__init__.py").exists()}
    assert found == {*ALLOWED, *NOUNS, "dashboard", "operations"} - {"errors", "money"}


def test_control_an_import_within_a_function_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("def late():\n    from clinic import billing\n    import clinic.records.models\n")
    assert list(packages(module)) == ["billing", "records"]

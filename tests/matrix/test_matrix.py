"""The matrix picks its tests, its Pythons and its PostgreSQLs by itself, and says in words what is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.errors import ClinicError
from tests import services
from tests.matrix import __main__ as matrix
from tests.matrix import postgresql, pythons
from tests.web_server import ROOT

FAKE = """#!/bin/sh
{}
"""


def test_what_needs_a_browser_is_left_out_by_what_it_asks_for() -> None:
    command = [sys.executable, "-m", "pytest", "-n0", "--no-browser", "--collect-only", "-qq", "tests/browser"]
    environment = os.environ | {"TEST_DATABASE_URL": services.postgres_url()}
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["tests/browser/test_board.py:", "1"]


def test_only_two_fixtures_find_a_browser() -> None:
    finders = re.compile(r"\b(chromium_path|headless_path)\(\)")
    used = {str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("*.py") if finders.search(file.read_text())}
    assert used == {"tests/browser/conftest.py", "tests/services.py"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def program(path: Path, does: str) -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FAKE.format(does))
    path.chmod(0o755)
    return path


def test_a_python_that_is_not_there_is_named_with_what_to_install(folder: Path) -> None:
    with pytest.raises(pythons.PythonMissingError, match=r"no Python 3\.99.*pyenv install 3\.99.*python3\.99-venv"):
        pythons.interpreter("3.99")


def test_a_python_that_only_pretends_is_passed_over_for_pyenvs(folder: Path) -> None:
    program(folder / "python3.99", "exit 127")
    real = program(folder / "pyenv/versions/3.99.1/bin/python3.99", "echo 3.99")
    assert pythons.interpreter("3.99") == real


def test_uv_is_asked_last(folder: Path) -> None:
    real = program(folder / "uvs/python", "echo 3.99")
    program(folder / "uv", f"echo {real}")
    assert pythons.interpreter("3.99") == real


def test_a_leg_gives_way_to_the_next_where_its_python_is_missing_and_is_told_of() -> None:
    here = "{}.{}".format(*sys.version_info)
    leg, missing = matrix._first_to_be_had(f"3.99/18,{here}/18")
    assert leg.name == f"{here}/18"
    assert leg.python.is_file()
    assert len(missing) == 1
    assert missing[0].startswith("3.99/18 was NOT run. There is no Python 3.99")


def test_nothing_is_run_where_one_leg_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix.main(["3.99/18"]) == 2
    assert "There is no Python 3.99" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["3.11", "18", "3.11/14", "3/18", "3.11/18/15"])
def test_nonsense_is_no_leg(word: str) -> None:
    with pytest.raises(ClinicError, match="is no leg; write a Python and one PostgreSQL"):
        matrix._leg(word)


def test_the_newest_postgresql_is_the_wheels() -> None:
    assert postgresql.programs("18") == {}


def test_an_installed_postgresql_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "INSTALLED", (str(tmp_path / "{}" / "bin"),))
    program(tmp_path / "15/bin/postgres", "exit")
    assert postgresql.programs("15") == {"POSTGRES_BIN": str(tmp_path / "15/bin")}


def test_another_is_unpacked_from_packages_and_never_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "INSTALLED", ())
    monkeypatch.setattr(postgresql, "_cache", lambda version: folder / f"postgresql-{version}")
    simulated = "Inst ssl-cert (1)\\nInst libpq5 (15.20)\\nInst postgresql-15 (15.20)\\nConf libpq5 (15.20)\\n"
    answers = f"case $3 in install) printf '{simulated}';; download) : > postgresql-15.deb;; esac"
    program(folder / "apt-get", f'echo "$@" >> {folder}/asked\n{answers}')
    program(folder / "dpkg", f'/bin/mkdir -p "$3/usr/lib/x86_64-linux-gnu" && echo "$1" >> {folder}/asked')
    unpacked = folder / "postgresql-15"
    assert postgresql.programs("15") == {
        "POSTGRES_BIN": str(unpacked / "usr/lib/postgresql/15/bin"),
        "LD_LIBRARY_PATH": str(unpacked / "usr/lib/x86_64-linux-gnu"),
    }
    assert (folder / "asked").read_text().splitlines() == [
        "--quiet --quiet install --simulate --no-install-recommends postgresql-15",
        "--quiet --quiet download libpq5 postgresql-15",
        "-x",
    ]


def test_where_there_are_no_packages_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "INSTALLED", ())
    monkeypatch.setattr(postgresql, "_cache", lambda version: folder / f"postgresql-{version}")
    with pytest.raises(ClinicError, match=r"There is no postgresql-15 here.*install it"):
        postgresql.programs("15")

"""Change the product in one way after another and see that a test notices: `python -m tests.mutants [words]`.

All are made in one copy of the checkout, each is taken back before the next, and only the tests that are to notice it
are run. Words pick the mutations whose names or files contain one of them. Exits 1 if one stays alive, or if its tests
do not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests import services
from tests.mutants.mutation import MutantError, Mutation
from tests.mutants.mutations import MUTATIONS
from tests.web_server import ROOT

COPIED = ("clinic", "docs", "sql", "static", "templates", "tests", "manage.py", "pyproject.toml")
PLUGINS = ("-p", "no:cacheprovider", "-p", "tests.mutants.database_kept")
LONGEST_SECONDS = 600
TESTS_FAILED = 1
"""pytest's exit code; any other but 0 means that the tests did not run."""


def main(words: list[str]) -> int:
    """Judge the chosen mutations and print one line for each."""
    chosen = [each for each in MUTATIONS if not words or any(word in each.name + each.file for word in words)]
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        copy = _copied(Path(scratch))
        alive = [each.name for each in chosen if _is_alive(each, copy)]
    for name in alive:
        print(f"ALIVE: {name}")
    print(summary(chosen, alive))
    return int(bool(alive))


def summary(chosen: Sequence[Mutation], alive: Sequence[str]) -> str:
    """Count what came of the mutations, and say why those that no test can notice are none."""
    equivalent = [each for each in chosen if each.equivalent]
    noticed = len(chosen) - len(alive) - len(equivalent)
    counts = f"{len(chosen)} changes, {noticed} noticed, {len(equivalent)} equivalent{':' if equivalent else '.'}"
    return "\n    ".join([counts, *(f"{each.name}: {each.equivalent}" for each in equivalent)])


def _copied(scratch: Path) -> Path:
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, scratch / name)
    return scratch


def _is_alive(mutation: Mutation, copy: Path) -> bool:
    """Say whether no test notices, in a line; one whose tests do not run is not known to be noticed."""
    began = time.monotonic()
    try:
        verdict = f"equivalent: {mutation.equivalent}" if mutation.equivalent else _killer(mutation, copy)
    except MutantError as error:
        verdict = ""
        print(error)
    print(f"{mutation.name:<58} {time.monotonic() - began:4.0f} s  {verdict or 'ALIVE'}", flush=True)
    return not verdict


def _killer(mutation: Mutation, copy: Path) -> str:
    """Return the test that fails of the mutation; empty if none does."""
    file = copy / mutation.file
    before = file.read_text()
    file.write_text(mutation.mutated(copy))
    try:
        return _first_failure(mutation, copy)
    finally:
        file.write_text(before)


def _first_failure(mutation: Mutation, copy: Path) -> str:
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-n0", "--show-capture=no", *PLUGINS, *mutation.tests]
    environment = os.environ | {"TEST_DATABASE_URL": services.postgres_url(), "PYTHONDONTWRITEBYTECODE": "1"}
    options = {"capture_output": True, "text": True, "timeout": LONGEST_SECONDS, "check": False}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, **options)
    except subprocess.TimeoutExpired as error:
        raise MutantError(f"{mutation.name}: its tests took longer than {LONGEST_SECONDS} s.") from error
    if done.returncode == 0:
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (?:\S*/)?(\S+::[^\s\[]+)", done.stdout, re.MULTILINE)
    if done.returncode != TESTS_FAILED or not found:
        raise MutantError(f"{mutation.name}: pytest did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return found[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Break the SQL in one way after another and see that a test notices: `python -m tests.sql.mutants [words]`.

Each mutant is a folder of SQL files, one of them changed; the tests run on a database made from it until
one fails. Words pick the mutants whose names contain one of them. Exits 1 if a mutant survives.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import services
from tests.sql.mutations import MUTATIONS, Mutation

ROOT = Path(services.__file__).resolve().parents[1]
TESTS = sorted((ROOT / "tests").glob("sql/test_*.py")) + sorted((ROOT / "tests").glob("concurrency/test_*.py"))
SLOW = ("test_replication", "test_stress", "test_property", "test_permutations", "test_installation")
"""Run last, so that most mutants need not wait for them."""

LIKELY = {
    "010": ("test_columns", "test_transactions"),
    "020": ("test_who_it_was",),
    "030": ("test_transactions", "test_activity"),
    "040": ("test_transactions", "test_bell", "test_combined_statements"),
    "050": ("test_pending", "test_look", "test_folding", "test_inbox", "test_truncate", "test_rebuild", "test_horizon"),
    "070": ("test_look", "test_folding", "test_inbox", "test_folders_race", "test_truncate", "test_rebuild"),
    "080": ("test_combined_statements", "test_truncate", "test_cascades", "test_house_rules", "test_replication"),
    "090": ("test_check_up", "test_constraints", "test_replication"),
    "100": ("test_look", "test_truncate", "test_folding", "test_inbox"),
    "110": ("test_daily",),
    "130": ("test_verify", "test_rebuild", "test_folders_race"),
    "160": ("test_rights", "test_public_rights"),
    "220": (
        "test_payments_race",
        "test_attacks",
        "test_settling",
        "test_truncate",
        "test_constraints",
        "test_combined_statements",
    ),
    "230": ("test_truncate", "test_constraints", "test_combined_statements"),
    "270": ("test_truncate", "test_cascades"),
    "280": ("test_rights", "test_who_it_was"),
}
"""Run first for a mutation of the SQL file of that number."""

LONGEST_SECONDS = 3600
"""Time enough for all tests on a busy machine; a mutant that takes longer is not judged, and so not killed."""


class MutantError(Exception):
    """The mutants cannot be made or judged."""


def main(words: list[str]) -> int:
    """Judge the chosen mutants and print one line for each."""
    chosen = [mutation for mutation in MUTATIONS if not words or any(word in mutation.name for word in words)]
    if not words and (failure := _first_failure(ROOT / "sql")):
        raise MutantError(f"The tests fail without any mutation, at {failure}; mend that first.")
    survivors = [mutation.name for mutation in chosen if not _is_killed(mutation)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants killed.")
    for name in survivors:
        print(f"SURVIVED: {name}")
    return int(bool(survivors))


def _is_killed(mutation: Mutation) -> bool:
    """Say whether a test notices the mutation."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sql"
        shutil.copytree(ROOT / "sql", folder)
        _change(folder / mutation.file, mutation)
        killer = _first_failure(folder, mutation.file)
    print(f"{mutation.name:<48} {time.monotonic() - began:4.0f} s  {killer or 'SURVIVED'}", flush=True)
    return killer is not None


def _change(path: Path, mutation: Mutation) -> None:
    text = path.read_text()
    if mutation.old not in text:
        raise MutantError(f"{path.name} does not contain {mutation.old!r}; bring mutations.py up to date.")
    path.write_text(text.replace(mutation.old, mutation.new))


def _in_order(file: str) -> list[str]:
    """Return the tests, those first that a change of the file is likely to fail, and the slow ones last."""
    likely = LIKELY.get(file[:3], ())

    def rank(path: Path) -> int:
        return likely.index(path.stem) if path.stem in likely else 100 + (path.stem in SLOW)

    return [str(path) for path in sorted(TESTS, key=rank)]


def _first_failure(folder: Path, file: str = "") -> str | None:
    """Run the tests on a database made from a folder of SQL files until one fails, and give that one."""
    plugins = ["-p", "no:cacheprovider", "-p", "tests.sql.mutant_folder"]
    command = [sys.executable, "-m", "pytest", "-x", *plugins, *_in_order(file)]
    environment = os.environ | {"TEST_DATABASE_URL": services.postgres_url(), "MUTANT_SQL": str(folder)}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise MutantError(f"The tests did not end within {LONGEST_SECONDS} s.") from None
    if done.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) (?:\S*/)?(\S+::[^\s\[]+)", done.stdout, re.MULTILINE)
    if not found:
        raise MutantError(f"pytest did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return found[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

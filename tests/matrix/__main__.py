"""Run the tests that need no browser on each Python with each PostgreSQL: `python -m tests.matrix [legs] [-- options]`.

A leg is written `3.13/15`; `3.13/15,3.11/15` is the first whose Python is here. No leg means all of them. Options are
pytest's. What a leg needs is found before any is run, and said in words where it is missing. Exits 1 if a test fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from clinic.errors import ClinicError
from tests.matrix.postgresql import programs
from tests.matrix.pythons import PythonMissingError, environment, interpreter
from tests.web_server import ROOT

PYTHONS = ("3.11", "3.13")
POSTGRESQLS = ("15", "18")


@dataclass(frozen=True)
class Leg:
    """One Python with one PostgreSQL, and where both are."""

    name: str
    python: Path
    postgresql: dict[str, str]

    def run(self, options: list[str]) -> str:
        """Run the tests; give what came of it, in words."""
        began = time.monotonic()
        version = self.name.partition("/")[0]
        named = [
            f"VENV={environment(version)}",
            f"PYTHON={self.python}",
            f"ARGS={' '.join(['--no-browser', *options])}",
        ]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        print(f"Python and PostgreSQL: {self.name}", flush=True)
        done = subprocess.run(["make", "test", *named], cwd=ROOT, env=inherited | self.postgresql, check=False)
        return f"{'failed' if done.returncode else 'passed'} in {time.monotonic() - began:.0f} s"


def main(words: list[str]) -> int:
    """Run the legs and sum up."""
    split = words.index("--") if "--" in words else len(words)
    wanted = words[:split] or [f"{python}/{postgresql}" for python in PYTHONS for postgresql in POSTGRESQLS]
    try:
        found = [_first_to_be_had(each) for each in wanted]
    except ClinicError as error:
        print(error, file=sys.stderr)
        return 2
    ended = [(leg.name, leg.run(words[split + 1 :]), missing) for leg, missing in found]
    for name, what, missing in ended:
        print("\n".join([f"{name} {what}.", *missing]))
    return int(any(what.startswith("failed") for _name, what, _missing in ended))


def _first_to_be_had(wanted: str) -> tuple[Leg, list[str]]:
    """Return the first of some legs whose Python is here, and say which were not."""
    missing: list[str] = []
    for name in wanted.split(","):
        try:
            return _leg(name), missing
        except PythonMissingError as error:
            missing.append(f"{name} was NOT run. {error}")
    raise ClinicError("\n".join(missing))


def _leg(name: str) -> Leg:
    python, _slash, postgresql = name.partition("/")
    if postgresql not in POSTGRESQLS or python.count(".") != 1:
        raise ClinicError(f"{name!r} is no leg; write a Python and one PostgreSQL of {POSTGRESQLS}, such as 3.13/15.")
    return Leg(name, interpreter(python), programs(postgresql))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

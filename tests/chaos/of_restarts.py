"""Restarts and upgrades."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.chaos.installation import LIMIT_SECONDS, Installation
from tests.chaos.pages import SHOWN, TWIN
from tests.waiting import until
from tests.web_server import ROOT

GONE = "medical_records_total"
Changes = dict[str, tuple[str, str]]
CATALOGUE, SUBJECTS = "clinic/dashboard/catalogue.py", "sql/270_subjects.sql"
ONE_MORE: Changes = {
    CATALOGUE: (
        rf'( +Metric\(\n +"{SHOWN}")',
        rf'Metric("{TWIN}", _("People"), _("Patients, archived or not.")),\n\1',
    ),
    SUBJECTS: (rf"( +\( 7, '{SHOWN}')", rf"(20, '{TWIN}', 'patient', null, false, 'n'),\n\1"),
}
ONE_LESS: Changes = {
    CATALOGUE: (rf' +Metric\(\n +"{GONE}",(\n {{16}}.+)+\n +\),\n', ""),
    SUBJECTS: (rf" +\( 8, '{GONE}'.*\n", ""),
}


@contextmanager
def rolling_restart(here: Installation) -> Iterator[None]:
    """Restart all web processes, one after the other."""
    _replace(here, ROOT)
    yield None


@contextmanager
def rolling_upgrade(here: Installation) -> Iterator[None]:
    """Go to a version that counts one thing more, to one that counts one thing less, and back, while pages stay."""
    newer, older = _version("newer", ONE_MORE), _version("older", ONE_LESS)
    for program in (newer, older):
        _migrate(here, program)
        _replace(here, program)
        reached = here.truth()
        until(lambda: here.are_live(here.crowd.pages, reached), LIMIT_SECONDS, "pages that are live")  # noqa: B023
        told = [{SHOWN, TWIN, GONE} & page.numbers.keys() for page in here.crowd.pages]
        wanted = {SHOWN, TWIN, GONE} if program == newer else {SHOWN}
        here.expect(all(each == wanted for each in told), f"not all pages have just what the {program.name} one counts")
    yield None
    _migrate(here, ROOT)
    _replace(here, ROOT)
    for program in (newer, older):
        shutil.rmtree(program.parent)


def _replace(here: Installation, program: Path) -> None:
    """Have each process end and start as the program that lies there, when the one before it is ready."""
    for server in here.servers:
        server.root = program
        server.stop()
        server.start()
        until(lambda: here.balancer.is_up(server.port), what="a process that is ready")  # noqa: B023


def _migrate(here: Installation, program: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": here.url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=program, env=environment, check=True)


def _version(name: str, changes: Changes) -> Path:
    """Copy the program, and change it."""
    there = Path(mkdtemp(prefix="clinic-")) / name
    for folder in ("clinic", "sql"):
        shutil.copytree(ROOT / folder, there / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", there)  # a link would lead Python to the program beside it
    for same in ("static", "templates"):
        (there / same).symlink_to(ROOT / same)
    for path, (old, new) in changes.items():
        text, times = re.subn(old, new, (there / path).read_text())
        assert times == 1, f"{path} is not what {name} was made for"
        (there / path).write_text(text)
    return there

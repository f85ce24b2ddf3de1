"""The user of the system that runs PostgreSQL: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic.errors import ClinicError

UNPRIVILEGED = ("postgres", "nobody")
SYSTEM_STATE = Path("/var/lib/clinic-pulse")


class NoUnprivilegedUserError(ClinicError):
    """PostgreSQL refuses to run as root and there is no user to run it as; run as an ordinary user, or
    set DATABASE_URL to a server of your own."""


Command = Sequence[str | Path]


@dataclass(frozen=True)
class SystemUser:
    """A user and group to run a program as; `None` for both means as oneself."""

    uid: int | None = None
    gid: int | None = None

    def run(self, command: Command, cwd: Path, **how: Any) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, out of reach of Ctrl-C; raise nothing for its exit code."""
        if self.uid is not None:
            how |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        how |= {"env": _environment(), "start_new_session": True, "text": True}
        done: subprocess.CompletedProcess[str] = subprocess.run(command, cwd=cwd, check=False, **how)  # noqa: S603
        return done

    def give(self, path: Path) -> None:
        """Make the user the owner of a file or an empty folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def running_user(data: Path) -> SystemUser:
    """Return the user for a data folder: oneself, or for root the owner of the data or a spare user."""
    if os.geteuid() != 0:
        return SystemUser()
    if data.exists() and (uid := data.stat().st_uid):
        return SystemUser(uid, data.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(user.pw_uid, user.pw_gid)
    raise NoUnprivilegedUserError


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}

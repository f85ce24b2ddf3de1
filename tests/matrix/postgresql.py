"""Where each PostgreSQL is: 18 in the wheel, an older one installed, or unpacked from Debian's packages.

Unpacked, never installed: installing makes a cluster and starts it, and takes the port of one that runs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from clinic.embedded.binaries import major_version, wheel_bin_dir
from clinic.embedded.postgres import var_dir
from clinic.embedded.system_user import SYSTEM_STATE
from clinic.errors import ClinicError

INSTALLED = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin", "/opt/homebrew/opt/postgresql@{}/bin")
UNPACKED = re.compile(r"^Inst (lib\S+|postgresql-(?:client-)?\d+) ", re.MULTILINE)
"""What a simulated installation would bring, without what only serves the installed."""


def programs(version: str) -> dict[str, str]:
    """Return the environment in which the tests run on a PostgreSQL of this major version."""
    if version == str(major_version(wheel_bin_dir())):
        return {}
    for folder in INSTALLED:
        if (found := Path(folder.format(version)) / "postgres").is_file():
            return {"POSTGRES_BIN": str(found.parent)}
    return _environment(_cache(version), version)


def _environment(unpacked: Path, version: str) -> dict[str, str]:
    if not unpacked.exists():
        _unpack(version, unpacked)
    libraries = os.pathsep.join(map(str, unpacked.glob("usr/lib/*-linux-*")))
    return {"POSTGRES_BIN": str(unpacked / f"usr/lib/postgresql/{version}/bin"), "LD_LIBRARY_PATH": libraries}


def _cache(version: str) -> Path:
    """Name a folder that whoever runs PostgreSQL can reach."""
    return (SYSTEM_STATE if os.geteuid() == 0 else var_dir()) / f"postgresql-{version}"


def _unpack(version: str, folder: Path) -> None:
    """Unpack the packages in one step, so that a folder that is there is whole."""
    package = f"postgresql-{version}"
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        names = UNPACKED.findall(_apt("install", "--simulate", "--no-install-recommends", package, of=package))
        _apt("download", *names, of=package, cwd=scratch)
        for archive in Path(scratch).glob("*.deb"):
            subprocess.run(["dpkg", "-x", archive, Path(scratch) / "all"], check=True)
        (Path(scratch) / "all").rename(folder)


def _apt(*words: str, of: str, cwd: str = "/") -> str:
    command = ["apt-get", "--quiet", "--quiet", *words]
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise ClinicError(f"There is no {of} here, in none of {INSTALLED}; install it, its cluster is not needed.")
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClinicError(
            f"{' '.join(command)} failed: {done.stderr.strip()}\nRun apt-get update as root, or install {of}."
        )
    return done.stdout

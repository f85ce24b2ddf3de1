"""Where each Python is, and the virtual environment that is made of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from clinic.errors import ClinicError


class PythonMissingError(ClinicError):
    """A Python of this version is not here."""


def environment(version: str) -> str:
    """Name the virtual environment of a Python: that of `make test` where it is of this version, or one beside it."""
    return ".venv" if version == "{}.{}".format(*sys.version_info) else f".venv-{version}"


def interpreter(version: str) -> Path:
    """Find a Python by PATH, pyenv or uv."""
    for candidate in _candidates(version):
        if _is(candidate, version):
            return candidate
    raise PythonMissingError(
        f"There is no Python {version}, neither in PATH nor among those of pyenv and uv. Install one: "
        f"pyenv install {version}, uv python install {version}, or your system's packages "
        f"python{version} and python{version}-venv."
    )


def _candidates(version: str) -> Iterator[Path]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(folder) / f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"))
    if uv := shutil.which("uv"):
        found = [uv, "python", "find", "--no-python-downloads", version]
        yield Path(subprocess.run(found, capture_output=True, text=True, check=False).stdout.strip() or "none")


def _is(candidate: Path, version: str) -> bool:
    """Say whether it runs, is of this version and can make environments; a shim of pyenv may do none of it."""
    asked = "import sys, venv, ensurepip; print('{}.{}'.format(*sys.version_info))"
    try:
        said = subprocess.run([candidate, "-c", asked], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return said.strip() == version

"""A pytest plugin: make the test database from the folder of SQL files that `MUTANT_SQL` names."""

from __future__ import annotations

import os
from pathlib import Path


def pytest_collection() -> None:
    """Point the installer at the mutant, once Django is set up."""
    from clinic.database import installer

    installer.FOLDER = Path(os.environ["MUTANT_SQL"])

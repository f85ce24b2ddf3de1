"""pgbench as the writers: PostgreSQL's own load generator, from the wheel or the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from clinic.embedded.postgres import bin_dir


def commits_per_second(script: str, clients: int, seconds: int, transactions: int = 1) -> float:
    """Run a script of so many transactions with so many clients; returns the transactions committed each second."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "script.sql")
        file.write_text(script)
        size = ["--client", str(clients), "--jobs", str(min(clients, 2)), "--time", str(seconds)]
        command = [_program(), "--no-vacuum", "--protocol=prepared", *size, "--file", str(file)]
        done = subprocess.run(
            [*command, os.environ["TEST_DATABASE_URL"]], capture_output=True, text=True, check=False, timeout=120
        )
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if found is None or done.returncode:
        raise AssertionError(f"pgbench failed: {done.stderr[-800:]}")
    return float(found[1]) * transactions


def _program() -> str:
    return shutil.which("pgbench", path=f"{bin_dir()}{os.pathsep}{os.environ['PATH']}") or "pgbench"

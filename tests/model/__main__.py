"""Check the bell's protocol with Spin, and that each control is found out: `make model`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).with_name("bell.pml")
CONTROLS = (
    "ID_BEFORE_BELL",
    "NO_WAITING",
    "BELL_BEFORE_APPEND",
    "LOOK_BEFORE_OLDEST",
    "NO_LAST_LOOK",
    "BELL_IN_A_ROW",
    "READ_THEN_LISTEN",
    "RING_UNHEEDED",
    "NO_WORD",
    "LEADER_BEFORE_APPEND",
    "LATE_LEAD",
    "WRITER_RESETS",
    "LATE_RESET",
)


@dataclass(frozen=True)
class Verdict:
    """What the checker found: whether a change can be lost, how many states it went through, and a trace."""

    is_lost: bool
    states: int
    trace: str


def check(*defines: str) -> Verdict:
    """Explore every interleaving of the model with the given steps left out."""
    with tempfile.TemporaryDirectory() as folder:
        flags = [f"-D{name}" for name in defines]
        _run(folder, "spin", *flags, "-a", str(MODEL))
        _run(folder, "cc", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=4096", "-o", "pan", "pan.c")
        report = _run(folder, "./pan", "-m1000000", "-E")
        if "max search depth too small" in report or "out of memory" in report:
            raise SystemExit(f"The search was not complete:\n{report}")
        is_lost = "errors: 0" not in report
        trail = Path(folder) / "bell.pml.trail"
        trace = _run(folder, "spin", *flags, "-t", "-p", "-k", str(trail), str(MODEL)) if trail.exists() else ""
        return Verdict(is_lost, int(float(report.split(" states, stored")[0].split()[-1])), trace)


def _run(folder: str, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> None:
    """Print a line for the protocol and for each control; exit 1 when one is not as it must be."""
    if not shutil.which("spin"):
        raise SystemExit("Spin is not installed. On Debian and Ubuntu: apt install spin")
    protocol = check()
    print(
        f"the protocol: {'A CHANGE IS LOST' if protocol.is_lost else 'nothing is lost'} in {protocol.states:,} states"
    )
    is_good = not protocol.is_lost
    for control in CONTROLS:
        verdict = check(control)
        print(
            f"without it, {control}: {'found out' if verdict.is_lost else 'NOT FOUND OUT'} in {verdict.states:,} states"
        )
        is_good = is_good and verdict.is_lost
        if "--trace" in sys.argv:
            print(verdict.trace)
    raise SystemExit(0 if is_good else 1)


main()

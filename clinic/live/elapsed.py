"""Time that passes, also while this machine sleeps.

Place: the relay asks it whether the clinic's day is over; no failure of its own.
"""

from __future__ import annotations

from time import monotonic, time


class Stopwatch:
    """Seconds since it was made, by whichever clock saw more of them.

    The monotonic clock stands still while a machine is suspended and ignores a wall clock set forward; the
    wall clock loses what it is set back. A reading too large costs one look, one too small would be missed.
    """

    def __init__(self) -> None:
        self._monotonic, self._wall = monotonic(), time()

    def seconds(self) -> float:
        """Read it."""
        return max(monotonic() - self._monotonic, time() - self._wall)

"""Rounds that take turns, so that other load on the machine hits both sides alike, and figures with their goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Size:
    """How much to measure: in full, or quickly while developing."""

    is_quick: bool = False

    def pick(self, full: int, quick: int) -> int:
        """Choose between the two."""
        return quick if self.is_quick else full


@dataclass(frozen=True)
class Goal:
    """What a figure should reach."""

    is_ceiling: bool
    number: float

    def holds(self, value: float) -> bool:
        """Tell whether a value reaches it."""
        return value <= self.number if self.is_ceiling else value >= self.number


def at_most(number: float) -> Goal:
    """A ceiling."""
    return Goal(is_ceiling=True, number=number)


def at_least(number: float) -> Goal:
    """A floor."""
    return Goal(is_ceiling=False, number=number)


@dataclass(frozen=True)
class Figure:
    """One line of the table: a claim's value in each round; its median is held against the goal.

    `reading` gives the absolute numbers behind it, which are this machine's and not the claim.
    """

    what: str
    against: str
    values: Sequence[float]
    unit: str = "times"
    goal: Goal | None = None
    reading: str = ""

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return median(self.values)

    @property
    def holds(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.holds(self.value)


def take_turns(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure each side once a round, beginning with another one each time; returns the values by side."""
    names = list(sides)
    values: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            values[name].append(sides[name]())
    return values


def side_by_side(work: Callable[[int], None], number: int) -> None:
    """Do a work on so many threads, each told its number, and wait for all."""
    with ThreadPoolExecutor(number) as threads:
        list(threads.map(work, range(number)))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Divide round by round."""
    return [mine / other if other else float("inf") for mine, other in zip(ours, theirs, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

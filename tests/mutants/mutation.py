"""What a mutation is: one text of one file, and the tests that are to notice its change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clinic.errors import ClinicError
from tests.web_server import ROOT


class MutantError(ClinicError):
    """A mutant cannot be made or judged."""


@dataclass(frozen=True)
class Mutation:
    """Replace a text of a file by another, as it stands in `tests` who is to notice.

    `tests` are files, or tests within them, so that one is judged in seconds. With `equivalent`, the reason why no
    test can notice, nothing is run.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ()
    equivalent: str = ""

    def mutated(self, root: Path = ROOT) -> str:
        """Return the file's text with the change in it; the old text must stand there once."""
        text = (root / self.file).read_text()
        if (found := text.count(self.old)) != 1:
            raise MutantError(
                f"{self.name}: {self.file} has {found} times {self.old!r}; bring the mutation up to date."
            )
        return text.replace(self.old, self.new)

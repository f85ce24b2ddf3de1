"""Changes of the product in Python, scripts, templates and settings, by kind; those of the SQL are in `tests/sql`.

Each is a thing that happens: a guard left off, a filter lost in a merge, a setting loosened to get something to run,
UTC for the clinic's clock.
"""

from __future__ import annotations

from tests.mutants.allowed import OFFERED, WHO_MAY
from tests.mutants.configured import SET
from tests.mutants.dated import DATED
from tests.mutants.kept import KEPT
from tests.mutants.live import TOLD
from tests.mutants.scripted import SCRIPTED

MUTATIONS = (*WHO_MAY, *OFFERED, *TOLD, *SET, *DATED, *KEPT, *SCRIPTED)

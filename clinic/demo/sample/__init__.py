"""A small clinic's last two years and next four weeks, made up; the same on every run of one day.

Read in this order: `rows` (the tables' shapes), `words` (what is said in a clinic), `people`, `agenda`,
`visits`, `money`, `store`, and `writing`, which puts it all into the database.
"""

from __future__ import annotations

from clinic.demo.sample.clinic import SampleClinic, made_up
from clinic.demo.sample.writing import FILLED_FIRST, fill, is_wanted

__all__ = ["FILLED_FIRST", "SampleClinic", "fill", "is_wanted", "made_up"]

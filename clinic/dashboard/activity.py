"""Who did what, newest first, in words; `sql/060_activity.sql` keeps the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from clinic.database import reads
from clinic.database.reads import Read, Row, combine
from clinic.money import locale
from clinic.stats.catalogue import SECTIONS, visible_sections

if TYPE_CHECKING:
    from clinic.stats.metric import User

READ = """
select made_at, actor, source, session_user as ours, subject, acts from stats.read_activity(%s, %s, %s)
"""
CHECK_UPS = "select made_at, cardinality(found) as repaired from stats.check_up order by id desc limit 1"

MANY = 2
NOUNS: dict[str, Any] = {
    "patient": ngettext_lazy("patient", "patients"),
    "practitioner": ngettext_lazy("practitioner", "practitioners"),
    "service": ngettext_lazy("service", "services"),
    "booking": ngettext_lazy("booking", "bookings"),
    "medical_record": ngettext_lazy("medical record", "medical records"),
    "bill": ngettext_lazy("bill", "bills"),
    "payment": ngettext_lazy("payment", "payments"),
    "inventory_item": ngettext_lazy("inventory item", "inventory items"),
}
VERBS: dict[str, str | Promise] = {
    "added": gettext_lazy("added %(what)s"),
    "changed": gettext_lazy("changed %(what)s"),
    "removed": gettext_lazy("removed %(what)s"),
    "emptied": gettext_lazy("removed all %(what)s"),
}
MOVES: dict[tuple[str, str], str | Promise] = {
    ("patient", "archived"): gettext_lazy("archived %(what)s"),
    ("patient", "active"): gettext_lazy("restored %(what)s"),
    ("booking", "pending"): gettext_lazy("set %(what)s to pending"),
    ("booking", "confirmed"): gettext_lazy("confirmed %(what)s"),
    ("booking", "in_consultation"): gettext_lazy("began %(what)s"),
    ("booking", "completed"): gettext_lazy("completed %(what)s"),
    ("booking", "declined"): gettext_lazy("declined %(what)s"),
    ("booking", "cancelled"): gettext_lazy("cancelled %(what)s"),
    ("booking", "no_show"): gettext_lazy("noted %(what)s as no-show"),
    ("bill", "void"): gettext_lazy("voided %(what)s"),
    ("inventory_item", "out_of_stock"): gettext_lazy("emptied the stock of %(what)s"),
    ("inventory_item", "low_stock"): gettext_lazy("left %(what)s low in stock"),
    ("inventory_item", "in_stock"): gettext_lazy("restocked %(what)s"),
}
"""Subject and the state that rows were moved to → what people call it; every other move is a change."""


@dataclass(frozen=True)
class Line:
    """What one person or script did to one subject within a minute; `at` is the last moment of it."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class CheckUp:
    """The latest comparison of counters and ledgers with the rows; `repaired` counts what was off."""

    at: datetime
    repaired: int


def newest(user: User, lines: int, before: datetime | None = None) -> Read[list[Line]]:
    """Read the newest lines about what the user may see, or those before a moment."""
    subjects = subjects_of(user)
    if not subjects:
        return combine(list)
    return reads.select(_lines, READ, subjects, lines, before)


def last_check_up(user: User) -> Read[CheckUp | None]:
    """Read the latest check-up, for those who see all sections; it concerns every number."""
    if len(visible_sections(user)) < len(SECTIONS):
        return combine(lambda: None)
    return reads.select(_check_up, CHECK_UPS)


def subjects_of(user: User) -> list[str]:
    """List the tables whose changes concern the user."""
    topics = frozenset[str]().union(*(section.topics for section in visible_sections(user)))
    return sorted(topics & NOUNS.keys())


def _lines(rows: list[Row]) -> list[Line]:
    return [
        Line(datetime.fromisoformat(row["made_at"]), _who(row), _sentence(row["subject"], row["acts"])) for row in rows
    ]


def _who(row: Row) -> str:
    """Name who did it; of a name that a login other than the application's gave, say which program and login."""
    if row["actor"] == row["source"] or row["source"].endswith(f"({row['ours']})"):
        return str(row["actor"])
    return gettext("%(who)s through %(source)s") % {"who": row["actor"], "source": row["source"]}


def _check_up(rows: list[Row]) -> CheckUp | None:
    return CheckUp(datetime.fromisoformat(rows[0]["made_at"]), rows[0]["repaired"]) if rows else None


def _sentence(subject: str, acts: Iterable[dict[str, Any]]) -> str:
    phrases = [_phrase(subject, act["act"], act["state"], act["n"]) for act in acts]
    return ", ".join(dict.fromkeys(phrases))


def _phrase(subject: str, act: str, state: str, n: int) -> str:
    verb = MOVES.get((subject, state), VERBS["changed"]) if act == "moved" else VERBS.get(act, VERBS["changed"])
    return str(verb) % {"what": _rows(subject, n)}


def _rows(subject: str, n: int) -> str:
    """Write how many rows; of a mere change the log does not tell the number."""
    noun = str(NOUNS[subject] % (n or MANY))
    return f"{format_decimal(n, locale=locale())} {noun}" if n else noun

"""Two people at one row: the second to act reads what the first one did to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Manager, Model, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from clinic.errors import ClinicError

Row = TypeVar("Row", bound=Model)
NOTHING = "-"
DELETION = """
select deleted_by, deleted_at from changes.deletion where relation = %s and row_id = %s order by id desc limit 1
"""


@dataclass(frozen=True)
class Difference:
    """One field in which the row as it is now differs from what was typed."""

    label: str
    theirs: str
    yours: str


class RowChangedError(ClinicError):
    """The row was changed since the form was rendered; `row` is how it is now."""

    def __init__(self, row: Any, words: str = "") -> None:
        self.row = row
        super().__init__(words or words_of_change(row))


class RowGoneError(ClinicError):
    """It was deleted meanwhile; there is nothing left to do."""

    # Views let it pass: `clinic.screens.middleware` answers, and `keep_input_when_gone` for forms.
    # `back` is where its like are listed; `is_known` tells that it did exist.

    def __init__(self, words: str = "", *, back: str = "/", is_known: bool = False) -> None:
        self.back, self.is_known = back, is_known
        super().__init__(words)


def row_of(rows: QuerySet[Row], pk: int | None, listed_at: str = "") -> Row:
    """Return a row. Raises `RowGoneError`, see `gone`."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise gone(rows.model, pk, listed_at)
    return row


def gone(model: type[Model], pk: int | None, listed_at: str = "") -> RowGoneError:
    """Say who deleted a row and when, as far as it is known.

    A model names its list's address as `listed_at`; one whose rows can end otherwise tells so by `end_of(pk)`.
    """
    end_of = getattr(model, "end_of", None)
    told: RowGoneError | None = end_of(pk) if end_of and pk else None
    if told is not None:
        return told
    back = reverse(listed_at or model.listed_at)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(DELETION, [model._meta.db_table, pk])
        note = cursor.fetchone()
    if note is None:
        return RowGoneError(_("This %s was deleted meanwhile.") % model._meta.verbose_name, back=back)
    words = _("This %(what)s was deleted by %(who)s at %(when)s.")
    said = {"what": model._meta.verbose_name, "who": note[0], "when": moment(note[1])}
    return RowGoneError(words % said, back=back, is_known=True)


def words_of_change(row: Any) -> str:
    """Say who changed a row last, and when; of one that bears no stamp, that somebody did."""
    if not hasattr(row, "changed_at"):
        return str(_("A colleague changed this %s meanwhile.") % row._meta.verbose_name)
    return _("Changed by %(who)s at %(when)s.") % {"who": row.changed_by, "when": moment(row.changed_at)}


def moment(at: datetime) -> str:
    """Write a moment as the clinic's clock shows it; today's without the date."""
    local = timezone.localtime(at)
    form = "H:i" if local.date() == timezone.localdate() else "j M Y, H:i"
    return formats.date_format(local, form)


def version(row: Any) -> str:
    """Spell a row's version as forms carry it."""
    return "" if row.pk is None else str(row.changed_at.isoformat())


def locked(model: type[Row], pk: Any) -> Row:
    """Lock a row for the rest of the transaction and give it. Raises `RowGoneError`."""
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise gone(model, pk)
    return row


def _plain(value: Any) -> Any:
    """Return rows that a column stands for as the list of their names."""
    rows = value.all() if isinstance(value, Manager | QuerySet) else None
    return value if rows is None else sorted(str(row) for row in rows)


def label_of(row: Any, name: str) -> str:
    """Name a column as people do."""
    return str(row._meta.get_field(name).verbose_name)


def shown(row: Any, name: str) -> str:
    """Write a column's value as people read it."""
    return in_words(getattr(row, name), dict(row._meta.get_field(name).flatchoices))


def in_words(value: Any, choices: Mapping[Any, Any]) -> str:
    """Write a value as people read it, with a choice's own words."""
    value = _plain(value)
    if isinstance(value, list):
        return ", ".join(value) or NOTHING
    if value in (None, ""):
        return NOTHING
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return formats.date_format(value, "j M Y")
    return str(choices.get(value, value))

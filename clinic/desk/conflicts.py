"""Two people edit one row: the second to save reads what the first one did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.forms import ModelForm
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from clinic.errors import ClinicError

NOTHING = "-"


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
    """It was deleted meanwhile. What you typed is still here; copy what you need."""


def words_of_change(row: Any) -> str:
    """Say who changed a stamped row last, and when."""
    return _("Changed by %(who)s at %(when)s.") % {"who": row.changed_by, "when": moment(row.changed_at)}


def moment(at: datetime) -> str:
    """Write a moment as the clinic's clock shows it; today's without the date."""
    local = timezone.localtime(at)
    form = "H:i" if local.date() == timezone.localdate() else "j M Y, H:i"
    return formats.date_format(local, form)


def version(row: Any) -> str:
    """Spell a row's version as forms carry it."""
    return "" if row.pk is None else str(row.changed_at.isoformat())


def lock_unchanged(model: type[Model], pk: Any, seen: str) -> Any:
    """Lock a stamped row for the rest of the transaction and give it, if it still is as `seen`.

    Raises `RowChangedError` or `RowGoneError`.
    """
    row: Any = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        raise RowGoneError
    if version(row) != seen:
        raise RowChangedError(row)
    return row


def differences(form: ModelForm[Any], row: Any) -> list[Difference]:
    """List the fields in which what was typed differs from the row as it is now."""
    typed = {name: form.cleaned_data[name] for name in form._meta.fields or () if name in form.cleaned_data}
    return [
        Difference(str(form.fields[name].label), shown(row, name), shown(row, name, yours))
        for name, yours in typed.items()
        if yours != getattr(row, name)
    ]


def label_of(row: Any, name: str) -> str:
    """Name a column as people do."""
    return str(row._meta.get_field(name).verbose_name)


def shown(row: Any, name: str, value: Any = ...) -> str:
    """Write a column's value, or another value of that column, as people read it."""
    value = getattr(row, name) if value is ... else value
    if value in (None, ""):
        return NOTHING
    if isinstance(value, date):
        return formats.date_format(value, "j M Y")
    return str(dict(row._meta.get_field(name).flatchoices).get(value, value))

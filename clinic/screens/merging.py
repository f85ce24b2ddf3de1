"""Two people's edits of one row, merged column by column.

Columns are compared as browsers send them, so that what nobody touched is known, however it was rendered. A column that
one of two changed takes that change; only where both changed it to different values somebody must choose.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Sent = str | bool | list[str]
"""A field's value as a browser sends it; a checkbox is true or false."""
Unit = tuple[str, ...]
"""Columns that mean something only together: a day and its hour."""


@dataclass(frozen=True)
class Question:
    """What two people changed: what is stored now and what was typed, in words, and how to answer."""

    key: str
    label: str
    theirs: str
    yours: str
    is_unanswered: bool = False
    """The form was sent without an answer."""
    why: str = ""
    """What a colleague did, where it is not this that both changed."""


@dataclass
class Merge:
    """What a form goes on with, the units to choose for, and the columns that only the other one changed."""

    values: dict[str, Sent]
    asked: list[Unit] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def merge(
    base: Mapping[str, Sent],
    theirs: Mapping[str, Sent],
    yours: Mapping[str, Sent],
    units: Iterable[Unit],
    is_same: Callable[[str, Sent, Sent], bool],
    matters: Callable[[str, Collection[str]], bool],
) -> Merge:
    """Merge what was typed with what is stored now, both begun from `base`.

    `yours` lacks the columns that the form only watches: whether the change of one `matters` to what was touched is
    asked. A column that `base` lacks counts as changed by both.
    """
    merged = Merge(dict(yours))
    for unit in units:
        changed = [name for name in unit if theirs[name] != base.get(name)]
        differing = [name for name in unit if name in yours and not is_same(name, yours[name], theirs[name])]
        touched = [name for name in differing if name not in base or not is_same(name, yours[name], base[name])]
        if touched and any(name in yours or matters(name, touched) for name in changed):
            merged.asked.append(unit)
            continue
        merged.values |= {name: theirs[name] for name in changed if name in yours}
        merged.taken += [name for name in changed if name in differing or name not in yours]
    return merged


def units_of(names: Iterable[str], together: Iterable[Unit]) -> list[Unit]:
    """Arrange a form's fields in units, in their order; a field that is named in none is one by itself."""
    units = {name: unit for unit in together for name in unit}
    return list(dict.fromkeys(units.get(name, (name,)) for name in names))


def as_rendered(form_field: forms.Field, value: Any) -> Sent:
    """Spell a value as a browser sends it back when nobody touched it."""
    widget, value = form_field.widget, form_field.prepare_value(value)
    if isinstance(widget, forms.CheckboxInput):
        return bool(value)
    return _plain(form_field, widget.format_value(value))


def as_sent(bound: forms.BoundField) -> Sent:
    """Return what was sent for a field, spelled alike."""
    return bool(bound.data) if isinstance(bound.field.widget, forms.CheckboxInput) else _plain(bound.field, bound.data)


def is_spelled(value: Any) -> bool:
    """Tell whether a value can have come from a browser."""
    return isinstance(value, str | bool) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def is_same(form_field: forms.Field, one: Sent, other: Sent) -> bool:
    """Tell whether two spellings stand for one value."""
    if one == other or isinstance(form_field, forms.ModelChoiceField) or not (one and other):
        return one == other
    try:
        return bool(form_field.to_python(one) == form_field.to_python(other))
    except (ValidationError, ArithmeticError, TypeError, ValueError):
        return False  # nothing that the field can read


def _plain(form_field: forms.Field, value: Any) -> Sent:
    if getattr(form_field.widget, "allow_multiple_selected", False):
        return sorted(str(one) for one in value or ())
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    text = "" if value is None else str(value).replace("\r\n", "\n")
    is_line = isinstance(form_field.widget, forms.TextInput) and not form_field.widget.is_hidden
    text = text.replace("\n", "") if is_line else text  # browsers drop the ends of lines from a single one
    return text.strip() if getattr(form_field, "strip", True) else text

"""The form that staff edit a row with."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.validators import MaxLengthValidator
from django.db.models import BaseConstraint, CheckConstraint, Model, Q
from django.db.models.expressions import DatabaseDefault, Expression
from django.db.models.fields import NOT_PROVIDED

from clinic.screens.colleagues import MergesChanges

Row = TypeVar("Row", bound=Model)
LONGEST_LINE, LONGEST_TEXT = 200, 10_000
"""Characters; the columns are unlimited, but indexes and people are not."""


if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Row]
else:
    ModelForm = forms.ModelForm


class StaffForm(MergesChanges, ModelForm, Generic[Row]):  # type: ignore[type-arg]
    """A form that carries the row it was rendered with, and never overwrites what its user did not touch.

    `save()` needs a transaction (`clinic.screens.submit` makes one) and may raise `RowChangedError`; the form
    then shows `conflict` and `questions`, and may be sent again on top of the newer row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_edit = self.instance.pk is not None
        self._limit_texts()
        if self.is_edit:
            self.carry_the_row()
        else:
            show_defaults(self)

    def _update_errors(self, errors: forms.ValidationError) -> None:
        """Take the model's errors; what a constraint says about a single field is told beside that field."""
        told = errors.error_dict.pop(NON_FIELD_ERRORS, [])
        for name, error in self._refusals_of_single_fields() if told else ():
            told = [other for other in told if other.messages != error.messages]
            errors.error_dict.setdefault(name, []).append(error)
        errors.error_dict |= {NON_FIELD_ERRORS: told} if told else {}
        super()._update_errors(errors)  # type: ignore[misc]

    def _refusals_of_single_fields(self) -> Iterator[tuple[str, forms.ValidationError]]:
        excluded = self._get_validation_exclusions()  # type: ignore[attr-defined]
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                columns = _columns(constraint)
                if len(columns) == 1 and columns <= self.fields.keys():
                    try:
                        constraint.validate(model, self.instance, exclude=excluded)
                    except forms.ValidationError as error:
                        yield columns.pop(), error

    def _limit_texts(self) -> None:
        # What a script wrote may be longer; it may stay, so that the other fields can be edited.
        for name, field in self.fields.items():
            if type(field) is forms.CharField and field.max_length is None and not field.widget.is_hidden:
                longest = LONGEST_TEXT if isinstance(field.widget, forms.Textarea) else LONGEST_LINE
                field.max_length = max(longest, len(str(getattr(self.instance, name, ""))))
                field.validators.append(MaxLengthValidator(field.max_length))
                field.widget.attrs["maxlength"] = field.max_length


def show_defaults(form: forms.ModelForm[Any]) -> None:
    """Show what the database fills in where a new row says nothing: plain defaults; computed ones are left empty."""
    for name in form.fields.keys() & {field.name for field in form._meta.model._meta.get_fields()}:
        default = getattr(form._meta.model._meta.get_field(name), "db_default", NOT_PROVIDED)
        if default is not NOT_PROVIDED and isinstance(form.initial.get(name), (DatabaseDefault, NoneType)):
            form.initial[name] = "" if isinstance(default, Expression) else default


def _columns(rule: BaseConstraint | Q) -> set[str]:
    """Collect the columns that a check is about; none for other kinds of constraints."""
    if isinstance(rule, CheckConstraint):
        return _columns(rule.condition) if isinstance(rule.condition, Q) else set()
    columns: set[str] = set()
    for child in rule.children if isinstance(rule, Q) else ():
        columns |= {str(child[0]).partition("__")[0]} if isinstance(child, tuple) else _columns(cast(Q, child))
    return columns

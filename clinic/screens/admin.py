"""What every table has in Django's admin: the database's defaults, and no writing over a colleague's newer row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.db.models.fields import NOT_PROVIDED
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.screens.conflicts import version, words_of_change
from clinic.screens.forms import show_defaults


class RowForm(forms.ModelForm):
    """A form whose empty fields take the database's defaults, and which asks only for what must be given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._with_default():
            self.fields[name].required = False
        if self.instance.pk is None:
            show_defaults(self)

    def clean(self) -> dict[str, Any]:
        """Leave to the database what was left empty."""
        data = super().clean() or self.cleaned_data
        for name, column in self._with_default().items():
            if name in data and data[name] in self.fields[name].empty_values:
                data[name] = column.get_default()
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # No constraint is asked about a row that cannot be read yet; Django's own trip over a missing column.
        every = {column.name for column in self.instance._meta.concrete_fields} if self.errors else set()
        return super()._get_validation_exclusions() | every  # type: ignore[no-any-return,misc]

    def _with_default(self) -> dict[str, Field[Any, Any]]:
        columns = {column.name: column for column in self._meta.model._meta.concrete_fields}
        defaults = {name: columns[name] for name in self.fields.keys() & columns.keys()}
        return {name: column for name, column in defaults.items() if column.db_default is not NOT_PROVIDED}


class StampedForm(RowForm):
    """A form that carries the version of the row it was rendered with."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = version(self.instance)

    def clean(self) -> dict[str, Any]:
        """Lock the row, and refuse to save when it is another now."""
        rows: Any = type(self.instance)._default_manager.select_for_update(no_key=True)
        now = rows.filter(pk=self.instance.pk).first()
        if now and version(now) != self.cleaned_data.get("seen"):
            words = _("%s Nothing was saved. Copy what you typed, open the page again and save on top of that.")
            self.add_error(None, words % words_of_change(now))
        return super().clean()


class RowAdmin(admin.ModelAdmin):
    """An admin whose computed columns are shown of rows that exist."""

    form = RowForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out of a new row what nobody can know yet."""
        computed = () if obj else self.get_readonly_fields(request, obj)
        return [name for name in super().get_fields(request, obj) if name not in computed]


class StampedAdmin(RowAdmin):
    """An admin of rows that know their last change."""

    form = StampedForm


class ReadOnlyAdmin(admin.ModelAdmin):
    """An admin of rows that are to be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

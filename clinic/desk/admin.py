"""The admin's part in two people at one row: it refuses to write over a newer one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from clinic.desk.conflicts import version, words_of_change


class StampedForm(forms.ModelForm):
    """A form that carries the version of the row it was rendered with."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = version(self.instance)

    def clean(self) -> dict[str, Any] | None:
        """Lock the row, and refuse to save when it is another now."""
        rows: Any = type(self.instance)._default_manager.select_for_update(no_key=True)
        now = rows.filter(pk=self.instance.pk).first()
        if now and version(now) != self.cleaned_data.get("seen"):
            words = _("%s Nothing was saved. Copy what you typed, open the page again and save on top of that.")
            self.add_error(None, words % words_of_change(now))
        return super().clean()


class StampedAdmin(admin.ModelAdmin):
    """An admin of rows that know their last change."""

    form = StampedForm

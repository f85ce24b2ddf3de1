"""Who changed a row last, and when; written by the database for every writer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Actor(Func):
    """Who the session acts for: the application's user, the script's name, or the database's user."""

    function = "changes.actor"
    template = "%(function)s()"
    output_field = models.TextField()


class Stamped(models.Model):
    """A row that knows its last change.

    Columns' defaults serve inserts; updates are stamped by the trigger of `sql/020_changes.sql`, which
    finds every table that has both columns. `changed_at` doubles as the row's version.
    """

    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    changed_by = models.TextField(_("changed by"), db_default=Actor(), editable=False)

    listed_at: ClassVar[str]
    """The name of the address at which people find all rows."""

    class Meta:
        abstract = True

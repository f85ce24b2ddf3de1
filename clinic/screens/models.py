"""Forms that were sent, so that none is carried out twice."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class FormToken(models.Model):
    """A rendered form that was carried out: what it said, and where its result is."""

    token = models.TextField(primary_key=True)
    content = models.TextField(db_default="")
    result_url = models.TextField(db_default="")
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "form_token"
        default_permissions = ()
        indexes = [models.Index(fields=["used_at"], name="form_token_by_age")]

    def __str__(self) -> str:
        return self.token

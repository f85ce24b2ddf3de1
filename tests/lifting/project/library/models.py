"""Two tables: books, and who has them."""

from __future__ import annotations

from django.db import models

from clinic.database.clock import Today
from clinic.database.stamps import Stamped


class Book(Stamped):
    """A book on the shelf or lent."""

    title = models.TextField()

    class Meta:
        db_table = "book"

    def __str__(self) -> str:
        return self.title


class Loan(models.Model):
    """A book that somebody has, or brought back."""

    book = models.ForeignKey(Book, models.CASCADE, db_constraint=False)
    status = models.TextField(db_default="out")
    lent_on = models.DateField(db_default=Today())
    fee = models.DecimalField(max_digits=8, decimal_places=2, db_default=0)

    class Meta:
        db_table = "loan"

    def __str__(self) -> str:
        return f"{self.book}: {self.status}"

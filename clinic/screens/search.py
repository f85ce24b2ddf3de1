"""Search: every word that is typed must be found in a row's `search_text`, which the database folds and keeps.

    search_text = search_column(Person("first_name", "last_name", "phone", "email"))
    Patient.objects.filter(meant("müller, anna 030 123"))

Both sides are folded by the functions of `sql/210_search.sql`, so that they agree about accents, case, punctuation
and scripts. Telephone numbers are found by the digits that all their spellings share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import reduce
from operator import add
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Lookup, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from clinic.screens import phones

SHORTEST_PHONE = 4
"""Fewer digits are found at the beginning of a word, but not anywhere in a telephone number."""
PENDING_KILOBYTES = 256
"""As long as PostgreSQL's own 4 MB, the list makes the planner read the whole table."""
MOST_WORDS = 8
"""More words than a few make nothing clearer."""
SIGNS = (
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\U00020000-\U0003ffff"
)
UNWRITTEN = {
    sign
    for sign in map(chr, (*range(0x2B9, 0x2E0), 0x37A, 0x640, *range(0x2000, 0x2C00), 0x2E2F, 0xA78B, 0xA78C))
    if unicodedata.normalize("NFKD", sign)[0] in (sign, " ")
}
"""Signs, letters to Unicode, of which the database's folding leaves nothing: apostrophes, accents, tatweel."""
WORD = re.compile(rf"[{SIGNS}]|[^{SIGNS}\s,;\u060c\u3001\uff0c]+")
"""A sign of a script that needs no spaces, or what stands between spaces and commas."""


class Person(Func):
    """What a person is found by: first name, last name, phone, e-mail."""

    function = "search.person"
    output_field = models.TextField()


class Thing(Func):
    """What a thing is found by: its name and its code."""

    function = "search.thing"
    output_field = models.TextField()


class Words(Func):
    """A text folded to its words."""

    function = "search.words"
    output_field = models.TextField()


class Typos(Func):
    """How many slips make one of two folded names of the other: 0, 1, or 2 for more."""

    function = "search.typos"
    output_field = models.IntegerField()


class Distance(Func):
    """How closely one word is found: 0 as a whole word, 1 at the beginning of one, 2 inside."""

    function = "search.distance"
    output_field = models.IntegerField()


@models.TextField.register_lookup
class Finds(Lookup):
    """`search_text__finds=word`, by the column's trigram index."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare with the pattern into which the database folds the word."""
        column, column_parameters = self.process_lhs(compiler, connection)
        word, word_parameters = self.process_rhs(compiler, connection)
        return f"{column} like search.pattern({word})", (*column_parameters, *word_parameters)


def search_column(expression: Func) -> models.GeneratedField:
    """Make the column that a table's rows are found by; the database computes it for every writer."""
    return models.GeneratedField(
        expression=expression, output_field=models.TextField(), db_persist=True, verbose_name=_("search text")
    )


def search_index(table: str) -> GinIndex:
    """Index the column, with a short pending list: after an import each search reads through it (decision 0028)."""
    return GinIndex(
        fields=["search_text"],
        name=f"{table}_search",
        opclasses=["gin_trgm_ops"],
        gin_pending_list_limit=PENDING_KILOBYTES,
    )


def meant(text: str) -> Q:
    """Spell the condition that every word and every telephone number of a text is found; true of no row for none."""
    parts = [*_parts(text)]
    return reduce(Q.__and__, map(_found, parts)) if parts else Q(pk=None)


def closeness(text: str) -> Combinable:
    """Order what was found: whole words first, then beginnings, then what is inside of words."""
    distances = [Distance(F("search_text"), Value(word)) for word in words_of(text)]
    return reduce(add, distances, Value(0))


def ranked(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Say of each row that was found how closely, for `closest_first`."""
    found: QuerySet[Any] = rows.annotate(closeness=closeness(text))
    return found


def closest_first(*order: str) -> Callable[[Any, QuerySet[Any], bool], tuple[QuerySet[Any], bool]]:
    """Make a table's method that sorts a column by `order`, and what is `ranked` by its closeness before that."""

    def sort(_table: Any, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        is_ours = "closeness" in rows.query.annotations and not is_descending
        return (rows.order_by("closeness", *order) if is_ours else rows), is_ours

    return sort


def typed(text: str) -> str:
    """Return what was typed as a column could hold it."""
    return text.replace("\x00", "").strip()


def words_of(text: str) -> list[str]:
    """Split what is searched for into words, in the order they were typed."""
    words = WORD.findall(unicodedata.normalize("NFC", typed(text)))
    return [word for word in words if any(sign.isalnum() and sign not in UNWRITTEN for sign in word)][:MOST_WORDS]


def _parts(text: str) -> Iterator[list[str]]:
    """Yield each word alone, and together those that may be one telephone number."""
    number: list[str] = []
    for word in words_of(text):
        if any(map(str.isalpha, word)):
            yield [word]
        else:
            number.append(word)
    if number:
        yield number


def _found(words: list[str]) -> Q:
    each = reduce(Q.__and__, (Q(search_text__finds=word) for word in words))
    phone = " ".join(words)
    if any(map(str.isalpha, phone)):
        return each
    spellings = {phones.national(phone), phones.digits(phone).lstrip("0")}
    numbers = (Q(search_text__contains=digits) for digits in sorted(spellings) if len(digits) >= SHORTEST_PHONE)
    return reduce(Q.__or__, numbers, each)

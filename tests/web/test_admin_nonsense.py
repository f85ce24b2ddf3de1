"""Nonsense in the admin's addresses and forms is answered in words, and never by a fault."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import DateField, Field
from django.test import Client

from tests.web.test_admin import LEAST, READ_ONLY, form_on, root, rows

__all__ = ["root", "rows"]

NONSENSE = ["a\x00b", "sNaN", "1e999", "²", "9" * 30, "9" * 5_000, "-1", "9" * 20]
PARAMETERS = ("q", "o", "p", "_to_field")
LOOKUPS = ("", "__gte", "__id__exact", "__in", "__isnull", "__exact", "__year", "__contains")
DELETE = {"action": "delete_selected"}
Asked = tuple[str, str, dict[str, Any]]
ONE_OF_EACH = {
    "records.medicalrecord": {"patient": "{patient}"},
    "billing.payment": {"bill": "{bill}", "amount": "5"},
    "auth.group": {"name": "helpers"},
}


def faults(client: Client, asked: list[Asked]) -> list[tuple[str, str, list[str], str]]:
    """Ask for everything; returns what raised, or was answered by a fault."""
    found = []
    for method, address, data in asked:
        try:
            with transaction.atomic():
                answer = getattr(client, method)(address, data)
                assert answer.status_code < 500
        except Exception as error:
            found.append((method, address[:80], sorted(data)[:3], repr(error)[:200]))
    return found


@pytest.fixture
def pk_of(root: Client, rows: dict[str, str]) -> Any:
    """Return the key of some row of a table."""

    def of(label: str) -> str:
        model = apps.get_model(label)
        if not model._default_manager.exists():
            typed = {name: text.format(**rows) for name, text in ONE_OF_EACH[label].items()}
            base = f"/admin/{label.replace('.', '/')}/add/"
            root.post(base, form_on(root, base) | typed)
        return str(model._default_manager.values_list("pk", flat=True)[0])

    return of


def one_of_each_kind(label: str) -> list[Field[Any, Any]]:
    """Return one column of each kind that a table has: Django reads those of a kind by the same code."""
    columns = apps.get_model(label)._meta.concrete_fields
    kinds = {(type(column), column.null, bool(column.choices), column.related_model): column for column in columns}
    return list(kinds.values())


@pytest.mark.parametrize("label", [*LEAST, *READ_ONLY])
def test_nonsense_in_an_address_is_no_fault(root: Client, pk_of: Any, label: str) -> None:
    base, pk = f"/admin/{label.replace('.', '/')}/", pk_of(label)
    columns = one_of_each_kind(label)
    asked: list[Asked] = [("get", base, {name: text}) for name in PARAMETERS for text in NONSENSE]
    asked += [
        ("get", base, {column.name + lookup: text})
        for column in columns
        for lookup, text in zip(LOOKUPS, NONSENSE, strict=False)
    ]
    days = [column.name for column in columns if isinstance(column, DateField)]
    asked += [("get", base, {f"{name}__year": text}) for name in days for text in NONSENSE]
    for text in NONSENSE:
        asked += [("get", base + quote(text) + tail, {}) for tail in ("/change/", "/delete/")]
        asked += [("post", base, DELETE | {"_selected_action": text}), ("post", base, {"action": text})]
        asked += [("post", base, DELETE | {"_selected_action": pk, "index": text, "select_across": text})]
    assert faults(root, asked) == []


@pytest.mark.parametrize("label", LEAST)
def test_nonsense_in_a_form_is_no_fault(root: Client, pk_of: Any, label: str) -> None:
    base, pk = f"/admin/{label.replace('.', '/')}/", pk_of(label)
    asked: list[Asked] = []
    for page in (base + "add/", f"{base}{pk}/change/"):
        form = form_on(root, page)
        for text in NONSENSE:
            asked += [("post", page, dict.fromkeys(form, text))]
        asked += [("post", page, form | {name: NONSENSE[n % len(NONSENSE)]}) for n, name in enumerate(form)]
    asked += [("get", base + "add/", dict.fromkeys(form, text)) for text in NONSENSE]
    assert faults(root, asked) == []


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda text: ascii(text)[:12])
def test_nonsense_in_what_all_tables_share_is_no_fault(root: Client, nonsense: str) -> None:
    sought = {"app_label": "billing", "model_name": "bill", "field_name": "patient", "term": "a", "page": "1"}
    asked: list[Asked] = [("get", "/admin/autocomplete/", sought | {name: nonsense}) for name in sought]
    text = quote(nonsense)
    asked += [
        ("get", f"/admin/{path}", {}) for path in (f"{text}/", f"r/{text}/1/", f"r/1/{text}/", f"billing/{text}/")
    ]
    asked += [("post", "/admin/password_change/", {"old_password": nonsense, "new_password1": nonsense})]
    asked += [("get", "/admin/login/", {"next": nonsense}), ("get", "/login/", {"next": nonsense})]
    assert faults(root, asked) == []
    sign_in = {"username": nonsense, "password": nonsense, "next": nonsense}
    assert faults(Client(), [("post", address, sign_in) for address in ("/login/", "/admin/login/")]) == []

"""The fragment that tells an open form that its row was changed elsewhere."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic.database.stamps import Stamped
from clinic.screens.conflicts import gone, version, words_of_change
from clinic.screens.guards import allowed, signed_in


@require_safe
@never_cache
@signed_in
def changed(request: HttpRequest, topic: str, pk: int) -> HttpResponse:
    """Say whether a row is still as the form shows it (`since`: the version it was rendered with)."""
    model = _stamped(topic)
    return allowed(f"{model._meta.app_label}.view_{model._meta.model_name}")(_notice)(request, model, pk)  # type: ignore[return-value]


def _notice(request: HttpRequest, model: type[Model], pk: int) -> HttpResponse:
    row: Any = model._default_manager.filter(pk=pk).first()
    is_same = row is not None and version(row) == request.GET.get("since")
    words = words_of_change(row) if row is not None else str(gone(model, pk))
    return render(request, "screens/_changed.html", {"row": row, "is_same": is_same, "words": words})


def _stamped(topic: str) -> type[Model]:
    for model in apps.get_models():
        if model._meta.db_table == topic and issubclass(model, Stamped):
            return model
    raise Http404

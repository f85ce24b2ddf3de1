"""The live pipe's one address over HTTP; its socket is in `routing`."""

from __future__ import annotations

from django.urls import path

from clinic.operations import health

urlpatterns = [path("healthz", health.healthz, name="healthz")]

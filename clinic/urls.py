"""Every address of the application."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

handler500 = "clinic.serving.busy.server_error"
urlpatterns = [
    path("", include("clinic.dashboard.urls")),
    path("", include("clinic.staff.urls")),
    path("", include("clinic.screens.urls")),
    path("", include("clinic.practice.urls")),
    path("", include("clinic.patients.urls")),
    path("", include("clinic.records.urls")),
    path("", include("clinic.bookings.urls")),
    path("", include("clinic.inventory.urls")),
    path("", include("clinic.billing.urls")),
    path("", include("clinic.billing.day_close.urls")),
    path("", include("clinic.billing.documents.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True), name="admin-login"),
    path("admin/", admin.site.urls),
]

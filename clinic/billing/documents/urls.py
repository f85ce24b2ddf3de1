"""Addresses of the statement, and of what is printed."""

from __future__ import annotations

from django.urls import path

from clinic.billing.documents import statement_views, views

urlpatterns = [
    path("patients/<int:pk>/statement/", statement_views.statement, name="statement"),
    path("patients/<int:pk>/statement/pdf/", views.statement_pdf, name="statement-pdf"),
    path("bills/<int:pk>/pdf/", views.bill_pdf, name="bill-pdf"),
    path("payments/<int:pk>/receipt/", views.receipt_pdf, name="receipt-pdf"),
]

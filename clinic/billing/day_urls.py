"""Addresses of the day close, the statement, and what is printed."""

from __future__ import annotations

from django.urls import path

from clinic.billing import day_views, print_views, statement_views

urlpatterns = [
    path("day-close/", day_views.day_close, name="day-close"),
    path("day-close/<int:pk>/", day_views.sheet, name="day-close-sheet"),
    path("patients/<int:pk>/statement/", statement_views.statement, name="statement"),
    path("patients/<int:pk>/statement/pdf/", print_views.statement_pdf, name="statement-pdf"),
    path("bills/<int:pk>/pdf/", print_views.bill_pdf, name="bill-pdf"),
    path("payments/<int:pk>/receipt/", print_views.receipt_pdf, name="receipt-pdf"),
]

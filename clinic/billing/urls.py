"""Addresses of bills and payments."""

from __future__ import annotations

from django.urls import path

from clinic.billing import medicine_views, money_views, views

urlpatterns = [
    path("bills/", views.bills, name="bills"),
    path("bills/medicine/", medicine_views.waiting, name="medicine"),
    path("bills/medicine/<int:pk>/", medicine_views.decide, name="medicine-decide"),
    path("bills/new/", views.create, name="bill-new"),
    path("bills/<int:pk>/", views.detail, name="bill"),
    path("bills/<int:pk>/edit/", views.edit, name="bill-edit"),
    path("bills/<int:pk>/void/", money_views.void, name="bill-void"),
    path("bills/<int:pk>/pay/", money_views.pay, name="bill-pay"),
    path("bills/<int:pk>/paid/", money_views.paid, name="bill-paid"),
    path("bills/<int:pk>/refund/", money_views.give_back, name="bill-refund"),
]

"""Addresses of the dashboard."""

from __future__ import annotations

from django.urls import path

from clinic.dashboard import activity_views, onlookers, views

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("dashboard/stats/", views.stats, name="dashboard-stats"),
    path("dashboard/trends/", views.trends, name="dashboard-trends"),
    path("dashboard/today/", views.bookings, name="dashboard-today"),
    path("dashboard/stock/", views.store, name="dashboard-stock"),
    path("dashboard/activity/", activity_views.panel, name="dashboard-activity"),
    path("dashboard/onlookers/", onlookers.part, name="dashboard-onlookers"),
    path("activity/", activity_views.page, name="activity"),
    path("dashboard/charts/bookings/", views.bookings_chart, name="dashboard-chart-bookings"),
    path("dashboard/charts/money/", views.money_chart, name="dashboard-chart-money"),
]

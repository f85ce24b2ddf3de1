"""Addresses of the public booking page."""

from __future__ import annotations

from django.urls import path

from clinic.bookings.public import views

urlpatterns = [
    path("book/", views.choose_service, name="public-booking"),
    path("book/sent/", views.request_sent, name="public-booking-sent"),
    path("book/<int:service_id>/", views.choose_time, name="public-booking-time"),
    path("book/<int:service_id>/<str:day>/<str:start>/", views.leave_name, name="public-booking-name"),
]

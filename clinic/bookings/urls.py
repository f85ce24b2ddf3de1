"""Addresses of bookings, of the calendar, and of the public booking page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from clinic.bookings import calendar_views, find_views, step_views, unanswered_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("bookings/", views.bookings, name="bookings"),
    path("bookings/new/", views.create, name="booking-new"),
    path("bookings/walk-in/", views.create_walk_in, name="booking-walk-in"),
    path("bookings/calendar/", calendar_views.calendar, name="calendar"),
    path("bookings/practitioners/", find_views.practitioners, name="practitioner-find"),
    path("bookings/services/", find_views.services, name="service-find"),
    path("bookings/decline-unanswered/", unanswered_views.decline, name="decline-unanswered"),
    path("bookings/slots/", find_views.slots, name="booking-slots"),
    path("bookings/<int:pk>/", views.detail, name="booking"),
    path("bookings/<int:pk>/edit/", views.edit, name="booking-edit"),
    path("bookings/<int:pk>/delete/", views.delete, name="booking-delete"),
    path("bookings/<int:pk>/<slug:name>/", step_views.step, name="booking-step"),
    path("", include("clinic.bookings.public.urls")),
]

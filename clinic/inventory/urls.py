"""Addresses of the store."""

from __future__ import annotations

from django.urls import path

from clinic.inventory import stock_views, views

urlpatterns = [
    path("inventory/", views.items, name="items"),
    path("inventory/find/", views.find, name="item-find"),
    path("inventory/new/", views.create, name="item-new"),
    path("inventory/receive/", stock_views.receive, name="receive"),
    path("inventory/receive/note/", stock_views.delivery_note, name="delivery-note"),
    path("inventory/reorder/", views.reorder, name="reorder"),
    path("inventory/movements/", stock_views.movements, name="movements"),
    path("inventory/<int:pk>/", views.detail, name="item"),
    path("inventory/<int:pk>/edit/", views.edit, name="item-edit"),
    path("inventory/<int:pk>/delete/", views.delete, name="item-delete"),
    path("inventory/<int:pk>/adjust/", stock_views.adjust, name="item-adjust"),
    path("inventory/<int:pk>/movements/", stock_views.item_movements, name="item-movements"),
]

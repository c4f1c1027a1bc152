"""Addresses of collective contracts, the congress, open affairs, suggestions and safety."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of the registers of unions and employers, lifecycle events, the founding pipeline."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

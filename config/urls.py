"""Addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("unions.urls")),
    path("", include("members.urls")),
    path("", include("finance.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler403 = "unions.views.accounts.forbidden"
handler404 = "unions.views.accounts.not_found"
handler500 = "unions.views.accounts.broken"

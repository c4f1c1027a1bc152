"""Addresses of this app, one module for each area of the navigation."""

from unions.urls import account, desk, imports, labour, organisation, returns, standing

urlpatterns = [
    *account.urlpatterns,
    *desk.urlpatterns,
    *organisation.urlpatterns,
    *imports.urlpatterns,
    *labour.urlpatterns,
    *standing.urlpatterns,
    *returns.urlpatterns,
]

"""Addresses of imports."""

from django.urls import path

from unions.views import imports

urlpatterns = [
    path("imports/", imports.ImportsView.as_view(), name="imports"),
    path("imports/new/", imports.ImportNewView.as_view(), name="import-new"),
    path("imports/<int:pk>/", imports.ImportView.as_view(), name="import"),
    path("imports/<int:pk>/columns/", imports.ImportMatchView.as_view(), name="import-match"),
    path("imports/<int:pk>/status/", imports.ImportStatusView.as_view(), name="import-status"),
    path("imports/<int:pk>/apply/", imports.ImportApplyView.as_view(), name="import-apply"),
    path("imports/<int:pk>/undo/", imports.ImportUndoView.as_view(), name="import-undo"),
]

"""Addresses of the home page, the half-years and their figures, and the reports."""

from django.urls import path, register_converter

from reports import views
from reports.converters import HalfYearConverter
from reports.receipts import ReceiptView

register_converter(HalfYearConverter, "half")

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("half-years/", views.HalfYearIndexView.as_view(), name="half-years"),
    path("half-years/<half:period>/", views.HalfYearView.as_view(), name="half-year"),
    path("half-years/<half:period>/checks/", views.ChecksView.as_view(), name="checks"),
    path("half-years/<half:period>/<str:code>/", views.FigureView.as_view(), name="figure"),
    path("half-years/<half:period>/<str:code>/<int:table>.xlsx", views.RowsExportView.as_view(), name="figure-rows"),
    path("returns/version/<int:pk>/receipt.pdf", ReceiptView.as_view(), name="return-receipt"),
    path("reports/", views.ReportListView.as_view(), name="reports"),
    path("reports/<half:period>/make/", views.MakeReportView.as_view(), name="make-report"),
    path("reports/<int:pk>/", views.ReportStatusView.as_view(), name="report-status"),
    path("reports/<int:pk>.pdf", views.ReportFileView.as_view(), name="report-file"),
]

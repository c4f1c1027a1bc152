"""Addresses of the registers of unions and employers, lifecycle events, the founding pipeline."""

from __future__ import annotations

from django.urls import path

from unions.pages.kinds import pages
from unions.pages.listing import RegisterView
from unions.pages.records import EditView, NewView
from unions.views import committees, employers, founding, lifecycle, union, unions

urlpatterns = [
    path("unions/", unions.UnionRegisterView.as_view(), name="unions"),
    path("unions/tree/", union.TreeView.as_view(), name="union-tree"),
    path("unions/stock/", union.StockView.as_view(), name="union-stock"),
    path("unions/found/", founding.FoundingView.as_view(), name="union-found"),
    path("unions/transfer-in/", founding.TransferInView.as_view(), name="union-transfer-in"),
    path("unions/<int:pk>/", union.UnionView.as_view(), name="union"),
    path("unions/<int:pk>/events/<slug:event>/", lifecycle.UnionEventView.as_view(), name="union-event"),
    path("terms/", RegisterView.as_view(register=committees.TERM_REGISTER), name="terms"),
    path("certificates/", RegisterView.as_view(register=committees.CERTIFICATE_REGISTER), name="certificates"),
    *pages(committees.OFFICERS, "officers"),
    path("officers/<int:pk>/leave/", lifecycle.EndOfficerView.as_view(), name="officer-leave"),
    path("employers/", RegisterView.as_view(register=employers.EMPLOYERS), name="employers"),
    path("employers/new/", NewView.as_view(kind=employers.EMPLOYER), name="employers-new"),
    path("employers/<int:pk>/", employers.EmployerView.as_view(), name="employer"),
    path("employers/<int:pk>/edit/", EditView.as_view(kind=employers.EMPLOYER), name="employers-edit"),
    path("employers/<int:pk>/close/", employers.CloseEmployerView.as_view(), name="employer-close"),
    *pages(employers.HEADCOUNTS, "headcounts"),
    path("founding/", founding.PipelineView.as_view(), name="founding"),
    *pages(founding.APPLICATIONS, "applications"),
]

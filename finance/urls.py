"""Addresses of the finance area."""

from django.urls import path

from finance import views
from unions.pages.listing import RegisterView

urlpatterns = [
    path("subsidies/", RegisterView.as_view(register=views.SUBSIDIES), name="subsidies"),
    path("subsidies/<int:pk>/", views.SubsidyView.as_view(), name="subsidy"),
    path("subsidies/<int:pk>/pay/", views.PaySubsidyView.as_view(), name="subsidy-pay"),
]

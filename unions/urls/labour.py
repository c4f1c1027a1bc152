"""Addresses of collective contracts, the congress, open affairs, suggestions, safety and supervision."""

from __future__ import annotations

from django.urls import path

from unions.pages.kinds import pages
from unions.pages.listing import RegisterView
from unions.views import congress, contracts, workplace

urlpatterns = [
    path("contracts/request/", contracts.RequestView.as_view(), name="contract-request"),
    path("contracts/<int:pk>/renew/", contracts.RenewView.as_view(), name="contracts-renew"),
    path("contracts/<int:pk>/publish/", contracts.PublishView.as_view(), name="contracts-publish"),
    *pages(contracts.CONTRACTS, "contracts"),
    *pages(contracts.REVIEWS, "contract-reviews"),
    path("deadlines/", RegisterView.as_view(register=contracts.DEADLINES), name="deadlines"),
    path("deadlines/<int:pk>/", contracts.DeadlineView.as_view(), name="deadline"),
    *pages(congress.CONGRESSES, "congresses"),
    *pages(congress.PROPOSALS, "proposals"),
    *pages(congress.POSTINGS, "open-affairs"),
    *pages(congress.APPRAISALS, "appraisals"),
    *pages(workplace.SUGGESTIONS, "suggestions"),
    *pages(workplace.SAFETY, "safety"),
    *pages(workplace.INSPECTIONS, "inspections"),
    *pages(workplace.SUPERVISIONS, "supervisions"),
    *pages(workplace.MEETINGS, "meetings"),
    *pages(workplace.FEEDBACK, "feedback"),
]

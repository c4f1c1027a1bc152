"""Addresses of assessments, campaigns, awards, pairings, facilities, dispatches and visits."""

from django.urls import path

from unions.pages.kinds import pages
from unions.views import campaigns, honours, pairings, publicity, standing

urlpatterns = [
    # These ask for more than the page every kind has, and stand before it under its own name.
    path(
        "assessments/<int:pk>/move/<str:to>/",
        standing.AssessmentMoveView.as_view(),
        name="assessments-move",
    ),
    path("selections/<int:pk>/", honours.SelectionDetailView.as_view(), name="selections-detail"),
    path("campaigns/<int:pk>/enrol/", campaigns.EnrolManyView.as_view(), name="campaign-enrol"),
    path("campaigns/<int:pk>/grant/", campaigns.GrantManyView.as_view(), name="campaign-grant"),
    path("dispatches/ranking/", publicity.RankingView.as_view(), name="dispatch-ranking"),
    *pages(standing.SCHEMES, "schemes"),
    *pages(standing.ASSESSMENTS, "assessments"),
    *pages(standing.CLASSES, "classes"),
    *pages(campaigns.CAMPAIGNS, "campaigns"),
    *pages(campaigns.ENROLMENTS, "enrolments"),
    *pages(honours.AWARDS, "honours"),
    *pages(honours.SELECTIONS, "selections"),
    *pages(honours.NOMINATIONS, "nominations"),
    *pages(pairings.PAIRINGS, "pairings"),
    *pages(pairings.PAIR_MEMBERS, "pairings/parties"),
    *pages(pairings.PAIR_ACTIVITIES, "pairings/activities"),
    *pages(pairings.FACILITIES, "facilities"),
    *pages(pairings.MENTORSHIPS, "mentorships"),
    *pages(publicity.DISPATCHES, "dispatches"),
    *pages(publicity.SCORE_RULES, "dispatches/scores"),
    *pages(publicity.VISITS, "visits"),
]

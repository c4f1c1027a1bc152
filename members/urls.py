"""Addresses of people, memberships, activities and lists."""

from django.urls import path

from members.views import activities, cards, memberships, people, transfers
from unions.pages.kinds import pages

urlpatterns = [
    path("members/join/", memberships.JoinView.as_view(), name="join"),
    path("members/roster/", cards.RosterGapView.as_view(), name="roster-gap"),
    path("members/<int:pk>/unmask/", people.UnmaskView.as_view(), name="unmask"),
    path("memberships/<int:pk>/transfer/", memberships.TransferRequestView.as_view(), name="transfer-request"),
    path("memberships/<int:pk>/resume/", memberships.ResumeView.as_view(), name="membership-resume"),
    path("transfers/<int:pk>/accept/", transfers.TransferAcceptView.as_view(), name="transfer-accept"),
    path("transfers/<int:pk>/decline/", transfers.TransferDeclineView.as_view(), name="transfer-decline"),
    path("conflicts/<int:pk>/settle/", transfers.SettleView.as_view(), name="conflict-settle"),
    path("activities/calendar/", activities.CalendarView.as_view(), name="activity-calendar"),
    *pages(people.PEOPLE, "members"),
    *pages(memberships.MEMBERSHIPS, "memberships"),
    *pages(transfers.TRANSFERS, "transfers"),
    *pages(transfers.CONFLICTS, "conflicts"),
    *pages(cards.CARDS, "cards"),
    *pages(cards.MERCHANTS, "merchants"),
    *pages(activities.ACTIVITIES, "activities"),
    *pages(activities.PARTICIPATIONS, "participations"),
    *pages(activities.SERIES, "series"),
    *pages(activities.CONTESTS, "contests"),
    *pages(activities.ENTRIES, "entries"),
    *pages(activities.CHECKS, "health-checks"),
    *pages(activities.RECUPERATIONS, "recuperations"),
    *pages(activities.PLACEMENTS, "placements"),
]

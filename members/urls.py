"""Addresses of people, memberships, activities and lists."""

from django.urls import path

from members.views import activities, cards, duplicates, groups, memberships, people, photos, transfers
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
    path("photos/<int:pk>.jpg", photos.PhotoFileView.as_view(), name="photo-file"),
    path("activities/calendar/", activities.CalendarView.as_view(), name="activity-calendar"),
    path("members/groups/counts/", groups.CountsView.as_view(), name="group-counts"),
    path("members/duplicates/look/", duplicates.LookView.as_view(), name="duplicates-look"),
    path("members/duplicates/<int:pk>/merge/", duplicates.MergeView.as_view(), name="duplicate-merge"),
    path("members/merges/<int:pk>/undo/", duplicates.UndoView.as_view(), name="merge-undo"),
    path("members/<int:pk>/", people.PersonView.as_view(), name="members-detail"),
    *pages(people.PEOPLE, "members"),
    *pages(duplicates.PAIRS, "members/duplicates"),
    *pages(duplicates.MERGES, "members/merges"),
    *pages(groups.GROUPS, "members/groups"),
    *pages(memberships.MEMBERSHIPS, "memberships"),
    *pages(transfers.TRANSFERS, "transfers"),
    *pages(transfers.CONFLICTS, "conflicts"),
    *pages(cards.CARDS, "cards"),
    *pages(cards.MERCHANTS, "merchants"),
    *pages(activities.ACTIVITIES, "activities"),
    *pages(activities.PARTICIPATIONS, "participations"),
    *pages(photos.PHOTOS, "photos"),
    *pages(activities.SERIES, "series"),
    *pages(activities.CONTESTS, "contests"),
    *pages(activities.ENTRIES, "entries"),
    *pages(activities.CHECKS, "health-checks"),
    *pages(activities.RECUPERATIONS, "recuperations"),
    *pages(activities.PLACEMENTS, "placements"),
]

"""Addresses of assessments, campaigns, awards, pairings, facilities, dispatches and visits."""

from unions.pages.kinds import pages
from unions.views import standing

urlpatterns = [
    *pages(standing.FACILITIES, "facilities"),
]

"""D11: news items sent out and honours received."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from unions.models import Award, Dispatch, Level
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, Text
from unions.returns.filing import Filing
from unions.returns.model_sheets import EmployerCode, ModelSheet
from unions.returns.registry import sheet


@sheet
class Dispatches(ModelSheet):
    code = "D11a"
    title = gettext_lazy("Dispatches")
    lead = gettext_lazy("News items sent to an outlet in the quarter, and earlier ones adopted in it.")
    model = Dispatch
    key = ("title", "outlet", "submitted_on")
    later = ("adopted_on",)

    title_text = Column(gettext_lazy("Headline"), Text(120), required=True, attribute="title")
    outlet = Column(gettext_lazy("Outlet"), Text(60), required=True, attribute="outlet")
    level = Column(gettext_lazy("Level of the outlet"), Choice(Level), required=True, attribute="level")
    submitted_on = Column(gettext_lazy("Submitted on"), Day(), required=True, attribute="submitted_on")
    adopted_on = Column(gettext_lazy("Adopted on"), Day(), attribute="adopted_on")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        happened = in_period("submitted_on", filing.quarter) | in_period("adopted_on", filing.quarter)
        return Dispatch.objects.filter(happened, union=filing.union)

    def open_before(self, filing: Filing) -> QuerySet[Any]:
        earlier = Q(submitted_on__lt=filing.quarter.start, adopted_on__isnull=True)
        return Dispatch.objects.filter(earlier, union=filing.union)


@sheet
class Honours(ModelSheet):
    code = "D11b"
    title = gettext_lazy("Honours")
    lead = gettext_lazy("Titles granted in the quarter to the union, its employers, teams or people.")
    model = Award
    key = ("award", "recipient", "granted_on")
    in_quarter = ("granted_on",)

    award = Column(gettext_lazy("Title of honour"), Text(120), required=True, attribute="title")
    kind = Column(gettext_lazy("Kind of honour"), Choice(Award.Kind), required=True, attribute="kind")
    level = Column(gettext_lazy("Level"), Choice(Level), required=True, attribute="level")
    recipient_kind = Column(
        gettext_lazy("Recipient is"), Choice(Award.Recipient), required=True, attribute="recipient_kind"
    )
    recipient = Column(gettext_lazy("Recipient"), Text(80), required=True, attribute="recipient")
    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    granted_on = Column(gettext_lazy("Granted on"), Day(), required=True, attribute="granted_on")
    doc_no = Column(gettext_lazy("Document number"), Text(60), attribute="document_no")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return Award.objects.filter(Q(union=filing.union), in_period("granted_on", filing.quarter))

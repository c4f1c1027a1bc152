"""Who owes a return and how far each is: the register, its reminders and batches, and the reporting rate."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import TemplateView

from unions.access import Action
from unions.mixins import ActionMixin
from unions.models import ReturnObligation, ReturnStatus, UnionForm
from unions.models.returns import UNFILED
from unions.overview import open_quarter
from unions.pages.bulk import BulkAction
from unions.pages.columns import Column, Link, url_of
from unions.pages.filters import UnionFilters, one_of
from unions.pages.listing import PageAction, Register, RegisterView, StandardView
from unions.returns.filing import Filing
from unions.returns.register import owed, quarters, rate_counts, rates, with_rate
from unions.returns.reminding import remind
from unions.returns.status import badge_of
from unions.returns.template import file_name, template

S = ReturnStatus
# A batch is for one community; nobody hands out more at a time.
MOST_TEMPLATES = 250
STATES = [
    ("ahead", pgettext_lazy("return", "Not yet due")),
    ("missing", pgettext_lazy("return", "Not filed")),
    *((status.value, status.label) for status in S if status != S.REPLACED),
    ("exempted", gettext_lazy("Exempted")),
]


class ReturnFilters(UnionFilters):
    period = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Quarter"),
        queryset=lambda _request: quarters(),
        empty_label=gettext_lazy("All"),
    )
    state = one_of(gettext_lazy("State"), STATES, method="of_state")
    form = one_of(gettext_lazy("Form of the union"), UnionForm, "union__form")
    late = django_filters.BooleanFilter(label=gettext_lazy("Overdue"), method="overdue")

    def of_state(self, rows: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        if state == "exempted":
            return rows.filter(exempted_on__isnull=False)
        rows = rows.filter(exempted_on__isnull=True)
        # Nothing is missing of a quarter that runs.
        runs = Q(period__end__gt=timezone.localdate())
        if state in ("ahead", "missing"):
            return rows.filter(UNFILED, runs if state == "ahead" else ~runs)
        # Also the amendment of an accepted return waits for review, though the return counts as accepted.
        return rows.filter(versions__status=state) if state == S.SUBMITTED else rows.filter(latest=state)

    def overdue(self, rows: QuerySet[Any], _name: str, wanted: bool) -> QuerySet[Any]:
        late = Q(due_on__lt=timezone.localdate(), exempted_on__isnull=True) & UNFILED
        return rows.filter(late) if wanted else rows.exclude(late)


def contact_of(row: Any) -> str:
    return " ".join(part for part in (row.contact, row.phone) if part)


RETURNS_LIST = Register(
    slug="returns",
    title=gettext_lazy("Quarterly returns"),
    lead=gettext_lazy("Who owes a return, how far each is, and whom to call."),
    see=Action.VIEW_RETURNS,
    rows=owed,
    columns=(
        Column("union", gettext_lazy("Union"), lambda row: Link(row.union.name, url_of(row)), sort="union__code"),
        Column("period", gettext_lazy("Quarter"), "period__code", sort="period__start"),
        Column("community", gettext_lazy("Community"), lambda row: row.union.community or ""),
        Column("state", gettext_lazy("State"), lambda row: badge_of(row, timezone.localdate())),
        Column("number", gettext_lazy("Version"), is_number=True),
        Column("due_on", gettext_lazy("Due on"), sort="due_on"),
        Column("first_filed_on", gettext_lazy("First filed on"), sort="first_filed_on"),
        Column("contact", gettext_lazy("Contact"), contact_of),
        Column("reminded_at", gettext_lazy("Last reminded at"), sort="reminded_at"),
    ),
    sort="-period__start",
    empty=gettext_lazy("No return is expected here."),
    filters=ReturnFilters,
    views=(
        StandardView(gettext_lazy("All")),
        StandardView(gettext_lazy("To review"), "state=SUBMITTED"),
        StandardView(gettext_lazy("Not filed"), "state=missing"),
        StandardView(gettext_lazy("Overdue"), "late=true"),
    ),
    actions=(
        PageAction(gettext_lazy("Reporting rate"), "return-rate", Action.REVIEW_RETURN),
        PageAction(gettext_lazy("Lock a quarter's returns"), "return-lock", Action.LOCK_RETURN),
        PageAction(gettext_lazy("Workbooks of this list (ZIP)"), "return-templates", Action.REVIEW_RETURN),
    ),
    bulk=(BulkAction("remind", gettext_lazy("Remind"), Action.REVIEW_RETURN, remind),),
    url_of=url_of,
)


class TemplatesZipView(RegisterView):
    """The workbooks of every union in the list as it is filtered, in one ZIP; by default of the open quarter."""

    register = RETURNS_LIST
    action = Action.REVIEW_RETURN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.rows(self.filtered())
        if not request.GET.get("period"):
            found = found.filter(period=open_quarter())
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as batch:
            for obligation in found.filter(exempted_on__isnull=True)[:MOST_TEMPLATES]:
                filing = Filing(obligation)
                batch.writestr(file_name(filing), template(filing))
        header = content_disposition_header(as_attachment=True, filename=_("Return workbooks") + ".zip")
        return HttpResponse(
            buffer.getvalue(), content_type="application/zip", headers={"Content-Disposition": str(header)}
        )


class ReturnRateView(ActionMixin, TemplateView):
    """Expected, filed and on time, by community and by form of the union; exempted ones are not expected."""

    action = Action.REVIEW_RETURN
    template_name = "unions/returns/rate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        periods = quarters()
        wanted = periods.filter(code=self.request.GET.get("period", "").replace("\x00", "")).first() or open_quarter()
        rows = ReturnObligation.objects.visible_to(self.user).expected().with_latest().filter(period=wanted)
        forms = dict(UnionForm.choices)
        return super().get_context_data(**kwargs) | {
            "period": wanted,
            "periods": periods[:8],
            "total": with_rate(rows.aggregate(**rate_counts())),
            "tables": [
                (_("By community"), rates(rows, "union__community__name")),
                (_("By form of the union"), [(forms.get(name, name), row) for name, row in rates(rows, "union__form")]),
            ],
        }

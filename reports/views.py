"""The home page, the half-year with its figures and their rows, and the making of reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import ListView, TemplateView, View

from reports.checks import RULES, Status, run_checks
from reports.consequences import drift_of
from reports.figures import RowTable, figures, row_tables, section_headings
from reports.forms import MakeReportForm
from reports.home import home_charts
from reports.indicators import GROUPS, REGISTRY
from reports.indicators.registry import Figure, Indicator, Kind
from reports.models import Report
from reports.numbers import change
from reports.services import request_report
from unions.access import Action, Scope, can, scope_of
from unions.mixins import ActionMixin, ScopedViewMixin
from unions.models import ReportingPeriod, User
from unions.overview import due_lines, obligations, open_quarter, progress, progress_by_community
from unions.pages.contributions import waiting_for
from unions.pages.listing import place_in, whole_number
from unions.periods import HalfYear
from unions.returns.obligation_page import ReturnPage
from unions.spreadsheets import workbook

KINDS = {
    Kind.FLOW: _("what happened in the period"),
    Kind.STOCK: _("how much there is on the last day"),
    Kind.CUMULATIVE: _("everything up to the last day"),
    Kind.RATIO: _("a ratio, its base shown"),
}
MOST_DEADLINES = 12
PAGE_SIZE = 50


class HomeView(ActionMixin, TemplateView):
    """What is due today for whoever signs in, and where the half-year stands."""

    action = Action.VIEW_HOME
    template_name = "reports/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today, user = timezone.localdate(), self.request.user
        shown: dict[str, Any] = {"today": today, "half_year": HalfYear.last_finished(today)}
        if can(user, Action.VIEW_RETURNS):
            shown |= self.what_is_due(today)
        if can(user, Action.VIEW_ORGANISATION):
            shown["waiting"] = waiting_for(self.user)
        if can(user, Action.READ_REPORT):
            shown["reports"] = Report.objects.visible_to(user).defer("pdf")[:5]
        return super().get_context_data(**kwargs) | shown | {"may_see_figures": can(user, Action.VIEW_FIGURES)}

    def what_is_due(self, today: Any) -> dict[str, Any]:
        user, quarter = self.request.user, open_quarter()
        due = due_lines(self.user, today)
        shown: dict[str, Any] = {
            "deadlines": due if "all" in self.request.GET else due[:MOST_DEADLINES],
            "deadline_count": len(due),
            "late_count": sum(line.is_late for line in due),
        }
        if quarter:
            shown |= {"quarter": quarter, "progress": progress(user, quarter), "mine": self.own_return(quarter, today)}
        if quarter and can(user, Action.REVIEW_RETURN):
            shown |= {
                "communities": progress_by_community(user, quarter),
                "charts": home_charts(user, quarter, today),
            }
        return shown

    def own_return(self, quarter: ReportingPeriod, today: Any) -> ReturnPage | None:
        """The return of whoever files one; who files several, or reviews them, sees how many are in."""
        if not can(self.user, Action.FILE_RETURN) or can(self.user, Action.REVIEW_RETURN):
            return None
        owed = list(obligations(self.user, quarter).select_related("union", "period")[:2])
        return ReturnPage(owed[0], self.user, today) if len(owed) == 1 else None


class HalfYearIndexView(ActionMixin, View):
    """Leads to the half-year that was finished last."""

    action = Action.VIEW_FIGURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("half-year", period=HalfYear.last_finished(timezone.localdate()))


class HalfYearMixin(ActionMixin):
    """A page about one half-year, within the user's own scope."""

    action = Action.VIEW_FIGURES

    @property
    def period(self) -> HalfYear:
        return self.kwargs["period"]  # type: ignore[attr-defined]

    @property
    def scope(self) -> Scope:
        return scope_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "period": self.period,
            "before": self.period.previous(),
            "after": self.period.next(),
            "is_whole": self.scope.unions is None,
        }


@dataclass(frozen=True)
class FigureRow:
    """A figure beside that of a year ago."""

    figure: Figure
    year_before: Figure

    @property
    def change(self) -> Any:
        return change(self.figure.value, self.year_before.value, str(self.figure.indicator.unit))


class HalfYearView(HalfYearMixin, TemplateView):
    """All figures of a half-year by section, with a year ago, target and completion."""

    template_name = "reports/half_year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = figures(self.period, self.scope)
        earlier = figures(self.period.year_before(), self.scope)
        headings = section_headings()
        sections = [
            {
                "code": group,
                "heading": headings.get(group),
                "rows": [FigureRow(now[i.code], earlier[i.code]) for i in REGISTRY if i.group == group],
            }
            for group in GROUPS
        ]
        may_make = can(self.request.user, Action.MAKE_REPORT)
        return super().get_context_data(**kwargs) | {
            "sections": sections,
            "is_empty": all(figure.value is None for figure in now.values()),
            "may_make": may_make,
            "form": MakeReportForm() if may_make else None,
            "reports": Report.objects.visible_to(self.request.user).filter(period=str(self.period)).defer("pdf")[:6],
        }


class FigureView(HalfYearMixin, TemplateView):
    """One figure: its value, definition, earlier halves, and the rows it is made of."""

    template_name = "reports/figure.html"

    @property
    def indicator(self) -> Indicator:
        if self.kwargs["code"] not in REGISTRY:
            raise Http404
        return REGISTRY[self.kwargs["code"]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        indicator = self.indicator
        tables = row_tables(indicator, self.period, self.scope)
        chosen = min(whole_number(self.request.GET.get("table")) or 0, len(tables) - 1)
        return super().get_context_data(**kwargs) | {
            "indicator": indicator,
            "figure": figures(self.period, self.scope, [indicator.code])[indicator.code],
            "tables": list(enumerate(tables)),
            "chosen": chosen,
            "table": tables[chosen],
            "page": tables[chosen].page(size=PAGE_SIZE, **place_in(self.request.GET)),
            "history": self.history(indicator),
            "kind": KINDS[indicator.kind],
            "section": section_headings().get(indicator.group),
        }

    def history(self, indicator: Indicator) -> list[tuple[HalfYear, Figure]]:
        """This half and the three before it, the oldest first."""
        halves = [self.period]
        while len(halves) < 4:
            halves.insert(0, halves[0].previous())
        return [(half, figures(half, self.scope, [indicator.code])[indicator.code]) for half in halves]


class RowsExportView(FigureView):
    """The rows of one table of a figure as a workbook, all of them."""

    def get(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        tables = row_tables(self.indicator, self.period, self.scope)
        if kwargs["table"] >= len(tables):
            raise Http404
        table: RowTable = tables[kwargs["table"]]
        name = f"{self.indicator.code}_{self.period}_{kwargs['table']}.xlsx"
        content = workbook(self.indicator.code, [str(column.caption) for column in table.columns], table.values())
        return HttpResponse(
            content,
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class ChecksView(HalfYearMixin, TemplateView):
    """Every consistency rule of a half-year, the failed ones first."""

    template_name = "reports/checks.html"
    ORDER = (Status.FAILED, Status.EXPLAINED, Status.PASSED, Status.NOT_APPLICABLE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outcomes = run_checks(self.period, self.scope, RULES)
        return super().get_context_data(**kwargs) | {
            "outcomes": sorted(outcomes, key=lambda outcome: self.ORDER.index(outcome.status)),
            "counts": {status.name.lower(): sum(o.status is status for o in outcomes) for status in Status},
        }


class ReportListView(ScopedViewMixin, ListView):
    """The reports made so far, the newest half-year first."""

    action = Action.READ_REPORT
    template_name = "reports/report_list.html"
    context_object_name = "reports"
    model = Report

    def get_queryset(self) -> QuerySet[Report]:
        return super().get_queryset().defer("pdf").select_related("created_by")


class MakeReportView(ActionMixin, View):
    """Asks for a report; the page that shows its progress answers."""

    action = Action.MAKE_REPORT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, period: HalfYear) -> HttpResponse:
        form = MakeReportForm(request.POST)
        if not form.is_valid():
            return redirect("half-year", period=period)
        report = request_report(
            period=period,
            kind=form.cleaned_data["kind"],
            language=form.cleaned_data["language"],
            actor=cast(User, request.user),
        )
        return redirect("report-status", pk=report.pk)


# The preview is the PDF itself inside the page: one page may embed it, and it may be embedded by this portal alone.
@method_decorator(csp_replace({"object-src": [SELF]}), name="dispatch")
class ReportStatusView(ScopedViewMixin, TemplateView):
    """How far a report is; asks again by itself until it is ready, and survives a reload."""

    action = Action.READ_REPORT

    def get_template_names(self) -> list[str]:
        is_fragment = "HX-Request" in self.request.headers
        return ["reports/_report_status.html" if is_fragment else "reports/report_status.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visible = Report.objects.visible_to(self.request.user).defer("pdf")
        report = get_object_or_404(visible, pk=self.kwargs["pk"])
        may_see = can(self.request.user, Action.VIEW_FIGURES)
        return super().get_context_data(**kwargs) | {"report": report, "drift": drift_of(report) if may_see else []}


@method_decorator(xframe_options_sameorigin, name="dispatch")
class ReportFileView(ActionMixin, View):
    """The PDF as it was made, byte for byte."""

    action = Action.READ_REPORT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = get_object_or_404(Report.objects.visible_to(request.user), pk=pk, pdf__isnull=False)
        name = f"{report.period}-{report.kind}-{report.language}-v{report.version}.pdf"
        kind = "attachment" if "download" in request.GET else "inline"
        return HttpResponse(
            bytes(report.pdf),
            content_type="application/pdf",
            headers={"Content-Disposition": f'{kind}; filename="{name}"'},
        )

"""The pages of quarterly returns: the register of who owes one, one return with all its steps, and its review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from unions.access import Action, can_over
from unions.audit import record
from unions.crypto import open_bytes
from unions.forms.returns import (
    Grid,
    ReviewedSheet,
    UploadForm,
    clean_text,
    explained_in,
    mended_cells,
    notes_in,
    seen_in,
    typed_rows,
)
from unions.mixins import ActionMixin
from unions.models import QuarterlyReturn, ReturnFinding, ReturnObligation
from unions.pages.columns import ADDRESSES
from unions.pages.consequences import HeldError, carry_out
from unions.pages.forms import add_refusal
from unions.pages.listing import XLSX
from unions.returns import deciding, uploading
from unions.returns.content import Content, cells_of
from unions.returns.filing import Filing, content_of
from unions.returns.marking import marked
from unions.returns.obligation_page import ReturnPage
from unions.returns.overtaken import refuse_overtaken
from unions.returns.prescreen import LIMITS, Unreadable
from unions.returns.rechecking import check_anew
from unions.returns.registry import SHEETS, Sheet
from unions.returns.starting import nil_cells, prefilled
from unions.returns.template import file_name, template

ADDRESSES[QuarterlyReturn] = "return-version"
ADDRESSES[ReturnObligation] = "return"
Channel = QuarterlyReturn.Channel


class ReturnMixin(ActionMixin):
    """A page about one obligation within the user's scope."""

    action = Action.VIEW_RETURNS
    kwargs: dict[str, Any]

    @property
    def obligation(self) -> Any:
        if not hasattr(self, "_obligation"):
            rows = ReturnObligation.objects.visible_to(self.user).with_latest()
            self._obligation = get_object_or_404(rows.select_related("union", "period"), pk=self.kwargs["pk"])
        return self._obligation

    @property
    def shown(self) -> ReturnPage:
        return ReturnPage(self.obligation, self.user, timezone.localdate())

    @property
    def here(self) -> str:
        return reverse("return", args=[self.obligation.pk])


class FilingMixin(ReturnMixin):
    """A step of whoever files."""

    action = Action.FILE_RETURN

    def check(self) -> None:
        if not can_over(self.user, Action.FILE_RETURN, self.obligation.union_id):
            raise PermissionDenied


class StepView(FilingMixin, View):
    """A step that is only posted: whoever comes to its address, as after signing in anew, is led to the return."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.here)


class ReturnView(ReturnMixin, TemplateView):
    """One return: what to do next, what the check found, what changed, what was decided."""

    template_name = "unions/returns/return.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.shown
        form = kwargs.get("form") or UploadForm(is_amendment=shown.is_amendment, initial={"seen": shown.newest})
        return super().get_context_data(**kwargs) | {"shown": shown, "obligation": self.obligation, "form": form}


class ReturnVersionView(ReturnMixin, View):
    """A version's own address leads to the page of its return."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = get_object_or_404(QuarterlyReturn.objects.visible_to(self.user), pk=pk)
        return redirect("return", version.obligation_id)


class ReturnStatusView(ReturnMixin, TemplateView):
    """The part of the page that changes while a workbook is checked; asks again until it is."""

    template_name = "unions/returns/_status.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"shown": self.shown, "obligation": self.obligation}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if not self.shown.is_checking:
            # The rest of the page depends on the outcome: the browser loads it anew.
            answer["HX-Refresh"] = "true"
        return answer


class TemplateFileView(ReturnMixin, View):
    """The workbook to fill in, with what the newest version says: nobody types twice what was mended in the browser."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.shown.version
        filing = Filing(self.obligation, version, content_of(version))
        if filing.content:
            record(actor=self.user, action="return.download", target=version)
        return workbook_answer(template(filing), file_name(filing))


class ReturnFileView(ReturnMixin, View):
    """The file of a version as it came; reading it is recorded, for it holds people's documents."""

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = get_object_or_404(self.obligation.versions.select_related("content"), version=number)
        if not version.content.file:
            raise Http404
        record(actor=self.user, action="return.download", target=version)
        return workbook_answer(open_bytes(bytes(version.content.file)), version.file_name)


class MarkedFileView(FilingMixin, View):
    """The uploaded workbook with every place to mend in red and what is wrong as its comment."""

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = get_object_or_404(self.obligation.versions.select_related("content"), version=number)
        if not version.content.file:
            raise Http404
        try:
            content = marked(open_bytes(bytes(version.content.file)), version.findings.all())
        except Unreadable as error:
            messages.error(request, error.messages[0])
            return redirect(self.here)
        record(actor=self.user, action="return.download", target=version)
        return workbook_answer(content, _("to mend") + f"_{version.file_name}")


def workbook_answer(content: bytes, name: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})


class UploadView(FilingMixin, ReturnView):
    """Takes a workbook; the page then shows how far its check is."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.here)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, is_amendment=self.shown.is_amendment)
        if form.is_valid():
            try:
                uploading.receive(
                    obligation=self.obligation,
                    actor=self.user,
                    # One byte more than is taken is enough to refuse what is too large.
                    file=form.cleaned_data["file"].read(LIMITS.file_bytes + 1),
                    file_name=form.cleaned_data["file"].name,
                    amendment_reason=form.cleaned_data.get("amendment_reason", ""),
                    seen=form.cleaned_data["seen"],
                )
                return redirect(self.here)
            except ValidationError as error:
                add_refusal(form, at_file(error))
        shown = self.shown
        if shown.is_checking or not shown.is_open:
            # The page has no form just now that could say it.
            messages.error(request, " ".join(text for texts in form.errors.values() for text in texts))
        return self.render_to_response(self.get_context_data(form=form), status=422)


def at_file(error: ValidationError) -> ValidationError:
    """A refusal of the file said at the file."""
    return error if hasattr(error, "error_dict") else ValidationError({"file": error})


class MendView(StepView):
    """Cells mended in place and warnings explained; mended cells make a new version, checked at once.

    Without a mended cell the draft is checked as it stands.
    """

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.shown.version
        if version is None:
            raise Http404
        try:
            with transaction.atomic():
                self.explain()
                self.mend(version)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            # A workbook is being checked yet, and the page says so.
            if not self.shown.is_checking:
                messages.success(request, _("Saved and checked: see below what is left to do."))
        return redirect(self.here)

    def explain(self) -> None:
        """Also of a version that is not the newest any more: what was typed for it is refused, never dropped."""
        rows = ReturnFinding.objects.visible_to(self.user).filter(version__obligation=self.obligation)
        for finding in rows.filter(pk__in=explained_in(self.request.POST)):
            text = clean_text(self.request.POST[f"explain-{finding.pk}"]).strip()
            if text and text != finding.explanation:
                deciding.explain(finding=finding, actor=self.user, explanation=text)

    def mend(self, version: QuarterlyReturn) -> None:
        cells = cells_of(content_of(version))
        is_changed = False
        for sheet, number, column, text in mended_cells(self.request.POST):
            row = next((typed for place, typed in cells.setdefault(sheet, []) if place == number), {})
            is_changed |= row.get(column, "") != text
            if text and not row:
                # Nothing in the row could be read until now.
                cells[sheet] = sorted([*cells[sheet], (number, row)], key=lambda line: line[0])
            row[column] = text
        if is_changed:
            file_typed(self, cells, mends=version)
        elif (seen := seen_in(self.request.POST)) is None or seen >= version.version:
            check_anew(version=version, actor=self.user)


def file_typed(view: Any, cells: Any, channel: str = Channel.WEB_FORM, **mending: Any) -> QuarterlyReturn:
    """File what was typed in the browser; ``mending`` as ``uploading.file_cells`` takes it."""
    reason = view.request.POST.get("amendment_reason", "").replace("\x00", "")[:300]
    last = view.shown.version
    if not reason and last is not None and last.status == "DRAFT":
        reason = last.amendment_reason
    return uploading.file_cells(
        obligation=view.obligation,
        actor=view.user,
        cells=cells,
        channel=channel,
        amendment_reason=reason,
        seen=seen_in(view.request.POST),
        **mending,
    )


class NilView(StepView):
    """Nothing to report: the last profile stands, everything else is empty."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            file_typed(self, nil_cells(Filing(self.obligation), self.user), Channel.NIL)
            messages.success(request, _("The nil return is made: read it, then submit it."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.here)


class ResumeView(StepView):
    """What was filled in before a file of which nothing could be read is the newest version again."""

    def post(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        version = get_object_or_404(self.obligation.versions.select_related("content"), version=number)
        try:
            file_typed(self, cells_of(content_of(version)), mends=version)
            messages.success(request, _("Saved and checked: see below what is left to do."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.here)


class SheetView(ReturnMixin, TemplateView):
    """One sheet in the browser: a grid to fill in while the return is open, its rows to read otherwise."""

    template_name = "unions/returns/sheet.html"

    @property
    def sheet(self) -> Sheet:
        if self.kwargs["sheet"] not in SHEETS:
            raise Http404
        return SHEETS[self.kwargs["sheet"]]

    def content(self) -> Content:
        return self.shown.content

    def grid(self) -> Grid:
        if self.request.method == "POST":
            return Grid(self.sheet, typed_rows(self.sheet, self.request.POST))
        return Grid(self.sheet, self.known().get(self.sheet.code, []))

    def known(self) -> dict[str, list[Any]]:
        """What is filled in so far, or known before anything is."""
        content = self.content()
        return cells_of(content) if content else prefilled(Filing(self.obligation))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown, grid = self.shown, self.grid()
        return super().get_context_data(**kwargs) | {
            "shown": shown,
            "obligation": self.obligation,
            "sheet": self.sheet,
            "grid": grid,
            "is_open": shown.is_open and not grid.is_too_large,
            "sheets": shown.sheets,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.shown.version
        known = self.known()
        known[self.sheet.code] = typed_rows(self.sheet, request.POST)
        try:
            file_typed(self, known, mends=version, retyped={self.sheet.code})
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, _("Saved and checked: see below what is left to do."))
        return redirect(self.here)


class SubmitView(StepView):
    """The chair attests and hands the return in."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        version = self.shown.version
        if version is None:
            raise Http404
        try:
            refuse_overtaken(self.obligation, seen_in(request.POST))
            done = deciding.submit(version=version, actor=self.user, is_attested=bool(request.POST.get("is_attested")))
            messages.success(request, _("Submitted, receipt number %(number)s.") % {"number": done.receipt_no})
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.here)


class ReviewView(ReturnMixin, TemplateView):
    """What a reviewer decides by: what changed, what was explained, every sheet; accept, or send back with notes."""

    action = Action.REVIEW_RETURN
    template_name = "unions/returns/review.html"

    def check(self) -> None:
        if not can_over(self.user, Action.REVIEW_RETURN, self.obligation.union_id):
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.shown
        reviewed = [ReviewedSheet.of(sheet, rows, self.request.POST) for sheet, rows in shown.filled]
        return super().get_context_data(**kwargs) | {
            "shown": shown,
            "obligation": self.obligation,
            "reviewed": reviewed,
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.shown.version
        if version is None or version.submitted_at is None:
            return redirect(self.here)  # there is nothing to decide on
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = self.shown.version
        if version is None:
            raise Http404
        try:
            self.decide(version)
        except HeldError as held:
            return self.render_to_response(self.get_context_data(held=held, posted=request.POST), status=422)
        except ValidationError as error:
            context = self.get_context_data(errors=error.messages, posted=request.POST)
            return self.render_to_response(context, status=422)
        return redirect(self.here)

    def decide(self, version: QuarterlyReturn) -> None:
        posted = self.request.POST
        refuse_overtaken(self.obligation, seen_in(posted))
        if posted.get("decision") == "accept":
            carry_out(lambda: deciding.accept(version=version, actor=self.user), actor=self.user, posted=posted)
            messages.success(self.request, _("Accepted: all sheets are entered."))
        else:
            deciding.send_back(
                version=version,
                actor=self.user,
                notes=notes_in(posted),
                reason=posted.get("reason", "").replace("\x00", "")[:500],
            )
            messages.success(self.request, _("Sent back: the chair finds your notes at their cells."))

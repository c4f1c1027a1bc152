"""Pages of imports: a file chosen, its columns matched, what it would do, done or undone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from unions.forms.look import PortalFormMixin
from unions.imports import background, headings
from unions.imports.flow import WAITING, carry_out, home_of, kinds_for, match, receive, workbook_of
from unions.imports.progress import progress_of
from unions.imports.registry import ALWAYS, KINDS, ImportKind
from unions.imports.undoing import undo
from unions.mixins import ActionMixin
from unions.models import ImportBatch, ImportStatus, ImportStep, ImportTrace, Union, User
from unions.pages import consequences
from unions.pages.bulk import held_page
from unions.pages.columns import ADDRESSES, Badge, Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, one_of
from unions.pages.listing import PageAction, Register, RegisterView, StandardView, whole_number
from unions.returns.reading import address
from unions.validators import mask_id

S = ImportStatus
LOOKS = {S.RECEIVED: "is-draft", S.REFUSED: "is-back", S.CHECKED: "is-sent", S.APPLIED: "is-ok", S.UNDONE: "is-lock"}
COUNTS = ("rows_read", "created", "updated", "unchanged", "rejected")
SHOWN_ROWS, SHOWN_FINDINGS = 100, 200
SAMPLE = 24
# A date has eight digits; a phone, an ID or a card has more.
MANY_DIGITS = 9

ADDRESSES[ImportBatch] = "import"


def badge(batch: ImportBatch) -> Badge:
    if batch.is_under_way:
        return Badge(batch.get_step_display(), "is-sent")
    return Badge(batch.get_status_display(), LOOKS[S(batch.status)])


def title_of(batch: ImportBatch) -> Any:
    return KINDS[batch.kind].title if batch.kind in KINDS else batch.kind


def batches(user: User) -> QuerySet[Any]:
    return ImportBatch.objects.visible_to(user).select_related("union", "created_by").defer("findings", "mapping")


class ImportFilters(UnionFilters):
    status = one_of(gettext_lazy("Status"), ImportStatus)


IMPORTS = Register(
    slug="imports",
    title=gettext_lazy("Imports"),
    lead=gettext_lazy("The federation's own spreadsheets of unions, employers and members, taken in whole."),
    see=ALWAYS,
    rows=batches,
    columns=(
        column(ImportBatch, "file_name"),
        Column("kind", gettext_lazy("What is imported"), title_of, sort="kind"),
        Column("status", gettext_lazy("Status"), badge, sort="status"),
        *(column(ImportBatch, name) for name in COUNTS),
        Column("created_by", gettext_lazy("By"), lambda batch: str(batch.created_by or "")),
        column(ImportBatch, "created_at"),
    ),
    sort="-created_at",
    filters=ImportFilters,
    views=(StandardView(gettext_lazy("All")), StandardView(gettext_lazy("Imported"), "status=APPLIED")),
    actions=(PageAction(gettext_lazy("Import a spreadsheet"), "import-new", ALWAYS),),
    url_of=url_of,
    empty=gettext_lazy("Nothing imported yet. Begin with the unions, then the employers, then the members."),
)


class ImportsView(RegisterView):
    register = IMPORTS


class UploadForm(PortalFormMixin, forms.Form):
    """What is imported, and the workbook it stands in."""

    kind = forms.ChoiceField(label=gettext_lazy("What is imported"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("An Excel workbook (.xlsx) with one row of headings; at most 20 MB and 50,000 rows."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: Any, kinds: list[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.title) for kind in kinds]  # type: ignore[attr-defined]


class ImportNewView(ActionMixin, FormView):
    """Choose what is imported, and the file."""

    action = ALWAYS
    form_class = UploadForm
    template_name = "unions/imports/new.html"

    def check(self) -> None:
        if home_of(self.user) is None:
            raise PermissionDenied

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kinds": kinds_for(self.user)}

    def get_initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET.get("kind", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kinds": kinds_for(self.user), "list_url": reverse("imports")}

    def form_valid(self, form: Any) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            batch = receive(
                actor=self.user, kind=KINDS[form.cleaned_data["kind"]], file_name=file.name, data=file.read()
            )
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        return redirect("import-match", batch.pk)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class BatchMixin(ActionMixin):
    """A page about one import, within the user's scope and by an office that imports this kind."""

    action = ALWAYS
    kwargs: dict[str, Any]
    template_name: str

    @property
    def batch(self) -> ImportBatch:
        if not hasattr(self, "_batch"):
            rows = ImportBatch.objects.visible_to(self.user).select_related("union", "created_by", "undone_by")
            self._batch = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self._batch

    @property
    def kind(self) -> ImportKind:
        return KINDS[self.batch.kind]

    def check(self) -> None:
        if self.batch.kind not in KINDS:
            raise Http404
        if home_of(self.user, self.kind.action) is None:
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"batch": self.batch, "kind": self.kind, "badge": badge(self.batch), "list_url": reverse("imports")}
        if self.batch.is_under_way:
            shown["progress"] = progress_of(self.batch.pk)
        return super().get_context_data(**kwargs) | shown


class MatchForm(PortalFormMixin, forms.Form):
    """For each of our columns, where it stands in the file."""

    def __init__(
        self,
        *args: Any,
        kind: ImportKind,
        found: list[headings.Heading],
        proposals: dict[str, headings.Proposal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("— not in the file —")), *((heading.place, described(heading)) for heading in found)]
        for name, one in kind.columns.items():
            proposal = proposals[name]
            self.fields[name] = forms.TypedChoiceField(
                label=one.caption,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=one.required,
                initial=proposal.place or "",
                help_text=_("Only a similar heading was found: please check.") if proposal.is_near else one.hint,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def mapping(self) -> dict[str, int]:
        return {name: place for name, place in self.cleaned_data.items() if place}


def described(heading: headings.Heading) -> str:
    """The heading with its column as Excel names it."""
    return f"{address(1, heading.place)[:-1]} {heading.text[:SAMPLE]}"


def columns_table(found: list[headings.Heading]) -> Table:
    """The file's columns with some of their values; whatever could be a number of a person is masked."""
    return Table(
        (
            Column("text", _("Heading"), described),
            Column("samples", _("What stands below"), lambda one: _(", ").join(map(masked, one.samples)), is_long=True),
        ),
        found,
        empty=_("There is nothing in this row."),
    )


def masked(text: str) -> str:
    return mask_id(text) if sum(char.isdigit() for char in text) >= MANY_DIGITS else text[:SAMPLE]


class ImportMatchView(BatchMixin, FormView):
    """Match the file's columns with ours; what was chosen last time is proposed."""

    template_name = "unions/imports/match.html"
    form_class = MatchForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(request, *args, **kwargs) if self.is_open else self.over()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs) if self.is_open else self.over()

    @property
    def is_open(self) -> bool:
        return self.batch.status in WAITING and not self.batch.is_under_way

    def over(self) -> HttpResponse:
        """The file of an import that is done is forgotten, one under way is not to be disturbed."""
        return redirect("import", self.batch.pk)

    @property
    def book(self) -> Any:
        if not hasattr(self, "_book"):
            self._book = workbook_of(self.batch)
        return self._book

    @property
    def sheet(self) -> str:
        wanted = self.request.POST.get("sheet") or self.request.GET.get("sheet") or self.batch.sheet
        return wanted if wanted in self.book.sheets else self.batch.sheet

    @property
    def heading_row(self) -> int:
        wanted = whole_number(self.request.POST.get("row") or self.request.GET.get("row"))
        if wanted:
            return wanted
        lines = self.book.sheets[self.sheet]
        return self.batch.heading_row if self.sheet == self.batch.sheet else headings.heading_row(lines, self.kind)

    def get_form_kwargs(self) -> dict[str, Any]:
        found = headings.headings(self.book.sheets[self.sheet], self.heading_row)
        remembered = headings.remembered(self.kind, self.batch.union)
        proposals = headings.propose(self.kind, found, remembered)
        if self.batch.mapping and self.sheet == self.batch.sheet and self.heading_row == self.batch.heading_row:
            proposals = {name: headings.Proposal(self.batch.mapping.get(name)) for name in self.kind.columns}
        return super().get_form_kwargs() | {"kind": self.kind, "found": found, "proposals": proposals}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheets = [
            {"name": name, "rows": len(lines), "is_here": name == self.sheet}
            for name, lines in self.book.sheets.items()
            if lines
        ]
        found = headings.headings(self.book.sheets[self.sheet], self.heading_row)
        shown = {
            "sheets": sheets,
            "sheet": self.sheet,
            "heading_row": self.heading_row,
            "file_columns": columns_table(found),
        }
        return super().get_context_data(**kwargs) | shown

    def form_valid(self, form: Any) -> HttpResponse:
        is_long = len(self.book.sheets[self.sheet]) > background.MANY
        try:
            match(
                actor=self.user,
                batch=self.batch,
                sheet=self.sheet,
                heading_row=self.heading_row,
                mapping=form.mapping,
                is_checked=not is_long,
            )
            if is_long:
                background.ask(actor=self.user, batch=self.batch, step=ImportStep.CHECK)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("import", self.batch.pk)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ImportView(BatchMixin, TemplateView):
    """What an import would do, or did: its counts, every error at its cell, the rows it brought."""

    template_name = "unions/imports/batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.batch
        return super().get_context_data(**kwargs) | {
            "counts": [(one.caption, one.of(batch)) for one in columns(ImportBatch, *COUNTS)],
            "findings": findings_table(batch, self.kind),
            "tables": [rows_table(trace, self.user) for trace in batch.traces.all()],
            "may_apply": batch.status == S.CHECKED and not batch.is_under_way,
            "may_undo": batch.status == S.APPLIED,
            "is_waiting": batch.status in WAITING and not batch.is_under_way,
        }


class ImportStatusView(BatchMixin, TemplateView):
    """The part of the page that changes while a worker is on it; asks again until he is done."""

    template_name = "unions/imports/_work.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().get(request, *args, **kwargs)
        if not self.batch.is_under_way:
            # The rest of the page depends on the outcome: the browser loads it anew.
            answer["HX-Refresh"] = "true"
        return answer


def findings_table(batch: ImportBatch, kind: ImportKind) -> Table:
    """Every error at its cell, in the order of the file."""

    def caption(found: dict[str, Any]) -> Any:
        return kind.columns[found["column"]].caption if found["column"] in kind.columns else "—"

    return Table(
        (
            Column("cell", _("Cell"), lambda found: found["cell"] or "—"),
            Column("column", _("Column"), caption),
            Column("value", _("What stands there"), lambda found: found["value"] or "—"),
            Column("message", _("What is wrong, how to mend it"), lambda found: found["message"], is_long=True),
        ),
        batch.findings[:SHOWN_FINDINGS],
        note=_("The first %(number)d are shown.") % {"number": SHOWN_FINDINGS}
        if len(batch.findings) > SHOWN_FINDINGS
        else "",
    )


def rows_table(trace: ImportTrace, user: User) -> tuple[str, Table]:
    """The rows of one table that an import made or changed and the user may see; the first of them."""
    model = apps.get_model(trace.model)
    ids = [*trace.created_ids, *trace.changed_ids]
    found = model.objects.visible_to(user).filter(pk__in=ids[:SHOWN_ROWS])
    # A union stands for itself; every other record belongs to one.
    if model is not Union:
        found = found.select_related("union")
    changed = set(trace.changed_ids)
    shown = (
        Column("name", model._meta.verbose_name, lambda row: Link(str(row), url_of(row))),
        *(columns(model, "union") if model is not Union else ()),
        Column("done", _("What was done"), lambda row: _("updated") if row.pk in changed else _("created")),
    )
    heading = _("%(kind)s: %(number)d") % {"kind": model._meta.verbose_name_plural, "number": len(ids)}
    note = _("The first %(number)d are shown.") % {"number": SHOWN_ROWS} if len(ids) > SHOWN_ROWS else ""
    return heading, Table(shown, found, note=note, empty=_("These rows are no longer there."))


class ImportApplyView(BatchMixin, TemplateView):
    """Carry an import out. It may change issued figures, and then asks first."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = reverse("import", args=[self.batch.pk])
        if self.batch.rows_read > background.MANY:
            return self.hand_over(here)
        try:
            batch = consequences.carry_out(
                lambda: carry_out(actor=self.user, batch=self.batch), actor=self.user, posted=request.POST
            )
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(here)
        except consequences.HeldError as held:
            return held_page(request, held, heading=self.batch.file_name, back_url=here)
        told = _("Imported: %(created)d created, %(updated)d updated, %(unchanged)d unchanged.")
        messages.success(request, told % {name: getattr(batch, name) for name in COUNTS})
        return redirect(here)

    def hand_over(self, here: str) -> HttpResponse:
        """To a worker, with what was confirmed of issued figures."""
        consent = {name: self.request.POST.get(name, "").replace("\x00", "") for name in ("weighed", "weighed_reason")}
        try:
            background.ask(actor=self.user, batch=self.batch, step=ImportStep.APPLY, consent=consent)
        except ValidationError as error:
            messages.error(self.request, error.messages[0])
        return redirect(here)


class ImportUndoView(BatchMixin, TemplateView):
    """Take a whole import back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = reverse("import", args=[self.batch.pk])
        try:
            consequences.carry_out(
                lambda: undo(actor=self.user, batch=self.batch), actor=self.user, posted=request.POST
            )
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(here)
        except consequences.HeldError as held:
            return held_page(request, held, heading=self.batch.file_name, back_url=here)
        messages.success(request, _("The import is undone: what it brought is gone, what it changed is as before."))
        return redirect(here)

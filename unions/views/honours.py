"""Pages of honours, of rounds of choosing the advanced, and of who was put forward in them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions.access import can
from unions.forms import standing as forms
from unions.models import (
    Award,
    Level,
    Nomination,
    Selection,
    User,
)
from unions.pages.columns import Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, is_set, moving, named, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import DetailView
from unions.services import awards
from unions.views.standing import APPLY, MANAGE, SEE, captioned
from unions.workflow.awards import AWARDS as HONOURING
from unions.workflow.nominations import NOMINATIONS as CHOOSING


class AwardFilters(UnionFilters):
    recipient = named(_("Recipient"), "recipient")
    kind = one_of(_("Kind"), Award.Kind)
    level = one_of(_("Level"), Level)
    recipient_kind = one_of(_("Recipient is"), Award.Recipient)
    is_granted = is_set(_("Honour granted"), "granted_on")


def award_rows(user: User) -> QuerySet[Any]:
    return Award.objects.visible_to(user).select_related("union", "employer")


RECIPIENT = captioned(Award, "recipient", _("Recipient"))
GRANTED_ON = captioned(Award, "granted_on", _("Honour granted on"))
AWARDS = Kind(
    model=Award,
    manage=MANAGE,
    workflow=HONOURING,
    form=record_form(
        Award,
        MANAGE,
        *("union", "kind", "level", "title", "recipient_kind", "recipient", "employer", "recommended_on"),
        *("inspected_on", "granted_on", "document_no", "note"),
        base=forms.AwardForm,
    ),
    facts=(
        *columns(Award, "union", "kind", "level", "title", "recipient_kind"),
        RECIPIENT,
        *columns(Award, "employer", "recommended_on", "inspected_on"),
        GRANTED_ON,
        column(Award, "document_no"),
    ),
    new_hint=_("A recommendation is recorded with its day; only what was granted counts, with its document number."),
    register=Register(
        slug="awards",
        title=_("Honours"),
        lead=_("Titles of unions, employers, teams and persons; a recommendation is not a grant."),
        see=SEE,
        rows=award_rows,
        columns=(
            RECIPIENT,
            *columns(Award, "title", "kind", "level", "recipient_kind"),
            column(Award, "union", sort="union__code"),
            state(HONOURING),
            column(Award, "recommended_on"),
            GRANTED_ON,
            column(Award, "document_no"),
        ),
        sort="-granted_on",
        filters=AwardFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("Recommended, not granted"), "is_granted=false"),
            *(StandardView(kind.label, f"recipient_kind={kind.value}") for kind in Award.Recipient),
        ),
        actions=(PageAction(_("Record an honour"), "awards-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the first honour: recommended with its day, or granted with its document number."),
    ),
)


class SelectionFilters(Filters):
    name = named(_("name"), "name")
    year = django_filters.NumberFilter(label=_("Year"))


def selections(user: User) -> QuerySet[Any]:
    return (
        awards.open_to(user)
        .select_related("union")
        .annotate(
            put_forward=Count("nominations"), chosen=Count("nominations", filter=Q(nominations__is_selected=True))
        )
    )


def selection_tables(row: Selection, user: User) -> list[tuple[Any, Table]]:
    rows = nominations(user).filter(selection=row).order_by("union__code", "pk")
    shown = (
        Column("nominee", _("Nominee"), lambda one: Link(one.nominee, url_of(one))),
        *columns(Nomination, "union", "nominated_on"),
        state(CHOOSING),
    )
    is_open = row.deadline >= timezone.localdate()
    new = Link(_("Put somebody forward"), f"{reverse('nominations-new')}?selection={row.pk}")
    actions = (new,) if is_open and can(user, APPLY) else ()
    put_forward = (_("Nominations"), Table(shown, rows, actions=actions, empty=_("Nobody is put forward yet.")))
    if row.quota_percent is None:
        return [put_forward]
    return [(_("Quota by union"), quota_table(row, list(rows))), put_forward]


def quota_table(row: Selection, rows: list[Nomination]) -> Table:
    """How many each union put forward, may put forward, and has left."""
    lines: dict[Any, dict[str, Any]] = {}
    for one in rows:
        line = lines.setdefault(one.union_id, {"union": one.union, "used": 0, "allowed": allowed(row, one.union)})
        line["used"] += 1
    for line in lines.values():
        line["left"] = None if line["allowed"] is None else line["allowed"] - line["used"]
    shown = (
        Column("union", _("Union"), lambda line: Link(line["union"], url_of(line["union"]))),
        Column("used", _("Put forward"), lambda line: line["used"], is_number=True),
        Column("allowed", _("Quota"), lambda line: line["allowed"], is_number=True),
        Column("left", _("Left"), lambda line: line["left"], is_number=True),
    )
    return Table(shown, list(lines.values()), empty=_("Nobody is put forward yet."))


def allowed(row: Selection, union: Any) -> int | None:
    """The union's quota; nothing where it has not declared its members."""
    try:
        return awards.quota_of(row, union)
    except ValidationError:
        return None


def selection_context(row: Selection, user: User) -> dict[str, Any]:
    used = row.nominations.count()
    return {
        "used": used,
        "left": None if row.quota is None else row.quota - used,
        "chosen": row.nominations.filter(is_selected=True).count(),
        "is_open": row.deadline >= timezone.localdate(),
    }


SELECTIONS = Kind(
    model=Selection,
    manage=MANAGE,
    form=record_form(
        Selection,
        MANAGE,
        *("union", "name", "year", "deadline", "quota", "quota_percent", "note"),
        base=forms.SelectionForm,
    ),
    facts=(*columns(Selection, "union", "year"), column(Selection, "deadline")),
    tables=selection_tables,
    context=selection_context,
    extra="unions/standing/_selection.html",
    new_hint=_("The quota is a number for the whole round, a share of each union's members rounded down, or both."),
    register=Register(
        slug="selections",
        title=_("Selections"),
        lead=_("Rounds of choosing the advanced, with their quota and what is left of it."),
        see=SEE,
        rows=selections,
        columns=(
            *columns(Selection, "name", "year"),
            column(Selection, "union", sort="union__code"),
            *columns(Selection, "deadline", "quota", "quota_percent"),
            Column("put_forward", _("Put forward"), sort="put_forward", is_number=True),
            Column("chosen", _("Selected"), sort="chosen", is_number=True),
        ),
        sort="-deadline",
        filters=SelectionFilters,
        actions=(PageAction(_("New round"), "selections-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Open the first round with its deadline and quota; unions then put their people forward."),
    ),
)


class SelectionDetailView(DetailView):
    """A round is also shown to the unions beneath the one that runs it: they put their people forward in it."""

    kind = SELECTIONS

    @property
    def row(self) -> Any:
        if not hasattr(self, "_row"):
            self._row = get_object_or_404(awards.open_to(self.user), pk=self.kwargs["pk"])
        return self._row


class NominationFilters(UnionFilters):
    nominee = named(_("Nominee"), "nominee")
    is_selected = django_filters.BooleanFilter(label=_("Selected"))


def nominations(user: User) -> QuerySet[Any]:
    return Nomination.objects.visible_to(user).select_related("union", "selection")


NOMINATIONS = Kind(
    model=Nomination,
    manage=APPLY,
    workflow=CHOOSING,
    form=record_form(
        Nomination, APPLY, "selection", "union", "nominee", "nominated_on", "note", base=forms.NominationForm
    ),
    register=Register(
        slug="nominations",
        title=_("Nominations"),
        lead=_("Who was put forward in which round, and who was selected."),
        see=SEE,
        rows=nominations,
        columns=(
            column(Nomination, "nominee"),
            column(Nomination, "selection", sort="selection__name"),
            column(Nomination, "union", sort="union__code"),
            column(Nomination, "nominated_on"),
            state(CHOOSING, "is_selected"),
        ),
        sort="-nominated_on",
        filters=NominationFilters,
        bulk=(moving(CHOOSING, "SELECTED"), moving(CHOOSING, "NOT_SELECTED")),
        actions=(PageAction(_("Put somebody forward"), "nominations-new", APPLY),),
        url_of=url_of,
        manage=APPLY,
        empty=_("Nobody is put forward yet. A nomination needs a round that is open."),
    ),
)

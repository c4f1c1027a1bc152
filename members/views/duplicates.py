"""Pages of records that may be one person: the queue, two records side by side, merging them and undoing that."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members import forms, merge_form
from members.duplicates import pair_of
from members.merging import FIELDS
from members.models import DuplicatePair, Likeness, Membership, Person, PersonMerge
from members.pair_workflow import PAIR
from unions.access import Action, can_over
from unions.models import User
from unions.pages.columns import Badge, Column, Link, Table, columns, url_of
from unions.pages.filters import is_set, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import EventView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class PairFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Name"), method="filter_name")
    state = one_of(gettext_lazy("Status"), DuplicatePair.State)
    reason = one_of(gettext_lazy("Alike in"), Likeness, method="filter_reason")

    def filter_name(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return rows.filter(first__name__icontains=text) | rows.filter(second__name__icontains=text)

    def filter_reason(self, rows: QuerySet[Any], _name: str, reason: str) -> QuerySet[Any]:
        return rows.filter(reasons__contains=[reason])


def pairs(user: User) -> QuerySet[Any]:
    return DuplicatePair.objects.visible_to(user).select_related("first__union", "second__union")


def reasons(row: DuplicatePair) -> str:
    return str(_("; ").join(str(Likeness(reason).label) for reason in row.reasons))


def side(name: str) -> Any:
    def told(row: DuplicatePair) -> str:
        person = getattr(row, name)
        return f"{person.name} {person.masked_id}"

    return told


class PairForm(forms.RecordForm):
    """Two records that somebody puts side by side himself."""

    action = MANAGE
    first = forms.person_field()
    second = forms.person_field()

    class Meta:
        model = DuplicatePair
        fields = ("first", "second", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].label = DuplicatePair._meta.get_field(name).verbose_name  # type: ignore[union-attr]

    def clean(self) -> dict[str, Any]:
        """The order does not matter, and a pair that was proposed before is taken up again."""
        cleaned = super().clean() or {}
        one, other = cleaned.get("first"), cleaned.get("second")
        if one and other:
            if one == other:
                raise ValidationError({"second": _("A record cannot be compared with itself.")})
            note = cleaned.get("note", "")
            self.instance = pair_of(one, other)
            self.instance.note = note or self.instance.note
            self.instance.state = DuplicatePair.State.OPEN
            cleaned |= {"first": self.instance.first, "second": self.instance.second}
        return cleaned


DECIDED = Column("decided_on", gettext_lazy("Compared on"))
PAIRS = Kind(
    model=DuplicatePair,
    manage=MANAGE,
    workflow=PAIR,
    may_edit=False,
    form=PairForm,
    new_hint=gettext_lazy("Put two records side by side that the portal has not proposed."),
    facts=(
        Column("reasons", gettext_lazy("Alike in"), reasons),
        DECIDED,
        *columns(DuplicatePair, "reason"),
    ),
    tables=lambda row, user: pair_tables(row, user),
    context=lambda row, user: {"events": pair_events(row, user)},
    extra="members/_membership_events.html",
    register=Register(
        slug="duplicates",
        title=gettext_lazy("Possible duplicates"),
        lead=gettext_lazy("Records that may be one person: compare them, then merge them or say why not."),
        see=SEE,
        rows=pairs,
        columns=(
            Column("first", gettext_lazy("First record"), side("first"), sort="first__pinyin"),
            Column("second", gettext_lazy("Second record"), side("second")),
            Column("unions", gettext_lazy("Unions"), lambda row: unions_of(row)),
            Column("reasons", gettext_lazy("Alike in"), reasons, is_long=True),
            state(PAIR),
            DECIDED,
        ),
        sort="first__pinyin",
        filters=PairFilters,
        views=(
            StandardView(DuplicatePair.State.OPEN.label, "state=OPEN"),
            StandardView(gettext_lazy("Not the same person"), "state=DIFFERENT"),
            StandardView(gettext_lazy("All")),
        ),
        actions=(
            PageAction(gettext_lazy("Merged records"), "merges", SEE),
            PageAction(gettext_lazy("Put two side by side"), "duplicates-new", MANAGE),
            PageAction(gettext_lazy("Look now"), "duplicates-look", MANAGE),
        ),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Nothing is alike. The portal looks every night; “Look now” looks at once."),
    ),
)


def unions_of(row: DuplicatePair) -> str:
    here, there = str(row.first.union), str(row.second.union)
    return here if here == there else f"{here} / {there}"


def pair_tables(row: DuplicatePair, user: User) -> list[tuple[Any, Table]]:
    """The two records field by field, where each is a member, and what hangs on each."""
    held = Membership.objects.visible_to(user).filter(person__in=(row.first_id, row.second_id))
    held = held.select_related("person", "union", "employer").order_by("person", "-joined_on")
    sides = (Link(str(row.first), url_of(row.first)), Link(str(row.second), url_of(row.second)))
    return [
        (_("Side by side"), Table(SIDES, side_by_side(row, sides))),
        (
            _("Memberships"),
            Table(
                (
                    Column("of", gettext_lazy("Record"), lambda found: found.person.masked_id),
                    *columns(Membership, "union", "employer", "status", "joined_on", "left_on"),
                ),
                held,
                empty=_("Neither is a member."),
            ),
        ),
        (
            _("What hangs on each"),
            Table(
                (
                    Column("kind", gettext_lazy("Kind"), lambda found: found[0]),
                    Column("first", gettext_lazy("First record"), lambda found: found[1], is_number=True),
                    Column("second", gettext_lazy("Second record"), lambda found: found[2], is_number=True),
                ),
                merge_form.held_by(row, user),
                empty=_("Nothing names either of them."),
            ),
        ),
    ]


SIDES = (
    Column("field", gettext_lazy("Field"), lambda found: found[0]),
    Column("first", gettext_lazy("First record"), lambda found: found[1]),
    Column("second", gettext_lazy("Second record"), lambda found: found[2]),
    Column("same", gettext_lazy("Compared"), lambda found: found[3]),
)


def side_by_side(row: DuplicatePair, sides: tuple[Link, Link]) -> list[tuple[Any, Any, Any, Any]]:
    differ = set(merge_form.differing(row))
    lines: list[tuple[Any, Any, Any, Any]] = [(_("Record"), *sides, "")]
    for name in FIELDS:
        mark = Badge(_("Different"), "is-due") if name in differ else _("The same")
        both = (merge_form.shown(row.first, name), merge_form.shown(row.second, name))
        lines.append((merge_form.caption(name), *both, mark))
    lines.insert(6, (_("ID number checked"), checked(row.first), checked(row.second), ""))
    unions = (row.first.union, row.second.union)
    mark = _("The same") if unions[0] == unions[1] else Badge(_("Different"), "is-due")
    return [*lines, (merge_form.caption("union"), *(Link(one, url_of(one)) for one in unions), mark)]


def checked(person: Person) -> str:
    return _("Valid") if person.has_valid_id else _("Not valid, or not checkable")


def both_of(row: DuplicatePair) -> tuple[Person, Person]:
    return row.first, row.second


def may_decide(row: DuplicatePair, user: User) -> bool:
    return all(can_over(user, MANAGE, person.union_id) for person in both_of(row))


def pair_events(row: DuplicatePair, user: User) -> list[Link]:
    if row.state == DuplicatePair.State.MERGED or not may_decide(row, user):
        return []
    return [Link(_("Merge the two records"), reverse("duplicate-merge", args=[row.pk]))]


class LookView(EventView):
    """Looks for duplicates at once, among the people the user sees."""

    action = MANAGE
    form_class = merge_form.LookForm
    heading = gettext_lazy("Look for duplicates")
    lead = gettext_lazy("Compares everybody on the books within your scope; what was decided stays decided.")

    def told(self, row: int) -> str:
        told = ngettext("%(number)d pair waits for a decision.", "%(number)d pairs wait for a decision.", row)
        return told % {"number": row}

    def next_url(self, row: Any) -> str:
        return f"{reverse('duplicates')}?state=OPEN"


class MergeView(EventView):
    """Makes one person of two records."""

    action = MANAGE
    form_class = merge_form.MergeForm
    heading = gettext_lazy("Merge the two records")
    lead = gettext_lazy("Everything that hangs on either record will hang on the one that stays. Nothing is deleted.")

    def get_target(self) -> DuplicatePair:
        row = get_object_or_404(pairs(self.user), pk=self.kwargs["pk"])
        if not may_decide(row, self.user):
            raise PermissionDenied
        return row

    def next_url(self, row: Any) -> str:
        return url_of(row)


class MergeFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Name"), lookup_expr="icontains")
    is_undone = is_set(gettext_lazy("Undone"), "undone_on")


def merges(user: User) -> QuerySet[Any]:
    return PersonMerge.objects.visible_to(user).select_related("kept", "union", "created_by")


KEPT = Column("kept", gettext_lazy("Record kept"), lambda row: Link(row.kept, url_of(row.kept)))
MERGES = Kind(
    model=PersonMerge,
    manage=MANAGE,
    may_add=False,
    may_edit=False,
    form=record_form(PersonMerge, MANAGE, "reason"),
    facts=(
        KEPT,
        *columns(PersonMerge, "name", "masked_id", "merged_on", "reason"),
        Column("undo_until", gettext_lazy("Can be undone until")),
        *columns(PersonMerge, "undone_on", "undone_because"),
    ),
    context=lambda row, user: {"events": merge_events(row, user)},
    extra="members/_membership_events.html",
    register=Register(
        slug="merges",
        title=gettext_lazy("Merged records"),
        lead=gettext_lazy("What was merged by whom and why; it can be undone for 30 days."),
        see=SEE,
        rows=merges,
        columns=(
            *columns(PersonMerge, "name", "masked_id"),
            Column("kept", gettext_lazy("Record kept"), lambda row: row.kept.name, sort="kept__pinyin"),
            *columns(PersonMerge, "union", "merged_on", "created_by", "reason", "undone_on"),
        ),
        sort="-merged_on",
        filters=MergeFilters,
        views=(StandardView(gettext_lazy("All")), StandardView(gettext_lazy("Undone"), "is_undone=true")),
        actions=(PageAction(gettext_lazy("Possible duplicates"), "duplicates", SEE, "?state=OPEN"),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("No records have been merged."),
    ),
)


def merge_events(row: PersonMerge, user: User) -> list[Link]:
    if not row.may_be_undone or not can_over(user, MANAGE, row.union_id):
        return []
    return [Link(_("Undo the merge"), reverse("merge-undo", args=[row.pk]))]


class UndoView(EventView):
    """Makes two records of one again."""

    action = MANAGE
    form_class = merge_form.UndoForm
    heading = gettext_lazy("Undo the merge")
    lead = gettext_lazy("Both records will be as they were. What was recorded since stays with the record kept.")

    def get_target(self) -> PersonMerge:
        row = get_object_or_404(merges(self.user), pk=self.kwargs["pk"])
        if not can_over(self.user, MANAGE, row.union_id):
            raise PermissionDenied
        return row

    def next_url(self, row: Any) -> str:
        return url_of(row)

"""Honours and rounds of choosing the advanced: a recommendation is not a grant, and nobody exceeds his quota."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from unions.access import Action, can_over, scope_of
from unions.models import Award, Nomination, Selection, Union, UnionCensus, User
from unions.services.open_days import refuse_closed_days
from unions.services.records import save_record
from unions.workflow.awards import dates_in_order


@transaction.atomic
def save_award(*, award: Award, actor: User, since: int | None = None) -> Award:
    """Store an honour: recommended with its day, or granted with its day and document number."""
    if not (award.recommended_on or award.granted_on):
        raise ValidationError({"recommended_on": _("Say when it was recommended, or when it was granted.")})
    if award.granted_on and not award.document_no:
        raise ValidationError({"document_no": _("A granted honour has its document number.")})
    refuse_closed_days(award, "granted_on")
    if reason := dates_in_order(award):
        raise ValidationError({"granted_on" if award.granted_on else "inspected_on": reason})
    return save_record(row=award, actor=actor, action=Action.MANAGE_STANDING, since=since)


@transaction.atomic
def save_selection(*, selection: Selection, actor: User, since: int | None = None) -> Selection:
    """Store a selection round, with its quota as a number for all, a share of each union's members, or both."""
    if selection.quota is None and selection.quota_percent is None:
        raise ValidationError({"quota": _("Give a number, or a share of the members.")})
    if selection.pk and selection.quota is not None and selection.nominations.count() > selection.quota:
        raise ValidationError({"quota": _("There are more nominations than that already.")})
    return save_record(row=selection, actor=actor, action=Action.MANAGE_STANDING, since=since)


def open_to(actor: User) -> Any:
    """The selection rounds somebody may see: those of his unions and those of the unions above them."""
    scope = scope_of(actor)
    if scope.unions is None:
        return Selection.objects.all()
    return Selection.objects.filter(Q(union__in=scope.unions) | Q(union__in=unions_above(scope.unions)))


def unions_above(unions: frozenset[int]) -> set[int]:
    """The unions over these in the present tree."""
    found: set[int] = set()
    level = set(unions)
    while level:
        level = set(Union.objects.filter(pk__in=level, parent__isnull=False).values_list("parent", flat=True)) - found
        found |= level
    return found


def quota_of(selection: Selection, union: Union) -> int | None:
    """How many a union may put forward by its members, the share rounded down; None where no share is set.

    The members are those of its latest declaration up to the deadline. Raises ValidationError if it declared none.
    """
    if selection.quota_percent is None:
        return None
    census = UnionCensus.objects.filter(union=union, as_of__lte=selection.deadline).order_by("-as_of").first()
    if census is None:
        raise ValidationError({"union": _("The union has not declared its members, so its quota is not known.")})
    return int((census.members * selection.quota_percent / Decimal(100)).to_integral_value(ROUND_DOWN))


@transaction.atomic
def nominate(
    *, selection: Selection, union: Union, nominee: str, actor: User, on: date | None = None, note: str = ""
) -> Nomination:
    """Put somebody forward in a selection round, before its deadline and within both quotas.

    Raises ValidationError at the field that stands in the way, PermissionDenied outside the actor's office and scope.
    """
    if not can_over(actor, Action.APPLY_STANDING, union.pk):
        raise PermissionDenied(_("Your office does not nominate for this union."))
    # The round's row is locked, so two nominations for the last place wait for each other.
    found = open_to(actor).filter(pk=selection.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied(_("This record is outside your scope."))
    day = on or timezone.localdate()
    refuse_late(found, day)
    refuse_beyond_quota(found, union)
    if found.nominations.filter(union=union, nominee=nominee.strip()).exists():
        raise ValidationError({"nominee": _("This nominee is already put forward in this round.")})
    row = Nomination(
        selection=found, union=union, nominee=nominee.strip(), nominated_on=day, note=note, created_by=actor
    )
    row.full_clean()
    row.save()
    return row


def refuse_late(selection: Selection, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({"nominated_on": _("The date lies in the future.")})
    if day > selection.deadline:
        deadline = date_format(selection.deadline, "Y-m-d")
        raise ValidationError({"nominated_on": _("Nominations closed on %(day)s.") % {"day": deadline}})


def refuse_beyond_quota(selection: Selection, union: Union) -> None:
    if selection.quota is not None and selection.nominations.count() >= selection.quota:
        raise ValidationError(
            {"nominee": _("The quota of %(quota)d for the whole round is used up.") % {"quota": selection.quota}}
        )
    allowed = quota_of(selection, union)
    if allowed is not None and selection.nominations.filter(union=union).count() >= allowed:
        raise ValidationError(
            {
                "nominee": _("The union's share of its members makes %(quota)d places; they are used up.")
                % {"quota": allowed}
            }
        )

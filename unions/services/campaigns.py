"""Campaigns: what they aim at, who enters, and how far they have come against their target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.models import Campaign, CampaignEnrolment, Employer, Union, UnionCoverage, User
from unions.services.events import refuse_closed_day
from unions.services.records import save_record

S = CampaignEnrolment.Status


@transaction.atomic
def save_campaign(*, campaign: Campaign, actor: User, since: int | None = None) -> Campaign:
    """Store a new or changed campaign. Its year, kind and level stay once somebody has entered."""
    if campaign.pk:
        stored = Campaign.objects.get(pk=campaign.pk)
        fixed = [name for name in ("kind", "year", "level") if getattr(stored, name) != getattr(campaign, name)]
        if fixed and stored.enrolments.exists():
            raise ValidationError({name: _("Somebody has entered: this stays as it is.") for name in fixed})
    return save_record(row=campaign, actor=actor, action=Action.MANAGE_STANDING, since=since)


@transaction.atomic
def enrol(
    *,
    campaign: Campaign,
    union: Union,
    actor: User,
    employer: Employer | None = None,
    team: str = "",
    on: date | None = None,
    note: str = "",
) -> CampaignEnrolment:
    """Enter a union, one of its employers or a team in a campaign, once.

    Raises ValidationError at the field that does not fit, PermissionDenied if no office of the actor applies there.
    """
    if not can_over(actor, Action.APPLY_STANDING, union.pk):
        raise PermissionDenied(_("Your office does not apply for this union."))
    day = on or timezone.localdate()
    refuse_entrant(union, employer, day)
    row = CampaignEnrolment(
        campaign=campaign,
        union=union,
        employer=employer,
        team=team.strip(),
        applied_on=day,
        note=note,
        created_by=actor,
    )
    if CampaignEnrolment.objects.filter(campaign=campaign, union=union, employer=employer, team=row.team).exists():
        raise ValidationError({"campaign": _("This entrant is already in the campaign.")})
    row.full_clean()
    row.save()
    return row


def refuse_entrant(union: Union, employer: Employer | None, day: date) -> None:
    refuse_closed_day(day, "applied_on")
    if union.founded_on > day or (union.ended_on and union.ended_on <= day):
        raise ValidationError({"union": _("The union did not exist on that day.")})
    if employer is None:
        return
    if employer.opened_on and employer.opened_on > day or employer.closed_on and employer.closed_on <= day:
        raise ValidationError({"employer": _("The employer was not in business on that day.")})
    if not UnionCoverage.objects.on(day).filter(employer=employer, union=union).exists():
        raise ValidationError({"employer": _("The union did not cover this employer on that day.")})


@transaction.atomic
def enrol_many(
    *, campaign: Campaign, employers: Sequence[Employer], actor: User, on: date | None = None
) -> list[CampaignEnrolment]:
    """Enter many employers at once, each through the union that covers it on the day.

    Raises ValidationError that names every employer that cannot enter and why; then none is entered.
    """
    day = on or timezone.localdate()
    covering = UnionCoverage.objects.on(day).filter(employer__in=employers).select_related("union")
    unions = {row.employer_id: row.union for row in covering}
    entered, refused = [], []
    for employer in employers:
        if employer.pk not in unions:
            refused.append(_("%(employer)s: not organised") % {"employer": employer})
            continue
        try:
            with transaction.atomic():
                entered.append(
                    enrol(campaign=campaign, union=unions[employer.pk], employer=employer, actor=actor, on=day)
                )
        except ValidationError as error:
            refused.append(f"{employer}{_(': ')}{' '.join(error.messages)}")
    if refused:
        raise ValidationError({"employers": _("Nobody was entered. %(list)s") % {"list": _("; ").join(refused)}})
    return entered


def refuse_any(campaign: Campaign, employers: Sequence[Employer], actor: User, on: date) -> None:
    """Raise ValidationError as ``enrol_many`` would; nothing is stored either way."""
    with transaction.atomic():
        enrol_many(campaign=campaign, employers=employers, actor=actor, on=on)
        transaction.set_rollback(True)


def covered_on(day: date) -> Exists:
    """The condition that an employer is organised on a day."""
    return Exists(UnionCoverage.objects.on(day).filter(employer=OuterRef("pk")))


@dataclass(frozen=True)
class Completion:
    """How far a campaign is: who applied and was not turned away, who holds the title, and the target of both."""

    applied: int
    granted: int
    target: int | None
    by_state: dict[str, int]

    @property
    def applied_share(self) -> Decimal | None:
        """Applied ÷ target in per cent."""
        return share(self.applied, self.target)

    @property
    def granted_share(self) -> Decimal | None:
        """Granted ÷ target in per cent."""
        return share(self.granted, self.target)

    @property
    def success_share(self) -> Decimal | None:
        """Granted ÷ applied in per cent."""
        return share(self.granted, self.applied)


def share(part: int, whole: int | None) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def completion(campaign: Campaign, rows: QuerySet[CampaignEnrolment]) -> Completion:
    """The campaign's completion among ``rows``; the target is the whole campaign's. Refused and revoked count not."""
    counted = dict(rows.filter(campaign=campaign).order_by().values_list("status").annotate(number=Count("pk")))
    by_state = {state: counted.get(state, 0) for state in S.values}
    applied = sum(number for state, number in by_state.items() if state not in (S.REJECTED, S.REVOKED))
    return Completion(applied, by_state[S.GRANTED], campaign.target, by_state)

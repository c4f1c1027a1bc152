"""The life of a collective contract, from the request to bargain to its end (rules B12).

The law's waits and votes are guards; its time limits are clocks that a move starts or meets. Two states come by no
button: a contract is EXPIRED on the day it ends, and RENEWED when the contract that renews it takes effect.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions import clocks
from unions.access import Action
from unions.audit import record
from unions.models import CollectiveContract, ContractStatus, User
from unions.services.cover import second_cover
from unions.services.days import plain
from unions.workdays import add_months
from unions.workflow.base import Move, Step, Workflow

S = ContractStatus
LEAST_REPRESENTATIVES = 3
LONGEST_MONTHS = 36
SOON = timedelta(days=90)
DAYS = ("requested_on", "answered_on", "congress_on", "signed_on", "filed_on", "effective_on", "terminated_on")
UNSIGNED = (S.REQUESTED, S.ANSWERED, S.BARGAINING, S.DRAFT, S.PASSED)


def in_order(row: CollectiveContract, day: date) -> str | None:
    """A step is not dated before an earlier one."""
    reached = [getattr(row, name) for name in DAYS if getattr(row, name)]
    if reached and max(reached) > day:
        return _("An earlier step is dated %(day)s.") % {"day": plain(max(reached))}
    return None


def representatives(row: CollectiveContract, day: date) -> str | None:
    refuse_representatives(row)
    return in_order(row, day)


def refuse_representatives(row: CollectiveContract) -> None:
    """Raise ValidationError if either side has too few to bargain, or the employer's outnumbers the staff's."""
    wrong = {}
    least = {"least": LEAST_REPRESENTATIVES}
    for name in ("staff_side", "employer_side"):
        if getattr(row, name) is not None and getattr(row, name) < LEAST_REPRESENTATIVES:
            wrong[name] = _("Each side has at least %(least)d representatives.") % least
    if row.staff_side and row.employer_side and row.employer_side > row.staff_side and not wrong:
        wrong["employer_side"] = _("The staff have %(number)d; the employer's side cannot have more.") % {
            "number": row.staff_side
        }
    if wrong:
        raise ValidationError(wrong)


def voted(row: CollectiveContract, day: date) -> str | None:
    refuse_vote(row)
    return in_order(row, day)


def refuse_vote(row: CollectiveContract) -> None:
    """Raise ValidationError with the sum unless two thirds of the delegates came and over half of all agreed."""
    total, present, agreed = row.votes_total or 0, row.votes_present or 0, row.votes_for or 0
    if not total:
        raise ValidationError({"votes_total": _("A congress has delegates.")})
    if present > total:
        raise ValidationError({"votes_present": _("There cannot be more delegates present than elected.")})
    if agreed > present:
        raise ValidationError({"votes_for": _("There cannot be more votes in favour than delegates present.")})
    if 3 * present < 2 * total:
        raise ValidationError(
            {
                "votes_present": _("Two thirds of %(total)d delegates are %(needed)d; %(present)d came.")
                % {"total": total, "needed": -(-2 * total // 3), "present": present}
            }
        )
    if 2 * agreed <= total:
        raise ValidationError(
            {
                "votes_for": _("More than half of all %(total)d delegates is %(needed)d; %(agreed)d agreed.")
                % {"total": total, "needed": total // 2 + 1, "agreed": agreed}
            }
        )


def signable(row: CollectiveContract, day: date) -> str | None:
    """The end named when signing fits any day on which the contract can still take effect in time."""
    latest = day + timedelta(days=wait("CONTRACT_FILING", day) + wait("CONTRACT_OBJECTION", day))
    refuse_term(row, latest)
    refuse_payday(row)
    if row.expires_on and row.expires_on <= day:
        raise ValidationError({"expires_on": _("The contract would have ended before it is signed.")})
    return in_order(row, day) or under_another(row)


def effective(row: CollectiveContract, day: date) -> str | None:
    if reason := refused_effect(row, day):
        return reason
    if not row.covered.exists():
        return _("Name the employers it covers first.")
    return under_another(row)


def under_another(row: CollectiveContract) -> str | None:
    return second_cover(row, [link.employer for link in row.covered.select_related("employer")]) or None


def refused_effect(row: CollectiveContract, day: date) -> str | None:
    """Why the contract cannot take effect on that day: the authority may still object, or its term does not fit."""
    if row.filed_on and day < (first := first_effective_day(row.filed_on)):
        return _("The labour authority may object until %(day)s; it takes effect from then on.") % {"day": plain(first)}
    if row.expires_on is None:
        raise ValidationError({"expires_on": _("Say when the contract ends.")})
    if row.expires_on <= day:
        raise ValidationError({"expires_on": _("The contract would have ended before it takes effect.")})
    refuse_term(row, day)
    return None


def first_effective_day(filed_on: date) -> date:
    """A waiting time, not a duty: it is not put off when it ends on a day off."""
    return filed_on + timedelta(days=wait("CONTRACT_OBJECTION", filed_on))


def wait(code: str, day: date) -> int:
    rule = clocks.rule_on(code, day)
    return rule.length if rule else 0


def refuse_term(row: CollectiveContract, start: date) -> None:
    """Raise ValidationError if the contract ends more than three years after it takes effect."""
    latest = add_months(start, LONGEST_MONTHS)
    if row.expires_on and row.expires_on > latest:
        raise ValidationError(
            {
                "expires_on": _("A collective contract runs for at most three years: until %(day)s.")
                % {"day": plain(latest)}
            }
        )


def refuse_payday(row: CollectiveContract) -> None:
    if row.payday is not None and not 1 <= row.payday <= 31:
        raise ValidationError({"payday": _("A day of the month, from 1 to 31.")})


def meet_answer(row: CollectiveContract, _actor: User, day: date) -> None:
    clocks.meet(code="CONTRACT_ANSWER", target=row, day=day)


def start_congress(row: CollectiveContract, actor: User, day: date) -> None:
    clocks.start_clock(code="CONTRACT_CONGRESS", target=row, started_on=day, actor=actor)


def meet_congress(row: CollectiveContract, _actor: User, day: date) -> None:
    clocks.meet(code="CONTRACT_CONGRESS", target=row, day=day)


def start_filing(row: CollectiveContract, actor: User, day: date) -> None:
    clocks.start_clock(code="CONTRACT_FILING", target=row, started_on=day, actor=actor)


def meet_filing(row: CollectiveContract, _actor: User, day: date) -> None:
    clocks.meet(code="CONTRACT_FILING", target=row, day=day)


def take_effect(row: CollectiveContract, actor: User, day: date) -> None:
    """Staff are told within the limit, and the contract that this one renews is renewed."""
    clocks.start_clock(code="CONTRACT_PUBLICATION", target=row, started_on=day, actor=actor)
    renew_old(row, actor)


def renew_old(row: CollectiveContract, actor: User) -> None:
    old = row.renewal_of
    if old is None or old.status not in (S.EFFECTIVE, S.EXPIRED):
        return
    before, old.status = old.status, S.RENEWED
    old.save(update_fields=["status"])
    record(
        actor=actor,
        action="unions.collectivecontract.renewed",
        target=old,
        before={"status": before},
        after={"status": old.status, "renewed_by": row.pk},
    )


def start_again(row: CollectiveContract, _actor: User, day: date) -> None:
    """The draft failed or the authority objected: vote, signature and filing count no more; the history keeps them."""
    for code in ("CONTRACT_CONGRESS", "CONTRACT_FILING"):
        clocks.meet(code=code, target=row, day=day)
    row.congress_on = row.votes_total = row.votes_present = row.votes_for = None
    row.signed_on = row.filed_on = row.expires_on = None
    row.filing_no = ""
    row.save()


def stop_clocks(row: CollectiveContract, _actor: User, day: date) -> None:
    for clock in clocks.clocks_of(row).filter(met_on__isnull=True):
        clocks.meet(code=clock.rule.code, target=row, day=day)


class ContractLife(Workflow):
    """What is in force says when it ends soon, and that it has ended from the very day on.

    Ending a contract is no next step: it stands apart from the others, never as the first button of a page.
    """

    def steps(self, row: Any, actor: User) -> list[Step]:
        return [step for step in super().steps(row, actor) if step.move.to != S.TERMINATED]

    def ending(self, row: Any, actor: User) -> Move | None:
        """The move that ends the contract early, if this actor can make it."""
        found = (step for step in super().steps(row, actor) if step.move.to == S.TERMINATED and not step.why_not)
        return next((step.move for step in found), None)

    def caption_of(self, row: Any) -> str:
        if has_ended(row):
            return str(S.EXPIRED.label)
        return _("Ends soon") if ends_soon(row) else super().caption_of(row)

    def look_of(self, row: Any) -> str:
        if has_ended(row):
            return self.looks[S.EXPIRED]
        return "is-due" if ends_soon(row) else super().look_of(row)


def has_ended(row: CollectiveContract) -> bool:
    return row.status == S.EFFECTIVE and row.expires_on is not None and row.expires_on <= timezone.localdate()


def ends_soon(row: CollectiveContract) -> bool:
    """Whether a contract in force ends within 90 days."""
    return row.status == S.EFFECTIVE and row.expires_on is not None and row.expires_on <= timezone.localdate() + SOON


CONTRACTS = ContractLife(
    model=CollectiveContract,
    states=S,
    looks={
        S.REQUESTED: "is-due",
        S.ANSWERED: "is-sent",
        S.BARGAINING: "is-sent",
        S.DRAFT: "is-due",
        S.PASSED: "is-sent",
        S.SIGNED: "is-due",
        S.FILED: "is-sent",
        S.EFFECTIVE: "is-ok",
        S.EXPIRED: "is-late",
        S.RENEWED: "is-lock",
        S.TERMINATED: "is-lock",
    },
    moves=(
        Move(
            S.ANSWERED,
            gettext_lazy("Record the answer"),
            (S.REQUESTED,),
            Action.MANAGE_LABOUR,
            stamps="answered_on",
            guard=in_order,
            effect=meet_answer,
        ),
        Move(
            S.BARGAINING,
            gettext_lazy("Begin bargaining"),
            (S.ANSWERED,),
            Action.MANAGE_LABOUR,
            asks=("staff_side", "employer_side"),
            guard=representatives,
            hint=gettext_lazy("At least three on each side, and not more of the employer's than of the staff's."),
        ),
        Move(
            S.DRAFT,
            gettext_lazy("Record the draft"),
            (S.BARGAINING,),
            Action.MANAGE_LABOUR,
            guard=in_order,
            effect=start_congress,
            hint=gettext_lazy("From this day on the limit for putting the draft before the congress runs."),
        ),
        Move(
            S.PASSED,
            gettext_lazy("Record the vote"),
            (S.DRAFT,),
            Action.MANAGE_LABOUR,
            stamps="congress_on",
            asks=("votes_total", "votes_present", "votes_for"),
            guard=voted,
            effect=meet_congress,
            hint=gettext_lazy("Two thirds of the delegates present, and more than half of all delegates in favour."),
        ),
        Move(
            S.BARGAINING,
            gettext_lazy("The draft did not pass"),
            (S.DRAFT,),
            Action.MANAGE_LABOUR,
            asks=("note",),
            guard=in_order,
            effect=start_again,
        ),
        Move(
            S.SIGNED,
            gettext_lazy("Record the signing"),
            (S.PASSED,),
            Action.MANAGE_LABOUR,
            stamps="signed_on",
            asks=("expires_on",),
            may_ask=("employees_covered", "wage_rise_percent", "payday"),
            guard=signable,
            effect=start_filing,
            hint=gettext_lazy(
                "At most three years; a wage contract generally one. It ends on the first day it no longer holds."
            ),
        ),
        Move(
            S.FILED,
            gettext_lazy("Record the filing"),
            (S.SIGNED,),
            Action.MANAGE_LABOUR,
            stamps="filed_on",
            may_ask=("filing_no",),
            guard=in_order,
            effect=meet_filing,
        ),
        Move(
            S.EFFECTIVE,
            pgettext_lazy("contract", "Put into force"),
            (S.FILED,),
            Action.MANAGE_LABOUR,
            stamps="effective_on",
            may_ask=("expires_on",),
            guard=effective,
            effect=take_effect,
            hint=gettext_lazy("When the authority has not objected within its time."),
        ),
        Move(
            S.BARGAINING,
            gettext_lazy("The authority objected"),
            (S.FILED,),
            Action.MANAGE_LABOUR,
            asks=("note",),
            guard=in_order,
            effect=start_again,
            hint=gettext_lazy("The parties bargain again; vote, signing and filing follow anew."),
        ),
        Move(
            S.TERMINATED,
            gettext_lazy("Break off"),
            UNSIGNED,
            Action.MANAGE_LABOUR,
            stamps="terminated_on",
            asks=("termination_reason",),
            guard=in_order,
            effect=stop_clocks,
            is_aside=True,
        ),
        Move(
            S.TERMINATED,
            gettext_lazy("End before its time"),
            (S.SIGNED, S.FILED, S.EFFECTIVE),
            Action.MANAGE_LABOUR,
            stamps="terminated_on",
            asks=("termination_reason",),
            guard=in_order,
            effect=stop_clocks,
            is_aside=True,
        ),
    ),
)

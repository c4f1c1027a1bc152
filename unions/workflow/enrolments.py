"""The life of an entry in a campaign: applied, recommended, reviewed, on public notice, granted or refused, revoked.

Each step keeps its own date, so each can be counted by itself; a recommendation is not a grant.
"""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.clocks import due_day, rule_on
from unions.models import CampaignEnrolment
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow

S = CampaignEnrolment.Status
NOTICE = "TITLE_NOTICE"
OPEN = (S.APPLIED, S.RECOMMENDED, S.UNDER_REVIEW, S.PUBLIC_NOTICE)
REACHED = ("applied_on", "recommended_on", "reviewed_on", "notice_from", "granted_on")


def in_order(row: CampaignEnrolment, day: date) -> str | None:
    """A step is not dated before an earlier one, nor into a locked period."""
    refuse_closed_day(day)
    earlier = [getattr(row, name) for name in REACHED if getattr(row, name) and getattr(row, name) > day]
    if earlier:
        return _("An earlier step is dated %(day)s.") % {"day": date_format(max(earlier), "Y-m-d")}
    return None


def notice_over(row: CampaignEnrolment, day: date) -> str | None:
    if reason := in_order(row, day):
        return reason
    last = last_day_of_notice(row.notice_from) if row.notice_from else None
    if last is None:
        return _("The length of the public notice is not laid down; enter it under legal time limits first.")
    if day <= last:
        return _("The public notice runs until %(day)s; the title can be granted after it.") % {
            "day": date_format(last, "Y-m-d")
        }
    return None


def last_day_of_notice(start: date) -> date | None:
    """The last day of a public notice by the rule of the time; None without one."""
    rule = rule_on(NOTICE, start)
    return due_day(rule, start) if rule else None


ENROLMENTS = Workflow(
    model=CampaignEnrolment,
    states=S,
    looks={
        S.APPLIED: "is-due",
        S.RECOMMENDED: "is-sent",
        S.UNDER_REVIEW: "is-sent",
        S.PUBLIC_NOTICE: "is-sent",
        S.GRANTED: "is-ok",
        S.REJECTED: "is-back",
        S.REVOKED: "is-late",
    },
    moves=(
        Move(
            S.RECOMMENDED,
            gettext_lazy("Recommend"),
            (S.APPLIED,),
            Action.MANAGE_STANDING,
            stamps="recommended_on",
            guard=in_order,
        ),
        Move(
            S.UNDER_REVIEW,
            gettext_lazy("Begin the review"),
            (S.RECOMMENDED,),
            Action.MANAGE_STANDING,
            stamps="reviewed_on",
            guard=in_order,
        ),
        Move(
            S.PUBLIC_NOTICE,
            gettext_lazy("Put on public notice"),
            (S.UNDER_REVIEW,),
            Action.MANAGE_STANDING,
            stamps="notice_from",
            guard=in_order,
        ),
        Move(
            S.GRANTED,
            gettext_lazy("Grant the title"),
            (S.PUBLIC_NOTICE,),
            Action.MANAGE_STANDING,
            stamps="granted_on",
            asks=("document_no",),
            may_ask=("is_demonstration",),
            guard=notice_over,
        ),
        Move(
            S.REJECTED,
            gettext_lazy("Refuse"),
            OPEN,
            Action.MANAGE_STANDING,
            stamps="rejected_on",
            asks=("note",),
            guard=in_order,
        ),
        Move(
            S.REVOKED,
            gettext_lazy("Revoke the title"),
            (S.GRANTED,),
            Action.MANAGE_STANDING,
            stamps="revoked_on",
            asks=("note",),
            guard=in_order,
            hint=gettext_lazy("The title no longer counts; the date it was granted stays."),
        ),
    ),
)

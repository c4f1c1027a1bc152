"""Elections: a committee follows another, a term is extended, a chair changes in between (rules B3).

A union has one running term and one chair; an election closes the one and opens the next on the same day.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from unions.access import Role
from unions.audit import record
from unions.models import CommitteeTerm, Office, Officer, Union, UnionEventKind, User
from unions.services.effects import Effect
from unions.services.events import enter, listed, lock_union, refuse_blank, refuse_day, refuse_twice, shown, told

P = Officer.Post
# Elected together with the committee and for the same term; other posts are appointed and stay.
ELECTED = (P.CHAIR, P.VICE_CHAIR, P.COMMITTEE, P.AUDIT_HEAD, P.AUDIT_MEMBER, P.WOMEN_HEAD)
# An election this long before the deadline belongs to it; an earlier one is early and needs approval.
ELECTION_SEASON = timedelta(days=90)
# The usual longest delay (rules B3: 工会基层组织选举工作条例, 总工发〔2016〕27号).
LONGEST_EXTENSION_MONTHS = 6


@dataclass(frozen=True)
class Elected:
    """Somebody elected to a post."""

    post: str
    name: str

    def __str__(self) -> str:
        return f"{P(self.post).label} {self.name}"


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_later(day: date, years: int) -> date:
    return months_later(day, 12 * years)


def running_term(union: Union) -> CommitteeTerm | None:
    found: CommitteeTerm | None = union.terms.filter(ended_on__isnull=True).with_deadline().first()
    return found


def elected_officers(union: Union) -> list[Officer]:
    """Who holds an elected post, chair first."""
    rows = union.officers.filter(end__isnull=True, post__in=ELECTED)
    return sorted(rows, key=lambda row: (ELECTED.index(P(row.post)), row.pk))


def chair_of(union: Union) -> Officer | None:
    return union.officers.filter(end__isnull=True, post=P.CHAIR).first()


@transaction.atomic
def reelect(
    *,
    union: Union,
    elected_on: date,
    years: int,
    chair: str,
    actor: User,
    officers: Sequence[Elected] = (),
    document_no: str = "",
    approved_by: str = "",
    delegates: int | None = None,
    handed_over_on: date | None = None,
) -> CommitteeTerm:
    """Close the running term and open the next one, with the chair and the officers elected.

    An early election and one after the deadline need the number and the body of their approval. Raises
    ValidationError at the field that stands in the way, PermissionDenied outside the actor's office and scope.
    """
    union = lock_union(union, actor)
    check_election(union, elected_on, years, chair, document_no, approved_by, handed_over_on)
    before, leaving, old_chair = running_term(union), elected_officers(union), chair_of(union)
    if before:
        before.ended_on = elected_on
        before.save(update_fields=["ended_on"])
    term = CommitteeTerm(
        union=union,
        term_no=(union.terms.aggregate(last=Max("term_no"))["last"] or 0) + 1,
        elected_on=elected_on,
        years=years,
        due_on=years_later(elected_on, years),
        delegates=delegates,
        created_by=actor,
    )
    term.full_clean()
    term.save()
    facts: dict[str, Any] = {"on": elected_on, "actor": actor, "document_no": document_no, "approved_by": approved_by}
    number = _("Term %(number)d")
    enter(
        union=union,
        kind=UnionEventKind.REELECTED,
        field="elected_on",
        before=number % {"number": before.term_no} if before else "",
        after=number % {"number": term.term_no},
        **facts,
    )
    seat(union, [Elected(P.CHAIR, chair), *officers], elected_on, leaving, handed_over_on, actor)
    if old_chair and old_chair.name != chair:
        enter(
            union=union,
            kind=UnionEventKind.CHAIR_CHANGED,
            field="elected_on",
            before=old_chair.name,
            after=chair,
            **facts,
        )
        end_office(old_chair, elected_on)
    return term


def plan_election(
    *,
    union: Union,
    elected_on: date,
    years: int,
    chair: str,
    officers: Sequence[Elected] = (),
    document_no: str = "",
    approved_by: str = "",
    handed_over_on: date | None = None,
) -> list[Effect]:
    """What the election will change. Raises ValidationError where it cannot happen."""
    check_election(union, elected_on, years, chair, document_no, approved_by, handed_over_on)
    term, old = running_term(union), chair_of(union)
    number = term.term_no if term else union.terms.aggregate(last=Max("term_no"))["last"] or 0
    span = _("%(start)s to %(end)s")
    present = span % {"start": shown(term.elected_on), "end": shown(term.due_on)} if term else ""
    coming = span % {"start": shown(elected_on), "end": shown(years_later(elected_on, years))}
    leaving = [Elected(row.post, row.name) for row in elected_officers(union) if row.post != P.CHAIR]
    return [
        Effect(_("Term"), number or "", number + 1),
        Effect(_("Committee"), present, coming),
        Effect(_("Chair"), old.name if old else "", chair),
        *told(_("Other elected officers"), listed(leaving, 20), listed(officers, 20)),
        *office_effect(old, chair),
    ]


def check_election(
    union: Union,
    elected_on: date,
    years: int,
    chair: str,
    document_no: str,
    approved_by: str,
    handed_over_on: date | None,
) -> None:
    """Raise ValidationError at the field that stands in the way of an election."""
    refuse_blank(chair=chair.strip(), years=years)
    refuse_day(union, elected_on, "elected_on")
    refuse_twice(union, UnionEventKind.REELECTED, elected_on, "elected_on")
    if handed_over_on and handed_over_on < elected_on:
        raise ValidationError({"handed_over_on": _("The hand-over comes after the election.")})
    refuse_earlier_than_officers(elected_officers(union), elected_on, "elected_on")
    if term := running_term(union):
        refuse_wrong_time(term, elected_on, document_no, approved_by)


def refuse_earlier_than_officers(officers: Sequence[Officer], day: date, field: str) -> None:
    late = [row for row in officers if row.start >= day]
    if late:
        raise ValidationError(
            {
                field: _("%(name)s took office on %(day)s: a later day is needed.")
                % {"name": late[0].name, "day": shown(late[0].start)}
            }
        )


def refuse_wrong_time(term: CommitteeTerm, elected_on: date, document_no: str, approved_by: str) -> None:
    """An election follows the last one; early or late, it needs the approval of the next higher union."""
    deadline = term.extended_until or term.due_on
    if elected_on <= term.elected_on:
        raise ValidationError({"elected_on": _("The running term began on %(day)s.") % {"day": shown(term.elected_on)}})
    if deadline - ELECTION_SEASON <= elected_on <= deadline:
        return
    when = _("before its time") if elected_on < deadline else _("after the deadline")
    reason = _("Due on %(day)s, so this election is %(when)s: it needs its approval.") % {
        "day": shown(deadline),
        "when": when,
    }
    facts = {"document_no": document_no, "approved_by": approved_by}
    if missing := [name for name, value in facts.items() if not value.strip()]:
        raise ValidationError(dict.fromkeys(missing, reason))


def seat(
    union: Union,
    elected: Sequence[Elected],
    on: date,
    leaving: Sequence[Officer],
    handed_over_on: date | None,
    actor: User,
) -> None:
    """End the elected posts and fill them anew; whoever does not come back in the same post hands over."""
    again = {(item.post, item.name) for item in elected}
    kept = {(row.post, row.name): row for row in leaving}
    for row in leaving:
        row.end = on
        if (row.post, row.name) not in again:
            row.handed_over_on = handed_over_on
        row.save(update_fields=["end", "handed_over_on"])
    for item in elected:
        before = kept.get((item.post, item.name))
        officer = Officer(
            union=union,
            name=item.name.strip(),
            post=item.post,
            start=on,
            is_full_time=bool(before and before.is_full_time),
            phone=before.phone if before else "",
            created_by=actor,
        )
        officer.full_clean()
        officer.save()


def offices_of_chair(officer: Officer) -> list[Office]:
    """The portal offices the chair holds at his union: they end with his post."""
    rows = Office.objects.filter(union=officer.union, role=Role.CHAIR, end__isnull=True, user__name=officer.name)
    return list(rows.select_related("user"))


def end_office(officer: Officer, on: date) -> None:
    for office in offices_of_chair(officer):
        if office.start < on:
            office.end = on
            office.save(update_fields=["end"])


def office_effect(officer: Officer | None, chair: str) -> list[Effect]:
    if officer is None or officer.name == chair or not (offices := offices_of_chair(officer)):
        return []
    return [Effect(_("Account of the chair"), listed(office.user for office in offices), _("Office ends"))]


@transaction.atomic
def extend_term(*, union: Union, until: date, document_no: str, approved_by: str, actor: User) -> CommitteeTerm:
    """Give the running committee until ``until`` to hold the election, as the next higher union approved."""
    union = lock_union(union, actor)
    term = check_extension(union, until, document_no, approved_by)
    before = term.extended_until
    term.extended_until, term.extension_document = until, document_no.strip()
    term.note = _("Approved by %(body)s") % {"body": approved_by}
    term.full_clean()
    term.save()
    record(
        actor=actor,
        action="unions.term_extended",
        target=term,
        before={"until": before.isoformat() if before else ""},
        after={"until": until.isoformat(), "document": document_no},
    )
    return term


def plan_extension(*, union: Union, until: date, document_no: str, approved_by: str) -> list[Effect]:
    """What the extension will change. Raises ValidationError where it cannot happen."""
    term = check_extension(union, until, document_no, approved_by)
    return [Effect(_("Next election by"), shown(term.extended_until or term.due_on), shown(until))]


def check_extension(union: Union, until: date, document_no: str, approved_by: str) -> CommitteeTerm:
    """The running term. Raises ValidationError at the field that stands in the way of extending it."""
    term = running_term(union)
    if term is None or union.ended_on:
        raise ValidationError(_("The union has no running committee term."))
    refuse_blank(document_no=document_no.strip(), approved_by=approved_by.strip())
    if until <= (term.extended_until or term.due_on):
        raise ValidationError(
            {"until": _("It is due on %(day)s: extend beyond.") % {"day": shown(term.extended_until or term.due_on)}}
        )
    latest = months_later(term.due_on, LONGEST_EXTENSION_MONTHS)
    if until > latest:
        raise ValidationError(
            {"until": _("Half a year at most: until %(day)s.") % {"day": shown(latest)}},
        )
    return term


@transaction.atomic
def change_chair(
    *,
    union: Union,
    name: str,
    on: date,
    actor: User,
    document_no: str = "",
    approved_by: str = "",
    handed_over_on: date | None = None,
) -> Officer:
    """Another chair in the middle of a term; the account of the one who leaves loses its office."""
    union = lock_union(union, actor)
    check_chair(union, name, on, handed_over_on)
    old = chair_of(union)
    seat(union, [Elected(P.CHAIR, name)], on, [old] if old else [], handed_over_on, actor)
    enter(
        union=union,
        kind=UnionEventKind.CHAIR_CHANGED,
        on=on,
        actor=actor,
        before=old.name if old else "",
        after=name.strip(),
        document_no=document_no,
        approved_by=approved_by,
    )
    if old:
        end_office(old, on)
    return union.officers.get(post=P.CHAIR, end__isnull=True)


def plan_chair(*, union: Union, name: str, on: date, handed_over_on: date | None = None, **_more: str) -> list[Effect]:
    """What changes with the chair. Raises ValidationError where it cannot happen."""
    check_chair(union, name, on, handed_over_on)
    old = chair_of(union)
    return [Effect(_("Chair"), old.name if old else "", name), *office_effect(old, name)]


def check_chair(union: Union, name: str, on: date, handed_over_on: date | None) -> None:
    refuse_blank(name=name.strip())
    refuse_day(union, on)
    refuse_twice(union, UnionEventKind.CHAIR_CHANGED, on)
    old = chair_of(union)
    if old is None:
        return
    if old.name == name.strip():
        raise ValidationError({"name": _("%(name)s is the chair already.") % {"name": name}})
    refuse_earlier_than_officers([old], on, "on")
    if handed_over_on and handed_over_on < on:
        raise ValidationError({"handed_over_on": _("The hand-over comes after the change.")})


@transaction.atomic
def appoint_officer(*, officer: Officer, actor: User) -> Officer:
    """Fill a post other than the chair's; a chair is elected or changed by an event of his own."""
    union = lock_union(officer.union, actor)
    if officer.post == P.CHAIR:
        raise ValidationError({"post": _("A chair takes office by an election or a change of chair.")})
    refuse_day(union, officer.start, "start")
    same = union.officers.filter(post=officer.post, name=officer.name, end__isnull=True)
    if same.exists():
        raise ValidationError({"name": _("%(name)s holds this post already.") % {"name": officer.name}})
    officer.created_by = actor
    officer.full_clean()
    officer.save()
    return officer


@transaction.atomic
def end_officer(*, officer: Officer, on: date, actor: User, handed_over_on: date | None = None) -> Officer:
    """Somebody leaves a post other than the chair's."""
    union = lock_union(officer.union, actor)
    if officer.post == P.CHAIR:
        raise ValidationError({"on": _("A chair leaves by an election or a change of chair.")})
    if officer.end:
        raise ValidationError({"on": _("Left the post on %(day)s already.") % {"day": shown(officer.end)}})
    refuse_day(union, on)
    refuse_earlier_than_officers([officer], on, "on")
    officer.end, officer.handed_over_on = on, handed_over_on
    officer.full_clean()
    officer.save()
    return officer

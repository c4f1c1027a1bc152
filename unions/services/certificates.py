"""The legal-person certificate: registered, changed, renewed, cancelled (rules B6).

It is valid for the committee's term, 3 to 5 years, and can be renewed in the days before it expires.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from unions.models import ClockRule, LegalCertificate, Union, UnionEvent, UnionEventKind, User
from unions.services.effects import Effect
from unions.services.elections import running_term, years_later
from unions.services.events import enter, lock_union, refuse_blank, refuse_day, refuse_twice, shown

LONGEST_YEARS = 5
RENEWAL = "CERTIFICATE_RENEWAL"


def latest(union: Union) -> LegalCertificate | None:
    """The union's last certificate, valid or expired."""
    found: LegalCertificate | None = union.certificates.order_by("-start").first()
    return found


def end_of_term(union: Union) -> date | None:
    """Until when a certificate is valid: as long as the running committee."""
    term = running_term(union)
    return term.due_on if term else None


@transaction.atomic
def register_certificate(
    *, union: Union, number: str, issued_on: date, end: date, actor: User, legal_code: str = "", document_no: str = ""
) -> LegalCertificate:
    """Keep the union's first certificate, or one after a gap; its social credit code with it if it has none yet."""
    union = lock_union(union, actor)
    check_registration(union, number, issued_on, end, legal_code)
    if legal_code and legal_code != union.legal_code:
        union.legal_code = legal_code
        union.full_clean()
        union.save(update_fields=["legal_code"])
    return issue(UnionEventKind.LEGAL_REGISTERED, union, number, issued_on, issued_on, end, document_no, actor)


def plan_registration(
    *, union: Union, number: str, issued_on: date, end: date, legal_code: str = "", **_more: str
) -> list[Effect]:
    """What the registration makes. Raises ValidationError where it cannot happen."""
    check_registration(union, number, issued_on, end, legal_code)
    return [
        Effect(_("Legal-person certificate"), "", number),
        Effect(_("Valid until"), "", shown(end)),
        *([Effect(_("Social credit code"), union.legal_code or "", legal_code)] if legal_code else []),
    ]


def check_registration(union: Union, number: str, issued_on: date, end: date, legal_code: str) -> None:
    refuse_blank(number=number.strip())
    refuse_day(union, issued_on, "issued_on")
    present = latest(union)
    if present and (present.end is None or present.end > issued_on):
        raise ValidationError(
            {
                "issued_on": _("Certificate %(number)s is valid until %(day)s: renew it instead.")
                % {"number": present.number, "day": shown(present.end) if present.end else "—"}
            }
        )
    if legal_code:
        union_code = Union._meta.get_field("legal_code")
        try:
            union_code.run_validators(legal_code)
        except ValidationError as error:
            raise ValidationError({"legal_code": error.messages}) from None
    refuse_twice(union, UnionEventKind.LEGAL_REGISTERED, issued_on, "issued_on")
    refuse_validity(union, issued_on, end)


@transaction.atomic
def renew_certificate(
    *, union: Union, number: str, issued_on: date, end: date, actor: User, document_no: str = ""
) -> LegalCertificate:
    """Keep the certificate that follows the present one; it begins when that one ends, or when issued if later."""
    union = lock_union(union, actor)
    start = check_renewal(union, number, issued_on, end)
    return issue(UnionEventKind.LEGAL_RENEWED, union, number, issued_on, start, end, document_no, actor)


def plan_renewal(*, union: Union, number: str, issued_on: date, end: date, **_more: str) -> list[Effect]:
    """What the renewal changes. Raises ValidationError where it cannot happen."""
    start = check_renewal(union, number, issued_on, end)
    present = latest(union)
    assert present is not None and present.end is not None  # check_renewal refuses without
    span = _("%(start)s to %(end)s")
    return [
        Effect(_("Legal-person certificate"), present.number, number),
        Effect(
            _("Valid"),
            span % {"start": shown(present.start), "end": shown(present.end)},
            span % {"start": shown(start), "end": shown(end)},
        ),
    ]


def check_renewal(union: Union, number: str, issued_on: date, end: date) -> date:
    """The day the new certificate begins. Raises ValidationError at the field that stands in the way."""
    refuse_blank(number=number.strip())
    refuse_day(union, issued_on, "issued_on")
    present = latest(union)
    if present is None or present.end is None:
        raise ValidationError({"number": _("There is no certificate to renew: register one.")})
    opens = renewal_opens(present.end)
    if issued_on < opens:
        raise ValidationError(
            {
                "issued_on": _("It is valid until %(end)s and can be renewed from %(day)s on.")
                % {"end": shown(present.end), "day": shown(opens)}
            }
        )
    refuse_twice(union, UnionEventKind.LEGAL_RENEWED, issued_on, "issued_on")
    start = max(present.end, issued_on)
    refuse_validity(union, start, end)
    return start


def renewal_opens(end: date) -> date:
    """From when a certificate that ends on ``end`` can be renewed, by the rule of the time; without one, always."""
    rule = ClockRule.objects.on(end).filter(code=RENEWAL).first()
    return end - timedelta(days=rule.length) if rule else date.min


def refuse_validity(union: Union, start: date, end: date) -> None:
    """A certificate ends with the committee's term and is never valid for more than five years."""
    if end <= start:
        raise ValidationError({"end": _("The end must be later than the beginning.")})
    if end > years_later(start, LONGEST_YEARS):
        raise ValidationError(
            {"end": _("Five years at most: until %(day)s.") % {"day": shown(years_later(start, LONGEST_YEARS))}}
        )
    term = end_of_term(union)
    if term and start < term < end:
        raise ValidationError(
            {"end": _("The committee's term ends on %(day)s, and with it the certificate.") % {"day": shown(term)}}
        )


def issue(
    kind: UnionEventKind,
    union: Union,
    number: str,
    issued_on: date,
    start: date,
    end: date,
    document_no: str,
    actor: User,
) -> LegalCertificate:
    before = latest(union)
    row = LegalCertificate(
        union=union, number=number.strip(), issued_on=issued_on, start=start, end=end, created_by=actor
    )
    row.full_clean()
    row.save()
    enter(
        union=union,
        kind=kind,
        on=issued_on,
        actor=actor,
        field="issued_on",
        document_no=document_no,
        before=before.number if before else "",
        after=number,
    )
    return row


@transaction.atomic
def change_registration(*, union: Union, on: date, what: str, actor: User, document_no: str = "") -> UnionEvent:
    """The registry wrote down another name, address or legal representative."""
    union = lock_union(union, actor)
    check_change(union, on, what)
    return enter(
        union=union, kind=UnionEventKind.LEGAL_CHANGED, on=on, actor=actor, document_no=document_no, after=what.strip()
    )


def plan_change(*, union: Union, on: date, what: str, **_more: str) -> list[Effect]:
    check_change(union, on, what)
    return [Effect(_("Legal registration"), "", what.strip())]


def check_change(union: Union, on: date, what: str) -> None:
    refuse_blank(what=what.strip())
    refuse_day(union, on)
    refuse_uncertified(union, on)
    refuse_twice(union, UnionEventKind.LEGAL_CHANGED, on)


@transaction.atomic
def cancel_registration(*, union: Union, on: date, document_no: str, reason: str, actor: User) -> LegalCertificate:
    """The union is no longer a legal person from ``on``, though it goes on."""
    union = lock_union(union, actor)
    row = check_cancelling(union, on, document_no, reason)
    row.end, row.note = on, reason
    row.save(update_fields=["end", "note"])
    enter(
        union=union,
        kind=UnionEventKind.LEGAL_CANCELLED,
        on=on,
        actor=actor,
        document_no=document_no,
        before=row.number,
        note=reason,
    )
    return row


def plan_cancelling(*, union: Union, on: date, document_no: str, reason: str) -> list[Effect]:
    row = check_cancelling(union, on, document_no, reason)
    return [Effect(_("Legal-person certificate"), row.number, _("Ends on %(day)s") % {"day": shown(on)})]


def check_cancelling(union: Union, on: date, document_no: str, reason: str) -> LegalCertificate:
    refuse_blank(document_no=document_no.strip(), reason=reason.strip())
    refuse_day(union, on)
    row = refuse_uncertified(union, on)
    if on <= row.start:
        raise ValidationError({"on": _("It is valid only from %(day)s.") % {"day": shown(row.start)}})
    refuse_twice(union, UnionEventKind.LEGAL_CANCELLED, on)
    return row


def refuse_uncertified(union: Union, on: date) -> LegalCertificate:
    """The certificate valid on the day. Raises ValidationError if there is none."""
    row: LegalCertificate | None = union.certificates.on(on).first()
    if row is None:
        raise ValidationError({"on": _("The union has no valid certificate on that day.")})
    return row

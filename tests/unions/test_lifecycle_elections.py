"""Elections: on time, early, late, extended; a chair changes; a certificate follows the term."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.town import Town, rows
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.models import (
    AuditEntry,
    ClockRule,
    CommitteeTerm,
    LegalCertificate,
    Office,
    Officer,
    Union,
    UnionEvent,
)
from unions.services.certificates import (
    cancel_registration,
    change_registration,
    plan_renewal,
    register_certificate,
    renew_certificate,
)
from unions.services.elections import (
    Elected,
    appoint_officer,
    change_chair,
    end_officer,
    extend_term,
    months_later,
    plan_election,
    reelect,
)

pytestmark = pytest.mark.usefixtures("as_system")
# The committee of 2020-03-01, elected for five years, is due on 2025-03-01.
DUE = date(2025, 3, 1)
WRITTEN = (CommitteeTerm, Officer, UnionEvent, LegalCertificate, AuditEntry)
APPROVED = {"document_no": "澄江街总工〔2025〕3号", "approved_by": "澄江街道总工会"}


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def union(town: Town) -> Union:
    return town.union(name="海晟贸易工会")


def refused(service: Any, *fields: str, **facts: Any) -> str:
    before = rows(*WRITTEN)
    with pytest.raises(ValidationError) as refusal:
        service(**facts)
    assert rows(*WRITTEN) == before
    if fields:
        assert list(refusal.value.message_dict) == list(fields)
    return " ".join(refusal.value.messages)


def test_an_election_closes_the_term_opens_the_next_and_changes_the_chair(town: Town, union: Union) -> None:
    Officer.objects.create(union=union, name="陈静", post="AUDIT_HEAD", start=union.founded_on)
    Officer.objects.create(union=union, name="吴敏", post="LIAISON", start=union.founded_on)
    Office.objects.create(union=union, user=UserFactory(name="王建国"), role=Role.CHAIR, start=union.founded_on)
    day = date(2025, 2, 20)
    facts = {
        "union": union,
        "elected_on": day,
        "years": 3,
        "chair": "李卫东",
        "officers": [Elected("AUDIT_HEAD", "陈静"), Elected("VICE_CHAIR", "周芳")],
    }
    captions = [(effect.before, effect.after) for effect in plan_election(**facts)]
    assert (1, 2) in captions and ("王建国", "李卫东") in captions
    term = reelect(**facts, delegates=40, handed_over_on=date(2025, 2, 25), actor=town.officer)
    assert (term.term_no, term.is_first, term.due_on, term.delegates) == (2, False, date(2028, 2, 20), 40)
    assert union.terms.get(term_no=1).ended_on == day
    held = {(row.post, row.name) for row in union.officers.on(day)}
    assert held == {("CHAIR", "李卫东"), ("AUDIT_HEAD", "陈静"), ("VICE_CHAIR", "周芳"), ("LIAISON", "吴敏")}
    left = union.officers.get(name="王建国")
    assert (left.end, left.handed_over_on) == (day, date(2025, 2, 25))
    # Who goes on in his post hands nothing over.
    assert union.officers.get(name="陈静", end=day).handed_over_on is None
    assert set(union.events.values_list("kind", flat=True)) == {"FOUNDED", "REELECTED", "CHAIR_CHANGED"}
    assert Office.objects.get(user__name="王建国").end == day


@pytest.mark.parametrize("day", [date(2024, 11, 30), date(2025, 3, 2)])
def test_an_early_or_late_election_needs_its_approval(town: Town, union: Union, day: date) -> None:
    facts = {"union": union, "elected_on": day, "years": 5, "chair": "王建国", "actor": town.officer}
    refused(reelect, "document_no", "approved_by", **facts)
    assert reelect(**facts, **APPROVED).term_no == 2


@pytest.mark.parametrize("day", [date(2024, 12, 1), DUE])
def test_an_election_in_the_last_90_days_is_on_time(town: Town, union: Union, day: date) -> None:
    assert reelect(union=union, elected_on=day, years=5, chair="王建国", actor=town.officer).term_no == 2


def test_an_approved_extension_moves_the_deadline_by_half_a_year_at_most(town: Town, union: Union) -> None:
    facts = {"union": union, "actor": town.officer, **APPROVED}
    refused(extend_term, "document_no", **facts | {"document_no": "", "until": date(2025, 6, 1)})
    refused(extend_term, "until", **facts, until=DUE)
    refused(extend_term, "until", **facts, until=date(2025, 9, 2))
    extend_term(**facts, until=date(2025, 9, 1))
    refused(extend_term, "until", **facts, until=date(2025, 9, 1))
    late = {"union": union, "elected_on": date(2025, 8, 30), "years": 5, "chair": "王建国", "actor": town.officer}
    assert reelect(**late).term_no == 2


def test_an_election_cannot_be_entered_twice_nor_before_the_last(town: Town, union: Union) -> None:
    facts = {"union": union, "elected_on": DUE, "years": 5, "chair": "王建国", "actor": town.officer}
    reelect(**facts)
    refused(reelect, "elected_on", **facts)
    refused(reelect, "elected_on", **facts | {"elected_on": date(2025, 2, 1)})


def test_the_future_a_locked_period_and_an_ended_union_take_no_election(town: Town, union: Union) -> None:
    facts = {"union": union, "years": 5, "chair": "王建国", "actor": town.officer}
    refused(reelect, "elected_on", **facts, elected_on=date(2999, 1, 1))
    town.lock("2025H1", date(2025, 1, 1), date(2025, 7, 1))
    assert "2025H1" in refused(reelect, "elected_on", **facts, elected_on=DUE)
    gone = UnionFactory(parent=town.hub, ended_on=date(2024, 1, 1))
    refused(reelect, "elected_on", **facts | {"union": gone}, elected_on=date(2025, 8, 1))


def test_an_enterprise_chair_does_not_record_his_own_election(town: Town, union: Union) -> None:
    chair = UserFactory(role=Role.CHAIR, role__at=union)
    before = rows(*WRITTEN)
    with pytest.raises(PermissionDenied):
        reelect(union=union, elected_on=DUE, years=5, chair="王建国", actor=chair)
    assert rows(*WRITTEN) == before


def test_a_chair_changes_in_mid_term_and_the_term_goes_on(town: Town, union: Union) -> None:
    facts = {"union": union, "on": date(2023, 5, 4), "actor": town.officer}
    refused(change_chair, "name", **facts, name="王建国")
    change_chair(**facts, name="李卫东", handed_over_on=date(2023, 5, 10))
    assert (union.officers.get(end__isnull=True).name, union.terms.get().ended_on) == ("李卫东", None)
    refused(change_chair, "on", **facts, name="赵强")


def test_other_posts_are_filled_and_left_once(town: Town, union: Union) -> None:
    day = date(2023, 5, 4)
    officer = Officer(union=union, name="周芳", post="ORGANISER", start=day)
    refused(
        appoint_officer, "post", officer=Officer(union=union, name="周芳", post="CHAIR", start=day), actor=town.officer
    )
    appoint_officer(officer=officer, actor=town.officer)
    again = Officer(union=union, name="周芳", post="ORGANISER", start=date(2023, 6, 1))
    refused(appoint_officer, "name", officer=again, actor=town.officer)
    end_officer(officer=officer, on=date(2024, 1, 1), actor=town.officer)
    refused(end_officer, "on", officer=officer, on=date(2024, 2, 1), actor=town.officer)


def test_a_certificate_ends_with_the_term_and_is_renewed_in_its_last_30_days(town: Town, union: Union) -> None:
    ClockRule.objects.get_or_create(
        code="CERTIFICATE_RENEWAL",
        defaults={"name": "换证", "length": 30, "start": date(2021, 1, 1), "source": "总工办发〔2020〕20号"},
    )
    facts = {"union": union, "number": "法证字第81001号", "issued_on": date(2022, 3, 1), "actor": town.officer}
    refused(register_certificate, "end", **facts, end=date(2025, 3, 2))
    refused(register_certificate, "legal_code", **facts, end=DUE, legal_code="81350100M000100Y43")
    register_certificate(**facts, end=DUE)
    refused(register_certificate, "issued_on", **facts, end=DUE)

    again = {"union": union, "number": "法证字第81002号", "actor": town.officer}
    reelect(union=union, elected_on=date(2025, 1, 20), years=3, chair="王建国", actor=town.officer)
    refused(renew_certificate, "issued_on", **again, issued_on=date(2025, 1, 29), end=date(2028, 1, 20))
    assert plan_renewal(**again, issued_on=date(2025, 1, 30), end=date(2028, 1, 20))
    row = renew_certificate(**again, issued_on=date(2025, 1, 30), end=date(2028, 1, 20))
    assert (row.start, row.end) == (DUE, date(2028, 1, 20))
    change_registration(union=union, on=date(2025, 4, 1), what="法定代表人：李卫东", actor=town.officer)
    cancel = {"union": union, "document_no": "注销1号", "reason": "不再具备条件", "actor": town.officer}
    cancel_registration(**cancel, on=date(2026, 1, 5))
    refused(cancel_registration, "on", **cancel, on=date(2026, 1, 6))
    kinds = [kind for kind in union.events.order_by("happened_on").values_list("kind", flat=True) if "LEGAL" in kind]
    assert kinds == ["LEGAL_REGISTERED", "LEGAL_RENEWED", "LEGAL_CHANGED", "LEGAL_CANCELLED"]


def test_half_a_year_after_the_last_of_august_is_the_last_of_february() -> None:
    assert months_later(date(2025, 8, 31), 6) == date(2026, 2, 28)

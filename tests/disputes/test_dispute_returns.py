"""What D6 of a return does to mediation bodies, visits, cases and alerts, and the rules that hold them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from disputes.models import Case, MediationAgreement, MediationBody, Mediator, RiskAlert, Visit, WarningOfficer
from tests.factories.disputes import CaseFactory, MediationBodyFactory, MediatorFactory, VisitFactory
from tests.factories.returns import filing_of, owed_return, version_in_force
from unions.models import ReturnObligation
from unions.returns.checking import examine
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, Row, RowsError, Tally
from unions.returns.starting import texts

pytestmark = pytest.mark.usefixtures("as_system")
Rows = Iterable[dict[str, Any]]
MINE = ("D6a", "D6b", "D6c", "D6d", "D6e", "D6f")


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


def code_of(owed: ReturnObligation) -> str:
    [code] = Filing(owed).employers
    return code


def network(owed: ReturnObligation) -> dict[str, Rows]:
    """A body with one mediator, and one warning officer."""
    code = {"employer_code": code_of(owed)}
    body = {"has_body": "是", "body_name": "测试调解委员会", "set_up_on": "2026-04-08"}
    return {
        "D6a": [code | body | {"mediators": 1, "warning_officers": 1}],
        "D6e": [code | {"post": "MEDIATOR", "name": "方国平", "start": "2026-04-08"}],
        "D6f": [code | {"name": "赵磊", "phone": "13800000000", "start": "2026-04-10"}],
    }


def case(owed: ReturnObligation, **changes: Any) -> dict[str, Any]:
    """Received on 6 May, accepted the next day, settled on the 15th and performed on the 20th."""
    row = {"case_no": "TJ-1", "employer_code": code_of(owed), "received_on": "2026-05-06", "source": "WALK_IN"}
    row |= {"kind": "WAGES", "workers": 3, "claim_amount": "9000", "willing": "是", "accepted_on": "2026-05-07"}
    row |= {"closed_on": "2026-05-15", "outcome": "SETTLED", "agreement_no": "XY-1", "agreed_amount": "8000"}
    return row | {"recovered_amount": "8000", "performed": "是", "performed_on": "2026-05-20"} | changes


def still_open(owed: ReturnObligation, **changes: Any) -> dict[str, Any]:
    ended = ("closed_on", "outcome", "agreement_no", "agreed_amount", "recovered_amount", "performed", "performed_on")
    return case(owed) | dict.fromkeys(ended) | changes


def enter_mine(filing: Filing) -> Tally:
    """Enter the sheets of disputes in their order."""
    tally = Tally()
    for code in MINE:
        tally.add(SHEETS[code].apply(filing.rows(code), filing))
    return tally


def accepted(owed: ReturnObligation, **sheets: Rows) -> Tally:
    """The next version of the return with these rows, entered; the one before it is replaced."""
    return enter_mine(filing_of(owed, version_in_force(owed), **sheets))


def found(filing: Filing, rule: str = "cell") -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.column) for one in examine(filing) if one.rule == rule and one.sheet[1] == "6"]


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.created, tally.updated, tally.unchanged


def test_the_network_of_an_employer(owed: ReturnObligation) -> None:
    assert found(filing_of(owed, **network(owed))) == []
    assert counts(accepted(owed, **network(owed))) == (3, 0, 0)
    assert counts(accepted(owed, **network(owed))) == (0, 0, 3)
    mediator = Mediator.objects.get()
    assert (mediator.body.name, mediator.body.set_up_on) == ("测试调解委员会", date(2026, 4, 8))
    assert mediator.source_return is not None and WarningOfficer.objects.get().phone == "13800000000"
    accepted(owed)
    assert not MediationBody.objects.exists() and not Mediator.objects.exists() and not WarningOfficer.objects.exists()


def test_numbers_of_the_network_are_those_of_the_lists(owed: ReturnObligation) -> None:
    rows = network(owed)
    [body] = rows["D6a"]
    assert found(filing_of(owed, **rows | {"D6a": [body | {"mediators": 2}]})) == [("D6a", 4, "mediators")]
    assert found(filing_of(owed, **rows | {"D6f": []})) == [("D6a", 4, "warning_officers")]
    unnamed = body | {"body_name": None}
    assert found(filing_of(owed, **rows | {"D6a": [unnamed]})) == [("D6a", 4, "body_name")]


def test_a_recorded_body_is_closed_by_its_day_and_never_denied(owed: ReturnObligation) -> None:
    employer = Filing(owed).employers[code_of(owed)]
    body = MediationBodyFactory(union=owed.union, employer=employer, name="老调解委员会", set_up_on=date(2020, 1, 1))
    MediatorFactory(body=body, start=date(2020, 1, 1))
    none = {"employer_code": employer.code, "has_body": "否", "mediators": 0, "warning_officers": 0}
    assert found(filing_of(owed, D6a=[none])) == [("D6a", 4, "has_body")]
    ended = none | {"has_body": "是", "body_name": body.name, "set_up_on": "2020-01-01", "closed_on": "2026-05-31"}
    left = {
        "employer_code": employer.code,
        "post": "MEDIATOR",
        "name": "刘洋",
        "start": "2020-01-01",
        "end": "2026-05-31",
    }
    assert counts(accepted(owed, D6a=[ended], D6e=[left])) == (0, 2, 0)
    body.refresh_from_db()
    assert (body.closed_on, Mediator.objects.get().end) == (date(2026, 5, 31), date(2026, 5, 31))


def test_a_case_with_its_agreement_and_the_visit_it_came_from(owed: ReturnObligation) -> None:
    visit = {"employer_code": code_of(owed), "visited_on": "2026-05-06", "channel": "VISIT", "persons": 3}
    visit |= {"topic": "反映拖欠工资", "case_no": "TJ-1"}
    rows: dict[str, Rows] = {"D6b": [visit], "D6c": [case(owed)]}
    assert found(filing_of(owed, **rows)) == []
    assert counts(accepted(owed, **rows)) == (2, 0, 0)
    got = Case.objects.get()
    # Due 15 days after 6 May.
    assert (got.status, got.outcome, got.due_on) == ("PERFORMED", "SETTLED", date(2026, 5, 21))
    assert MediationAgreement.objects.get(case=got).agreed_amount == Decimal(8000)
    assert Visit.objects.get().case == got
    assert counts(accepted(owed, **rows)) == (0, 0, 2)
    accepted(owed)
    assert not Case.objects.exists() and not Visit.objects.exists() and not MediationAgreement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"performed": None, "performed_on": None}, "SETTLED"),
        ({"performed": None, "performed_on": None, "confirm": "COURT"}, "REVIEW"),
        ({"performed": "否", "performed_on": None}, "NOT_PERFORMED"),
    ],
)
def test_the_status_follows_from_the_agreement(owed: ReturnObligation, changes: dict[str, Any], status: str) -> None:
    assert found(filing_of(owed, D6c=[case(owed, **changes)])) == []
    accepted(owed, D6c=[case(owed, **changes)])
    assert Case.objects.get().status == status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "MEDIATING"),
        ({"accepted_on": None}, "SCREENED"),
        ({"accepted_on": None, "willing": None}, "REGISTERED"),
        ({"closed_on": "2026-05-20", "outcome": "FAILED"}, "FAILED"),
        ({"closed_on": "2026-05-20", "outcome": "REFUSED", "willing": "否", "accepted_on": None}, "REFUSED"),
        ({"closed_on": "2026-05-20", "outcome": "RETURNED", "source": "ENTRUSTED"}, "RETURNED"),
    ],
)
def test_the_status_of_other_cases(owed: ReturnObligation, changes: dict[str, Any], status: str) -> None:
    assert found(filing_of(owed, D6c=[still_open(owed, **changes)])) == []
    accepted(owed, D6c=[still_open(owed, **changes)])
    assert Case.objects.get().status == status


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"closed_on": "2026-05-06"}, "closed_on"),
        ({"accepted_on": "2026-05-05"}, "accepted_on"),
        ({"willing": "否"}, "willing"),
        ({"accepted_on": None}, "accepted_on"),
        ({"closed_on": None, "performed": None, "performed_on": None}, "closed_on"),
        ({"performed": None}, "performed"),
        ({"performed_on": "2026-05-14"}, "performed_on"),
        ({"body": "没有的调解委员会"}, "body"),
    ],
)
def test_what_a_case_is_refused_for(owed: ReturnObligation, changes: dict[str, Any], column: str) -> None:
    assert found(filing_of(owed, D6c=[case(owed, **changes)])) == [("D6c", 4, column)]
    returned = still_open(owed, closed_on="2026-05-20", outcome="RETURNED")
    assert found(filing_of(owed, D6c=[returned])) == [("D6c", 4, "outcome")]


def test_a_later_version_changes_a_case_and_a_case_gone_further_stays(owed: ReturnObligation) -> None:
    accepted(owed, D6c=[still_open(owed)])
    assert counts(accepted(owed, D6c=[case(owed, performed=None, performed_on=None)])) == (0, 1, 0)
    got = Case.objects.get()
    assert got.status == "SETTLED"
    # Performed after the quarter and archived: the return of the quarter does not undo it.
    MediationAgreement.objects.update(performed_on=date(2026, 7, 9))
    Case.objects.update(status="ARCHIVED")
    assert counts(accepted(owed, D6c=[case(owed, performed=None, performed_on=None)])) == (0, 0, 1)
    got.refresh_from_db()
    assert (got.status, MediationAgreement.objects.get().performed_on) == ("ARCHIVED", date(2026, 7, 9))


def test_the_number_of_another_unions_case_is_refused_and_nothing_written(owed: ReturnObligation) -> None:
    CaseFactory(case_no="TJ-1")
    with pytest.raises(RowsError):
        accepted(owed, D6c=[case(owed)])
    assert Case.objects.count() == 1 and not MediationAgreement.objects.exists()


def test_a_petition_hidden_from_the_employer_never_stands_in_a_return(owed: ReturnObligation) -> None:
    CaseFactory(union=owed.union, received_on=date(2026, 5, 6), hidden_from_employer=True)
    VisitFactory(union=owed.union, visited_on=date(2026, 5, 6), hidden_from_employer=True)
    assert [list(SHEETS[code].standing(Filing(owed))) for code in ("D6b", "D6c")] == [[], []]


def test_x11_every_case_settled_has_its_agreement(owed: ReturnObligation) -> None:
    second = case(owed, case_no="TJ-2", agreement_no="XY-2")
    assert found(filing_of(owed, D6c=[case(owed), second]), "X-11") == []
    bare = {"agreement_no": None, "agreed_amount": None, "performed": None, "performed_on": None}
    assert found(filing_of(owed, D6c=[case(owed), second | bare]), "X-11") == [("D6c", 5, "agreement_no")]
    failed = second | bare | {"agreement_no": "XY-2", "outcome": "FAILED"}
    assert found(filing_of(owed, D6c=[case(owed), failed]), "X-11") == [("D6c", 5, "outcome")]
    twice = [case(owed), second | {"agreement_no": "XY-1"}]
    assert found(filing_of(owed, D6c=twice), "X-11") == [("D6c", 4, "agreement_no"), ("D6c", 5, "agreement_no")]


def test_x12_kinds_add_up_and_every_case_has_workers(owed: ReturnObligation) -> None:
    assert found(filing_of(owed, D6c=[case(owed)]), "X-12") == []
    filing = filing_of(owed, D6c=[case(owed)])
    [row] = filing.rows("D6c")
    filing.content["D6c"] = [row, Row(5, row.values | {"case_no": "TJ-2", "agreement_no": "XY-2", "kind": None})]
    # Two cases, one of them of a kind.
    assert found(filing, "X-12") == [("D6c", 5, "kind")]
    filing.content["D6c"] = [Row(4, row.values | {"workers": 0})]
    [told] = [one for one in examine(filing) if one.rule == "X-12"]
    assert (told.severity, told.column) == ("WARNING", "workers")


def test_a_collective_dispute_is_reported_the_same_day(owed: ReturnObligation) -> None:
    alert = {"employer_code": code_of(owed), "reported_on": "2026-05-06", "reporter": "赵磊", "level": "LARGER"}
    alert |= {"workers": 12, "matter": "拖欠工资", "coordinated_on": "2026-05-07"}
    large = case(owed, workers=12)
    assert found(filing_of(owed, D6c=[large]), "B11") == [("D6c", 4, "workers")]
    assert found(filing_of(owed, D6c=[large], D6d=[alert]), "B11") == []
    assert counts(accepted(owed, D6d=[alert])) == (1, 0, 0)
    assert counts(accepted(owed, D6d=[alert])) == (0, 0, 1)
    assert counts(accepted(owed, D6d=[alert | {"workers": 14}])) == (0, 1, 0)
    assert RiskAlert.objects.get().workers == 14
    early = alert | {"coordinated_on": "2026-05-01"}
    assert found(filing_of(owed, D6d=[early])) == [("D6d", 4, "coordinated_on")]


def test_what_stands_is_what_a_return_would_say(owed: ReturnObligation) -> None:
    rows = network(owed) | {"D6c": [case(owed, body="测试调解委员会")]}
    accepted(owed, **rows)
    version = owed.versions.get()
    said = {code: [texts(SHEETS[code], one) for one in SHEETS[code].standing(Filing(owed, version))] for code in MINE}
    again = filing_of(owed, version, **said)
    assert found(again) == [] and counts(enter_mine(again)) == (0, 0, 4)
    for model in (MediationAgreement, Case, Mediator, WarningOfficer, MediationBody):
        model.objects.all().delete()
    # Body, mediator, officer and case come back.
    assert counts(enter_mine(again)) == (4, 0, 0)
    assert (Case.objects.get().status, MediationAgreement.objects.get().number) == ("PERFORMED", "XY-1")

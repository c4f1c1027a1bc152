"""A roster is entered as sets: tables and refusals are as if it had been entered row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from members.models import (
    Membership,
    MembershipConflict,
    MembershipStatus,
    OpenMembership,
    Person,
    ServiceCard,
    StagedMember,
)
from members.return_sheets.roster_changes import Change
from members.return_sheets.roster_known import Known
from tests.factories import returns
from tests.factories.members import MembershipFactory, PersonFactory, id_number
from tests.factories.returns import owed_return, owing_union, version_in_force
from tests.factories.returns import roster_line as line
from unions.models import ReturnContent, ReturnObligation, Union
from unions.returns.applying import enter
from unions.returns.checking import examine
from unions.returns.content import pack
from unions.returns.filing import Filing, content_of
from unions.returns.registry import SHEETS, RowsError, Tally

pytestmark = pytest.mark.usefixtures("as_system")
S = MembershipStatus
BORN = date(1990, 3, 7)
Rows = Sequence[dict[str, Any]]
TABLES = (Person, Membership, OpenMembership, ServiceCard, MembershipConflict)
# What two entries of one sheet never share: numbers and times of the rows themselves.
OWN = {"id", "created_at", "pgh_id", "pgh_created_at", "pgh_obj_id", "pgh_context"}


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


def filing_of(owed: ReturnObligation, rows: Rows) -> Filing:
    """A version that is accepted and not yet entered."""
    version = version_in_force(owed)
    filing = returns.filing_of(owed, version, D2=rows)
    ReturnContent.objects.create(union=owed.union, version=version, rows=pack(filing.content))
    return filing


def entered_in_sets(filing: Filing) -> Tally:
    return SHEETS["D2"].apply(filing.rows("D2"), filing)


def entered_row_by_row(filing: Filing) -> Tally:
    """Each row looks up by itself what the portal knows. Raises RowsError as the sheet does."""
    sheet, tally, refused = SHEETS["D2"], Tally(), []
    before = {}
    if filing.version and filing.version.amends:
        before = {sheet.key_of(row.values): row for row in content_of(filing.version.amends)["D2"]}
    said = {sheet.key_of(row.values) for row in filing.rows("D2")}
    for key in reversed([key for key in before if key not in said]):
        Change(before[key], filing, Known(filing.union)).unmake()
    for row in filing.rows("D2"):
        try:
            tally.count(Change(row, filing, Known(filing.union), before.get(sheet.key_of(row.values))).make())
        except ValidationError as error:
            refused.append(sheet.finding(row, "op", error.messages[0]))
    if refused:
        raise RowsError(refused)
    return tally


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every column of every row of the roster's tables and of their histories, people told by their numbers."""
    people = dict(Person.objects.values_list("pk", "id_index"))
    memberships = {row.pk: (people[row.person_id], row.applied_on, row.joined_on) for row in Membership.objects.all()}
    named = {"person_id": people, "person": people, "membership_id": memberships}
    named |= {"application_id": memberships, "standing_id": memberships}

    def shown(row: dict[str, Any]) -> dict[str, Any]:
        return {
            name: named[name].get(value) if name in named else value for name, value in row.items() if name not in OWN
        }

    found = {}
    for model in TABLES:
        history = [] if model is OpenMembership else [apps.get_model("members", f"{model.__name__}History")]
        for one in (model, *history):
            rows = [shown(row) for row in one._base_manager.values()]
            found[one.__name__] = sorted(rows, key=repr)
    return found


def both_ways(filing: Filing) -> tuple[Any, Any]:
    """What comes of a sheet entered row by row, and of the same entered as sets: counts and tables, or refusals."""
    results = []
    for way in (entered_row_by_row, entered_in_sets):
        with transaction.atomic():
            try:
                tally = way(Filing(filing.obligation, filing.version, filing.content))
                results.append((tally.as_counts(), tables()))
            except RowsError as error:
                results.append((error.findings, None))
            transaction.set_rollback(True)
    return results[0], results[1]


def cast(owed: ReturnObligation) -> list[dict[str, Any]]:
    """Newcomers of every kind, known people, changes one after the other, somebody of another union, and no consent."""
    other = owing_union()
    MembershipFactory(person=person(other, 60))
    person(other, 61)
    person(owed.union, 62, phone="13700000000")
    for serial in (63, 64, 65, 66):
        MembershipFactory(person=person(owed.union, serial))
    kept = MembershipFactory(person=person(owed.union, 67)).person
    person(owed.union, 68, merged_into=kept)
    return [
        line(owed, serial=41, card_info="2026-05-08", card_issued="2026-05-20", phone="13800000000", dues_base=5200),
        line(owed, serial=42, worker_type="MIGRANT", card_info="2026-05-08", employer_code=""),
        line(owed, serial=43, id_type="PASSPORT", id_no="EA1234567", consent="否"),
        line(owed, serial=44, id_type="PASSPORT", id_no="EA-12345(6)", birth="1988-01-02", gender="M"),
        line(owed, serial=45),
        line(owed, "WITHDRAW", 45, change_on="2026-06-08"),
        line(owed, serial=46),
        line(owed, "RETAIN", 46, change_on="2026-05-20"),
        line(owed, "RESUME", 46, change_on="2026-06-08", card_info="2026-06-08"),
        line(owed, serial=47),
        line(owed, "AMEND", 47, name="测试新名", phone="13900000000"),
        line(owed, "MOVE_IN", 60),
        line(owed, serial=61),
        line(owed, serial=62, card_info="2026-05-08"),
        line(owed, "WITHDRAW", 63),
        line(owed, "MOVE_OUT", 64),
        line(owed, "DECEASE", 65),
        line(owed, "RETAIN", 66),
        line(owed, "AMEND", 67, phone="13600000000", dues_base=4100),
        line(owed, "AMEND", 68, name="测试67", card_info="2026-05-09"),
        line(owed, serial=48, name="欧阳玉兰"),
    ]


def person(union: Union, serial: int, **facts: Any) -> Person:
    number, sex = id_number(serial, BORN), "M" if serial % 2 else "F"
    return PersonFactory(union=union, serial=serial, birth_date=BORN, sex=sex, id_number=number, **facts)


def test_sets_and_rows_leave_the_same_tables(owed: ReturnObligation) -> None:
    rows, sets = both_ways(filing_of(owed, cast(owed)))
    # 21 rows: 1 without consent; 45-47 twice or thrice, 63-68 changed; 41, 42, 44-48, 60, 61, 62 came.
    assert rows[0] == {"read": 21, "created": 10, "updated": 10, "unchanged": 1, "rejected": 0}
    assert sets == rows


def test_the_same_sheet_again_changes_nothing_but_what_comes_in_turns(owed: ReturnObligation) -> None:
    filing = filing_of(owed, [line(owed, serial=n) for n in range(41, 50)] + [line(owed, "RETAIN", 41)])
    entered_in_sets(filing)
    before = tables()
    with CaptureQueriesContext(connection) as asked:
        again = entered_in_sets(filing)
    assert again.as_counts() == {"read": 10, "created": 0, "updated": 0, "unchanged": 10, "rejected": 0}
    assert tables() == before
    assert not [query for query in asked.captured_queries if query["sql"].startswith(("INSERT", "UPDATE", "COPY"))]


AMENDED: list[dict[str, Any]] = [
    {"dues_base": 6000},
    {"phone": "13500000000"},
    {"worker_type": "MIGRANT"},
    {"dues_base": 6000, "phone": "13500000000", "card_info": "2026-05-10"},
    {"dues_base": ""},
    {"employer_code": ""},
    {"change_on": "2026-05-07"},
    {"card_info": "2026-05-10", "card_issued": "2026-05-11"},
    {},
]


def test_an_amendment_states_anew_what_it_says_otherwise_and_nothing_else(owed: ReturnObligation) -> None:
    first = [line(owed, serial=n, dues_base=5200, phone="13800000000") for n in range(41, 52)]
    entered = filing_of(owed, [*first, line(owed, "WITHDRAW", 50, change_on="2026-06-08")])
    entered_in_sets(entered)
    # Told since by other means: an amendment that says nothing else of it leaves it alone.
    Person.objects.filter(name="测试41").update(phone="13111111111")
    later = [one | more for one, more in zip(first, AMENDED, strict=False)]
    leaving = line(owed, "WITHDRAW", 50, change_on="2026-06-08", reason="迁往外地")
    filing = filing_of(owed, [*later, first[9], leaving])
    rows, sets = both_ways(filing)
    # The day moved is taken back and entered anew; the ninth and the tenth are as they were; the eleventh is gone.
    assert rows[0] == {"read": 11, "created": 1, "updated": 8, "unchanged": 2, "rejected": 0}
    assert sets == rows
    entered_in_sets(filing)
    told = dict(Membership.objects.values_list("person__name", "dues_wage"))
    assert (told["测试41"], told["测试42"], told["测试45"]) == (6000, 5200, None)
    assert Person.objects.get(name="测试41").phone == "13111111111"
    assert Person.objects.get(name="测试43").is_migrant
    assert Membership.objects.get(person__name="测试50").reason == "迁往外地"
    assert not Membership.objects.filter(person__name="测试51").exists()
    again = entered_in_sets(filing)
    assert again.as_counts() == {"read": 11, "created": 0, "updated": 0, "unchanged": 11, "rejected": 0}


def refused(owed: ReturnObligation, rows: Rows) -> list[tuple[int, str]]:
    """The rows that both ways refuse, with what is said; nothing is written."""
    filing = filing_of(owed, rows)
    one_by_one, sets = both_ways(filing)
    assert sets == one_by_one and sets[1] is None
    before = tables()
    with pytest.raises(RowsError):
        enter(filing)
    assert tables() == before
    assert not StagedMember.objects.exists()
    return [(finding.row, finding.message) for finding in sets[0]]


def test_a_refusal_in_the_middle_writes_nothing(owed: ReturnObligation) -> None:
    rows = [line(owed, serial=n) for n in range(41, 61)]
    rows[7] = line(owed, "WITHDRAW", 70)
    rows[11] = line(owed, serial=52, name="")
    rows[12] = line(owed, serial=53, card_info="2026-05-08", card_issued="2026-05-07")
    filing_rows = [rows[n] for n in range(20) if n != 11]
    # Rows begin in line 4: the eighth stands in line 11; without the twelfth, the thirteenth stands in line 15.
    assert [number for number, _message in refused(owed, filing_rows)] == [11, 15]
    assert Person.objects.count() == 0


def test_one_number_twice_is_refused_the_second_time(owed: ReturnObligation) -> None:
    rows = [line(owed), line(owed, serial=42), line(owed, change_on="2026-05-09")]
    assert [number for number, _message in refused(owed, rows)] == [6]


def test_who_leaves_before_joining_is_refused(owed: ReturnObligation) -> None:
    rows = [line(owed, "WITHDRAW", change_on="2026-05-05"), line(owed)]
    assert [number for number, _message in refused(owed, rows)] == [4]


def test_another_name_under_a_known_number_is_refused(owed: ReturnObligation) -> None:
    person(owed.union, 41, name="别人")
    assert [number for number, _message in refused(owed, [line(owed, serial=42), line(owed)])] == [5]


UNSOUND = [("birth", "1990-03-08"), ("gender", "F"), ("id_no", "99999919900307041X")]


@pytest.mark.parametrize(("column", "value"), UNSOUND)
def test_an_unsound_number_is_refused_although_no_check_came_before(
    owed: ReturnObligation, column: str, value: str
) -> None:
    assert [number for number, _message in refused(owed, [line(owed, serial=42), line(owed, **{column: value})])] == [5]


def test_what_a_sheet_needs_to_ask_does_not_grow_with_its_rows(owed: ReturnObligation) -> None:
    def asked(filing: Filing) -> int:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            examine(filing)
            enter(filing)
            transaction.set_rollback(True)
        return len(queries)

    few = [line(owed, serial=n) for n in (41, 42)]
    many = [line(owed, serial=n, card_info="2026-05-08") for n in range(41, 81)]
    small, large = filing_of(owed, few), filing_of(owed_return(), many)
    assert asked(large) == asked(small)


def test_a_merged_record_leads_to_the_one_that_was_kept(owed: ReturnObligation) -> None:
    kept = MembershipFactory(person=person(owed.union, 41)).person
    person(owed.union, 42, merged_into=kept)
    entered_in_sets(filing_of(owed, [line(owed, "WITHDRAW", 42)]))
    assert Membership.objects.get(person=kept).status == S.WITHDRAWN

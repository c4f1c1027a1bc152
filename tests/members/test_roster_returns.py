"""What D2 and D7 of a return do to roster, activities and lists, and the rules that hold them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from members.models import (
    Activity,
    Contest,
    HealthCheck,
    Membership,
    MembershipConflict,
    MembershipStatus,
    Person,
    Recuperation,
    ServiceCard,
)
from tests.factories.members import id_number
from tests.factories.returns import filing_of, owed_return, owing_union, sound_rows, version_in_force
from tests.factories.returns import roster_line as line
from unions.models import Officer, ReturnContent, ReturnObligation, Union
from unions.returns.applying import enter
from unions.returns.checking import examine
from unions.returns.content import pack
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, RowsError, Tally

pytestmark = pytest.mark.usefixtures("as_system")
S = MembershipStatus
BORN = date(1990, 3, 7)
Rows = Iterable[dict[str, Any]]


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


def accepted(owed: ReturnObligation, **sheets: Rows) -> tuple[Any, Tally]:
    """A version with these rows, entered."""
    version = version_in_force(owed)
    filing = filing_of(owed, version, **sheets)
    ReturnContent.objects.create(union=owed.union, version=version, rows=pack(filing.content))
    return version, enter(filing)


def found(filing: Filing, rule: str) -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.column) for one in examine(filing) if one.rule == rule]


def member(union: Union, serial: int = 41) -> Membership:
    return Membership.objects.get(union=union, person__id_last4=id_number(serial, BORN)[-4:])


def joined(owed: ReturnObligation, serial: int = 41) -> Any:
    return accepted(owed, D2=[line(owed, serial=serial)])[0]


def test_who_joins_is_a_member_from_his_day_with_employer_and_card(owed: ReturnObligation) -> None:
    row = line(owed, card_info="2026-05-08", card_issued="2026-05-20", phone="13800000000", dues_base="5200.00")
    version, tally = accepted(owed, D2=[row])
    got = member(owed.union)
    assert (got.status, got.joined_on, got.source_return, f"{got.dues_wage}") == (
        S.ACTIVE,
        date(2026, 5, 6),
        version,
        "5200.00",
    )
    assert got.employer is not None and got.person.phone == "13800000000" and got.person.consented_on
    assert ServiceCard.objects.get(person=got.person).issued_on == date(2026, 5, 20)
    # Census and member are new, the cover is only read.
    assert tally.as_counts() == {"read": 3, "created": 2, "updated": 0, "unchanged": 1, "rejected": 0}


def test_the_same_return_again_changes_nothing(owed: ReturnObligation) -> None:
    version = joined(owed)
    again = enter(filing_of(owed, version, D2=[line(owed)]))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


@pytest.mark.parametrize(
    ("op", "status", "field"),
    [
        ("MOVE_OUT", S.TRANSFERRED_OUT, "left_on"),
        ("WITHDRAW", S.WITHDRAWN, "left_on"),
        ("DECEASE", S.DECEASED, "left_on"),
        ("RETAIN", S.RETAINED, "retained_on"),
    ],
)
def test_each_way_to_leave_takes_effect_on_its_day(owed: ReturnObligation, op: str, status: str, field: str) -> None:
    accepted(owed, D2=[line(owed), line(owed, op, change_on="2026-06-08")])
    got = member(owed.union)
    assert (got.status, getattr(got, field)) == (status, date(2026, 6, 8))


def test_a_retained_member_comes_back(owed: ReturnObligation) -> None:
    ways = [line(owed), line(owed, "RETAIN", change_on="2026-05-20"), line(owed, "RESUME", change_on="2026-06-08")]
    accepted(owed, D2=ways)
    rows = Membership.objects.filter(union=owed.union).order_by("joined_on")
    assert [(row.status, row.joined_on) for row in rows] == [
        (S.TRANSFERRED_OUT, date(2026, 5, 6)),
        (S.ACTIVE, date(2026, 6, 8)),
    ]


def test_new_details_keep_the_former_name(owed: ReturnObligation) -> None:
    accepted(owed, D2=[line(owed), line(owed, "AMEND", name="测试新名", phone="13900000000")])
    person = member(owed.union).person
    assert (person.name, person.former_name, person.phone) == ("测试新名", "测试41", "13900000000")


def test_without_consent_nobody_is_recorded(owed: ReturnObligation) -> None:
    accepted(owed, D2=[line(owed, consent="否")])
    assert not Person.objects.filter(union=owed.union).exists()


@pytest.mark.parametrize("op", ["MOVE_OUT", "WITHDRAW", "DECEASE", "RETAIN", "RESUME", "AMEND"])
def test_who_is_no_member_cannot_leave_or_change(owed: ReturnObligation, op: str) -> None:
    with pytest.raises(RowsError):
        accepted(owed, D2=[line(owed, op)])
    assert not Membership.objects.filter(union=owed.union).exists()


def test_x22_a_member_of_another_union_becomes_a_conflict_and_stays_there(owed: ReturnObligation) -> None:
    other = owed_return(owing_union())
    joined(other)
    assert found(filing_of(owed, D2=[line(owed, change_on="2026-06-01")]), "X-22") == [("D2", 4, "id_no")]
    assert found(filing_of(owed, D2=[line(owed, serial=43)]), "X-22") == []
    accepted(owed, D2=[line(owed, change_on="2026-06-01")])
    assert member(owed.union).status == S.APPLIED
    assert member(other.union).status == S.ACTIVE
    assert MembershipConflict.objects.get(union=owed.union).standing == member(other.union)


def test_an_amendment_takes_back_what_it_no_longer_says(owed: ReturnObligation) -> None:
    accepted(owed, D2=[line(owed), line(owed, serial=43), line(owed, "WITHDRAW", 43)])
    accepted(owed, D2=[line(owed, serial=43)])
    assert not Membership.objects.filter(person__name="测试41").exists()
    assert Person.objects.filter(name="测试41").exists()  # who he is stays known
    again = member(owed.union, 43)
    assert (again.status, again.left_on, again.reason) == (S.ACTIVE, None, "")


def test_x02_women_members_agree_with_the_named_roster(owed: ReturnObligation) -> None:
    profile = sound_rows(owed.union, female_members_end=1, members_end=2)["D1a"]
    both = [line(owed, serial=41), line(owed, serial=42)]  # a man and a woman
    assert found(filing_of(owed, D1a=profile, D2=both), "X-02") == []
    assert found(filing_of(owed, D1a=profile, D2=both[:1]), "X-02") == [("D1a", 4, "female_members_end")]


def test_x03_who_dissolves_settles_all_members_first(owed: ReturnObligation) -> None:
    joined(owed)
    ending = {"event": "DISSOLVED", "happened_on": "2026-06-20", "doc_no": "澄总工〔2026〕9号"}
    assert found(filing_of(owed, D1b=[ending]), "X-03") == [("D1b", 4, "event")]
    leaving = line(owed, "MOVE_OUT", change_on="2026-06-19")
    assert found(filing_of(owed, D1b=[ending], D2=[leaving]), "X-03") == []


def test_x23_no_card_is_issued_before_its_data(owed: ReturnObligation) -> None:
    def cards(**days: str) -> list[tuple[str, int, str]]:
        return found(filing_of(owed, D2=[line(owed, **days)]), "X-23")

    assert cards(card_info="2026-05-08", card_issued="2026-05-08") == []
    assert cards(card_info="2026-05-08", card_issued="2026-05-07") == [("D2", 4, "card_issued")]
    assert cards(card_issued="2026-05-07") == [("D2", 4, "card_issued")]


WRONG = [
    ("birth", "1990-03-08"),
    ("gender", "F"),
    ("id_no", "999999199003070410"),
    ("employer_code", "E9999"),
    ("reason", ""),
    ("hire_on", "2026-05-07"),
]


@pytest.mark.parametrize(("column", "typed"), WRONG)
def test_a_wrong_cell_of_the_roster_is_found_there(owed: ReturnObligation, column: str, typed: str) -> None:
    op = "WITHDRAW" if column == "reason" else "JOIN"
    sound = filing_of(owed, D2=[line(owed, op)])
    assert [one for one in examine(sound) if one.sheet == "D2"] == []
    wrong = filing_of(owed, D2=[line(owed, op, **{column: typed})])
    assert ("D2", 4, column) in {(one.sheet, one.row, one.column) for one in examine(wrong)}


ACTIVITY = {
    "date_from": "2026-05-10",
    "date_to": "2026-05-12",
    "kind": "TRAINING",
    "audience": "EMPLOYEES",
    "activity": "安全培训",
    "level": "ENTERPRISE",
    "sessions": 2,
    "attendances": 60,
    "female": 25,
    "cost_union": "1200.00",
}
CONTEST = {
    "date_from": "2026-04-20",
    "date_to": "2026-04-20",
    "type": "SKILLS",
    "contest": "电工比武",
    "level": "ENTERPRISE",
    "contestants": 18,
}


def test_activities_and_contests_are_entered_changed_and_taken_away(owed: ReturnObligation) -> None:
    _first, tally = accepted(owed, D7a=[ACTIVITY], D7b=[CONTEST])
    assert tally.created == 3  # with the census
    activity = Activity.objects.get(union=owed.union)
    assert (activity.sessions, activity.attendances, activity.starts_on) == (2, 60, date(2026, 5, 10))
    accepted(owed, D7a=[ACTIVITY | {"attendances": 58}])
    assert Activity.objects.get(union=owed.union).attendances == 58
    assert not Contest.objects.filter(union=owed.union).exists()


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"date_to": "2026-05-09"}, "date_to"), ({"female": 61}, "female"), ({"on_site": "是"}, "employer_code")],
)
def test_a_wrong_activity_is_found_at_its_cell(owed: ReturnObligation, changes: dict[str, Any], column: str) -> None:
    wrong = filing_of(owed, D7a=[ACTIVITY | changes])
    assert [(one.row, one.column) for one in examine(wrong) if one.sheet == "D7a"] == [(4, column)]


def listed(owed: ReturnObligation, kind: str = "CHECKUP", serial: int = 41, **more: Any) -> dict[str, Any]:
    number = id_number(serial, BORN)
    said = {"kind": kind, "occasion": "春季", "name": f"测试{serial}", "id_no": number, "went_on": "2026-05-20"}
    return said | more


def test_x15_lists_agree_with_their_numbers_and_are_entered(owed: ReturnObligation) -> None:
    joined(owed)
    rest = listed(owed, "REST", days=5, cost="1500.00")
    said = [{"kind": kind, "occasion": "春季", "attendances": 1} for kind in ("CHECKUP", "REST")]
    good = filing_of(owed, D2=[line(owed)], D7c=said, D7d=[listed(owed), rest])
    assert found(good, "X-15") == []
    wrong = [said[0] | {"attendances": 2}, said[1]]
    assert found(filing_of(owed, D7c=wrong, D7d=[listed(owed), rest]), "X-15") == [("D7c", 4, "attendances")]
    assert found(filing_of(owed, D7c=said[:1], D7d=[listed(owed), rest]), "X-15") == [("D7d", 5, "occasion")]
    good.version = owed.versions.get()
    enter(good)
    assert HealthCheck.objects.get(union=owed.union).checked_on == date(2026, 5, 20)
    assert Recuperation.objects.get(union=owed.union).days == 5


@pytest.mark.parametrize("first", ["leaving", "receiving"])
def test_a_move_told_by_both_unions_is_one_move_whoever_files_first(owed: ReturnObligation, first: str) -> None:
    there = owed_return(owing_union())
    joined(owed)
    told = {
        "leaving": (owed, [line(owed), line(owed, "MOVE_OUT", change_on="2026-06-10")]),
        "receiving": (there, [line(there, "MOVE_IN", change_on="2026-06-10")]),
    }
    for side in sorted(told, key=lambda name: name != first):
        obligation, rows = told[side]
        accepted(obligation, D2=rows)
    assert member(owed.union).status == S.TRANSFERRED_OUT
    moved = member(there.union)
    assert (moved.status, moved.joined_on) == (S.ACTIVE, date(2026, 6, 10))
    assert Person.objects.get().union_id == there.union_id
    # Told again, it stays as it is.
    _version, tally = accepted(there, D2=told["receiving"][1])
    assert tally.created == 0


def test_a_chair_on_a_list_of_check_ups_is_told_apart(owed: ReturnObligation) -> None:
    joined(owed)
    chair = Officer.objects.filter(union=owed.union, post=Officer.Post.CHAIR)
    chair.update(name="测试41", start=date(2026, 5, 1))
    lists = [listed(owed), listed(owed, occasion="上年", went_on="2026-04-30")]
    enter(filing_of(owed, owed.versions.get(), D2=[line(owed)], D7d=lists))
    assert dict(HealthCheck.objects.values_list("checked_on", "is_chair")) == {
        date(2026, 5, 20): True,
        date(2026, 4, 30): False,
    }


def test_recuperation_is_every_two_years(owed: ReturnObligation) -> None:
    joined(owed)
    Recuperation.objects.create(
        union=owed.union, person=member(owed.union).person, place="莫干山", starts_on=date(2025, 5, 21), days=5
    )
    again = filing_of(owed, D7d=[listed(owed, "REST", days=5)])
    assert ("D7d", 4, "went_on") in {(one.sheet, one.row, one.column) for one in examine(again)}


def test_what_the_portal_knows_of_the_quarter_is_what_the_return_would_say(owed: ReturnObligation) -> None:
    accepted(
        owed,
        D2=[line(owed), line(owed, serial=43), line(owed, "RETAIN", 43, change_on="2026-06-08")],
        D7a=[ACTIVITY],
        D7b=[CONTEST],
    )
    filing = Filing(owed)
    assert [(row["op"], row["name"]) for row in SHEETS["D2"].standing(filing)] == [
        ("JOIN", "测试41"),
        ("JOIN", "测试43"),
        ("RETAIN", "测试43"),
    ]
    assert [row["activity"] for row in SHEETS["D7a"].standing(filing)] == ["安全培训"]
    assert [row["contestants"] for row in SHEETS["D7b"].standing(filing)] == [18]

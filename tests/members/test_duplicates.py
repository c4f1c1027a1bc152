"""What is proposed as one person recorded twice, who sees it, and the same document typed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from members.duplicates import look_for_duplicates, one_slip_apart
from members.forms import PersonForm
from members.models import DuplicatePair, IdType, Likeness, Membership, Person
from members.pair_workflow import PAIR
from members.services import Applicant, apply_to_join
from members.tasks import propose_duplicates
from tests.factories.members import MembershipFactory, PersonFactory, id_number, member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.crypto import blind_index
from unions.models import Union, User

pytestmark = pytest.mark.django_db
BIRTH = date(1990, 5, 1)
GOOD = id_number(1, BIRTH)
S = DuplicatePair.State


def changed(number: str, place: int) -> str:
    """The number with another digit at one place, so that its check character fits no longer."""
    return f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1 :]}"


def found() -> dict[tuple[str, str], list[str]]:
    with acting(SYSTEM):
        look_for_duplicates()
        rows = DuplicatePair.objects.filter(state=S.OPEN).select_related("first", "second")
        return {(row.first.name, row.second.name): row.reasons for row in rows}


@pytest.fixture
def union(as_system: None) -> Union:
    return UnionFactory()


@pytest.mark.parametrize(
    "one,other,is_slip",
    [
        ("330200199005010011", "330200199005010012", True),
        ("330200199005010011", "330200199005010101", True),
        ("330200199005010011", "33020019900501001", True),
        ("E1234567", "E1234576", True),
        ("E1234567", "E7654321", False),
        ("12", "21", True),
        ("123", "321", False),
    ],
)
def test_one_slip_of_the_pen(one: str, other: str, is_slip: bool) -> None:
    assert one_slip_apart(one, other) is one_slip_apart(other, one) is is_slip


@pytest.mark.parametrize(
    "wrong",
    [changed(GOOD, 15), changed(GOOD, 0), GOOD[:9] + GOOD[10:], f"{GOOD[:3]}***{GOOD[-4:]}"],
    ids=["one digit", "region", "a digit missing", "only the ends"],
)
def test_a_mistyped_id_is_proposed(union: Union, wrong: str) -> None:
    member_of(union, name="测试人甲", birth_date=BIRTH, id_number=GOOD)
    PersonFactory(union=UnionFactory(), name="测试人甲", birth_date=BIRTH, id_number=wrong)
    assert found() == {("测试人甲", "测试人甲"): [Likeness.ID]}


@pytest.mark.parametrize("birth", [date(1980, 5, 1), date(1990, 6, 1), date(1990, 5, 11)])
def test_a_slip_in_the_date_of_birth_is_proposed(union: Union, birth: date) -> None:
    """In the number and in the date typed beside it: one digit of the year, the month or the day."""
    member_of(union, name="测试人甲", birth_date=BIRTH, id_number=GOOD)
    wrong = f"{GOOD[:6]}{birth:%Y%m%d}{GOOD[14:]}"
    PersonFactory(union=union, name="测试人甲", birth_date=birth, id_number=wrong)
    assert found() == {("测试人甲", "测试人甲"): [Likeness.ID]}


def test_the_same_name_birth_and_employer_are_proposed(union: Union) -> None:
    """Also of a membership that ended, and whatever the two numbers say; another employer is another person."""
    here, there = EmployerFactory(union=union), EmployerFactory(union=union)
    facts = {"union": union, "name": "测试人甲", "birth_date": BIRTH}
    first, second, third = (PersonFactory(**facts, id_number=id_number(n, BIRTH)) for n in (1, 3, 5))
    MembershipFactory(person=first, employer=here)
    MembershipFactory(person=second, employer=here, status="WITHDRAWN", left_on=date(2020, 1, 1))
    MembershipFactory(person=third, employer=there)
    assert found() == {("测试人甲", "测试人甲"): [Likeness.WORKPLACE]}
    pair = DuplicatePair.objects.get()
    assert (pair.first, pair.second) == (first, second)


def test_a_name_that_sounds_the_same_is_proposed_unless_both_ids_are_valid(union: Union) -> None:
    facts = {"union": union, "birth_date": BIRTH}
    PersonFactory(**facts, name="张伟", id_number=GOOD)
    PersonFactory(**facts, name="章伟", id_number="E1234567", id_type=IdType.PASSPORT)
    PersonFactory(**facts, name="张玮", id_number=id_number(3, BIRTH))
    PersonFactory(union=union, name="张炜", birth_date=date(1991, 5, 1), id_number="E7654321", id_type=IdType.PASSPORT)
    # 张伟–章伟 and 章伟–张玮; 张伟–张玮 have two valid IDs, 张炜 was born on another day.
    assert found() == {("张伟", "章伟"): [Likeness.SOUND], ("章伟", "张玮"): [Likeness.SOUND]}


def test_strangers_are_not_proposed(union: Union) -> None:
    for number in range(1, 9, 2):
        member_of(union, name=f"测试{number}", birth_date=BIRTH, id_number=id_number(number, BIRTH))
    assert found() == {}


def test_what_was_decided_stays_decided_and_what_is_alike_no_longer_goes(union: Union) -> None:
    member_of(union, name="张伟", birth_date=BIRTH, id_number=GOOD)
    for name, number in (("章伟", "E1"), ("彰伟", "E2")):
        PersonFactory(union=union, name=name, birth_date=BIRTH, id_number=number, id_type=IdType.OTHER)
    assert len(found()) == 3
    officer = UserFactory(role=Role.ORGANISATION)
    pair = DuplicatePair.objects.get(first__name="张伟", second__name="章伟")
    with acting(officer):
        with pytest.raises(ValidationError):
            PAIR.move(row=pair, to=S.DIFFERENT, actor=officer)
        PAIR.move(row=pair, to=S.DIFFERENT, actor=officer, facts={"reason": "问过本人"})
    with acting(SYSTEM):
        person = Person.objects.get(name="彰伟")
        person.birth_date = date(1980, 1, 1)
        person.save()
        propose_duplicates()
    states = dict(DuplicatePair.objects.values_list("second__name", "state"))
    assert states == {"章伟": S.DIFFERENT, "彰伟": S.GONE}
    assert found() == {}


def test_a_chair_looks_and_sees_only_within_his_union(union: Union) -> None:
    """Of three records of one name, two here and one elsewhere, he is shown the one pair that is all his."""
    for where, name, number in ((union, "张伟", "E1"), (union, "章伟", "E2"), (UnionFactory(), "彰伟", "E3")):
        PersonFactory(union=where, name=name, birth_date=BIRTH, id_number=number, id_type=IdType.OTHER)
    chair: User = UserFactory(role=Role.CHAIR, role__at=union)
    with acting(chair):
        assert look_for_duplicates() == 1
        assert DuplicatePair.objects.visible_to(chair).get().second.name == "章伟"
    assert len(found()) == 3
    with acting(chair):
        assert DuplicatePair.objects.count() == 1
    with acting(SYSTEM):
        beyond = DuplicatePair.objects.get(first__name="张伟", second__name="彰伟")
    with acting(chair), pytest.raises(PermissionDenied):
        PAIR.move(row=beyond, to=S.DIFFERENT, actor=chair, facts={"reason": "不是"})


WAYS_TO_WRITE = ["E1234567", "e1234567", " E12 345 67 ", "Ｅ１２３４５６７", "e1234567\u3000", "E123\u200b4567"]
FOREIGNER = Applicant(
    name="测试人乙", sex="M", birth_date=BIRTH, id_number="E1234567", id_type=IdType.PASSPORT, consented_on=BIRTH
)


@pytest.mark.parametrize("written", WAYS_TO_WRITE)
def test_the_same_passport_is_one_person_however_it_is_written(union: Union, written: str) -> None:
    assert blind_index(written) == blind_index("E1234567")
    chair = UserFactory(role=Role.CHAIR, role__at=union)
    with acting(chair):
        apply_to_join(actor=chair, union=union, applicant=FOREIGNER, applied_on=date(2026, 2, 1))
        again = replace(FOREIGNER, id_number=written)
        with pytest.raises(ValidationError) as refused:
            apply_to_join(actor=chair, union=union, applicant=again, applied_on=date(2026, 3, 1))
        assert list(refused.value.error_dict) == ["id_number"]
        with pytest.raises(ValidationError) as refused:
            other = replace(again, name="测试人丙")
            apply_to_join(actor=chair, union=union, applicant=other, applied_on=date(2026, 3, 1))
        assert list(refused.value.error_dict) == ["name"]
        assert Person.objects.get().id_number == "E1234567"
        assert Membership.objects.count() == 1


@pytest.mark.parametrize("written", WAYS_TO_WRITE)
def test_a_record_corrected_to_anothers_passport_is_refused_at_the_field(union: Union, written: str) -> None:
    """Also where the other record is out of sight; then no more is said than that there is one."""
    known = PersonFactory(union=UnionFactory(), name="测试人乙", id_number="E1234567", id_type=IdType.PASSPORT)
    person = member_of(union, birth_date=BIRTH, id_number=GOOD)
    chair = UserFactory(role=Role.CHAIR, role__at=union)
    facts = {"name": person.name, "id_type": "PASSPORT", "id_number": written, "sex": "M", "birth_date": BIRTH}
    with acting(chair):
        form = PersonForm(facts, instance=Person.objects.get(pk=person.pk), actor=chair)
        assert list(form.errors) == ["id_number"]
        assert known.name not in str(form.errors)
    person.refresh_from_db()
    assert person.id_number == GOOD


def test_a_number_of_nothing_but_spaces_is_refused(union: Union) -> None:
    person = PersonFactory.build(union=union, id_number=" \u3000 ", id_type=IdType.OTHER)
    with pytest.raises(ValidationError) as refused:
        person.full_clean(exclude=["id_index"])
    assert "id_number" in refused.value.error_dict

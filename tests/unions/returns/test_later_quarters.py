"""What began in one quarter and goes on in the next is told twice and stays one row of the portal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from members.models import Membership, Person
from relief.models import MutualAidClaim
from tests.factories.members import id_number
from tests.factories.relief import MutualAidEnrolmentFactory, MutualAidPlanFactory
from tests.factories.returns import QUARTER, owed_return, owing_union, version_in_force
from unions.models import (
    CollectiveContract,
    Dispatch,
    ReturnObligation,
    Suggestion,
    Union,
)
from unions.returns.checking import read_cells
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, Tally
from unions.returns.template import FIRST_ROW

pytestmark = pytest.mark.usefixtures("as_system")
BORN = date(1990, 3, 7)

CONTRACT = {
    "contract_title": "集体合同",
    "kind": "COMPREHENSIVE",
    "signed_on": "2026-06-20",
    "effective_on": "2026-07-20",
    "expires_on": "2028-07-19",
    "employees_covered": 40,
}
SUGGESTION = {"title_text": "加装护栏", "kind": "SAFETY", "collected_on": "2026-06-20"}
DISPATCH = {"title_text": "夏送清凉", "outlet": "工人日报", "level": "NATIONAL", "submitted_on": "2026-06-28"}
CLAIM = {"plan": "在职互助", "name": "测试41", "term_from": "2026-05-01", "claimed_on": "2026-06-02"}

# The sheet, its table, what the first quarter says, what the next one adds.
GOES_ON = [
    ("D9a", CollectiveContract, CONTRACT, {"filed_on": "2026-07-03"}),
    ("D10a", Suggestion, SUGGESTION, {"adopted_on": "2026-07-08"}),
    ("D11a", Dispatch, DISPATCH, {"adopted_on": "2026-07-02"}),
    ("D8c", MutualAidClaim, CLAIM, {"paid_on": "2026-07-10", "amount": "850.00"}),
]


@pytest.fixture
def union() -> Union:
    """A union with one member who is insured."""
    union = owing_union()
    person = Person.objects.create(
        union=union, name="测试41", sex="M", birth_date=BORN, id_type="RESIDENT", id_number=id_number(41, BORN)
    )
    Membership.objects.create(union=union, person=person, status="ACTIVE", joined_on=date(2026, 1, 5))
    plan = MutualAidPlanFactory(name="在职互助", max_shares=2, valid_from=date(2020, 1, 1))
    MutualAidEnrolmentFactory(union=union, plan=plan, person=person, start=date(2026, 5, 1), end=date(2027, 5, 1))
    return union


def entered(owed: ReturnObligation, code: str, row: dict[str, Any]) -> Tally:
    """The row as the only one of its sheet, in an accepted version of the return."""
    filing = Filing(owed, version_in_force(owed))
    known = {"employer_code": next(iter(filing.employers)), "id_no": id_number(41, BORN)}
    said = row | {name: value for name, value in known.items() if name in SHEETS[code].columns}
    filing.content, wrong = read_cells({code: [(FIRST_ROW, said)]})
    assert wrong == []
    return SHEETS[code].apply(filing.rows(code), filing)


@pytest.mark.parametrize(("code", "model", "first", "later"), GOES_ON, ids=[case[0] for case in GOES_ON])
def test_what_goes_on_in_the_next_quarter_stays_one_row(
    union: Union, code: str, model: Any, first: dict[str, Any], later: dict[str, Any]
) -> None:
    before, after = owed_return(union), owed_return(union, QUARTER.next())
    assert entered(before, code, first).created == 1
    assert entered(after, code, first | later).updated == 1
    row = model.objects.get(union=union)
    [day] = [name for name in later if name.endswith("_on")]
    assert f"{getattr(row, day)}" == later[day]
    # Told again it is known, and the earlier quarter told again takes nothing back.
    assert entered(after, code, first | later).unchanged == 1
    assert entered(before, code, first).unchanged == 1
    assert f"{getattr(model.objects.get(union=union), day)}" == later[day]

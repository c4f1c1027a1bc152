"""Legal time limits: started by the law of the day, met, and moved only by a recorded change of the calendar."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories.unions import UnionFactory, UserFactory
from unions import clocks
from unions.acting import SYSTEM
from unions.models import AuditEntry, ClockRule, Deadline, OpenAffairsPosting, User, WorkDay

pytestmark = pytest.mark.usefixtures("as_system")
ANSWER = "COMMENT_ANSWER"


@pytest.fixture
def posting() -> OpenAffairsPosting:
    return OpenAffairsPosting.objects.create(union=UnionFactory(), topic="工资支付情况", posted_on=date(2030, 9, 2))


@pytest.fixture
def actor() -> User:
    return UserFactory()


def test_the_limits_of_the_law_are_entered_with_their_articles() -> None:
    limits = {rule.code: (rule.length, rule.unit) for rule in ClockRule.objects.all()}
    # rules.md B12, B13, B16: 10 and 15 working days, 10 + 15 days, 30 days.
    assert limits["CONTRACT_ANSWER"] == (10, "WORKING")
    assert limits["CONTRACT_CONGRESS"] == (15, "WORKING")
    assert limits["CONTRACT_FILING"] == (10, "NATURAL")
    assert limits["CONTRACT_OBJECTION"] == (15, "NATURAL")
    assert limits["COMMENT_ANSWER"] == (30, "NATURAL")
    assert not ClockRule.objects.filter(source="").exists()


def test_a_clock_starts_with_the_due_day_of_its_rule(posting: OpenAffairsPosting, actor: User) -> None:
    row = clocks.start_clock(code=ANSWER, target=posting, started_on=date(2030, 9, 2), actor=actor)
    assert row
    # 2 September + 30 days = Wednesday 2 October; 1 to 3 October are off by law: Friday the 4th.
    assert (row.due_on, row.union_id, row.created_by) == (date(2030, 10, 4), posting.union_id, actor)
    assert row.matter.startswith("答复厂务公开意见") and row.matter.endswith("工资支付情况")
    assert not clocks.is_confirmed([row])


def test_no_clock_starts_where_the_law_had_none(posting: OpenAffairsPosting, actor: User) -> None:
    assert clocks.start_clock(code=ANSWER, target=posting, started_on=date(2009, 9, 1), actor=actor) is None
    assert not Deadline.objects.exists()


def test_a_clock_put_right_begins_anew_and_the_log_says_so(posting: OpenAffairsPosting, actor: User) -> None:
    for day in (date(2030, 9, 2), date(2030, 9, 9)):
        clocks.start_clock(code=ANSWER, target=posting, started_on=day, actor=actor)
    # 9 September + 30 days = 9 October, a Wednesday.
    assert list(Deadline.objects.values_list("started_on", "due_on")) == [(date(2030, 9, 9), date(2030, 10, 9))]
    entry = AuditEntry.objects.get(action="unions.restart_clock")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2030-10-04", "2030-10-09")


def test_a_clock_is_met_once(posting: OpenAffairsPosting, actor: User) -> None:
    clocks.start_clock(code=ANSWER, target=posting, started_on=date(2030, 9, 2), actor=actor)
    met = clocks.meet(code=ANSWER, target=posting, day=date(2030, 9, 20))
    assert met and met.met_on == date(2030, 9, 20)
    assert clocks.meet(code=ANSWER, target=posting, day=date(2030, 9, 21)) is None


def test_the_calendar_moves_what_is_still_to_come_and_nothing_else(posting: OpenAffairsPosting, actor: User) -> None:
    late = OpenAffairsPosting.objects.create(union=posting.union, topic="旧", posted_on=date(2030, 6, 3))
    met = OpenAffairsPosting.objects.create(union=posting.union, topic="已复", posted_on=date(2030, 9, 2))
    clocks.start_clock(code=ANSWER, target=posting, started_on=date(2030, 9, 2), actor=actor)
    clocks.start_clock(code=ANSWER, target=late, started_on=date(2030, 6, 3), actor=actor)
    clocks.start_clock(code=ANSWER, target=met, started_on=date(2030, 9, 2), actor=actor)
    clocks.meet(code=ANSWER, target=met, day=date(2030, 9, 10))
    was = dict(Deadline.objects.values_list("target_id", "due_on"))
    for day in range(1, 8):
        WorkDay.objects.create(day=date(2030, 10, day), kind="HOLIDAY", name="国庆节", source="国办")
    WorkDay.objects.create(day=date(2030, 7, 3), kind="REST", name="休息", source="国办")
    moved = clocks.recalculate(actor=SYSTEM, today=date(2030, 9, 15))
    # 2 October lies in the week off now: Tuesday the 8th. The one due on 3 July is past, the third is met.
    assert [row.target_id for row in moved] == [posting.pk]
    assert dict(Deadline.objects.values_list("target_id", "due_on")) == was | {posting.pk: date(2030, 10, 8)}
    entry = AuditEntry.objects.get(action="unions.recalculate_deadline")
    assert (entry.before["due_on"], entry.after["due_on"]) == ("2030-10-04", "2030-10-08")
    assert clocks.recalculate(actor=SYSTEM, today=date(2030, 9, 15)) == []


def test_no_deadline_is_moved_before_today(posting: OpenAffairsPosting, actor: User) -> None:
    row = clocks.start_clock(code=ANSWER, target=posting, started_on=date(2030, 9, 2), actor=actor)
    WorkDay.objects.create(day=date(2030, 10, 2), kind="MAKEUP", name="上班", source="国办")
    assert row and [r.due_on for r in clocks.recalculate(actor=SYSTEM, today=date(2030, 10, 3))] == [date(2030, 10, 3)]


def calendar_file(folder: Path, *lines: str) -> Path:
    path = folder / "2030.csv"
    path.write_text("\n".join(["day,kind,name,source", *lines]))
    return path


def test_the_import_enters_the_calendar_and_moves_deadlines(
    tmp_path: Path, posting: OpenAffairsPosting, actor: User
) -> None:
    clocks.start_clock(code=ANSWER, target=posting, started_on=date(2130, 9, 1), actor=actor)
    before = Deadline.objects.get().due_on
    path = calendar_file(tmp_path, *(f"{before:%Y-%m}-{day:02},HOLIDAY,国庆节,国办" for day in range(1, 8)))
    for moved in (1, 0):
        out, err = StringIO(), StringIO()
        call_command("import_calendar", str(path), stdout=out, stderr=err)
        assert json.loads(out.getvalue()) == {"days": 7, "deadlines_moved": moved}
        assert err.getvalue() == ""
    assert Deadline.objects.get().due_on > before
    assert WorkDay.objects.count() == 7


def test_an_import_without_national_day_says_the_calendar_is_not_confirmed(tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command(
        "import_calendar", str(calendar_file(tmp_path, "2030-05-01,HOLIDAY,劳动节,国办")), stdout=out, stderr=err
    )
    assert "2030" in err.getvalue()


@pytest.mark.parametrize(
    "line", ["2030-13-01,HOLIDAY,劳动节,国办", "2030-05-01,FEAST,劳动节,国办", "2030-05-01,HOLIDAY,,国办"]
)
def test_a_file_with_one_wrong_line_enters_nothing(tmp_path: Path, line: str) -> None:
    path = calendar_file(tmp_path, "2030-01-01,HOLIDAY,元旦,国办", line)
    with pytest.raises(CommandError, match="3"):
        call_command("import_calendar", str(path), stdout=StringIO())
    assert not WorkDay.objects.exists()


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("日期,类型\n2030-01-01,节日\n")
    with pytest.raises(CommandError, match="day,kind,name,source"):
        call_command("import_calendar", str(path), stdout=StringIO())

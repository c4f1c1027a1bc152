"""Data administration: true states, filters that narrow, actions shown before they are done, issued figures asked."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from members.models import Membership, MembershipStatus
from members.services import request_transfer
from reports.indicators import REGISTRY
from reports.models import FrozenFigure, Report
from tests.factories.members import member_of
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import (
    AuditEntry,
    BulkChange,
    ReportingPeriod,
    ReturnObligation,
    Union,
    UnionCensus,
    UnionForm,
    User,
)
from unions.validators import id_is_male

pytestmark = pytest.mark.django_db


@pytest.fixture
def federation() -> Union:
    with acting(SYSTEM):
        union: Union = UnionFactory(form=UnionForm.SUBDISTRICT, name="澄江街道总工会")
    return union


@pytest.fixture
def union(federation: Union) -> Union:
    with acting(SYSTEM):
        union: Union = UnionFactory(parent=federation, name="晨光机械工会")
    return union


@pytest.fixture
def steward(client: Client, federation: Union) -> User:
    user: User = UserFactory(role=Role.STEWARD, role__at=federation)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def members(union: Union, *joined: date) -> list[Membership]:
    with acting(SYSTEM):
        rows = [Membership.objects.get(person=member_of(union)) for _day in joined]
        for row, day in zip(rows, joined, strict=True):
            row.joined_on = day
            row.save()
    return rows


def act(client: Client, model: str, key: str, rows: list[Any], **posted: Any) -> Any:
    ticked = {"action": key, "index": 0, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:{model}_changelist"), ticked | posted)


def fresh(row: Any) -> Any:
    with acting(SYSTEM):
        return type(row).objects.get(pk=row.pk)


END = {"to": "WITHDRAWN", "on": "2026-06-01", "reason": "书面申请"}


def test_an_action_asks_then_shows_each_row_and_changes_nothing(client: Client, steward: User, union: Union) -> None:
    early, late = members(union, date(2026, 1, 5), date(2026, 7, 1))
    asked = act(client, "members_membership", "end_membership", [early, late])
    assert asked.status_code == 200 and not asked.context["is_shown"]
    shown = act(client, "members_membership", "end_membership", [early, late], step="show", **END)
    lines = {line.row.pk: line for line in shown.context["lines"]}
    assert any("2026-06-01" in change for change in lines[early.pk].changes)
    # Who joined in July cannot leave in June: named, with the reason.
    assert "2026-07-01" in lines[late.pk].refusal
    assert (shown.context["changing"], shown.context["refused"]) == (1, 1)
    assert fresh(early).status == fresh(late).status == "ACTIVE"
    assert not BulkChange.objects.exists()


def test_confirmed_it_goes_through_the_workflow_and_names_the_refused(
    client: Client, steward: User, union: Union
) -> None:
    early, late = members(union, date(2026, 1, 5), date(2026, 7, 1))
    response = act(client, "members_membership", "end_membership", [early, late], step="do", **END)
    page = client.get(response.headers["Location"]).content.decode()
    assert "2026-07-01" in page
    assert (fresh(early).status, fresh(early).left_on, fresh(early).reason) == (
        "WITHDRAWN",
        date(2026, 6, 1),
        "书面申请",
    )
    assert fresh(late).status == "ACTIVE"
    assert AuditEntry.objects.filter(actor=steward, target_id=early.pk).exists()
    assert list(BulkChange.objects.get().rows) == [str(early.pk)]


def test_what_an_action_needs_is_asked_at_its_field(client: Client, steward: User, union: Union) -> None:
    (row,) = members(union, date(2026, 1, 5))
    response = act(client, "members_membership", "end_membership", [row], step="do", **END | {"reason": ""})
    assert response.status_code == 422 and "reason" in response.context["form"].errors
    assert fresh(row).status == "ACTIVE"


def test_an_employer_the_union_does_not_cover_is_refused(client: Client, steward: User, union: Union) -> None:
    (row,) = members(union, date(2026, 1, 5))
    with acting(SYSTEM):
        own, other = EmployerFactory(union=union, covered_by=union), EmployerFactory(union=union)
    refused = act(client, "members_membership", "set_employer", [row], step="show", employer=other.pk)
    assert refused.context["lines"][0].refusal
    act(client, "members_membership", "set_employer", [row], step="do", employer=other.pk)
    assert fresh(row).employer_id is None
    act(client, "members_membership", "set_employer", [row], step="do", employer=own.pk)
    assert fresh(row).employer_id == own.pk


def test_an_action_that_asks_nothing_shows_at_once(client: Client, steward: User, union: Union) -> None:
    with acting(SYSTEM):
        person = member_of(union, serial=1)
    shown = act(client, "members_person", "mark_migrant", [person])
    assert shown.context["changing"] == 1 and not fresh(person).is_migrant
    act(client, "members_person", "mark_migrant", [person], step="do")
    assert fresh(person).is_migrant


def test_a_union_is_placed_by_its_service_and_the_federation_refused(
    client: Client, steward: User, federation: Union, union: Union
) -> None:
    east = CommunityFactory(code="C77", name="东港社区")
    facts = {"community": east.pk, "on": timezone.localdate().isoformat(), "reason": "区划调整"}
    shown = act(client, "unions_union", "set_community", [federation, union], step="show", **facts)
    assert [bool(line.refusal) for line in shown.context["lines"]] == [True, False]
    act(client, "unions_union", "set_community", [federation, union], step="do", **facts)
    assert fresh(union).community == east and fresh(federation).community is None
    with acting(SYSTEM):
        assert union.profiles.count() == 2


def test_a_filed_or_locked_return_cannot_be_exempted(client: Client, steward: User, union: Union) -> None:
    rows = []
    for quarter, filed, locked in ((1, True, False), (2, False, True), (3, False, False)):
        start = date(2025, 3 * quarter - 2, 1)
        end = date(2025, 3 * quarter + 1, 1)
        period = ReportingPeriod.objects.create(
            code=f"2025Q{quarter}",
            kind="QUARTER",
            start=start,
            end=end,
            due_on=end,
            locked_at=timezone.now() if locked else None,
            locked_by=steward if locked else None,
        )
        rows.append(
            ReturnObligation.objects.create(
                union=union, period=period, due_on=end, first_filed_on=end if filed else None
            )
        )
    facts = {"on": "2026-02-01", "reason": "停产"}
    shown = act(client, "unions_returnobligation", "exempt", rows, step="show", **facts)
    assert [bool(line.refusal) for line in shown.context["lines"]] == [True, True, False]
    act(client, "unions_returnobligation", "exempt", rows, step="do", **facts)
    assert [fresh(row).exemption_reason for row in rows] == ["", "", "停产"]


def test_the_true_state_stands_in_the_list(client: Client, steward: User, union: Union) -> None:
    with acting(SYSTEM):
        Union.objects.filter(pk=union.pk).update(ended_on=date(2025, 12, 31))
    page = client.get(reverse("admin:unions_union_changelist")).content.decode()
    with translation.override("zh-hans"):
        assert f">{gettext('Ended')}<" in re.sub(r"\s+", "", page)


def test_a_state_without_a_colour_is_shown_too(client: Client, steward: User, union: Union) -> None:
    (row,) = members(union, date(2026, 1, 5))
    with acting(SYSTEM):
        Membership.objects.filter(pk=row.pk).update(status="WITHDRAWN", left_on=date(2026, 6, 1))
    page = re.sub(r"\s+", "", client.get(reverse("admin:members_membership_changelist")).content.decode())
    assert f">{MembershipStatus.WITHDRAWN.label}<" in page and "is-plain" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"lacks_employer": "yes"}, {0, 1}),
        ({"lacks_employer": "no"}, set()),
        ({"joined_on_half": "2026H1"}, {0}),
        ({"joined_on_half": "nonsense"}, {0, 1}),
        ({"status": "ACTIVE", "joined_on_half": "2026H2"}, {1}),
    ],
)
def test_filters_say_something(
    client: Client, steward: User, union: Union, query: dict[str, str], found: set[int]
) -> None:
    rows = members(union, date(2026, 1, 5), date(2026, 7, 1))
    response = client.get(reverse("admin:members_membership_changelist"), query)
    assert {rows.index(row) for row in response.context["cl"].result_list} == found


# -- Changing one record ----------------------------------------------------------------------------------------------


@pytest.fixture
def census(union: Union) -> UnionCensus:
    with acting(SYSTEM):
        six = dict.fromkeys(UnionCensus.SIX_HAVES, True)
        row: UnionCensus = UnionCensus.objects.create(union=union, as_of=date(2026, 6, 30), members=80, **six)
    return row


@pytest.fixture
def issued(federation: Union, steward: User) -> Report:
    """A report that prints every figure; only which figures it prints matters here."""
    with acting(SYSTEM):
        report: Report = Report.objects.create(
            union=federation,
            period="2026H1",
            kind="summary",
            version=1,
            status=Report.Status.ISSUED,
            pdf=b"%PDF",
            sha256="0" * 64,
        )
        FrozenFigure.objects.bulk_create(
            FrozenFigure(
                report=report, union=federation, indicator=one.code, definition_version="1", query_sha256="0" * 64
            )
            for one in REGISTRY
        )
    return report


def change(client: Client, row: Any, **values: Any) -> Any:
    url = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    form = client.get(url).context["adminform"].form
    shown = {bound.html_name: bound.value() for bound in form}
    return client.post(url, {name: value for name, value in shown.items() if value not in (None, False)} | values)


def test_a_joining_date_that_moves_an_issued_figure_is_asked_about(
    client: Client, steward: User, union: Union, issued: Report
) -> None:
    (row,) = members(union, date(2026, 7, 1))
    response = change(client, row, joined_on="2026-06-30", note="笔误")
    assert response.status_code == 409
    figures = {c.figure.split()[0]: (c.before, c.after) for c in response.context["held"].consequences}
    # One member joined on 1 July; dated 30 June, he is the first half's one new member and its one member.
    assert figures["ORG-10"][1].startswith("1 ") and figures["ORG-09"][1].startswith("1 ")
    page = response.content.decode()
    assert "2026-06-30" in page and "笔误" in page
    assert fresh(row).joined_on == date(2026, 7, 1)
    found = re.search(r'name="weighed" value="(\w+)"', page)
    assert found
    answer = {"weighed": found[1], "weighed_reason": "申请表为六月"}
    saved = change(client, row, joined_on="2026-06-30", note="笔误", **answer)
    assert saved.status_code == 302 and fresh(row).joined_on == date(2026, 6, 30)
    assert AuditEntry.objects.get(action="figures.change_issued").reason == "申请表为六月"


def test_a_census_is_asked_about_and_a_note_is_not(
    client: Client, steward: User, census: UnionCensus, issued: Report
) -> None:
    # What a union declares is no figure of the roster: 90 instead of 80 moves nothing.
    assert change(client, census, note="已核对", members=90).status_code == 302
    assert fresh(census).members == 90
    # Of one primary union with all six, none is left.
    lost = UnionCensus.SIX_HAVES[0]
    response = change(client, census, **{lost: ""})
    assert response.status_code == 409 and getattr(fresh(census), lost)
    (found,) = response.context["held"].consequences
    assert (found.before, found.after) == ("100.0 %；1/1", "0.0 %；0/1")


def test_an_action_shows_the_issued_figures_it_moves(
    client: Client, steward: User, union: Union, issued: Report
) -> None:
    (row,) = members(union, date(2026, 1, 5))
    shown = act(client, "members_membership", "end_membership", [row], step="show", **END)
    assert "ORG-09" in shown.content.decode()
    held = act(client, "members_membership", "end_membership", [row], step="do", **END)
    assert held.status_code in (200, 409) and fresh(row).status == "ACTIVE"
    answer = {"weighed": shown.context["held"].digest, "weighed_reason": "漏记"}
    act(client, "members_membership", "end_membership", [row], step="do", **END, **answer)
    assert fresh(row).status == "WITHDRAWN"


def test_what_an_event_changes_is_not_changed_by_hand(client: Client, steward: User, union: Union) -> None:
    """A member moves by the two-sided hand-shake and his membership ends by its workflow, here too."""
    (row,) = members(union, date(2026, 1, 5))
    with acting(SYSTEM):
        other = UnionFactory(parent=union.parent)
        person = row.person
        transfer = request_transfer(membership=row, actor=steward, to_union=other, on=date(2026, 2, 1))
    by_hand = {"union": str(other.pk), "status": "EXPELLED", "left_on": "", "card_no": "HY-1"}
    assert change(client, row, **by_hand).status_code == 302
    assert (fresh(row).union, fresh(row).status, fresh(row).card_no) == (union, "ACTIVE", "HY-1")
    sex = "M" if id_is_male(person.id_number) else "F"
    assert change(client, person, union=str(other.pk), sex=sex, education="本科").status_code == 302
    assert (fresh(person).union, fresh(person).education) == (union, "本科")
    url = reverse("admin:members_membershiptransfer_change", args=[transfer.pk])
    assert client.post(url, {"status": "ACCEPTED"}).status_code == 403
    assert fresh(transfer).status == "REQUESTED"


def test_a_day_in_a_locked_period_is_refused_at_its_field(client: Client, steward: User, union: Union) -> None:
    (row,) = members(union, date(2026, 1, 5))
    with acting(SYSTEM):
        ReportingPeriod.objects.create(
            code="2026Q1",
            kind="QUARTER",
            start=date(2026, 1, 1),
            end=date(2026, 4, 1),
            locked_at=timezone.now(),
            locked_by=steward,
        )
    response = change(client, row, joined_on="2026-05-01")
    assert response.status_code == 200 and "joined_on" in response.context["adminform"].form.errors
    assert fresh(row).joined_on == date(2026, 1, 5)


def test_records_that_belong_to_no_union_are_added_and_changed_as_before(client: Client, steward: User) -> None:
    added = client.post(
        reverse("admin:unions_user_add"),
        {
            "username": "xinren",
            "name": "新人",
            "usable_password": "true",
            "password1": "Gh-2026-xyz!",
            "password2": "Gh-2026-xyz!",
        },
    )
    assert added.status_code == 302
    account = User.objects.get(username="xinren")
    change_url = reverse("admin:unions_user_change", args=[account.pk])
    assert client.post(change_url, {"username": "xinren", "name": "改名", "is_active": "on"}).status_code == 302
    account.refresh_from_db()
    assert account.name == "改名"
    east = CommunityFactory(code="C88", name="旧名")
    assert change(client, east, name="新名").status_code == 302
    assert fresh(east).name == "新名"

"""An edit that would change an issued figure names report and figure first, writes nothing, saves on confirmation."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Activity, Membership
from reports.consequences import columns_of, drift_of, newest_issued, tables_of
from reports.figures import figures, plain
from reports.indicators import REGISTRY
from reports.models import FrozenFigure, Report
from tests.factories.members import member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import AuditEntry, BulkChange, Notice, Suggestion, Union, UnionForm, User
from unions.pages.consequences import columns_set, tables_written
from unions.periods import HalfYear

pytestmark = pytest.mark.django_db
HALF = HalfYear(2026, 1)


@pytest.fixture
def federation() -> Union:
    with acting(SYSTEM):
        union: Union = UnionFactory(form=UnionForm.SUBDISTRICT, name="澄江街道总工会")
    return union


@pytest.fixture
def union(federation: Union) -> Union:
    """A union with one member who joined in the first half of 2026, and an activity of 40 attendances in it."""
    with acting(SYSTEM):
        union: Union = UnionFactory(parent=federation, name="晨光机械工会")
        EmployerFactory(union=union, covered_by=union, employees=40, name="晨光机械")
        Membership.objects.filter(person=member_of(union)).update(joined_on=date(2026, 3, 1))
        Activity.objects.create(
            union=union,
            kind="CULTURE",
            title="职工歌会",
            starts_on=date(2026, 5, 1),
            ends_on=date(2026, 5, 1),
            attendances=40,
        )
    return union


@pytest.fixture
def maker(federation: Union) -> User:
    user: User = UserFactory(role=Role.FEDERATION_CHAIR, role__at=federation)
    return user


@pytest.fixture
def officer(client: Client, federation: Union) -> User:
    user: User = UserFactory(role=Role.ORGANISATION, role__at=federation)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def issue(federation: Union, maker: User, period: HalfYear = HALF, version: int = 1) -> Report:
    """The half-year's summary, issued with the figures as they are now."""
    with acting(SYSTEM):
        report = Report.objects.create(
            union=federation,
            period=str(period),
            kind="summary",
            version=version,
            status=Report.Status.ISSUED,
            pdf=b"%PDF",
            sha256="0" * 64,
            created_by=maker,
        )
        FrozenFigure.objects.bulk_create(
            FrozenFigure(
                report=report,
                union=federation,
                indicator=code,
                definition_version=figure.indicator.version,
                value=figure.value,
                numerator=figure.numerator,
                denominator=figure.denominator,
                parts=[{"key": part.key, "value": plain(part.value)} for part in figure.parts],
                query_sha256="0" * 64,
            )
            for code, figure in figures(period, Scope.everything()).items()
        )
    return report


@pytest.fixture
def report(federation: Union, union: Union, maker: User) -> Report:
    return issue(federation, maker)


def fields(response: Any) -> dict[str, Any]:
    """What a browser would send of the form in the answer."""
    form = response.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def digest(response: Any) -> str:
    found = re.search(r'name="weighed" value="(\w+)"', response.content.decode())
    assert found, response.content.decode()[:2000]
    return found[1]


def told(response: Any) -> dict[str, tuple[str, str]]:
    """The figures the answer names, before and after."""
    return {c.figure.split()[0]: (c.before, c.after) for c in response.context["held"].consequences}


def membership() -> Membership:
    with acting(SYSTEM):
        return Membership.objects.get()


def activity() -> Activity:
    with acting(SYSTEM):
        return Activity.objects.get()


def edit_activity(client: Client, **values: Any) -> Any:
    url = f"/activities/{activity().pk}/edit/"
    return client.post(url, fields(client.get(url)) | values)


def test_an_edit_names_report_and_figure_and_saves_nothing(client: Client, officer: User, report: Report) -> None:
    entries = AuditEntry.objects.count()
    response = edit_activity(client, attendances=64, note="补报")
    assert response.status_code == 409
    page = response.content.decode()
    assert str(report) in page and "补报" in page and 'value="64"' in page
    # One culture activity: 40 attendances before, 64 after; the number of events stays 1 and is not named.
    assert told(response) == {"CULT-02": ("40 人次", "64 人次")}
    assert activity().attendances == 40 and activity().note == ""
    assert AuditEntry.objects.count() == entries and not Notice.objects.exists()


def test_confirmed_with_a_reason_it_is_saved_kept_and_told(
    client: Client, officer: User, report: Report, maker: User
) -> None:
    digest_shown = digest(edit_activity(client, attendances=64))
    again = edit_activity(client, attendances=64, weighed=digest_shown)
    assert again.status_code == 409 and again.context["held"].error
    saved = edit_activity(client, attendances=64, weighed=digest_shown, weighed_reason="漏报一场的人数")
    assert saved.status_code == 302
    assert activity().attendances == 64
    entry = AuditEntry.objects.get(action="figures.change_issued")
    assert (entry.target_id, entry.actor, entry.reason) == (report.pk, officer, "漏报一场的人数")
    assert "40" in str(entry.before) and "64" in str(entry.after)
    notice = Notice.objects.get()
    assert notice.user == maker and notice.url == f"/reports/{report.pk}/" and "漏报一场的人数" in notice.body


def test_another_change_under_the_same_confirmation_asks_again(client: Client, officer: User, report: Report) -> None:
    shown = digest(edit_activity(client, attendances=64))
    response = edit_activity(client, attendances=999, weighed=shown, weighed_reason="笔误")
    assert response.status_code == 409 and response.context["held"].error
    assert activity().attendances == 40


@pytest.mark.parametrize(
    "values",
    [
        {"note": "只改备注"},
        {"place": "文化宫"},
    ],
)
def test_an_edit_that_moves_no_figure_is_saved_at_once(
    client: Client, officer: User, report: Report, values: dict[str, Any]
) -> None:
    assert edit_activity(client, **values).status_code == 302
    assert not AuditEntry.objects.filter(action="figures.change_issued").exists()


def test_an_edit_of_another_period_passes(client: Client, officer: User, report: Report, union: Union) -> None:
    facts = {
        "union": union.pk,
        "kind": "CULTURE",
        "title": "下半年歌会",
        "audience": "EMPLOYEES",
        "level": "SUBDISTRICT",
        "starts_on": "2026-07-01",
        "ends_on": "2026-07-01",
        "sessions": 1,
        "attendances": 30,
    }
    assert client.post("/activities/new/", facts).status_code == 302
    response = client.post("/activities/new/", facts | {"starts_on": "2026-06-30", "title": "六月歌会"})
    assert response.status_code == 409
    # 1 event and 40 attendances so far, one more of 30; both are the sub-district's.
    assert told(response) == {"CULT-01": ("1 场；街道 1 场", "2 场；街道 2 场"), "CULT-02": ("40 人次", "70 人次")}
    with acting(SYSTEM):
        assert Activity.objects.count() == 2


def test_without_an_issued_report_nothing_is_asked_or_computed(client: Client, officer: User, union: Union) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert edit_activity(client, attendances=64).status_code == 302
    asked = [query["sql"] for query in captured if "reports_" in query["sql"]]
    assert len(asked) == 1 and "ISSUED" in asked[0]


def test_a_superseded_version_is_not_asked_about(
    client: Client, officer: User, report: Report, federation: Union, maker: User
) -> None:
    second = issue(federation, maker, version=2)
    assert newest_issued() == [second]
    response = edit_activity(client, attendances=64)
    assert "v2" in response.context["held"].consequences[0].report
    assert "v1" not in response.context["held"].consequences[0].report


def test_a_cell_of_a_list_asks_too(client: Client, officer: User, report: Report) -> None:
    url = f"/activities/{activity().pk}/cell/attendances/"
    values = fields(client.get(url)) | {"attendances": 64}
    response = client.post(url, values)
    # htmx swaps answers of success only.
    assert response.status_code == 200 and activity().attendances == 40
    answer = values | {"weighed": digest(response), "weighed_reason": "漏报"}
    assert client.post(url, answer).status_code == 200
    assert activity().attendances == 64


def test_a_move_asks_too(client: Client, officer: User, report: Report) -> None:
    url = f"/memberships/{membership().pk}/move/RETAINED/"
    page = client.get(url)
    values = fields(page) | {"on": "2026-06-01", "reason": "退休"}
    response = client.post(url, values)
    assert response.status_code == 409
    assert told(response)["ORG-09"] == ("1 人；保留会籍 0 人", "0 人；保留会籍 1 人")
    assert membership().status == "ACTIVE"
    answer = values | {"weighed": digest(response), "weighed_reason": "漏记退休"}
    assert client.post(url, answer).status_code == 302
    assert membership().status == "RETAINED"


def test_an_event_shows_the_figures_beside_what_it_changes(
    client: Client, officer: User, report: Report, union: Union
) -> None:
    with acting(SYSTEM):
        Membership.objects.update(status="RETAINED", retained_on=date(2026, 4, 1))
        row = Membership.objects.get()
    url = f"/memberships/{row.pk}/resume/"
    values = {"on": "2026-06-01"}
    response = client.post(url, values)
    assert response.status_code == 200 and response.context["effects"]
    assert membership().status == "RETAINED"
    refused = client.post(url, values | {"confirm": "1"})
    assert refused.status_code == 409 and membership().status == "RETAINED"
    answer = values | {"confirm": "1", "weighed": digest(response), "weighed_reason": "漏记复工"}
    assert client.post(url, answer).status_code == 302
    with acting(SYSTEM):
        assert Membership.objects.filter(status="ACTIVE").count() == 1


def test_an_event_that_is_only_planned_is_rehearsed_for_its_figures(
    client: Client, officer: User, report: Report, federation: Union
) -> None:
    with acting(SYSTEM):
        closing = UnionFactory(parent=federation, name="远帆物流工会")
    url = f"/unions/{closing.pk}/events/dissolve/"
    paper = {"on": "2026-06-01", "document_no": "澄总工〔2026〕6号", "approved_by": "澄江街道总工会"}
    response = client.post(url, paper | {"employers": "UNCOVERED", "reason": "企业注销"})
    assert response.status_code == 200 and response.context["effects"], response.context["form"].errors
    # Two primary unions, the other one stays.
    assert told(response)["ORG-01"] == ("2 家", "1 家")
    assert Union.objects.get(pk=closing.pk).ended_on is None


@pytest.fixture
def suggestion(union: Union) -> Suggestion:
    with acting(SYSTEM):
        row: Suggestion = Suggestion.objects.create(
            union=union, title="改进工装", kind="TECHNICAL", collected_on=date(2026, 2, 1)
        )
    return row


def test_a_bulk_action_and_its_undoing_ask_on_a_page_of_their_own(
    client: Client, officer: User, suggestion: Suggestion, federation: Union, maker: User
) -> None:
    with acting(SYSTEM):
        suggestion.adopted_on = date(2026, 2, 2)
        suggestion.save()
    issue(federation, maker)
    # Undoing on the demo's own list: the suggestion is taken back to not adopted.
    with acting(SYSTEM):
        change = BulkChange.objects.create(
            user=officer,
            caption="采纳",
            target_type="unions.suggestion",
            rows={suggestion.pk: {"adopted_on": [None, "2026-02-02"]}},
        )
    url = f"/undo/{change.pk}/"
    response = client.post(url)
    assert response.status_code == 409 and told(response)
    with acting(SYSTEM):
        assert Suggestion.objects.get().adopted_on == date(2026, 2, 2)
    answer = {"weighed": digest(response), "weighed_reason": "误采纳", "back": "/suggestions/"}
    assert client.post(url, answer).headers["Location"] == "/suggestions/"
    with acting(SYSTEM):
        assert Suggestion.objects.get().adopted_on is None


def test_a_bulk_action_that_moves_an_issued_figure_changes_no_row(
    client: Client, officer: User, suggestion: Suggestion, federation: Union, maker: User
) -> None:
    today = timezone.localdate()
    half = HalfYear.last_finished(today).next()
    with acting(SYSTEM):
        suggestion.collected_on = half.start
        suggestion.save()
    issue(federation, maker, half)
    # Adopted today, in the half-year whose report was issued early: 0 of 1 suggestions before, 1 of 1 after.
    posted = {"action": "adopted", "pk": suggestion.pk}
    response = client.post("/suggestions/", posted)
    assert response.status_code == 409
    assert told(response)["SKL-11"] == ("0.0 %；0/1", "100.0 %；1/1")
    with acting(SYSTEM):
        assert Suggestion.objects.get().adopted_on is None and not BulkChange.objects.exists()
    answer = dict(response.context["sent"]) | {"weighed": digest(response), "weighed_reason": "补登"}
    assert client.post("/suggestions/", answer).status_code == 302
    with acting(SYSTEM):
        assert Suggestion.objects.get().adopted_on == today and BulkChange.objects.count() == 1


def test_an_issued_report_says_what_has_changed_since(
    client: Client, officer: User, report: Report, union: Union
) -> None:
    with acting(SYSTEM):
        assert drift_of(report) == []
        Activity.objects.update(attendances=55)
        found = drift_of(report)
    assert [(one.code, one.issued, one.now) for one in found] == [("CULT-02", "40 人次", "55 人次")]
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "CULT-02" in page and "55 人次" in page


def test_a_table_written_by_a_trigger_counts_as_written() -> None:
    # The database copies a union's open profile into the union, which the figures read.
    assert tables_written('UPDATE "unions_unionprofile" SET "name" = %s') == {"unions_unionprofile", "unions_union"}
    assert tables_written('SELECT 1 FROM "unions_union" FOR UPDATE') == set()


def test_only_what_a_figure_reads_is_computed(client: Client, officer: User, report: Report) -> None:
    assert {"attendances", "starts_on", "kind"} <= columns_of("CULT-02")
    assert not {"note", "place", "cost_union"} & columns_of("CULT-02")
    # A record is saved with all its columns; only those that change count.
    with CaptureQueriesContext(connection) as captured:
        assert edit_activity(client, note="只改备注", place="文化宫").status_code == 302
    assert not [query["sql"] for query in captured if "value_0" in query["sql"]]


def test_an_update_of_many_rows_counts_by_the_columns_it_sets() -> None:
    sql = 'UPDATE "members_activity" SET "note" = %s, "teams" = NULL WHERE "members_activity"."id" IN (%s, %s)'
    assert columns_set("members_activity", sql) == {"note", "teams"}
    assert columns_set("members_activity", 'INSERT INTO "members_activity" ("note") VALUES (%s)') is None


def test_every_figure_is_known_to_read_some_table() -> None:
    assert [indicator.code for indicator in REGISTRY if not tables_of(indicator.code)] == []
    assert {"members_membership", "unions_employerheadcount"} <= tables_of("ORG-11")
    assert "members_membership" not in tables_of("CULT-02")

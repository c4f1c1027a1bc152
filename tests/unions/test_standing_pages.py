"""Pages of standing as a browser posts to them: what was typed is kept, bulk moves can be undone, scope holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import (
    AssessmentScheme,
    Award,
    BulkChange,
    Campaign,
    CampaignEnrolment,
    ClockRule,
    Dispatch,
    Selection,
    Union,
    UnionForm,
    User,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)
S = CampaignEnrolment.Status


class Cast:
    """A federation with two unions over an employer each, an officer and the chair of the first union."""

    def __init__(self, client: Client) -> None:
        self.client = client
        with acting(SYSTEM):
            self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
            community = CommunityFactory(code="C01")
            self.unions = [UnionFactory(parent=self.federation, community=community) for _number in range(2)]
            self.employers = [EmployerFactory(union=self.federation, covered_by=union) for union in self.unions]
            self.officer: User = UserFactory(role=Role.ORGANISATION, role__at=self.federation)
            self.chair: User = UserFactory(role=Role.CHAIR, role__at=self.unions[0])
            self.campaign = Campaign.objects.create(
                code="HX", name="和谐企业创建", kind=Campaign.Kind.HARMONIOUS, year=2026, target=4
            )

    def sign_in(self, user: User) -> None:
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def enrolments(self, status: str = S.APPLIED) -> list[CampaignEnrolment]:
        with acting(SYSTEM):
            return [
                CampaignEnrolment.objects.create(
                    union=union,
                    employer=employer,
                    campaign=self.campaign,
                    status=status,
                    applied_on=DAY,
                    notice_from=DAY if status == S.PUBLIC_NOTICE else None,
                )
                for union, employer in zip(self.unions, self.employers, strict=True)
            ]


@pytest.fixture
def cast(client: Client) -> Cast:
    cast = Cast(client)
    cast.sign_in(cast.officer)
    return cast


SCHEME = {"code": "GFH-2026", "name": "规范化建设", "year": "2026", "level": "SUBDISTRICT", "least_of_MODEL": "90"}


@pytest.mark.parametrize(
    "items", ["组织健全 60\n维权服务 39.5", "组织健全 120\n维权服务 -20", "组织健全 六十", "组织健全 NaN\n维权服务 40"]
)
def test_a_scheme_without_100_points_is_refused_and_keeps_what_was_typed(cast: Cast, items: str) -> None:
    answer = cast.client.post(reverse("schemes-new"), SCHEME | {"items": items})
    page = answer.content.decode()
    assert (answer.status_code, AssessmentScheme.objects.count()) == (422, 0)
    assert "规范化建设" in page and items.splitlines()[0] in page and "id_items_error" in page


def test_a_scheme_is_pasted_from_a_table_and_edited(cast: Cast) -> None:
    pasted = SCHEME | {"items": "组织健全\t60分\n维权服务\t40", "subsidy_of_MODEL": "3000"}
    answer = cast.client.post(reverse("schemes-new"), pasted)
    scheme = AssessmentScheme.objects.get()
    assert answer.headers["Location"] == reverse("schemes-detail", args=[scheme.pk])
    assert list(scheme.items.values_list("name", "weight")) == [("组织健全", 60), ("维权服务", 40)]
    assert list(scheme.grades.values_list("grade", "least_points", "subsidy")) == [("MODEL", 90, 3000)]
    changed = pasted | {"items": "组织健全 55\n维权服务 45", "least_of_MODEL": "", "least_of_ADVANCED": "80"}
    cast.client.post(reverse("schemes-edit", args=[scheme.pk]), changed)
    assert [item.weight for item in scheme.items.all()] == [Decimal(55), Decimal(45)]
    assert [grade.grade for grade in scheme.grades.all()] == ["ADVANCED"]


def test_ticked_entries_move_together_and_back(cast: Cast) -> None:
    rows = cast.enrolments()
    ticked = {"action": "recommended", "pk": [row.pk for row in rows]}
    cast.client.post(reverse("enrolments"), ticked)
    assert set(CampaignEnrolment.objects.values_list("status", flat=True)) == {S.RECOMMENDED}
    cast.client.post(reverse("undo", args=[BulkChange.objects.get().pk]))
    assert list(CampaignEnrolment.objects.values_list("status", "recommended_on")) == [(S.APPLIED, None)] * 2


def test_titles_are_granted_together_once_the_notice_is_over(cast: Cast) -> None:
    rows = cast.enrolments(S.PUBLIC_NOTICE)
    with acting(SYSTEM):
        ClockRule.objects.filter(code="TITLE_NOTICE").delete()
        ClockRule.objects.create(
            code="TITLE_NOTICE", name="公示", length=7, source="测试", start=date(2020, 1, 1), unit="NATURAL"
        )
    url = reverse("campaign-grant", args=[cast.campaign.pk])
    # Notice from 2 March, seven days: it runs until the 9th
    early = cast.client.post(url, {"on": "2026-03-09", "document_no": "20号", "confirm": "1"})
    assert (early.status_code, CampaignEnrolment.objects.filter(granted_on__isnull=False).count()) == (422, 0)
    shown = cast.client.post(url, {"on": "2026-03-10", "document_no": "20号"})
    assert (shown.status_code, CampaignEnrolment.objects.filter(granted_on__isnull=False).count()) == (200, 0)
    cast.client.post(url, {"on": "2026-03-10", "document_no": "20号", "confirm": "1"})
    granted = CampaignEnrolment.objects.filter(pk__in=[row.pk for row in rows], status=S.GRANTED)
    assert set(granted.values_list("granted_on", "document_no")) == {(date(2026, 3, 10), "20号")}
    assert granted.count() == 2


def test_a_part_of_the_federation_is_not_measured_by_the_whole_target(cast: Cast) -> None:
    cast.enrolments()
    url = reverse("campaigns-detail", args=[cast.campaign.pk])
    whole = cast.client.get(url).context["completion"]
    # 2 applied of 4 are 50 %; of them the chair sees his own one, and no share of the target
    assert (whole.applied, whole.applied_share) == (2, Decimal("50.0"))
    cast.sign_in(cast.chair)
    part = cast.client.get(url).context["completion"]
    assert (part.applied, part.applied_share) == (1, None)


def test_a_target_is_edited_where_it_stands(cast: Cast) -> None:
    url = reverse("campaigns-cell", args=[cast.campaign.pk, "target"])
    cast.client.post(url, {"target": "148"})
    cast.campaign.refresh_from_db()
    assert cast.campaign.target == 148


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    facts = {
        "union": cast.unions[0].pk,
        "kind": "EMPLOYEE",
        "level": "DISTRICT",
        "title": "优秀职工",
        "recipient_kind": "PERSON",
        "recipient": "某人",
        "recommended_on": "2026-03-02",
    }
    cast.client.post(reverse("awards-new"), facts)
    award = Award.objects.get()
    url = reverse("awards-edit", args=[award.pk])
    # Both opened the form at revision 0; the first saves
    cast.client.post(url, facts | {"title": "优秀职工标兵", "revision": "0"})
    second = cast.client.post(url, facts | {"recipient": "他人", "revision": "0"})
    award.refresh_from_db()
    assert second.status_code == 422
    assert (award.title, award.recipient) == ("优秀职工标兵", "某人")


def test_a_chair_puts_forward_in_the_federations_round_and_sees_his_own_there(cast: Cast) -> None:
    with acting(SYSTEM):
        selection = Selection.objects.create(
            union=cast.federation, name="评先", year=2026, deadline=date(2199, 1, 1), quota=2
        )
        selection.nominations.create(union=cast.unions[1], nominee="别家的人", nominated_on=DAY)
    cast.sign_in(cast.chair)
    facts = {"selection": selection.pk, "union": cast.unions[0].pk, "nominee": "自家的人", "nominated_on": "2026-03-02"}
    assert cast.client.post(reverse("nominations-new"), facts).status_code == 302
    page = cast.client.get(reverse("selections-detail", args=[selection.pk])).content.decode()
    assert "自家的人" in page and "别家的人" not in page
    # 2 places, both taken: the next is refused at the nominee
    refused = cast.client.post(reverse("nominations-new"), facts | {"nominee": "再一人"})
    assert (refused.status_code, selection.nominations.count()) == (422, 2)


def test_the_ranking_counts_the_scope_alone(cast: Cast) -> None:
    with acting(SYSTEM):
        for union, score in zip(cast.unions, (5, 2), strict=True):
            Dispatch.objects.create(
                union=union, title="走访", outlet="报", level="CITY", submitted_on=DAY, adopted_on=DAY, score=score
            )
    assert places(cast.client.get(reverse("dispatch-ranking"), {"period": "2026H1"})) == [5, 2]
    cast.sign_in(cast.chair)
    assert places(cast.client.get(reverse("dispatch-ranking"), {"period": "2026H1"})) == [5]


def places(answer: Any) -> list[Decimal]:
    return [row.score for row, _levels in answer.context["rows"]]


def test_the_list_is_exported_as_it_is_filtered(cast: Cast) -> None:
    first, _second = cast.enrolments()
    CampaignEnrolment.objects.filter(pk=first.pk).update(status=S.RECOMMENDED, recommended_on=DAY)
    answer = cast.client.get(reverse("enrolments"), {"status": S.RECOMMENDED, "format": "xlsx"})
    sheet = load_workbook(BytesIO(answer.content)).active
    names = [cell.value for cell in sheet["A"]]
    assert cast.employers[0].name in names and cast.employers[1].name not in names

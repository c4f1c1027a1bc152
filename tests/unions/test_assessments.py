"""Assessing a union from application to class: 100 points, own scores, other hands on site, one class a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    AssessmentScore,
    AuditEntry,
    Grade,
    ModelClass,
    Office,
    SchemeGrade,
    Union,
    UnionForm,
    User,
)
from unions.services.assessments import apply, check_on_site, give_class, grade_for, save_scheme, self_assess
from unions.workflow.assessments import ASSESSMENTS

pytestmark = pytest.mark.usefixtures("as_system")
S = Assessment.Status
APPLIED, SELF, SITE, GIVEN = date(2026, 3, 2), date(2026, 5, 6), date(2026, 6, 10), date(2026, 6, 20)


class Cast:
    """A federation with one union, its chair, two officers, and a scheme of three items and three classes."""

    def __init__(self) -> None:
        self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
        self.union: Union = UnionFactory(parent=self.federation)
        self.chair: User = UserFactory(role=Role.CHAIR, role__at=self.union)
        self.officer: User = UserFactory(role=Role.ORGANISATION, role__at=self.federation)
        self.other: User = UserFactory(role=Role.CULTURE, role__at=self.federation)
        self.scheme = AssessmentScheme.objects.create(
            code="GFH-2026", name="规范化建设", year=2026, closes_on=date(2026, 4, 30)
        )
        self.items = [
            AssessmentItem.objects.create(scheme=self.scheme, number=number, name=name, weight=Decimal(weight))
            for number, (name, weight) in enumerate((("组织健全", 40), ("维权服务", 35), ("活动阵地", 25)), 1)
        ]
        for grade, least, subsidy in ((Grade.MODEL, 90, 3000), (Grade.ADVANCED, 80, 2000), (Grade.COMPLIANT, 70, None)):
            SchemeGrade.objects.create(scheme=self.scheme, grade=grade, least_points=least, subsidy=subsidy)

    def scores(self, *points: str | None) -> dict[int, Decimal | None]:
        return {item.pk: p and Decimal(p) for item, p in zip(self.items, points, strict=True)}

    def applied(self) -> Assessment:
        return apply(scheme=self.scheme, union=self.union, actor=self.chair, on=APPLIED)

    def self_assessed(self) -> Assessment:
        return self_assess(assessment=self.applied(), scores=self.scores("38", "33", "22.5"), actor=self.chair, on=SELF)

    def checked(self, *points: str) -> Assessment:
        return check_on_site(
            assessment=self.self_assessed(),
            scores=self.scores(*points),
            checked_by="街道总工会考核组",
            actor=self.officer,
            on=SITE,
        )


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


def trace() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Assessment, AssessmentScore, ModelClass, AuditEntry))


def test_a_union_goes_from_application_to_class_and_subsidy(cast: Cast) -> None:
    assessment = cast.checked("37", "32", "21")
    given = give_class(assessment=assessment, document_no="街总工〔2026〕9号", actor=cast.officer, on=GIVEN)
    # 37 + 32 + 21 = 90 points: just a model union, 3,000 yuan
    assert (given.grade, given.subsidy, given.year, given.awarded_on) == (Grade.MODEL, 3000, 2026, GIVEN)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.classed_on) == (S.CLASSED, GIVEN)
    assert assessment.checked_by == "街道总工会考核组"
    # Own scores stay beside those found on site: 93.5 against 90
    sums = [sum(getattr(score, side) for score in assessment.scores.all()) for side in ("self_score", "score")]
    assert sums == [Decimal("93.5"), Decimal("90.0")]


@pytest.mark.parametrize(
    ("points", "grade"),
    [("100", Grade.MODEL), ("90", Grade.MODEL), ("89.9", Grade.ADVANCED), ("70", Grade.COMPLIANT), ("69.9", None)],
)
def test_the_class_goes_by_the_points(cast: Cast, points: str, grade: str | None) -> None:
    found = grade_for(cast.scheme, Decimal(points))
    assert (found and found.grade) == grade


def test_too_few_points_are_refused_with_what_is_missing(cast: Cast) -> None:
    assessment = cast.checked("30", "20", "11.5")
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        give_class(assessment=assessment, document_no="9号", actor=cast.officer, on=GIVEN)
    # 30 + 20 + 11.5 = 61.5; the lowest class takes 70, so 8.5 are missing
    assert refusal.value.code == "points_missing"
    assert "61.5" in refusal.value.messages[0] and "8.5" in refusal.value.messages[0]
    assert trace() == before


def test_nobody_applies_while_the_items_do_not_make_100_points(cast: Cast) -> None:
    cast.items[2].weight = Decimal("24.5")
    cast.items[2].save()
    with pytest.raises(ValidationError) as refusal:
        cast.applied()
    assert refusal.value.code == "points"
    assert not Assessment.objects.exists()


def test_a_union_applies_once_and_before_the_close(cast: Cast) -> None:
    with pytest.raises(ValidationError) as late:
        apply(scheme=cast.scheme, union=cast.union, actor=cast.chair, on=date(2026, 5, 1))
    assert set(late.value.error_dict) == {"applied_on"}
    cast.applied()
    with pytest.raises(ValidationError) as twice:
        cast.applied()
    assert set(twice.value.error_dict) == {"scheme"}
    assert Assessment.objects.count() == 1


def test_a_chair_applies_for_his_own_union_alone(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        apply(scheme=cast.scheme, union=UnionFactory(), actor=cast.chair, on=APPLIED)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize(
    "points", [("38", None, "20"), ("40.1", "30", "20"), ("-1", "30", "20"), ("38.25", "30", "20")]
)
def test_every_item_needs_a_score_within_its_points(cast: Cast, points: tuple[str | None, ...]) -> None:
    assessment = cast.applied()
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        self_assess(assessment=assessment, scores=cast.scores(*points), actor=cast.chair, on=SELF)
    wrong = cast.items[1] if points[1] is None else cast.items[0]
    assert set(refusal.value.error_dict) == {f"score_{wrong.pk}"}
    assessment.refresh_from_db()
    assert (assessment.status, trace()) == (S.APPLIED, before)


def test_whoever_scored_for_the_union_does_not_check_it(cast: Cast) -> None:
    assessment = cast.applied()
    self_assess(assessment=assessment, scores=cast.scores("38", "33", "22"), actor=cast.officer, on=SELF)
    before = trace()
    with pytest.raises(PermissionDenied):
        check_on_site(
            assessment=assessment, scores=cast.scores("38", "33", "22"), checked_by="周", actor=cast.officer, on=SITE
        )
    assert trace() == before
    checked = check_on_site(
        assessment=assessment, scores=cast.scores("38", "33", "22"), checked_by="顾", actor=cast.other, on=SITE
    )
    assert checked.status == S.CHECKED


def test_the_unions_chair_does_not_check_it_even_with_another_office(cast: Cast) -> None:
    assessment = cast.self_assessed()
    Office.objects.create(user=cast.other, role=Role.CHAIR, union=cast.union, start=date(2010, 1, 1))
    for actor in (cast.chair, User.objects.get(pk=cast.other.pk)):
        with pytest.raises(PermissionDenied):
            check_on_site(
                assessment=assessment, scores=cast.scores("38", "33", "22"), checked_by="自己", actor=actor, on=SITE
            )
    assessment.refresh_from_db()
    assert assessment.status == S.SELF_ASSESSED


def test_one_class_a_year_and_level(cast: Cast) -> None:
    ModelClass.objects.create(union=cast.union, year=2026, grade=Grade.COMPLIANT, awarded_on=APPLIED)
    assessment = cast.checked("40", "35", "25")
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        give_class(assessment=assessment, document_no="9号", actor=cast.officer, on=GIVEN)
    assert refusal.value.code == "second_class"
    assert trace() == before


def test_a_class_needs_its_document_number(cast: Cast) -> None:
    assessment = cast.checked("40", "35", "25")
    with pytest.raises(ValidationError) as refusal:
        give_class(assessment=assessment, document_no=" ", actor=cast.officer, on=GIVEN)
    assert set(refusal.value.error_dict) == {"document_no"}
    assert not ModelClass.objects.exists()


def test_a_checklist_gives_points_and_no_class(cast: Cast) -> None:
    cast.scheme.grades.all().delete()
    assessment = cast.checked("40", "35", "25")
    with pytest.raises(ValidationError) as refusal:
        give_class(assessment=assessment, document_no="9号", actor=cast.officer, on=GIVEN)
    assert refusal.value.code == "no_class"
    assert not ModelClass.objects.exists()


@pytest.mark.parametrize(
    ("start", "to"),
    [
        pair
        for pair in product(S.values, S.values)
        if pair not in {(S.APPLIED, S.SELF_ASSESSED), (S.SELF_ASSESSED, S.CHECKED), (S.CHECKED, S.CLASSED)}
    ],
)
def test_only_the_moves_in_the_table_happen(cast: Cast, start: str, to: str) -> None:
    assessment = cast.applied()
    Assessment.objects.filter(pk=assessment.pk).update(status=start)
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        ASSESSMENTS.move(row=assessment, to=to, actor=cast.officer, on=SITE, facts={"checked_by": "周"})
    assert refusal.value.code == "no_such_move"
    assert trace() == before


def test_a_move_past_its_service_still_misses_scores_and_class(cast: Cast) -> None:
    assessment = cast.applied()
    with pytest.raises(ValidationError, match="组织健全"):
        ASSESSMENTS.move(row=assessment, to=S.SELF_ASSESSED, actor=cast.officer, on=SELF)
    Assessment.objects.filter(pk=assessment.pk).update(status=S.CHECKED)
    with pytest.raises(ValidationError) as refusal:
        ASSESSMENTS.move(row=assessment, to=S.CLASSED, actor=cast.officer, on=GIVEN)
    assert refusal.value.code == "not_ready"
    assessment.refresh_from_db()
    assert assessment.status == S.CHECKED


def items(*weights: str) -> list[AssessmentItem]:
    return [AssessmentItem(number=n, name=f"第{n}项", weight=Decimal(w)) for n, w in enumerate(weights, 1)]


def test_a_scheme_is_stored_with_its_items_and_classes_when_they_make_100(cast: Cast) -> None:
    scheme = AssessmentScheme(code="LY-2026", name="六有", year=2026)
    with pytest.raises(ValidationError) as refusal:
        save_scheme(scheme=scheme, items=items("60", "39.5"), grades=[], actor=cast.officer)
    assert refusal.value.code == "points" and "99.5" in refusal.value.messages[0]
    assert not AssessmentScheme.objects.filter(code="LY-2026").exists()
    stored = save_scheme(scheme=scheme, items=items("60", "40"), grades=[], actor=cast.officer)
    assert list(stored.items.values_list("number", "weight")) == [(1, 60), (2, 40)]


def test_items_stay_once_somebody_applied_but_the_rest_may_change(cast: Cast) -> None:
    cast.applied()
    with pytest.raises(ValidationError) as refusal:
        save_scheme(scheme=cast.scheme, items=items("60", "40"), grades=[], actor=cast.officer)
    assert refusal.value.code == "used"
    assert cast.scheme.items.count() == 3
    cast.scheme.name = "规范化建设（修订）"
    grades = list(cast.scheme.grades.all())
    save_scheme(scheme=cast.scheme, items=cast.items, grades=grades, actor=cast.officer)
    cast.scheme.refresh_from_db()
    assert (cast.scheme.name, cast.scheme.grades.count()) == ("规范化建设（修订）", 3)


def test_a_community_does_not_write_the_federations_schemes(cast: Cast) -> None:
    community = UnionFactory(form=UnionForm.COMMUNITY, parent=cast.federation)
    clerk = UserFactory(role=Role.COMMUNITY, role__at=community)
    with pytest.raises(PermissionDenied):
        save_scheme(scheme=AssessmentScheme(code="X", name="x", year=2026), items=items("100"), grades=[], actor=clerk)
    assert AssessmentScheme.objects.count() == 1

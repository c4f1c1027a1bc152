"""Factories of the relief app. Each makes a row the database accepts, dated in the first half of 2014."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from relief import models

UNION = "tests.factories.unions.UnionFactory"
EMPLOYER = "tests.factories.unions.EmployerFactory"
USER = "tests.factories.unions.UserFactory"
PERSON = "tests.factories.members.PersonFactory"


class OfPerson(DjangoModelFactory):
    """A row about a person, under the person's own union."""

    person = factory.SubFactory(PERSON)
    union = factory.SelfAttribute("person.union")

    class Meta:
        abstract = True


class ReliefFundFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    name = factory.Sequence("爱心互助基金{}".format)
    set_up_on = date(2013, 1, 1)
    opening_balance = Decimal("10000.00")

    class Meta:
        model = models.ReliefFund


class FundMovementFactory(DjangoModelFactory):
    fund = factory.SubFactory(ReliefFundFactory)
    union = factory.SelfAttribute("fund.union")
    kind = models.MovementKind.IN_UNION
    amount = Decimal("1000.00")
    happened_on = date(2014, 3, 1)

    class Meta:
        model = models.FundMovement


class HardshipFileFactory(DjangoModelFactory):
    """A draft; with ``active=True`` a file on the register, with ``exited=True`` one closed out of hardship."""

    principal = factory.SubFactory(PERSON)
    union = factory.SelfAttribute("principal.union")
    category = models.HardshipCategory.RELATIVE
    cause = models.Cause.ILLNESS
    consent_on = date(2014, 1, 5)

    class Meta:
        model = models.HardshipFile

    class Params:
        active = factory.Trait(
            status=models.FileStatus.ACTIVE,
            file_no=factory.Sequence("KN{:05d}".format),
            opened_on=date(2014, 2, 1),
        )
        exited = factory.Trait(
            active=True,
            status=models.FileStatus.EXITED_RELIEVED,
            exited_on=date(2014, 6, 1),
            exit_kind=models.ExitKind.RELIEVED,
        )


class OfFile(DjangoModelFactory):
    file = factory.SubFactory(HardshipFileFactory)
    union = factory.SelfAttribute("file.union")

    class Meta:
        abstract = True


class HouseholdMemberFactory(OfFile):
    relation = models.HouseholdMember.Relation.SPOUSE
    name = "李秀英"
    birth_year = 1975

    class Meta:
        model = models.HouseholdMember


class HomeVisitFactory(OfFile):
    visited_on = date(2014, 1, 10)
    first_visitor = "王芳"
    second_visitor = "陈杰"

    class Meta:
        model = models.HomeVisit


class HardshipDocumentFactory(OfFile):
    kind = models.HardshipDocument.Kind.APPLICATION
    title = "困难职工建档申请书"
    received_on = date(2014, 1, 5)

    class Meta:
        model = models.HardshipDocument


class MinimumAllowanceFactory(DjangoModelFactory):
    amount = Decimal("600.00")
    start = date(2014, 1, 1)
    source = "民政部门通知"

    class Meta:
        model = models.MinimumAllowance


class ReliefApplicationFactory(OfPerson):
    kind = models.ReliefKind.TEMPORARY
    applied_on = date(2014, 3, 3)
    amount_asked = Decimal("2000.00")

    class Meta:
        model = models.ReliefApplication


class ApprovalStepFactory(DjangoModelFactory):
    application = factory.SubFactory(ReliefApplicationFactory)
    union = factory.SelfAttribute("application.union")
    step = models.ReliefApplication.Status.VERIFIED
    actor = factory.SubFactory(USER)
    decided_at = datetime(2014, 3, 10, 9, tzinfo=UTC)

    class Meta:
        model = models.ApprovalStep


class PublicNoticeFactory(DjangoModelFactory):
    """On an application; pass ``application=None, file=…`` for a notice of a file."""

    application = factory.SubFactory(ReliefApplicationFactory)
    file = None
    union = factory.LazyAttribute(lambda notice: (notice.application or notice.file).union)
    starts_on = date(2014, 3, 5)
    ends_on = date(2014, 3, 11)
    place = "单位公告栏"

    class Meta:
        model = models.PublicNotice


class ReliefPaymentFactory(OfPerson):
    """From the federation's money; ``from_fund=True`` pays out of a new enterprise fund."""

    kind = models.ReliefKind.TEMPORARY
    amount_cash = Decimal("1900.00")
    paid_on = date(2014, 4, 1)

    class Meta:
        model = models.ReliefPayment

    class Params:
        from_fund = factory.Trait(
            source=models.MoneySource.ENTERPRISE_FUND,
            fund_movement=factory.SubFactory(
                FundMovementFactory,
                fund__union=factory.SelfAttribute("...union"),
                kind=models.MovementKind.OUT_RELIEF,
                amount=factory.SelfAttribute("..amount_cash"),
                happened_on=factory.SelfAttribute("..paid_on"),
            ),
        )


class ReliefRuleFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    kind = models.ReliefKind.WEDDING
    amount = Decimal("300.00")
    start = date(2014, 1, 1)
    source = "工会委员会决议"

    class Meta:
        model = models.ReliefRule


class GoodwillVisitFactory(OfPerson):
    round = models.GoodwillRound.NEW_YEAR
    round_year = 2014
    visited_on = date(2014, 1, 20)
    category = models.GoodwillVisit.Category.HARDSHIP
    cash = Decimal("500.00")
    goods_value = Decimal("200.00")

    class Meta:
        model = models.GoodwillVisit


class TuitionAidFactory(OfPerson):
    year = 2014
    child_initial = "W"
    child_stage = models.TuitionAid.Stage.SENIOR
    amount = Decimal("3000.00")
    paid_on = date(2014, 8, 20)

    class Meta:
        model = models.TuitionAid


class CoolingRoundFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    visited_on = date(2014, 7, 15)
    workers = 40
    amount_goods = Decimal("2000.00")

    class Meta:
        model = models.CoolingRound


class MutualAidPlanFactory(DjangoModelFactory):
    code = factory.Sequence("PLAN{}".format)
    name = "在职职工住院医疗互助"
    kind = models.PlanKind.ACTIVE
    term_months = 12
    price = Decimal("60.00")
    valid_from = date(2013, 1, 1)

    class Meta:
        model = models.MutualAidPlan


class MutualAidEnrolmentFactory(OfPerson):
    plan = factory.SubFactory(MutualAidPlanFactory)
    start = date(2014, 5, 1)
    end = date(2015, 5, 1)

    class Meta:
        model = models.MutualAidEnrolment


class MutualAidClaimFactory(DjangoModelFactory):
    enrolment = factory.SubFactory(MutualAidEnrolmentFactory)
    union = factory.SelfAttribute("enrolment.union")
    claimed_on = date(2014, 6, 3)

    class Meta:
        model = models.MutualAidClaim


class DonationFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    kind = models.Donation.Kind.ONE_DAY
    campaign = "慈善一日捐"
    received_on = date(2014, 5, 12)
    amount = Decimal("5000.00")

    class Meta:
        model = models.Donation


class LoanAidFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    kind = models.LoanAid.Kind.STUDENT
    granted_on = date(2014, 6, 10)
    amount = Decimal("6000.00")

    class Meta:
        model = models.LoanAid


class AidPairFactory(OfPerson):
    helper = "张敏"
    start = date(2014, 1, 1)

    class Meta:
        model = models.AidPair


class BenefitReferralFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    kind = models.BenefitReferral.Kind.MINIMUM_ALLOWANCE
    referred_on = date(2014, 2, 10)

    class Meta:
        model = models.BenefitReferral

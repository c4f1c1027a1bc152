"""Factories of the disputes app. Each makes a row the database accepts, dated in the first half of 2014."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from disputes import models

UNION = "tests.factories.unions.UnionFactory"
EMPLOYER = "tests.factories.unions.EmployerFactory"


class MediationBodyFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    name = factory.Sequence("劳动争议调解委员会{}".format)
    set_up_on = date(2013, 1, 1)

    class Meta:
        model = models.MediationBody


class MediatorFactory(DjangoModelFactory):
    body = factory.SubFactory(MediationBodyFactory)
    union = factory.SelfAttribute("body.union")
    name = "刘洋"
    start = date(2013, 1, 1)

    class Meta:
        model = models.Mediator


class WarningOfficerFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    name = "赵磊"
    start = date(2013, 1, 1)

    class Meta:
        model = models.WarningOfficer


class RiskAlertFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    reporter = "赵磊"
    workers = 12
    matter = "拖欠工资引发职工聚集"
    reported_on = date(2014, 4, 2)

    class Meta:
        model = models.RiskAlert


class CaseFactory(DjangoModelFactory):
    """A registered case; ``accepted=True`` one taken on, ``settled=True`` one settled, ``failed=True`` one not."""

    union = factory.SubFactory(UNION)
    employer = factory.SubFactory(EMPLOYER)
    case_no = factory.Sequence("TJ2014{:04d}".format)
    received_on = date(2014, 3, 3)
    kind = models.CaseKind.WAGES
    claim_amount = Decimal("20000.00")

    class Meta:
        model = models.Case

    class Params:
        accepted = factory.Trait(
            status=models.CaseStatus.ACCEPTED,
            willingness_checked_on=factory.SelfAttribute("received_on"),
            is_willing=True,
            accepted_on=factory.SelfAttribute("received_on"),
            due_on=factory.LazyAttribute(lambda case: case.received_on + timedelta(days=15)),
        )
        settled = factory.Trait(
            accepted=True,
            status=models.CaseStatus.SETTLED,
            outcome=models.Outcome.SETTLED,
            closed_on=factory.LazyAttribute(lambda case: case.received_on + timedelta(days=10)),
        )
        failed = factory.Trait(
            accepted=True,
            status=models.CaseStatus.FAILED,
            outcome=models.Outcome.FAILED,
            closed_on=factory.LazyAttribute(lambda case: case.received_on + timedelta(days=12)),
        )


class OfCase(DjangoModelFactory):
    case = factory.SubFactory(CaseFactory)
    union = factory.SelfAttribute("case.union")

    class Meta:
        abstract = True


class VisitFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    visited_on = date(2014, 3, 3)
    topic = "咨询加班工资"

    class Meta:
        model = models.Visit


class CasePartyFactory(OfCase):
    side = models.CaseParty.Side.WORKER
    name = "孙涛"

    class Meta:
        model = models.CaseParty


class CaseReferralFactory(OfCase):
    outside_body = "区劳动人事争议仲裁院"
    to_body = factory.SubFactory(MediationBodyFactory)
    assigned_on = date(2014, 3, 4)

    class Meta:
        model = models.CaseReferral


class MediationSessionFactory(OfCase):
    held_on = date(2014, 3, 10)

    class Meta:
        model = models.MediationSession


class MediationAgreementFactory(OfCase):
    case = factory.SubFactory(CaseFactory, settled=True)
    number = factory.Sequence("XY2014{:04d}".format)
    signed_on = date(2014, 3, 13)
    agreed_amount = Decimal("15000.00")

    class Meta:
        model = models.MediationAgreement


class ClosureFactory(OfCase):
    case = factory.SubFactory(CaseFactory, settled=True)
    summary = "双方自愿达成协议"

    class Meta:
        model = models.Closure


class LegalAidFactory(DjangoModelFactory):
    union = factory.SubFactory(UNION)
    matter = "劳动合同咨询"
    granted_on = date(2014, 5, 6)

    class Meta:
        model = models.LegalAid

"""The models of the relief app, by subject; import them from here."""

from relief.models.files import (
    Cause,
    ExitKind,
    FileStatus,
    HardshipCategory,
    HardshipDocument,
    HardshipFile,
    HomeVisit,
    HouseholdMember,
    MinimumAllowance,
)
from relief.models.funds import FundMovement, MovementKind, ReliefFund
from relief.models.grants import (
    ApprovalStep,
    MoneySource,
    PublicNotice,
    ReliefApplication,
    ReliefKind,
    ReliefPayment,
    ReliefRule,
)
from relief.models.mutual_aid import MutualAidClaim, MutualAidEnrolment, MutualAidPlan, PlanKind
from relief.models.rounds import (
    AidPair,
    BenefitReferral,
    CoolingRound,
    Donation,
    GoodwillRound,
    GoodwillVisit,
    LoanAid,
    TuitionAid,
)

__all__ = [
    "AidPair",
    "ApprovalStep",
    "BenefitReferral",
    "Cause",
    "CoolingRound",
    "Donation",
    "ExitKind",
    "FileStatus",
    "FundMovement",
    "GoodwillRound",
    "GoodwillVisit",
    "HardshipCategory",
    "HardshipDocument",
    "HardshipFile",
    "HomeVisit",
    "HouseholdMember",
    "LoanAid",
    "MinimumAllowance",
    "MoneySource",
    "MovementKind",
    "MutualAidClaim",
    "MutualAidEnrolment",
    "MutualAidPlan",
    "PlanKind",
    "PublicNotice",
    "ReliefApplication",
    "ReliefFund",
    "ReliefKind",
    "ReliefPayment",
    "ReliefRule",
    "TuitionAid",
]

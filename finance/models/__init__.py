"""The models of the finance app, by subject; import them from here."""

from finance.models.ledger import Account, LedgerEntry, LedgerTransaction
from finance.models.levy import Band, DuesRecord, Exemption, LevyAssessment, PayrollDeclaration, RemittanceLine
from finance.models.rules import BandBasis, DuesRule, RateRule, Recipient, RefundRule, SpendingCap
from finance.models.spending import (
    AssetItem,
    AssetMovement,
    AuditEngagement,
    AuditFinding,
    Budget,
    BudgetLine,
    ClassSubsidy,
    EmployerSpending,
)

__all__ = [
    "Account",
    "AssetItem",
    "AssetMovement",
    "AuditEngagement",
    "AuditFinding",
    "Band",
    "BandBasis",
    "Budget",
    "BudgetLine",
    "ClassSubsidy",
    "DuesRecord",
    "DuesRule",
    "EmployerSpending",
    "Exemption",
    "LedgerEntry",
    "LedgerTransaction",
    "LevyAssessment",
    "PayrollDeclaration",
    "RateRule",
    "Recipient",
    "RefundRule",
    "RemittanceLine",
    "SpendingCap",
]

"""Levy, dues and the ledger in data administration; posted vouchers can be read, never changed."""

from finance.models import (
    Account,
    AssetItem,
    AssetMovement,
    AuditEngagement,
    AuditFinding,
    Budget,
    BudgetLine,
    ClassSubsidy,
    DuesRecord,
    DuesRule,
    EmployerSpending,
    Exemption,
    LedgerEntry,
    LedgerTransaction,
    LevyAssessment,
    PayrollDeclaration,
    RateRule,
    RefundRule,
    RemittanceLine,
    SpendingCap,
)
from unions.administration import register

register(
    Account,
    show=("code", "name", "kind", "is_fund", "is_facilities", "chart"),
    find=("code", "name"),
    narrow=("kind", "is_fund"),
)
register(
    LedgerTransaction,
    show=("number", "union", "happened_on", "belongs_to", "description", "reverses"),
    find=("number", "description"),
    days="happened_on",
)
register(
    LedgerEntry,
    show=("transaction", "account", "debit", "credit", "restricted_to"),
    find=("transaction__number", "account__name"),
)
register(RateRule, show=("recipient", "band_basis", "band_min", "band_max", "rate", "start", "end", "source"))
register(RefundRule, show=("threshold", "start", "end", "source"))
register(SpendingCap, show=("event", "cap", "form", "per", "start", "end", "source"), find=("event",))
register(DuesRule, show=("method", "union", "rate", "floor_to", "amount", "start", "end", "source"))
register(
    PayrollDeclaration,
    show=("employer", "union", "month", "headcount", "payroll"),
    find=("employer__name",),
    days="month",
)
register(
    LevyAssessment,
    show=("union", "accrual_start", "band", "headcount", "payroll", "accrued"),
    find=("union__name", "union__code"),
    narrow=("band", "accrual_start"),
)
register(
    RemittanceLine,
    show=("union", "recipient", "amount", "due_on", "paid_on", "receipt_no", "is_exempt"),
    find=("union__name", "receipt_no"),
    narrow=("recipient", "channel", "is_exempt"),
    days="due_on",
)
register(
    Exemption,
    show=("union", "accrual_start", "kind", "status", "applied_on", "decided_on"),
    find=("union__name",),
    narrow=("status", "kind"),
)
register(
    DuesRecord,
    show=("union", "month", "kind", "members_due", "members_paid", "amount_paid"),
    find=("union__name",),
    narrow=("kind",),
    days="month",
)
register(
    EmployerSpending,
    show=("employer", "purpose", "spent_on", "amount"),
    find=("employer__name", "purpose"),
    days="spent_on",
)
register(Budget, show=("union", "year", "passed_on"), find=("union__name",), narrow=("year",))
register(BudgetLine, show=("budget", "account", "amount"), find=("account__name",))
register(
    AuditEngagement,
    show=("union", "subject", "auditor", "opened_on", "closed_on"),
    find=("union__name", "subject"),
    days="opened_on",
)
register(AuditFinding, show=("matter", "engagement", "due_on", "rectified_on"), find=("matter",))
register(AssetItem, show=("name", "unit", "keeper", "is_equipment"), find=("name",), narrow=("is_equipment",))
register(
    AssetMovement,
    show=("item", "direction", "quantity", "union", "moved_on", "value"),
    find=("item__name", "union__name"),
    narrow=("direction",),
    days="moved_on",
)
register(
    ClassSubsidy,
    show=("model_class", "union", "amount", "paid_on", "transaction"),
    find=("union__name", "transaction__number"),
    days="paid_on",
)

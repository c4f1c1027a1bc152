"""Hardship files, relief and mutual aid in data administration; illness and family data are not shown."""

from relief.models import (
    AidPair,
    ApprovalStep,
    BenefitReferral,
    CoolingRound,
    Donation,
    FundMovement,
    GoodwillVisit,
    HardshipDocument,
    HardshipFile,
    HomeVisit,
    HouseholdMember,
    LoanAid,
    MinimumAllowance,
    MutualAidClaim,
    MutualAidEnrolment,
    MutualAidPlan,
    PublicNotice,
    ReliefApplication,
    ReliefFund,
    ReliefPayment,
    ReliefRule,
    TuitionAid,
)
from unions.administration import register

register(
    ReliefFund,
    show=("name", "union", "employer", "set_up_on", "closed_on", "opening_balance"),
    find=("name", "union__name"),
)
register(
    FundMovement,
    show=("fund", "kind", "amount", "happened_on", "belongs_to"),
    find=("fund__name",),
    narrow=("kind",),
    days="happened_on",
)
register(
    HardshipFile,
    show=("file_no", "principal", "union", "category", "cause", "status", "opened_on", "exited_on"),
    find=("file_no", "principal__name"),
    narrow=("status", "category", "cause"),
    days="opened_on",
)
register(HouseholdMember, show=("file", "relation", "birth_year"), find=("file__file_no",), narrow=("relation",))
register(HomeVisit, show=("file", "visited_on", "first_visitor", "second_visitor"), find=("file__file_no",))
register(
    HardshipDocument,
    show=("file", "kind", "title", "received_on", "kept_at"),
    find=("title", "file__file_no"),
    narrow=("kind",),
)
register(MinimumAllowance, show=("amount", "start", "end", "source"))
register(
    ReliefApplication,
    show=("person", "union", "kind", "money_source", "status", "applied_on", "amount_asked", "amount_approved"),
    find=("person__name",),
    narrow=("status", "kind", "money_source"),
    days="applied_on",
)
register(
    ApprovalStep,
    show=("application", "file", "step", "decision", "decided_at", "reason"),
    find=("step",),
    narrow=("decision",),
)
register(
    PublicNotice,
    show=("application", "file", "starts_on", "ends_on", "place", "objected_on"),
    find=("place",),
    days="starts_on",
)
register(
    ReliefPayment,
    show=("person", "union", "kind", "source", "amount_cash", "amount_goods", "paid_on", "reversed_on"),
    find=("person__name",),
    narrow=("kind", "source"),
    days="paid_on",
)
register(
    ReliefRule,
    show=("kind", "category", "basis", "amount", "start", "end", "source"),
    find=("source",),
    narrow=("kind", "basis"),
)
register(
    MutualAidPlan,
    show=("code", "name", "kind", "term_months", "price", "max_shares", "valid_from", "valid_to"),
    find=("name", "code"),
    narrow=("kind",),
)
register(
    MutualAidEnrolment,
    show=("person", "plan", "union", "shares", "start", "end"),
    find=("person__name",),
    narrow=("plan",),
    days="start",
)
register(
    MutualAidClaim,
    show=("enrolment", "claimed_on", "amount", "paid_on"),
    find=("enrolment__person__name",),
    days="claimed_on",
)
register(
    GoodwillVisit,
    show=("round", "round_year", "category", "person", "recipient", "persons", "cash", "goods_value", "visited_on"),
    find=("person__name", "recipient"),
    narrow=("round", "category"),
    days="visited_on",
)
register(
    TuitionAid,
    show=("person", "union", "child_stage", "amount", "paid_on"),
    find=("person__name",),
    narrow=("child_stage", "source"),
    days="paid_on",
)
register(
    CoolingRound,
    show=("employer", "union", "visited_on", "workers", "amount_cash", "amount_goods"),
    find=("employer__name",),
    narrow=("audience",),
    days="visited_on",
)
register(
    Donation,
    show=("campaign", "kind", "union", "received_on", "donors", "amount", "goods_items"),
    find=("campaign",),
    narrow=("kind",),
    days="received_on",
)
register(LoanAid, show=("kind", "union", "granted_on", "loans", "persons", "amount"), find=("note",), narrow=("kind",))
register(AidPair, show=("helper", "person", "union", "start", "end"), find=("helper", "person__name"))
register(
    BenefitReferral, show=("kind", "union", "referred_on", "granted_on", "households"), find=("note",), narrow=("kind",)
)

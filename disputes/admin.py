"""Visits, cases and the mediation network in data administration."""

from disputes.models import (
    Case,
    CaseParty,
    CaseReferral,
    Closure,
    LegalAid,
    MediationAgreement,
    MediationBody,
    MediationSession,
    Mediator,
    RiskAlert,
    Visit,
    WarningOfficer,
)
from unions.administration import register

register(
    MediationBody,
    show=("name", "level", "union", "employer", "set_up_on", "closed_on"),
    find=("name",),
    narrow=("level",),
)
register(Mediator, show=("name", "post", "body", "start", "end"), find=("name",), narrow=("post",))
register(WarningOfficer, show=("name", "union", "employer", "start", "end"), find=("name",))
register(
    RiskAlert,
    show=("reported_on", "level", "employer", "workers", "matter", "closed_on"),
    find=("matter", "employer__name"),
    narrow=("level",),
    days="reported_on",
)
register(
    Visit,
    show=("visited_on", "channel", "topic", "employer", "persons", "is_petition"),
    find=("topic", "employer__name"),
    narrow=("channel", "is_petition"),
    days="visited_on",
)
register(
    Case,
    show=("case_no", "kind", "employer", "status", "accepted_on", "due_on", "closed_on", "outcome", "workers"),
    find=("case_no", "employer__name"),
    narrow=("kind", "status", "outcome", "source"),
    days="received_on",
)
register(
    CaseParty,
    show=("case", "side", "person", "name", "representative"),
    find=("name", "case__case_no"),
    narrow=("side",),
)
register(
    CaseReferral, show=("case", "from_body", "to_body", "assigned_on", "due_on", "returned_on"), find=("case__case_no",)
)
register(MediationSession, show=("case", "held_on", "place", "mediators"), find=("case__case_no",), days="held_on")
register(
    MediationAgreement,
    show=("number", "case", "signed_on", "agreed_amount", "confirmation", "confirmed_on", "performed_on"),
    find=("number", "case__case_no"),
    narrow=("confirmation",),
    days="signed_on",
)
register(Closure, show=("case", "follow_up", "followed_up_on", "archive_no"), find=("case__case_no",))
register(
    LegalAid,
    show=("kind", "matter", "person", "granted_on", "persons", "is_labour"),
    find=("matter",),
    narrow=("kind", "is_labour"),
    days="granted_on",
)

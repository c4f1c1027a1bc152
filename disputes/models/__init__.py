"""The models of the disputes app, by subject; import them from here."""

from disputes.models.cases import (
    CLOSED,
    OUTCOMES,
    Case,
    CaseKind,
    CaseParty,
    CaseReferral,
    CaseSource,
    CaseStatus,
    Closure,
    LegalAid,
    MediationAgreement,
    MediationSession,
    Outcome,
    Visit,
)
from disputes.models.network import MediationBody, Mediator, RiskAlert, RiskLevel, WarningOfficer

__all__ = [
    "CLOSED",
    "OUTCOMES",
    "Case",
    "CaseKind",
    "CaseParty",
    "CaseReferral",
    "CaseSource",
    "CaseStatus",
    "Closure",
    "LegalAid",
    "MediationAgreement",
    "MediationBody",
    "MediationSession",
    "Mediator",
    "Outcome",
    "RiskAlert",
    "RiskLevel",
    "Visit",
    "WarningOfficer",
]

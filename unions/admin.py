"""Unions in data administration. Accounts come last: their passwords need forms of their own."""

from axes.models import AccessAttempt
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from unions.administration import PortalAdmin, register
from unions.administration.filters import current, in_half_year, lacking
from unions.models import (
    AccessEntry,
    Appraisal,
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    AssessmentScore,
    AuditEntry,
    AuditSeal,
    Award,
    BulkChange,
    Campaign,
    CampaignEnrolment,
    ClockRule,
    CollectiveContract,
    CommitteeTerm,
    Community,
    CongressEmployer,
    CongressMeeting,
    CongressProposal,
    ContractEmployer,
    ContractReview,
    Deadline,
    Dispatch,
    DispatchScore,
    Employer,
    EmployerHeadcount,
    Facility,
    GroupFeedback,
    HeadingMeaning,
    ImportBatch,
    ImportFile,
    ImportTrace,
    Inspection,
    JurisdictionProfile,
    LegalCertificate,
    LockException,
    Meeting,
    Mentorship,
    ModelClass,
    Nomination,
    Notice,
    Office,
    Officer,
    OpenAffairsPosting,
    Outreach,
    PairActivity,
    PairAgreement,
    PairMember,
    QuarterlyReturn,
    ReportingPeriod,
    ReturnContent,
    ReturnFinding,
    ReturnNote,
    ReturnObligation,
    SafetyReturn,
    SavedView,
    SchemeGrade,
    Selection,
    SheetExemption,
    Suggestion,
    Supervision,
    Union,
    UnionApplication,
    UnionCensus,
    UnionCoverage,
    UnionEvent,
    UnionGroup,
    UnionProfile,
    User,
    WorkDay,
)
from unions.steward import EMPLOYER_ACTIONS, OBLIGATION_ACTIONS, UNION_ACTIONS, obligation_state, union_state
from unions.workflow.applications import APPLICATIONS
from unions.workflow.assessments import ASSESSMENTS
from unions.workflow.contracts import CONTRACTS
from unions.workflow.enrolments import ENROLMENTS
from unions.workflow.proposals import PROPOSALS
from unions.workflow.suggestions import SUGGESTIONS

register(Community, show=("code", "name", "start", "end"), find=("name", "code"))
register(JurisdictionProfile, show=("as_of", "area_km2", "communities", "residents"))
register(ClockRule, show=("code", "name", "length", "unit", "source", "start", "end"), find=("name", "code"))
register(
    Deadline,
    show=("matter", "rule", "started_on", "due_on", "met_on"),
    find=("matter", "union__name"),
    narrow=("rule",),
    days="due_on",
)
register(SchemeGrade, show=("scheme", "grade", "least_points", "subsidy"), narrow=("grade",))
register(DispatchScore, show=("level", "points", "source", "start", "end"), narrow=("level",))
register(SavedView, show=("user", "register", "name"), find=("user__name", "name"))
register(Notice, show=("user", "subject", "due_on", "read_at"), find=("user__name", "subject"))
register(BulkChange, show=("user", "caption", "target_type", "created_at", "undone_at"), find=("user__name", "caption"))
register(
    Union,
    show=("code", "name", "form", "community", "state", "founded_on", "ended_on"),
    find=("name", "code", "legal_code"),
    narrow=(
        *(current("ended_on"), "form", "community", lacking(_("Legal-person code"), "legal_code", text=True)),
        in_half_year(_("Founded in"), "founded_on"),
    ),
    state=union_state,
    steward_actions=UNION_ACTIONS,
)
register(
    UnionProfile,
    show=("union", "name", "form", "parent", "community", "start", "end"),
    find=("name", "union__code"),
    narrow=("form",),
)
register(
    Employer,
    show=("code", "name", "community", "ownership", "operating_status", "opened_on", "closed_on"),
    find=("name", "code", "credit_code"),
    narrow=(
        *("community", "ownership", "operating_status", "is_above_scale", current("closed_on")),
        lacking(_("Credit code"), "credit_code", text=True),
    ),
    steward_actions=EMPLOYER_ACTIONS,
)
register(
    EmployerHeadcount,
    show=("employer", "as_of", "employees", "female", "migrant", "dispatched"),
    find=("employer__name",),
    days="as_of",
)
register(
    UnionCoverage,
    show=("employer", "union", "start", "end"),
    find=("employer__name", "union__name"),
    narrow=(current(),),
)
register(
    UnionEvent,
    show=("union", "kind", "happened_on", "document_no", "before", "after"),
    find=("union__name", "document_no"),
    narrow=("kind",),
    days="happened_on",
)
register(
    UnionGroup, show=("union", "kind", "name", "leader", "start", "end"), find=("name", "union__name"), narrow=("kind",)
)
register(
    UnionCensus,
    show=("union", "as_of", "members", "female_members", "retained_members"),
    find=("union__name",),
    days="as_of",
)
register(LegalCertificate, show=("union", "number", "start", "end"), find=("union__name", "number"))
register(
    UnionApplication,
    show=("employer", "union", "applied_on", "state", "decided_on"),
    find=("employer__name",),
    narrow=("status",),
    days="applied_on",
    state=APPLICATIONS,
)
register(
    CommitteeTerm,
    show=("union", "term_no", "elected_on", "due_on", "extended_until", "ended_on"),
    find=("union__name",),
    narrow=("years", "is_first"),
    days="due_on",
)
register(
    Officer,
    show=("name", "post", "union", "start", "end"),
    find=("name", "union__name"),
    narrow=(current(), "post", "is_full_time"),
)
register(
    Office,
    show=("user", "role", "union", "start", "end"),
    find=("user__name", "user__username", "union__name"),
    narrow=(current(), "role"),
)
register(
    ReportingPeriod, show=("code", "kind", "start", "end", "due_on", "locked_at"), find=("code",), narrow=("kind",)
)
register(WorkDay, show=("day", "kind", "name", "source"), find=("name",), narrow=("kind",), days="day")
register(
    ReturnObligation,
    show=("union", "period", "state", "due_on", "first_filed_on", "exempted_on"),
    find=("union__name", "union__code", "period__code"),
    narrow=("period", lacking(_("Filed on"), "first_filed_on"), lacking(_("Exempted on"), "exempted_on")),
    state=obligation_state,
    steward_actions=OBLIGATION_ACTIONS,
)
register(
    QuarterlyReturn,
    show=("obligation", "version", "status", "channel", "submitted_at", "decided_at"),
    find=("union__name", "union__code", "obligation__period__code"),
    narrow=("status", "channel"),
)
register(
    ImportBatch,
    show=("file_name", "union", "kind", "status", "rows_read", "created", "updated", "applied_at", "undone_at"),
    find=("file_name", "union__name"),
    narrow=("kind", "status"),
    is_append_only=True,
)
register(ImportFile, show=("batch",), find=("batch__file_name",), is_append_only=True)
register(ImportTrace, show=("batch", "model"), find=("batch__file_name",), narrow=("model",), is_append_only=True)
register(HeadingMeaning, show=("kind", "heading", "column"), find=("heading",), narrow=("kind",))
register(ReturnContent, show=("version",), find=("union__name",), is_append_only=True)
register(
    ReturnFinding,
    show=("version", "sheet", "row", "column", "severity", "rule", "message", "explanation"),
    find=("union__name", "message"),
    narrow=("severity", "rule", "sheet"),
)
register(ReturnNote, show=("version", "sheet", "row", "column", "text"), find=("union__name", "text"))
register(SheetExemption, show=("union", "sheet", "start", "end", "reason"), find=("union__name",), narrow=("sheet",))
register(LockException, show=("union", "period", "until", "reason"), find=("union__name",), narrow=("period",))
register(
    CollectiveContract,
    show=("title", "union", "scope", "kind", "state", "signed_on", "expires_on"),
    find=("title", "union__name"),
    narrow=("scope", "kind", "status", in_half_year(_("Signed in"), "signed_on")),
    days="signed_on",
    state=CONTRACTS,
)
register(ContractEmployer, show=("contract", "employer"), find=("contract__title", "employer__name"))
register(ContractReview, show=("contract", "reviewed_on", "result", "reported_on"), find=("contract__title",))
register(
    CongressMeeting,
    show=("union", "kind", "scope", "held_on", "delegates", "present"),
    find=("union__name",),
    narrow=("kind", "scope"),
    days="held_on",
)
register(CongressEmployer, show=("meeting", "employer"), find=("employer__name",))
register(
    CongressProposal,
    show=("number", "title", "meeting", "state", "replied_on", "is_satisfied"),
    find=("title", "proposer"),
    narrow=("status", lacking(_("Replied on"), "replied_on")),
    state=PROPOSALS,
)
register(
    OpenAffairsPosting,
    show=("topic", "union", "employer", "kind", "posted_on", "replied_on"),
    find=("topic", "union__name", "employer__name"),
    narrow=("kind",),
    days="posted_on",
)
register(
    Appraisal,
    show=("leader", "union", "held_on", "excellent", "competent", "basic", "incompetent"),
    find=("leader", "union__name"),
)
register(
    Suggestion,
    show=("title", "union", "employer", "kind", "state", "collected_on", "adopted_on", "implemented_on"),
    find=("title", "union__name"),
    narrow=("kind", in_half_year(_("Collected in"), "collected_on")),
    days="collected_on",
    state=SUGGESTIONS,
)
register(
    SafetyReturn,
    show=("employer", "quarter_start", "is_participating", "hazards_found", "hazards_fixed", "hazards_open"),
    find=("employer__name",),
    narrow=("is_participating",),
    days="quarter_start",
)
register(Inspection, show=("employer", "union", "inspected_on", "findings", "rectified_on"), find=("employer__name",))
register(
    Supervision,
    show=("matter", "employer", "received_on", "opinion_on", "closed_on"),
    find=("matter", "employer__name"),
)
register(
    Meeting, show=("kind", "union", "held_on", "topic"), find=("topic", "union__name"), narrow=("kind",), days="held_on"
)
register(
    GroupFeedback, show=("group", "month", "category", "matter", "replied_on"), find=("matter",), narrow=("category",)
)
register(
    AssessmentScheme, show=("code", "name", "year", "level", "source"), find=("name", "code"), narrow=("year", "level")
)
register(AssessmentItem, show=("scheme", "number", "name", "weight", "indicator"), find=("name",), narrow=("scheme",))
register(
    Assessment,
    show=("union", "scheme", "state", "applied_on", "checked_on"),
    find=("union__name",),
    narrow=("status", "scheme"),
    state=ASSESSMENTS,
)
register(AssessmentScore, show=("assessment", "item", "self_score", "score"), find=("item__name",))
register(
    ModelClass,
    show=("union", "year", "level", "grade", "awarded_on", "subsidy"),
    find=("union__name", "document_no"),
    narrow=("year", "grade", "level"),
)
register(
    Campaign, show=("code", "name", "kind", "year", "level", "target"), find=("name", "code"), narrow=("kind", "year")
)
register(
    CampaignEnrolment,
    show=("campaign", "union", "employer", "team", "state", "applied_on", "granted_on"),
    find=("union__name", "employer__name", "team"),
    narrow=("campaign", "status"),
    state=ENROLMENTS,
)
register(
    Award,
    show=("title", "kind", "level", "recipient", "granted_on"),
    find=("title", "recipient", "document_no"),
    narrow=("kind", "level"),
    days="granted_on",
)
register(Selection, show=("name", "union", "year", "deadline", "quota", "quota_percent"), find=("name",))
register(Nomination, show=("nominee", "selection", "nominated_on", "is_selected"), find=("nominee",))
register(PairAgreement, show=("name", "union", "start", "end"), find=("name",))
register(PairMember, show=("agreement", "union", "employer", "outside_party"), find=("agreement__name",))
register(PairActivity, show=("title", "agreement", "held_on"), find=("title",))
register(
    Facility,
    show=("name", "kind", "level", "union", "employer", "start", "end"),
    find=("name", "union__name", "employer__name"),
    narrow=("kind", "level"),
)
register(
    Outreach,
    show=("employer", "union", "visited_on", "purpose", "outcome"),
    find=("employer__name",),
    narrow=("purpose",),
    days="visited_on",
)
register(
    Dispatch,
    show=("title", "outlet", "level", "submitted_on", "adopted_on", "score"),
    find=("title", "outlet"),
    narrow=("level",),
    days="submitted_on",
)
register(Mentorship, show=("mentor", "learner", "union", "employer", "start", "end"), find=("mentor", "learner"))
register(
    AuditEntry,
    show=("at", "actor", "action", "target_type", "target_name", "reason"),
    find=("target_name", "action", "reason"),
    narrow=("action",),
    days="at",
)
register(AccessEntry, show=("at", "actor", "target_type", "target_id", "fields", "reason"), find=("reason",), days="at")
register(AuditSeal, show=("table", "first_id", "last_id", "rows", "sealed_at"))


class AccountForm(UserChangeForm):
    """An account as stewards see it: the password is set anew, never read."""

    class Meta:
        model = User
        fields = ("username", "password", "name", "phone", "email", "is_active")


class NewAccountForm(UserCreationForm):
    class Meta:
        model = User
        fields = ("username", "name", "phone", "email")


class AccountAdmin(UserAdmin, PortalAdmin):
    """Accounts: powers are offices, so groups, permissions and flags are not shown."""

    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "name", "phone", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "name")
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "password", "name", "phone", "email", "is_active")}),)
    add_fieldsets = (
        (None, {"fields": ("username", "name", "phone", "email", "usable_password", "password1", "password2")}),
    )


admin.site.register(User, AccountAdmin)
# Packages name their records in English alone.
apps.get_app_config("axes").verbose_name = _("Sign-in")
apps.get_app_config("otp_totp").verbose_name = _("Two-step sign-in")
for model, one, many in (
    (AccessAttempt, _("failed sign-in"), _("failed sign-ins")),
    (TOTPDevice, _("sign-in device"), _("sign-in devices")),
):
    model._meta.verbose_name, model._meta.verbose_name_plural = one, many
# A lost phone and a locked sign-in are mended by deleting these rows; they are no records of the federation.
register(TOTPDevice, show=("user", "name", "confirmed"), find=("user__username",), is_deletable=True)
register(
    AccessAttempt,
    show=("username", "ip_address", "failures_since_start", "attempt_time"),
    find=("username",),
    is_deletable=True,
)

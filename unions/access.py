"""Who may do what: the roles, the actions, the one table between them, and the rows a user may see.

The only file that names roles against actions. A user acts through the offices he holds today; an office names a
union, and with the role gives the scope. An unknown role, an ended office or no office sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from unions.models import User


class Role(models.TextChoices):
    FEDERATION_CHAIR = "federation_chair", _("Federation chair")
    ORGANISATION = "organisation", _("Organisation officer")
    RELIEF = "relief", _("Relief officer")
    RIGHTS = "rights", _("Rights officer")
    FINANCE = "finance", _("Finance officer")
    CULTURE = "culture", _("Culture officer")
    COMMUNITY = "community", _("Community federation staff")
    CHAIR = "chair", _("Enterprise union chair")
    AUDITOR = "auditor", _("Auditor")
    REVIEWER = "reviewer", _("District reviewer")
    STEWARD = "steward", _("Data steward")


class Action(models.TextChoices):
    VIEW_HOME = "view_home", _("See the home page")
    VIEW_ORGANISATION = "view_organisation", _("See unions and employers")
    MANAGE_ORGANISATION = "manage_organisation", _("Record unions and employers")
    MANAGE_LABOUR = "manage_labour", _("Record labour relations")
    MANAGE_STANDING = "manage_standing", _("Assess unions and run campaigns")
    APPLY_STANDING = "apply_standing", _("Apply for assessments and titles")
    MANAGE_PUBLICITY = "manage_publicity", _("Record dispatches and visits")
    VIEW_MEMBERS = "view_members", _("See members and activities")
    MANAGE_MEMBERS = "manage_members", _("Record members and activities")
    VIEW_RELIEF = "view_relief", _("See hardship files and relief")
    MANAGE_RELIEF = "manage_relief", _("Record hardship files and relief")
    APPROVE_RELIEF = "approve_relief", _("Approve relief")
    VIEW_DISPUTES = "view_disputes", _("See visits and dispute cases")
    MANAGE_DISPUTES = "manage_disputes", _("Record visits and dispute cases")
    VIEW_FINANCE = "view_finance", _("See levy, dues and the ledger")
    MANAGE_FINANCE = "manage_finance", _("Record levy, dues and the ledger")
    AUDIT_FINANCE = "audit_finance", _("Write audit findings")
    VIEW_RETURNS = "view_returns", _("See quarterly returns")
    FILE_RETURN = "file_return", _("File a quarterly return")
    REVIEW_RETURN = "review_return", _("Review quarterly returns")
    LOCK_RETURN = "lock_return", _("Lock quarterly returns and give leave to change them")
    VIEW_FIGURES = "view_figures", _("See figures and their rows")
    MAKE_REPORT = "make_report", _("Make the half-year report")
    ISSUE_REPORT = "issue_report", _("Issue the half-year report")
    READ_REPORT = "read_report", _("Read reports")
    UNMASK_PERSON = "unmask_person", _("Read sensitive personal data")
    USE_ADMIN = "use_admin", _("Use data administration")


R = Role
OFFICERS = frozenset({R.FEDERATION_CHAIR, R.ORGANISATION, R.RELIEF, R.RIGHTS, R.FINANCE, R.CULTURE})
FIELD = frozenset({R.COMMUNITY, R.CHAIR})
STAFF = OFFICERS | {R.COMMUNITY}

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.VIEW_HOME: frozenset(Role),
    Action.VIEW_ORGANISATION: OFFICERS | FIELD | {R.STEWARD},
    Action.MANAGE_ORGANISATION: frozenset({R.FEDERATION_CHAIR, R.ORGANISATION, R.COMMUNITY, R.STEWARD}),
    Action.MANAGE_LABOUR: frozenset({R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.MANAGE_STANDING: frozenset(
        {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.CULTURE, R.COMMUNITY, R.STEWARD}
    ),
    Action.APPLY_STANDING: frozenset({R.ORGANISATION, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.MANAGE_PUBLICITY: frozenset(
        {R.FEDERATION_CHAIR, R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD}
    ),
    Action.VIEW_MEMBERS: OFFICERS | FIELD | {R.STEWARD},
    Action.MANAGE_MEMBERS: frozenset({R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.VIEW_RELIEF: frozenset({R.FEDERATION_CHAIR, R.RELIEF, R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD}),
    Action.MANAGE_RELIEF: frozenset({R.RELIEF, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.APPROVE_RELIEF: frozenset({R.FEDERATION_CHAIR}),
    Action.VIEW_DISPUTES: frozenset({R.FEDERATION_CHAIR, R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.MANAGE_DISPUTES: frozenset({R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD}),
    Action.VIEW_FINANCE: frozenset({R.FEDERATION_CHAIR, R.FINANCE, R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD}),
    Action.MANAGE_FINANCE: frozenset({R.FINANCE, R.STEWARD}),
    Action.AUDIT_FINANCE: frozenset({R.AUDITOR}),
    Action.VIEW_RETURNS: STAFF | {R.CHAIR, R.STEWARD},
    Action.FILE_RETURN: frozenset({R.CHAIR, R.ORGANISATION, R.COMMUNITY}),
    Action.REVIEW_RETURN: STAFF,
    Action.LOCK_RETURN: frozenset({R.FEDERATION_CHAIR, R.ORGANISATION}),
    Action.VIEW_FIGURES: OFFICERS | FIELD | {R.AUDITOR, R.STEWARD},
    Action.MAKE_REPORT: OFFICERS,
    Action.ISSUE_REPORT: frozenset({R.FEDERATION_CHAIR}),
    Action.READ_REPORT: OFFICERS | FIELD | {R.AUDITOR, R.REVIEWER, R.STEWARD},
    Action.UNMASK_PERSON: frozenset({R.FEDERATION_CHAIR, R.RELIEF, R.STEWARD}),
    Action.USE_ADMIN: frozenset({R.STEWARD}),
}

WHOLE_FEDERATION = OFFICERS | {R.AUDITOR, R.STEWARD}
SUBTREE = frozenset({R.COMMUNITY})
OWN_UNION = frozenset({R.CHAIR})


@dataclass(frozen=True)
class Scope:
    """A set of unions with a name; ``unions`` is None for the whole federation and empty for no row at all."""

    code: str
    name: str
    unions: frozenset[int] | None

    def __contains__(self, union_id: object) -> bool:
        return self.unions is None or union_id in self.unions

    @classmethod
    def everything(cls) -> Scope:
        return cls("", "", None)

    @classmethod
    def nothing(cls) -> Scope:
        return cls("", "", frozenset())


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles of the offices the user holds today."""
    return frozenset(role for role, _union in offices_of(user))


def can(user: User | AnonymousUser, action: Action) -> bool:
    """Whether any of the user's present roles allows ``action``."""
    return not ALLOWED[action].isdisjoint(roles_of(user))


def scope_of(user: User | AnonymousUser, action: Action | None = None) -> Scope:
    """The unions whose rows the user may see: the sum of what his present offices give.

    With an action, those for which he may do it: the sum of the offices that allow it.
    """
    from unions.models import Union

    unions: set[int] = set()
    for role, union_id in offices_of(user):
        if action is not None and role not in ALLOWED[action]:
            continue
        if role in WHOLE_FEDERATION:
            return Scope.everything()
        if role in SUBTREE:
            unions |= Union.objects.subtree_ids(union_id)
        elif role in OWN_UNION:
            unions.add(union_id)
    return Scope("", "", frozenset(unions))


def offices_of(user: User | AnonymousUser) -> list[tuple[str, int]]:
    """(role, union id) of every office held today; read once for each user object, that is once a request."""
    if not user.is_authenticated or not user.is_active:
        return []
    if user.offices_today is None:
        user.offices_today = list(user.offices.held_today().values_list("role", "union_id"))
    return user.offices_today


def roles_over(actor: User, union_id: int) -> frozenset[str]:
    """The actor's roles that reach this union: an office at one union gives no power over another's rows."""
    from unions.models import Union

    return frozenset(
        role
        for role, office_union in offices_of(actor)
        if role in WHOLE_FEDERATION
        or office_union == union_id
        or (role in SUBTREE and union_id in Union.objects.subtree_ids(office_union))
    )


def can_over(actor: User, action: Action, union_id: int) -> bool:
    """Whether a role of the actor that reaches this union allows ``action``."""
    return union_id in scope_of(actor, action)


def may(actor: User, action: Action, row: Any) -> bool:
    """Whether the actor may do ``action`` to this row; a row of no union is the federation's and for its officers."""
    if hasattr(row, "union_id"):
        return can_over(actor, action, row.union_id)
    return can(actor, action) and scope_of(actor).unions is None


class ScopedQuerySet(models.QuerySet[Any]):
    """The base of every queryset over rows that belong to a union. ``union_path`` says how to get there.

    It is empty for what belongs to no union and concerns everybody: communities, schemes, rules.
    """

    union_path = "union"

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Only the rows inside the user's scope."""
        return self.within(scope_of(user))

    def within(self, scope: Scope) -> Self:
        """Only the rows of the scope's unions."""
        if scope.unions is None or not self.union_path:
            return self.all()
        if not scope.unions:
            return self.none()
        return self.filter(**{f"{self.union_path}__in": scope.unions})


class CommonQuerySet(ScopedQuerySet):
    """Rows that belong to no union and may be seen by everybody who sees their kind."""

    union_path = ""

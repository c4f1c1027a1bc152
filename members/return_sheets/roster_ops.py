"""What can happen to a member in a quarter, and what each says of the membership (rules B2a)."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from members.models import MembershipStatus

S = MembershipStatus
JOIN, MOVE_IN, MOVE_OUT, WITHDRAW, RETAIN, RESUME, AMEND, DECEASE = (
    "JOIN",
    "MOVE_IN",
    "MOVE_OUT",
    "WITHDRAW",
    "RETAIN",
    "RESUME",
    "AMEND",
    "DECEASE",
)
OPS = {
    JOIN: pgettext_lazy("roster", "Joined"),
    MOVE_IN: pgettext_lazy("roster", "Moved in"),
    MOVE_OUT: pgettext_lazy("roster", "Moved out"),
    WITHDRAW: pgettext_lazy("roster", "Withdrew"),
    RETAIN: pgettext_lazy("roster", "Retained"),
    RESUME: pgettext_lazy("roster", "Resumed"),
    AMEND: pgettext_lazy("roster", "Details changed"),
    DECEASE: pgettext_lazy("roster", "Deceased"),
}
ENTERING = (JOIN, MOVE_IN)
LEAVING = {MOVE_OUT: S.TRANSFERRED_OUT, WITHDRAW: S.WITHDRAWN, DECEASE: S.DECEASED}
NEEDS_REASON = (MOVE_OUT, WITHDRAW)

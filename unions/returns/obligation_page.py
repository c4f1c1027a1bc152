"""What the page of one return shows: where it stands, what was found, what changed, and who may do what next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from unions.access import OWN_UNION, Action, can_over, roles_over
from unions.models import (
    CheckState,
    QuarterlyReturn,
    ReturnFinding,
    ReturnNote,
    ReturnStatus,
    Severity,
    User,
)
from unions.models.returns import FILED, IN_FORCE
from unions.pages.columns import Badge
from unions.periods import parse_period
from unions.returns.content import Content, texts_of
from unions.returns.differences import Difference, baseline, differences
from unions.returns.filing import Filing, content_of
from unions.returns.findings import STOPS, shown
from unions.returns.jumps import Jump, jumps
from unions.returns.locking import last_day, leave_of
from unions.returns.locks import set_by, whom_to_ask
from unions.returns.reading import address
from unions.returns.registry import SHEETS, Row, Sheet, sheets
from unions.returns.status import badge_of, next_step
from unions.workflow.returns import RETURNS

S = ReturnStatus


@dataclass(frozen=True)
class Place:
    """A finding or note with where it is: the caption of its column and the cell."""

    about: Any
    caption: str
    cell: str
    # What stands in the cell, for mending it in place; None where there is no cell.
    typed: str | None
    kind: Any = None
    # Whether something else was found at the same cell, where it is mended already.
    is_repeated: bool = False

    @property
    def name(self) -> str:
        """The name of the field that mends it."""
        return f"cell-{self.about.sheet}-{self.about.row}-{self.about.column}"

    @property
    def anchor(self) -> str:
        """Where it is on the page of its sheet."""
        return self.name if self.about.row and self.about.column else f"r{self.about.row}"

    @property
    def choices(self) -> list[str]:
        return self.kind.words() if self.kind else []


@dataclass(frozen=True)
class Group:
    """What lies on one sheet."""

    sheet: Sheet
    places: list[Place]


@dataclass
class ReturnPage:
    """One obligation as one user sees it on one day. ``obligation`` is annotated with ``latest``."""

    obligation: Any
    user: User
    today: date

    @cached_property
    def versions(self) -> list[QuarterlyReturn]:
        rows = QuarterlyReturn.objects.visible_to(self.user).filter(obligation=self.obligation)
        rows = rows.annotate(has_file=Q(content__file__isnull=False))
        return list(rows.select_related("submitted_by", "decided_by", "locked_by", "created_by").order_by("-version"))

    @cached_property
    def version(self) -> Any:
        """The newest version."""
        return self.versions[0] if self.versions else None

    @property
    def newest(self) -> int:
        """Its number, which every form sends back: whoever sends it has seen so much."""
        return self.version.version if self.version else 0

    @property
    def quarter(self) -> str:
        return str(parse_period(self.obligation.period.code).label)

    @property
    def receipt(self) -> Any:
        """The version whose receipt is asked for: the newest that was submitted, unless it came back."""
        filed = next((version for version in self.versions if version.receipt_no), None)
        return filed if filed and filed.status in FILED else None

    @property
    def lines(self) -> list[tuple[Any, str]]:
        """Every version with the look of its badge."""
        return [(version, RETURNS.look_of(version)) for version in self.versions]

    @property
    def filled(self) -> list[tuple[Sheet, list[tuple[int, list[tuple[Any, str]]]]]]:
        """Every sheet that holds rows, its cells as they are read aloud: personal data masked."""
        return [
            (sheet, [(row.number, list(spoken(sheet, row))) for row in self.content[sheet.code]])
            for sheet in sheets()
            if self.content.get(sheet.code)
        ]

    @property
    def badge(self) -> Badge:
        return badge_of(self.obligation, self.today)

    @property
    def step(self) -> str:
        """The one thing to do next, for whoever reads the page."""
        if self.obligation.exempted_on:
            return _("Exempted, nothing is to be filed: %(why)s") % {"why": self.obligation.exemption_reason}
        if self.may_review:
            return _("It waits for your review.")
        if self.is_draft and self.is_checking:
            return _("It is being checked; that takes some seconds.")
        if self.version is None and self.today < self.obligation.period.end:
            return _("It is filed once the quarter is over, from %(day)s.") % {"day": self.obligation.period.end}
        if self.is_unread and self.may_file:
            return _("Upload the right file.")
        if self.is_draft and self.may_file and self.may_submit:
            return _("Read it once more, then submit it.")
        return next_step(self.version.status if self.version else None, is_filer=self.may_file)

    @property
    def may_file(self) -> bool:
        return can_over(self.user, Action.FILE_RETURN, self.obligation.union_id) and not self.obligation.exempted_on

    @property
    def is_on_behalf(self) -> bool:
        """Whether the user would file for a union that is not his own."""
        return OWN_UNION.isdisjoint(roles_over(self.user, self.obligation.union_id))

    @property
    def may_review(self) -> bool:
        """Whether the user may decide on the version that waits; never on his own."""
        waits = self.version is not None and self.version.status == S.SUBMITTED
        allowed = can_over(self.user, Action.REVIEW_RETURN, self.obligation.union_id)
        return waits and allowed and self.version.submitted_by_id != self.user.pk

    @property
    def is_amendment(self) -> bool:
        return any(version.status in IN_FORCE for version in self.versions)

    @cached_property
    def lock(self) -> dict[str, Any] | None:
        """Who accepted or locked the version in force and when, whom to ask for leave, and the leave that runs."""
        held = next((version for version in self.versions if version.status in IN_FORCE), None)
        if held is None:
            return None
        leave = leave_of(self.obligation)
        return set_by(held) | {"whom": whom_to_ask(), "leave": leave, "until": last_day(leave) if leave else None}

    @property
    def may_give_leave(self) -> bool:
        allowed = can_over(self.user, Action.LOCK_RETURN, self.obligation.union_id)
        return allowed and self.lock is not None and not self.lock["leave"]

    @property
    def is_open(self) -> bool:
        """Whether a new version may come in."""
        return self.may_file and not any(version.status == S.SUBMITTED for version in self.versions)

    @property
    def is_draft(self) -> bool:
        return self.version is not None and self.version.status == S.DRAFT

    @property
    def is_checking(self) -> bool:
        return self.version is not None and self.version.check_state in (CheckState.QUEUED, CheckState.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.version is not None and self.version.check_state == CheckState.FAILED

    @cached_property
    def content(self) -> Content:
        return content_of(self.version)

    @cached_property
    def findings(self) -> list[ReturnFinding]:
        if self.version is None:
            return []
        return list(ReturnFinding.objects.visible_to(self.user).filter(version=self.version))

    @property
    def is_unread(self) -> bool:
        """Whether the newest version is a file of which nothing could be read, so that there is nothing to mend."""
        return self.is_draft and not self.is_checking and not self.content

    @property
    def is_begun(self) -> bool:
        """Whether something is filled in already, if only in an accepted return."""
        return bool(self.content) or self.is_amendment or self.is_checking

    @cached_property
    def set_aside(self) -> QuarterlyReturn | None:
        """What was filled in before the file of which nothing could be read."""
        if not self.is_unread or self.is_amendment:
            return None
        return next((version for version in self.versions[1:] if content_of(version)), None)

    @property
    def errors(self) -> int:
        return sum(finding.severity in STOPS for finding in self.findings)

    @property
    def unexplained(self) -> int:
        return sum(finding.severity == Severity.WARNING and not finding.explanation for finding in self.findings)

    @property
    def may_submit(self) -> bool:
        stands_against = self.is_checking or self.has_failed or self.errors + self.unexplained
        return self.is_draft and bool(self.content) and not stands_against

    @property
    def groups(self) -> list[Group]:
        """The findings by sheet, in the order of the file, what stops first."""
        return self.grouped(sorted(self.findings, key=lambda finding: finding.severity not in STOPS))

    @cached_property
    def notes(self) -> list[Group]:
        """What the reviewer noted on the version that was sent back last."""
        back = next((version for version in self.versions if version.status == S.SENT_BACK), None)
        if back is None or any(version.status in (*IN_FORCE, S.SUBMITTED) for version in self.versions):
            return []
        return self.grouped(list(ReturnNote.objects.visible_to(self.user).filter(version=back)))

    @property
    def sent_back_reason(self) -> str:
        return next((version.reason for version in self.versions if version.status == S.SENT_BACK), "")

    def grouped(self, rows: list[Any]) -> list[Group]:
        found: defaultdict[str, list[Place]] = defaultdict(list)
        mended: set[str] = set()
        for row in rows:
            if row.sheet in SHEETS:
                place = self.place(row)
                found[row.sheet].append(replace(place, is_repeated=place.name in mended))
                if getattr(row, "severity", None) in STOPS:
                    mended.add(place.name)
        return [Group(sheet, found[sheet.code]) for sheet in sheets() if found[sheet.code]]

    def place(self, about: Any) -> Place:
        sheet = SHEETS[about.sheet]
        column = sheet.columns.get(about.column)
        cell = ""
        if about.row and column:
            cell = f"{sheet.code}!{address(about.row, list(sheet.columns).index(about.column) + 1)}"
        caption = str(column.caption) if column else str(sheet.title)
        return Place(about, caption, cell, self.typed(about), column.kind if column else None)

    def typed(self, about: Any) -> str | None:
        row = next((row for row in self.content.get(about.sheet, []) if row.number == about.row), None)
        return texts_of(SHEETS[about.sheet], row).get(about.column, "") if row and about.column else None

    @cached_property
    def differences(self) -> list[tuple[Sheet, list[Difference]]]:
        found: defaultdict[str, list[Difference]] = defaultdict(list)
        for difference in differences(self.version) if self.version else ():
            found[difference.sheet].append(difference)
        return [(sheet, found[sheet.code]) for sheet in sheets() if found[sheet.code]]

    @cached_property
    def jumps(self) -> list[Jump]:
        """What stands far from the union's last accepted return before this quarter."""
        return jumps(Filing(self.obligation, self.version).last_accepted, self.content) if self.content else []

    @property
    def compared_with(self) -> QuarterlyReturn | None:
        return baseline(self.version) if self.version else None

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The sheets that the union fills in."""
        exempted = Filing(self.obligation).exempted
        return [sheet for sheet in sheets() if sheet.code not in exempted]

    @property
    def summary(self) -> list[tuple[Sheet, int]]:
        """Every sheet with the number of its rows."""
        return [(sheet, len(self.content.get(sheet.code, []))) for sheet in self.sheets]


def spoken(sheet: Sheet, row: Row) -> Iterator[tuple[Any, str]]:
    texts = texts_of(sheet, row)
    for name, column in sheet.columns.items():
        yield column, shown(texts.get(name, ""), is_personal=column.kind.is_personal)

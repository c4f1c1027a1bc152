"""The checks across the sheets of a return (rules D, X-01 to X-25). Each app registers those of its own sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from unions.models import Severity
from unions.returns.filing import Filing
from unions.returns.findings import Finding

Check = Callable[[Filing], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    code: str
    severity: str
    title: Any
    check: Check

    def findings(self, filing: Filing) -> Iterable[Finding]:
        return (finding.ruled(self.code, self.severity) for finding in self.check(filing))


RULES: dict[str, Rule] = {}


def rule(code: str, severity: Severity, title: Any) -> Callable[[Check], Check]:
    """Decorator: the function yields a finding wherever a return breaks the rule."""

    def enter(check: Check) -> Check:
        RULES[code] = Rule(code, severity, title, check)
        return check

    return enter


def rules() -> list[Rule]:
    return sorted(RULES.values(), key=lambda one: one.code)

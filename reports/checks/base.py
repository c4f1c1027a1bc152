"""What a consistency rule is and how all of them are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from reports.figures import figures
from reports.indicators.registry import Figure, Period, Text
from reports.models import CheckExplanation
from unions.access import Scope

Figures = Mapping[str, Figure]


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    EXPLAINED = "explained"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Outcome:
    """How one rule came out: what was compared, and the explanation given for it if there is one."""

    rule: Rule
    status: Status
    detail: Text
    explanation: str = ""


@dataclass(frozen=True)
class Situation:
    """What a rule may look at: this period's figures, those before it, and the rows within the scope."""

    period: Period
    scope: Scope
    now: Figures
    before: Figures

    def value(self, code: str) -> Decimal | None:
        return self.now[code].value


@dataclass(frozen=True)
class Rule:
    """A sentence that must hold. ``judge`` returns what it compared and whether it holds; None: nothing to compare."""

    code: str
    name: Text
    codes: tuple[str, ...]
    judge: Callable[[Situation], tuple[bool, Text] | None]

    def outcome(self, situation: Situation) -> Outcome:
        verdict = self.judge(situation)
        if verdict is None:
            nothing = Text("有关数字未报告，不作核对。", "The figures are not reported; nothing to compare.")
            return Outcome(self, Status.NOT_APPLICABLE, nothing)
        holds, detail = verdict
        return Outcome(self, Status.PASSED if holds else Status.FAILED, detail)


def run_checks(period: Period, scope: Scope, rules: Sequence[Rule]) -> list[Outcome]:
    """Every rule's outcome. A failed rule that was explained by name for this period counts as explained."""
    situation = Situation(period, scope, figures(period, scope), figures(period.previous(), scope))
    explanations = dict(
        CheckExplanation.objects.filter(period=str(period)).within(scope).values_list("rule", "explanation")
    )
    return [explained(rule.outcome(situation), explanations.get(rule.code, "")) for rule in rules]


def explained(outcome: Outcome, explanation: str) -> Outcome:
    if not explanation:
        return outcome
    status = Status.EXPLAINED if outcome.status is Status.FAILED else outcome.status
    return replace(outcome, status=status, explanation=explanation)

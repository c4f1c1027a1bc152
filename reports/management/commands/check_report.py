"""manage.py check_report 2014H1: every consistency rule; exit status 1 if one fails unexplained."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from reports.checks import RULES, Outcome, Status, run_checks
from reports.management.arguments import PeriodCommand
from unions.acting import SYSTEM, acting

MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.EXPLAINED: "!", Status.NOT_APPLICABLE: "–"}


class Command(PeriodCommand):
    help = "Check that the figures of a period do not contradict each other or their rows."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--scope", default="", help="code of a union or community")

    def handle(self, *_args: Any, **options: Any) -> None:
        period = self.period(options["period"])
        with acting(SYSTEM, snapshot=True):
            outcomes = run_checks(period, self.scope(options["scope"], period), RULES)
        for outcome in outcomes:
            self.stdout.write(line(outcome))
        if any(outcome.status is Status.FAILED for outcome in outcomes):
            sys.exit(1)


def line(outcome: Outcome) -> str:
    explanation = f"（{outcome.explanation}）" if outcome.explanation else ""
    return f"{MARKS[outcome.status]} {outcome.rule.code:<14}{outcome.rule.name}：{outcome.detail}{explanation}"

"""Consistency rules: what must hold between figures, and between figures and rows, before a report is issued."""

from reports.checks.base import Outcome, Rule, Status, run_checks
from reports.checks.figure_rules import FIGURE_RULES
from reports.checks.row_rules import ROW_RULES

RULES = (*FIGURE_RULES, *ROW_RULES)

__all__ = ["RULES", "Outcome", "Rule", "Status", "run_checks"]

"""What a check finds: where, how grave, what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from unions.models import Severity
from unions.validators import mask_id

# With these a return is not taken; a warning is once it is explained.
STOPS = (Severity.BLOCKING, Severity.ERROR)
LONGEST_VALUE, LONGEST_MESSAGE = 120, 500


@dataclass(frozen=True)
class Finding:
    """Something found in a return: at a cell, of a row (no ``column``) or of a sheet (``row`` 0)."""

    sheet: str
    message: str
    row: int = 0
    column: str = ""
    value: str = ""
    severity: str = Severity.ERROR
    rule: str = "cell"

    def ruled(self, rule: str, severity: str) -> Finding:
        """The same as the finding of a rule."""
        return replace(self, rule=rule, severity=severity)

    def as_fields(self) -> dict[str, Any]:
        """What the row of the finding stores."""
        return vars(self) | {"message": self.message[:LONGEST_MESSAGE], "value": self.value[:LONGEST_VALUE]}


def shown(value: Any, *, is_personal: bool) -> str:
    """A cell's value as a finding repeats it: personal data masked."""
    text = "" if value is None else str(value)
    return mask_id(text) if is_personal else text


def may_be_filed(findings: Iterable[Finding]) -> bool:
    """Whether nothing stops the filing but warnings that want explaining."""
    return not any(finding.severity in STOPS for finding in findings)

"""What an event will change, in the words of the page that shows it before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effect:
    """One thing that changes: what it is, how it stands now, how it will stand. Empty: not there."""

    caption: Any
    before: Any = ""
    after: Any = ""

"""What the quarterly return asks of members and of what they take part in."""

from members.return_sheets import activities, roster

__all__ = ["activities", "roster"]

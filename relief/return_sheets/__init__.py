"""What the quarterly return says of relief: funds, cases, rounds, tuition aid, mutual aid."""

from relief.return_sheets import funds, grants, mutual_aid, rounds

__all__ = ["funds", "grants", "mutual_aid", "rounds"]

"""What the quarterly return asks of a union's money: payroll and levy, dues."""

from finance.return_sheets import dues, levy, levy_rules

__all__ = ["dues", "levy", "levy_rules"]

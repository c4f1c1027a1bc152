"""What the quarterly return asks of a union as such: cover, profile, labour relations, workplace, publicity."""

from unions.return_sheets import cover, labour, profile, publicity, rules, workplace

__all__ = ["cover", "labour", "profile", "publicity", "rules", "workplace"]

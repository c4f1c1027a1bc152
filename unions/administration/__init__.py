"""Data administration for stewards: every model in scope, true states, filters, actions shown before they are done."""

from unions.administration.pages import PortalAdmin, register

__all__ = ["PortalAdmin", "register"]

"""What the quarterly return says of labour disputes: the network, visits, cases, alerts."""

from disputes.return_sheets import cases, network

__all__ = ["cases", "network"]

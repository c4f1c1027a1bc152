"""The portal's own PostgreSQL and Valkey: started, shared and stopped without anything installed on the machine."""

from config.local.home import Home, SetupError

__all__ = ["Home", "SetupError"]

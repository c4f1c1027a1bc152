"""Makes Django load the system checks; config has no models."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "portal_config"

    def ready(self) -> None:
        from config import checks  # noqa: F401

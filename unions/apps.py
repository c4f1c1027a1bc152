"""The ground of the portal: who the unions are, who may do what, periods, returns, audit."""

from django.apps import AppConfig
from django.db import connections, models
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = _("Unions")

    def ready(self) -> None:
        from unions.lookups import AnyOf

        for kind in (models.Field, models.ForeignObject):
            kind.register_lookup(AnyOf)
        pre_migrate.connect(grant_rights, sender=self)
        post_migrate.connect(grant_rights, sender=self)
        autodiscover_modules("contributions")
        autodiscover_modules("return_sheets")
        autodiscover_modules("import_kinds")


def grant_rights(*, using: str, **_kwargs: object) -> None:
    """Give the web role its rights: before migrating by default, after it on what was made."""
    from unions.roles import grant_web_role

    grant_web_role(connections[using])

"""Makes data administration use the portal's own site."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "config.administration_site.AdministrationSite"

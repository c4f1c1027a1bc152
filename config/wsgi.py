"""The web server's entry. It refuses to serve with settings that a check calls an error."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def checked_application() -> WSGIHandler:
    application = get_wsgi_application()
    from config.checks import refuse_errors

    refuse_errors()
    return application


application = checked_application()

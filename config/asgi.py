"""The asynchronous web server's entry. It refuses to serve with settings that a check calls an error."""

import os

from django.core.asgi import get_asgi_application
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def checked_application() -> ASGIHandler:
    application = get_asgi_application()
    from config.checks import refuse_errors

    refuse_errors()
    return application


application = checked_application()

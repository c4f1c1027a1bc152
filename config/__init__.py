"""Everything that puts the apps together. It sees all of them; none of them imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

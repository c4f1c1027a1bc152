"""Settings of the tests: a disposable database server of their own, nothing secret, nothing slow."""

import os

from config import environment

# Beside the portal's own data, never in it: this server gives up durability for speed. Workers inherit the choice.
os.environ["PORTAL_HOME"] = os.environ.setdefault("PORTAL_TEST_HOME", str(environment.load().root / "test"))
os.environ["SECRET_KEY"] = "tests-only-" + "k" * 40
os.environ["FIELD_ENCRYPTION_KEYS"] = "dGVzdHMtb25seS1maWVsZC1lbmNyeXB0aW9uLWtleSE="
os.environ["BLIND_INDEX_KEY"] = "dGVzdHMtb25seS1ibGluZC1pbmRleC1rZXktMzJiISE="
os.environ["PORTAL_HTTPS"] = "no"
os.environ["DEBUG"] = "no"

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASE_AS_OWNER, HOME, STORAGES  # noqa: E402

# The owner creates and migrates; tests/conftest.py then signs in as the web role.
DATABASES = {"default": {**DATABASE_AS_OWNER, "CONN_MAX_AGE": 0, "TEST": {"NAME": "test_portal"}}}

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MEDIA_ROOT = HOME.root / "media"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

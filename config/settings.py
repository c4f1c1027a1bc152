"""The one settings file. Everything that differs between machines is read from the environment (see .env.example)."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config import environment
from config.roles import OWNER, WEB

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = environment.load()
environment.load_secrets(HOME)
env = environ.Env()

# -- What kind of portal this is ------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
LOCAL = environment.is_local()
HTTPS = env.bool("PORTAL_HTTPS", default=not LOCAL and not DEBUG)

SECRET_KEY = env.str("SECRET_KEY", default="")
FIELD_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[])
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", default="")

# The portal's own address, for links and QR codes in printed documents; none are printed without it.
PORTAL_BASE_URL = env.str("PORTAL_BASE_URL", default="").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# -- Applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unions",
    "members",
    "finance",
    "relief",
    "disputes",
    "reports",
    "config.apps.ConfigConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "config.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "import_export",
    "pgtrigger",
    "pghistory",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Also tells pghistory who acts, so pghistory's own middleware is not needed.
    "unions.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last: it turns a refused sign-in into its answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

# Widgets are drawn by the project's own templates too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "unions.context.portal",
            ],
        },
    },
]

# -- Database -------------------------------------------------------------------------------------------------------


def embedded(role: str) -> dict[str, Any]:
    """The address of the portal's own server, which ``config.local`` starts."""
    name = {"ENGINE": "django.db.backends.postgresql", "NAME": "portal", "USER": role}
    return name | {"PASSWORD": "", "HOST": str(HOME.sockets), "PORT": "5432"}


def database(url: str, role: str) -> dict[str, Any]:
    """One of the two logins: by its address, else embedded."""
    address = environ.Env.db_url_config(url) if url else embedded(role)
    options = {"application_name": "portal", **address.get("OPTIONS", {})}
    # A socket's directory stands in an address as %2Frun%2Fpostgresql or as ?host=/run/postgresql.
    host = options.pop("host", None) or unquote(address["HOST"])
    rules = {"ATOMIC_REQUESTS": True, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return address | rules | {"HOST": host, "OPTIONS": options}


DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="") or DATABASE_URL

DATABASE_AS_WEB = database(DATABASE_URL, WEB)
DATABASE_AS_OWNER = database(DATABASE_OWNER_URL, OWNER)
if DATABASE_URL and DATABASE_URL == DATABASE_OWNER_URL:
    # One address for both: its login owns the tables, and the portal's own sessions step down to the web role.
    WEB_ROLE = env.str("DATABASE_WEB_ROLE", default=WEB)
    DATABASE_AS_WEB["OPTIONS"] |= {"assume_role": WEB_ROLE}
else:
    WEB_ROLE = str(DATABASE_AS_WEB["USER"])

# manage.py asks for the owner when it migrates; everything else works as the web role.
AS_OWNER = env.str("PORTAL_DATABASE_ROLE", default="web") == "owner"
DATABASES = {"default": DATABASE_AS_OWNER if AS_OWNER else DATABASE_AS_WEB}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PGHISTORY_APPEND_ONLY = True
# "events" is pghistory's word for the copies of a row; here a union has events of its own.
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history", related_query_name="history")

# -- Broker and cache -----------------------------------------------------------------------------------------------

SOCKET = quote(str(HOME.valkey_socket))
REDIS_URL = env.str("REDIS_URL", default="")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL or f"unix://{SOCKET}?db=0",
        "KEY_PREFIX": "portal",
    }
}

CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{SOCKET}?virtual_host=0"
# The state of a job is a row in PostgreSQL, written by the job; the broker keeps no result.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    # What a lost message or a killed worker left behind is taken up again.
    "sweep-reports": {"task": "reports.tasks.sweep_reports", "schedule": 60.0},
    "sweep-returns": {"task": "unions.tasks.sweep_returns", "schedule": 30.0},
    "sweep-imports": {"task": "unions.tasks.sweep_imports", "schedule": 30.0},
    "begin-day": {"task": "unions.tasks.begin_day", "schedule": crontab(hour=7, minute=0)},
    "propose-duplicates": {"task": "members.tasks.propose_duplicates", "schedule": crontab(hour=2, minute=20)},
    "forget-merges": {"task": "members.tasks.forget_merges", "schedule": crontab(hour=2, minute=50)},
    "seal-logs": {"task": "unions.tasks.seal_logs", "schedule": crontab(hour=3, minute=10)},
}

# -- Accounts -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "unions.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# Name and address together: a stranger who guesses at a name does not lock its holder out elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

OTP_TOTP_ISSUER = "工会工作平台"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# -- Transport and page security ------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("PORTAL_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# -- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# The second holds texts of packages that bring no Chinese of their own.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/packages"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# -- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = HOME.root / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = HOME.root / "media"
REPORTS_ROOT = HOME.reports
if DEBUG:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif LOCAL:
    # Compressing takes over a minute and is of no use to a browser on the same machine.
    STATIC_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
else:
    STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# The body without files; a page of bulk actions is far below it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# One uploaded file: a quarterly return of 100,000 rows is about 12 MiB.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)

# -- Administration -------------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": _("Union portal"),
    "SITE_HEADER": _("Data administration"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "database",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("img/seal.svg")}],
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "SIDEBAR": {"show_search": True, "show_all_applications": True},
    # The portal's red, from its palest ground to its darkest text.
    "COLORS": {
        "primary": {
            "50": "#fcefef",
            "100": "#f8dcdd",
            "200": "#f0b6b9",
            "300": "#e38a90",
            "400": "#d1565f",
            "500": "#bf2b37",
            "600": "#b0101c",
            "700": "#8a0c16",
            "800": "#6d0a12",
            "900": "#52080e",
            "950": "#330509",
        }
    },
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "add"

# -- Mail ------------------------------------------------------------------------------------------------------------

# Without a server named, notices stay in the inbox alone.
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")

# -- Logging --------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # 403 and 404 are ordinary answers here; the 500s carry an incident number.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}

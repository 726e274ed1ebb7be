"""The only settings file. It depends on environment variables, never on the name of an environment.

The variables are described in `.env.example`. Configuration errors are numbered system checks (`echo_portal.checks`).
"""

import sys
from pathlib import Path
from typing import Any

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from echo_portal.local_servers import servers

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEVELOPMENT_KEY = "development-only-key-that-a-production-start-refuses"

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000" if DEBUG else "").rstrip("/")
# The demonstration: sample accounts, a mailbox page, and no second factor (all only with DEBUG on loopback).
DEMO = env.bool("DEMO", default=False)
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)

# ---------------------------------------------------------------- apps

INSTALLED_APPS = [
    "echo_portal.lib",
    "echo_portal.outbox",
    "accounts",
    "hubs",
    "pages",
    "sessions",
    "echo_portal.search",
    "proposals",
    "registrations",
    "news",
    "attendance",
    "evaluations",
    "credits",
    "programme",
    "echo_portal.reports",
    "echo_portal.erasure",
    "echo_portal.admin.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "django_htmx",
]

MIDDLEWARE = [
    "echo_portal.middleware.HeadMiddleware",
    "echo_portal.middleware.RequestIdMiddleware",
    # Before the two that return responses of their own, so that health pages and static files have these headers, too.
    "echo_portal.middleware.ResponseHeadersMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "echo_portal.middleware.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "echo_portal.middleware.ValidatorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "echo_portal.middleware.AllowedMethodsMiddleware",
    "echo_portal.middleware.OwnFormsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "echo_portal.middleware.SignOutMiddleware",
    "echo_portal.middleware.StaffSessionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "echo_portal.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "echo_portal.urls"
# The portal is at the root of its host: a SCRIPT_NAME header, which gunicorn accepts, must not change any path.
FORCE_SCRIPT_NAME = ""
WSGI_APPLICATION = "echo_portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csp",
                "echo_portal.context.portal",
            ],
        },
    }
]

# ---------------------------------------------------------------- PostgreSQL, Redis, Celery (P1–P4)

# Without URLs the portal starts its own PostgreSQL and Valkey (echo_portal.local_servers.servers).
EMBEDDED_NAME = env.str("EMBEDDED_NAME", default="run")
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(env.str("DATABASE_URL", default=servers.postgres_url(BASE_DIR, name=EMBEDDED_NAME)))
}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60),
    CONN_HEALTH_CHECKS=True,
    OPTIONS={
        **DATABASES["default"].get("OPTIONS", {}),
        "connect_timeout": 5,
        # Triggers record the changes of other connections, such as those of psql, in the audit trail (ADR 42).
        "application_name": "shell" if sys.argv[1:2] == ["shell"] else "echo_portal",
    },
)
if not env.str("DATABASE_URL", default=""):
    DATABASES["default"]["ENGINE"] = "echo_portal.local_servers.embedded_database"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = env.str(
    "CELERY_BROKER_URL",
    default=env.str("REDIS_URL", default="") or servers.valkey_broker_url(BASE_DIR, name=EMBEDDED_NAME),
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A broker can stop responding: time out after seconds (the client tries four times), and reconnect without limit.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 3,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# An expired tick is dropped, since the next one does the same. Each worker compares the time with its own clock, which
# may be an hour wrong: with a shorter time such a worker would drop every tick.
TICK_EXPIRES_SECONDS = 2 * 3600
# Each task with the seconds from one tick to the next.
PERIODIC_TASKS = {
    "tick": ("echo_portal.outbox.tasks.tick", 2.0),
    "forget-expired": ("accounts.tasks.forget", 3600.0),
    "erase-attendance-reports": ("attendance.tasks.erase_reports", 3600.0),
    "tell-of-missed-recordings": ("attendance.tasks.tell_of_missed_recordings", 600.0),
    "update-ledgers": ("credits.tasks.update_ledgers", 30.0),
    "issue-answered": ("credits.tasks.issue_answered", 300.0),
    "make-certificates": ("credits.tasks.make_certificates", 10.0),
    "write-long-exports": ("echo_portal.reports.tasks.write_long_exports", 5.0),
    "delete-long-exports": ("echo_portal.reports.tasks.delete_long_exports", 3600.0),
    "erase-kept-names": ("echo_portal.erasure.tasks.erase_kept_names", 3600.0),
    "make-report-files": ("pages.tasks.make_report_files", 10.0),
    "tell-of-dates": ("proposals.tasks.tell_of_dates", 60.0),
    "forget-inquiries": ("proposals.tasks.forget_inquiries", 3600.0),
    "forget-news-requests": ("news.tasks.forget_requests", 3600.0),
    "evaluations": ("credits.tasks.ask_for_evaluations", 60.0),
    "promote-waiting": ("registrations.tasks.promote_waiting", 60.0),
    "forget-invitations": ("registrations.tasks.forget_invitations", 3600.0),
    "forget-lists": ("registrations.tasks.forget_lists", 3600.0),
    "work-on-lists": ("echo_portal.admin.tasks.work_on_lists", 5.0),
    "write-waiting-reminders": ("registrations.tasks.write_waiting_reminders", 60.0),
}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": seconds, "options": {"expires": TICK_EXPIRES_SECONDS}}
    for name, (task, seconds) in PERIODIC_TASKS.items()
}

# Rate limits and caches are in PostgreSQL: flushing the broker must not reset a limit (SAFETY.md 2).
# allauth counts in the default cache, which therefore evicts nothing; values that may be evicted are in another cache.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": sys.maxsize},
    },
    "samples": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_samples"},
}

# ---------------------------------------------------------------- people and sign-in

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["echo_portal.people_with_roles.PeopleWithRoles"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "my_sessions"
LOGOUT_REDIRECT_URL = "catalogue"
ACCOUNT_ADAPTER = "accounts.adapter.OutboxAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the portal's own code or link verifies an address (accounts.actions)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "accounts.second_factor.SealedSecretsAdapter"
MFA_TOTP_ISSUER = "Palliative Care ECHO"
SESSION_ENGINE = "accounts.browser_sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_SAVE_EVERY_REQUEST = False
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# How many registration forms without signing in are accepted in an hour, from one network and in all.
REGISTRATIONS_PER_NETWORK_AND_HOUR = env.int("REGISTRATIONS_PER_NETWORK_AND_HOUR", default=60)
REGISTRATIONS_PER_HOUR = env.int("REGISTRATIONS_PER_HOUR", default=3000)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# ---------------------------------------------------------------- languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = None
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Toronto"

# ---------------------------------------------------------------- email

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Palliative Care ECHO <echo@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# smtp://, smtp+tls:// (STARTTLS) or smtp+ssl://; empty: the mailbox page of the demonstration (files in MAIL_FOLDER).
EMAIL_URL = env.str("EMAIL_URL", default="")
MAIL_FOLDER = Path(env.str("MAIL_FOLDER", default=str(BASE_DIR / "var" / "mail")))
# For each step of sending an email; a worker's lease on a row is twice this plus five seconds.
MAIL_TIMEOUT_SECONDS = env.float("MAIL_TIMEOUT_SECONDS", default=20)
# Evidence of an email whose answer was lost: log:PATH, events, or empty (echo_portal.outbox.evidence).
MAIL_EVIDENCE = env.str("MAIL_EVIDENCE", default="")
# The seconds after which an accepted email must appear there; 0: 30 seconds in a log, ten minutes in reports.
MAIL_EVIDENCE_WAIT_SECONDS = env.float("MAIL_EVIDENCE_WAIT_SECONDS", default=0)
# The key that signs a provider's reports; empty: none are accepted (echo_portal.outbox.webhooks).
MAIL_HOOK_SECRET = env.str("MAIL_HOOK_SECRET", default="")
# No-send mode: messages are written but not sent, as in a restored copy.
MAIL_HELD = env.bool("MAIL_HELD", default=False)
# The domain of calendar UIDs; it must not change, even if the site's domain does (PRODUCT.md 4).
CALENDAR_DOMAIN = env.str("CALENDAR_DOMAIN", default="echo.palliativecare.example")
# The keys of certificates, separated by commas: the first, ID:SEED, signs new ones; the others only verify signatures
# and may be ID:public:KEY. Seeds and keys are 32 bytes in base64 (echo_portal.lib.signing_keys).
DEVELOPMENT_CERTIFICATE_KEY = "development:ZGV2ZWxvcG1lbnQtb25seS1jZXJ0aWZpY2F0ZXMtMDE="
CERTIFICATE_KEYS = env.list("CERTIFICATE_KEYS", default=[]) or ([DEVELOPMENT_CERTIFICATE_KEY] if DEBUG else [])
# The operator's address, as required by Canadian anti-spam law; a sample until the operator sets it.
SAMPLE_OPERATOR_EMAIL = "echo@example.org"
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default=SAMPLE_OPERATOR_EMAIL)
# The operator's postal address, on one line, which the same law requires in news. Without it no newsletter is sent.
OPERATOR_ADDRESS = env.str("OPERATOR_ADDRESS", default="1 Example Street, Ottawa ON  A1A 1A1" if DEBUG else "")

# Apps write outbox messages themselves; email that libraries send through Django becomes messages, too.
MAILERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "echo_portal.outbox.django_mail.OutboxBackend"},
}

# ---------------------------------------------------------------- static files, forms

STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_BACKEND",
            default="whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
}
# With DEBUG, static files are read from their source, uncompressed, unless they were collected (as `make run` does).
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = env.bool("STATIC_FROM_SOURCE", default=DEBUG)
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # the icons that browsers ask for without a link
MEDIA_ROOT = BASE_DIR / "var" / "media"
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["portal"]

# ---------------------------------------------------------------- security (SAFETY.md 4.3)

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONCE, CSP.STRICT_DYNAMIC],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Other sites do not learn the personal links of emails. With "no-referrer", browsers would send `Origin: null` with
# every form, which Django's CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # requested on the same machine, without TLS
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# With this prefix browsers accept the cookie from this host and over HTTPS only; over plain HTTP they would refuse it.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
MESSAGE_STORAGE = "echo_portal.lib.http.MessageStorage"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "echo_portal.views.errors.csrf_failure"
if env.bool("SECURE_PROXY_SSL_HEADER", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
FILE_UPLOAD_HANDLERS = ["echo_portal.lib.uploads.NoFileExpected"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# ---------------------------------------------------------------- logs (no personal data; SAFETY.md V16)

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "echo_portal.lib.logs.structured_formatter"}},
    "filters": {"refused_requests": {"()": "echo_portal.lib.logs.RefusedRequests"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "structured", "filters": ["refused_requests"]},
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        # Responses such as 404, 409 and 422 are not logged; 5xx are ERROR.
        "django.request": {"handlers": [], "propagate": True, "level": "ERROR"},
        # WeasyPrint reports each step of a rendering as INFO.
        "weasyprint": {"handlers": [], "propagate": True, "level": "WARNING"},
        "weasyprint.progress": {"handlers": [], "propagate": False, "level": "ERROR"},
        "fontTools": {"handlers": [], "propagate": True, "level": "WARNING"},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
    },
}

"""Numbered system checks of the configuration, with hints. A web server or worker with an error does not start."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured

from echo_portal.lib.signing_keys import parse_keys
from echo_portal.lib.zones import stale_zone_data

CONFIGURATION = "configuration"
LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]", ".localhost", "testserver")


@register(CONFIGURATION, Tags.compatibility)
def zone_rules(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the zone data has the rules of 2026, when several provinces stopped changing clocks (TZ-1)."""
    return [
        Error(f"Zone data is too old: {wrong}.", hint="Install tzdata 2026.6 or newer.", id="echo.E001")
        for wrong in stale_zone_data()
    ]


@register(CONFIGURATION, Tags.security)
def secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG:
        return []
    if (
        settings.SECRET_KEY in ("", settings.DEVELOPMENT_KEY)
        or len(settings.SECRET_KEY) < 50
        or len(set(settings.SECRET_KEY)) < 10
    ):
        hint = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
        return [
            Error(
                "SECRET_KEY is missing, short, of few different characters, or the development key.",
                hint=hint,
                id="echo.E002",
            )
        ]
    return []


@register(CONFIGURATION, Tags.security)
def certificate_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that CERTIFICATE_KEYS has a key that signs, and in production not the development key."""
    hint = 'CERTIFICATE_KEYS=2026:$(python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())")'
    try:
        keys = parse_keys(settings.CERTIFICATE_KEYS)
    except ValueError as problem:
        return [Error(f"CERTIFICATE_KEYS cannot be read: {problem}.", hint=hint, id="echo.E012")]
    if not keys or keys[0].private is None:
        return [Error("CERTIFICATE_KEYS has no key that signs certificates.", hint=hint, id="echo.E012")]
    if not settings.DEBUG and settings.DEVELOPMENT_CERTIFICATE_KEY in settings.CERTIFICATE_KEYS:
        return [Error("CERTIFICATE_KEYS has the development key, which everybody knows.", hint=hint, id="echo.E012")]
    return []


@register(CONFIGURATION, Tags.compatibility)
def addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG:
        return found
    if not settings.EMAIL_URL:
        hint = "EMAIL_URL=smtp+tls://user:password@host:587"
        found.append(Error("EMAIL_URL is missing: nobody would get a message.", hint=hint, id="echo.E003"))
    if not settings.SITE_URL.startswith("https://"):
        hint = "SITE_URL=https://…; it stands in every email and calendar entry."
        found.append(Error("SITE_URL is missing or not HTTPS.", hint=hint, id="echo.E004"))
    server = urlsplit(settings.EMAIL_URL)
    if server.scheme == "smtp" and server.hostname not in LOOPBACK:
        hint = "EMAIL_URL=smtp+tls://… or smtp+ssl://…"
        found.append(Error("Emails would go to another machine without TLS.", hint=hint, id="echo.E011"))
    if settings.CALENDAR_DOMAIN.endswith(".example"):
        hint = "Choose it once and never change it: it is part of every calendar entry's UID."
        found.append(Error("CALENDAR_DOMAIN is the sample's.", hint=hint, id="echo.E005"))
    return found


@register(CONFIGURATION, Tags.security)
def demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEMO and not settings.DEBUG:
        hint = "DEMO belongs to DEBUG on one's own machine."
        return [Error("DEMO is on without DEBUG.", hint=hint, id="echo.E006")]
    if not settings.SECOND_FACTOR_REQUIRED and not (settings.DEBUG and settings.DEMO):
        hint = "Leave SECOND_FACTOR_REQUIRED alone."
        return [Error("The second factor is off outside a demonstration.", hint=hint, id="echo.E007")]
    return []


@register(CONFIGURATION, Tags.security)
def hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that DEBUG has no public host, that ALLOWED_HOSTS is restricted, and that a proxy header has a proxy."""
    found: list[CheckMessage] = []
    public = [host for host in settings.ALLOWED_HOSTS if host not in LOOPBACK]
    if settings.DEBUG and public:
        hint = "Leave DEBUG out: its error pages show settings and rows to everybody."
        found.append(Error(f"DEBUG is on for {', '.join(public)}.", hint=hint, id="echo.E008"))
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts: ALLOWED_HOSTS=echo.example.org"
        found.append(Error("ALLOWED_HOSTS allows every host name.", hint=hint, id="echo.E009"))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and not settings.TRUSTED_PROXY_COUNT:
        hint = "Set TRUSTED_PROXY_COUNT=1 with SECURE_PROXY_SSL_HEADER=1, or neither."
        found.append(Error("A proxy's header is believed, and no proxy is counted.", hint=hint, id="echo.E010"))
    return found


def check_configuration() -> None:
    """Raise ImproperlyConfigured with all errors, before the first request or task is accepted."""
    mistakes = run_checks(tags=[CONFIGURATION], include_deployment_checks=False)
    if mistakes:
        raise ImproperlyConfigured("\n".join(f"{row.id}: {row.msg} {row.hint or ''}" for row in mistakes))

"""Numbered system checks of the configuration, with hints. Web servers and workers do not start after an error."""

import itertools
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.http.request import split_domain_port, validate_host

from echo_portal.lib.signing_keys import parse_keys
from echo_portal.lib.zones import stale_zone_data

CONFIGURATION = "configuration"
LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]", ".localhost")
TEST_HOST = "testserver"  # Django's test client
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl")  # those of echo_portal.outbox.transports
HOOK_SECRET_LENGTH = 32
MOST_PROXIES = 5  # with a higher count, clients could write the address that limits count
DIFFERENT_BYTES = 10  # of the 32 bytes of a key; a random key has fewer than 20 once in millions of times


@register(CONFIGURATION, Tags.compatibility)
def zone_rules(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that the time zone data has the rules of 2026, when several provinces stopped changing clocks (TZ-1)."""
    return [
        Error(f"Zone data is too old: {wrong}.", hint="Install tzdata 2026.6 or newer.", id="echo.E001")
        for wrong in stale_zone_data()
    ]


@register(CONFIGURATION, Tags.security)
def secrets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check in production that the keys which sign links, codes and reports of the email provider cannot be guessed."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        return found
    hint = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
    wrong = "short, of few different or of repeated characters, or the development key"
    if _is_weak(settings.SECRET_KEY):
        found.append(Error(f"SECRET_KEY is missing, {wrong}.", hint=hint, id="echo.E002"))
    if any(_is_weak(key) for key in settings.SECRET_KEY_FALLBACKS):
        leave_out = "Remove it: links and codes made with it are accepted."
        found.append(Error(f"A key in SECRET_KEY_FALLBACKS is {wrong}.", hint=leave_out, id="echo.E013"))
    if 0 < len(settings.MAIL_HOOK_SECRET) < HOOK_SECRET_LENGTH:
        short = f"MAIL_HOOK_SECRET has fewer than {HOOK_SECRET_LENGTH} characters."
        found.append(Error(short, hint=hint, id="echo.E019"))
    elif settings.MAIL_HOOK_SECRET and _repeats(settings.MAIL_HOOK_SECRET):
        found.append(Error("MAIL_HOOK_SECRET repeats characters.", hint=hint, id="echo.E019"))
    return found


def _is_weak(key: str) -> bool:
    if key.startswith("django-insecure-"):  # startproject writes such a key into the repository of a project
        return True
    return key == settings.DEVELOPMENT_KEY or len(key) < 50 or len(set(key)) < 10 or _repeats(key)


def _repeats(key: str) -> bool:
    """Return whether a key has few different pairs of characters side by side."""
    return len(set(itertools.pairwise(key))) < 0.6 * len(key)


@register(CONFIGURATION, Tags.security)
def certificate_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that CERTIFICATE_KEYS has a key for signing and, in production, that it is not the development key."""
    hint = 'CERTIFICATE_KEYS=2026:$(python -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())")'
    try:
        keys = parse_keys(settings.CERTIFICATE_KEYS)
    except ValueError as problem:
        return [Error(f"CERTIFICATE_KEYS cannot be read: {problem}.", hint=hint, id="echo.E012")]
    if not keys or keys[0].private is None:
        return [Error("CERTIFICATE_KEYS has no key that signs certificates.", hint=hint, id="echo.E012")]
    if not settings.DEBUG and any(key.private and len(set(key.private)) < DIFFERENT_BYTES for key in keys):
        return [Error("CERTIFICATE_KEYS has a key of repeated bytes.", hint=hint, id="echo.E012")]
    (known,) = parse_keys([settings.DEVELOPMENT_CERTIFICATE_KEY])
    if not settings.DEBUG and any(key.public == known.public for key in keys):
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
    elif not validate_host(_host_of_site(), settings.ALLOWED_HOSTS) and _public_hosts():
        hint = "SITE_URL=https://HOST without a path, and the same HOST in ALLOWED_HOSTS."
        found.append(Error("ALLOWED_HOSTS does not contain the host of SITE_URL.", hint=hint, id="echo.E017"))
    if settings.CALENDAR_DOMAIN.endswith(".example"):
        hint = "Choose it once and never change it: it is part of every calendar entry's UID."
        found.append(Error("CALENDAR_DOMAIN is the sample's.", hint=hint, id="echo.E005"))
    return found


@register(CONFIGURATION, Tags.compatibility)
def operator(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn in production if the operator's addresses, which the privacy page and news must name, are not set."""
    found: list[CheckMessage] = []
    if not settings.DEBUG and settings.OPERATOR_EMAIL == settings.SAMPLE_OPERATOR_EMAIL:
        hint = "OPERATOR_EMAIL=office@example.ca, where a person answers; the privacy page names it."
        found.append(Caution("OPERATOR_EMAIL is the sample's.", hint=hint, id="echo.W001"))
    if not settings.DEBUG and not settings.OPERATOR_ADDRESS:
        hint = "OPERATOR_ADDRESS=1 Street, Ottawa ON  A1A 1A1; without it no newsletter is sent."
        found.append(Caution("OPERATOR_ADDRESS is missing.", hint=hint, id="echo.W002"))
    return found


@register(CONFIGURATION, Tags.security)
def email_server(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that EMAIL_URL is valid and, in production, that emails leave this machine only with TLS."""
    if not settings.EMAIL_URL:
        return []
    hint = "EMAIL_URL=smtp+tls://user:password@host:587; the others are smtp+ssl:// and smtp://."
    try:
        server = urlsplit(settings.EMAIL_URL)
        is_usable = server.scheme in EMAIL_SCHEMES and server.hostname is not None and server.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        return [Error("EMAIL_URL is not the address of an SMTP server.", hint=hint, id="echo.E015")]
    if not settings.DEBUG and server.scheme == "smtp" and server.hostname not in LOOPBACK:
        hint = "EMAIL_URL=smtp+tls://… or smtp+ssl://…"
        return [Error("Emails would go to another machine without TLS.", hint=hint, id="echo.E011")]
    return []


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
    """Check that ALLOWED_HOSTS is restricted, and that a portal with a public host has HTTPS and no DEBUG."""
    found: list[CheckMessage] = []
    public = ", ".join(_public_hosts())
    if settings.DEBUG and (reached := public or _public_site() or _behind_proxy()):
        hint = "Leave DEBUG out: its error pages show settings and rows to everybody."
        found.append(Error(f"DEBUG is on for {reached}.", hint=hint, id="echo.E008"))
    # Whether a domain such as .co.uk or .qc.ca belongs to the operator cannot be known, and the portal has one host.
    if any(host == "*" or host.startswith(".") for host in _public_hosts()):
        hint = "Name the hosts: ALLOWED_HOSTS=echo.example.org"
        found.append(Error("ALLOWED_HOSTS allows every host name of a domain.", hint=hint, id="echo.E009"))
    if not settings.DEBUG and not settings.ALLOWED_HOSTS:
        hint = "ALLOWED_HOSTS=echo.example.org, the host of SITE_URL"
        found.append(Error("ALLOWED_HOSTS is missing: every page would be refused.", hint=hint, id="echo.E018"))
    if not settings.DEBUG and not settings.HTTPS and public:
        hint = "Leave HTTPS out: without it cookies are sent over plain HTTP, where others can read them."
        found.append(Error(f"HTTPS is off for {public}.", hint=hint, id="echo.E016"))
    if not settings.DEBUG and any(not origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS):
        hint = "CSRF_TRUSTED_ORIGINS=https://echo.example.org, or leave it out."
        found.append(Error("CSRF_TRUSTED_ORIGINS has an origin without HTTPS.", hint=hint, id="echo.E021"))
    return found


@register(CONFIGURATION, Tags.security)
def proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check that headers of proxies are trusted if, and only if, there is a proxy."""
    if not 0 <= settings.TRUSTED_PROXY_COUNT <= MOST_PROXIES:
        hint = "TRUSTED_PROXY_COUNT=1 behind one proxy, 0 without a proxy."
        return [Error(f"TRUSTED_PROXY_COUNT is not between 0 and {MOST_PROXIES}.", hint=hint, id="echo.E014")]
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) and not settings.TRUSTED_PROXY_COUNT:
        hint = "Set TRUSTED_PROXY_COUNT=1 with SECURE_PROXY_SSL_HEADER=1, or neither."
        return [Error("A proxy's header is believed, and no proxy is counted.", hint=hint, id="echo.E010")]
    behind_proxy = settings.TRUSTED_PROXY_COUNT and not settings.DEBUG
    if behind_proxy and settings.HTTPS and not getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        hint = (
            "Set SECURE_PROXY_SSL_HEADER=1 with TRUSTED_PROXY_COUNT=1, or neither: without a proxy, clients may write "
        )
        hint += "the addresses that limits count."
        return [Error("A proxy is counted, and no proxy's header is believed.", hint=hint, id="echo.E020")]
    return []


def _public_hosts() -> list[str]:
    """Return the allowed hosts other than this machine. Return none for tests and measurements of the portal."""
    return [host for host in settings.ALLOWED_HOSTS if host not in (*LOOPBACK, TEST_HOST)]


def _public_site() -> str:
    """Return the host of SITE_URL, or "" if it is a loopback host."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    return "" if host in (*LOOPBACK, TEST_HOST) else host


def _behind_proxy() -> str:
    return f"{settings.TRUSTED_PROXY_COUNT} proxies" if settings.TRUSTED_PROXY_COUNT > 0 else ""


def _host_of_site() -> str:
    """Return the host of SITE_URL without its port, or "" if SITE_URL contains more than a host."""
    host: str = split_domain_port(settings.SITE_URL.removeprefix("https://"))[0]
    return host


def check_configuration() -> None:
    """Raise ImproperlyConfigured with all errors, before the first request or task is accepted."""
    found = run_checks(tags=[CONFIGURATION], include_deployment_checks=False)
    mistakes = [row for row in found if row.is_serious()]
    if mistakes:
        raise ImproperlyConfigured("\n".join(f"{row.id}: {row.msg} {row.hint or ''}" for row in mistakes))

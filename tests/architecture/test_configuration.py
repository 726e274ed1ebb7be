"""System checks report configuration errors, each with its id and a hint."""

import base64
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from echo_portal import checks
from echo_portal.celery import app
from echo_portal.lib import zones

OWN_KEY = "2026:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE="
DEVELOPMENT_PUBLIC_KEY = "cRNd9GS8zQykSkMywrSzraIHehhpHqufmJDeVel39A8="
GOOD = {
    "DEBUG": False,
    "DEMO": False,
    "SECOND_FACTOR_REQUIRED": True,
    "SECRET_KEY": "a-long-key-of-many-characters-0123456789-for-a-test",
    "SECRET_KEY_FALLBACKS": ["an-earlier-key-of-many-characters-0123456789-for-tests"],
    "ALLOWED_HOSTS": ["echo.example.org"],
    "CSRF_TRUSTED_ORIGINS": ["https://echo.example.org"],
    "HTTPS": True,
    "SECURE_PROXY_SSL_HEADER": None,
    "TRUSTED_PROXY_COUNT": 0,
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "SITE_URL": "https://echo.example.org",
    "CALENDAR_DOMAIN": "echo.example.org",
    "CERTIFICATE_KEYS": [OWN_KEY],
    "MAIL_HOOK_SECRET": "",
    "OPERATOR_EMAIL": "office@echo.example.org",
    "OPERATOR_ADDRESS": "1 Street, Ottawa",
}
MISTAKES = [
    ({"SECRET_KEY": "short"}, "echo.E002"),
    ({"SECRET_KEY": "django-insecure-8sd7f6g5h4j3k2l1q9w8e7r6t5y4u3i2o1p0zaxs"}, "echo.E002"),
    ({"EMAIL_URL": ""}, "echo.E003"),
    ({"SITE_URL": ""}, "echo.E004"),
    ({"SITE_URL": "http://echo.example.org"}, "echo.E004"),
    ({"CALENDAR_DOMAIN": "echo.palliativecare.example"}, "echo.E005"),
    ({"DEMO": True}, "echo.E006"),
    ({"SECOND_FACTOR_REQUIRED": False}, "echo.E007"),
    ({"SECRET_KEY": "x" * 60}, "echo.E002"),
    ({"DEBUG": True}, "echo.E008"),
    ({"DEBUG": True, "ALLOWED_HOSTS": ["localhost"]}, "echo.E008"),
    ({"DEBUG": True, "ALLOWED_HOSTS": [], "SITE_URL": "http://localhost:8000", "TRUSTED_PROXY_COUNT": 1}, "echo.E008"),
    ({"ALLOWED_HOSTS": ["*"]}, "echo.E009"),
    ({"ALLOWED_HOSTS": ["echo.example.org", ".ca"]}, "echo.E009"),
    ({"ALLOWED_HOSTS": ["echo.example.org", ".co.uk"]}, "echo.E009"),
    ({"ALLOWED_HOSTS": ["echo.example.org", ".qc.ca"]}, "echo.E009"),
    ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, "echo.E010"),
    ({"EMAIL_URL": "smtp://mail.example.org"}, "echo.E011"),
    ({"EMAIL_URL": "smtp://testserver"}, "echo.E011"),
    ({"CERTIFICATE_KEYS": []}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["2026:c2hvcnQ="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["2026:public:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["development:ZGV2ZWxvcG1lbnQtb25seS1jZXJ0aWZpY2F0ZXMtMDE="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["other:ZGV2ZWxvcG1lbnQtb25seS1jZXJ0aWZpY2F0ZXMtMDE="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": [OWN_KEY, "other:ZGV2ZWxvcG1lbnQtb25seS1jZXJ0aWZpY2F0ZXMtMDE="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": [OWN_KEY, f"other:public:{DEVELOPMENT_PUBLIC_KEY}"]}, "echo.E012"),
    ({"SECRET_KEY_FALLBACKS": ["a"]}, "echo.E013"),
    ({"SECRET_KEY_FALLBACKS": ["development-only-key-that-a-production-start-refuses"]}, "echo.E013"),
    ({"TRUSTED_PROXY_COUNT": -1}, "echo.E014"),
    ({"TRUSTED_PROXY_COUNT": 99}, "echo.E014"),
    ({"CSRF_TRUSTED_ORIGINS": ["https://echo.example.org", "http://echo.example.org"]}, "echo.E021"),
    ({"EMAIL_URL": "http://mail.example.org"}, "echo.E015"),
    ({"EMAIL_URL": "mail.example.org:587"}, "echo.E015"),
    ({"EMAIL_URL": "smtp+tls://"}, "echo.E015"),
    ({"EMAIL_URL": "smtp+tls://mail.example.org:port"}, "echo.E015"),
    ({"EMAIL_URL": "smtp+tls://[mail"}, "echo.E015"),
    ({"HTTPS": False}, "echo.E016"),
    ({"SITE_URL": "https://other.example.org"}, "echo.E017"),
    ({"SITE_URL": "https://echo.example.org/portal"}, "echo.E017"),
    ({"SITE_URL": "https://echo.example.org@other.example.org"}, "echo.E017"),
    ({"ALLOWED_HOSTS": []}, "echo.E018"),
    ({"MAIL_HOOK_SECRET": "a"}, "echo.E019"),
    ({"MAIL_HOOK_SECRET": "a" * 40}, "echo.E019"),
    ({"TRUSTED_PROXY_COUNT": 1}, "echo.E020"),
    ({"SECRET_KEY": "abcdefghijklmnop" * 4}, "echo.E002"),
    ({"SECRET_KEY": "".join(one * 6 for one in "abcdefghijkl")}, "echo.E002"),
    ({"SECRET_KEY_FALLBACKS": ["0123456789" * 6]}, "echo.E013"),
    ({"CERTIFICATE_KEYS": ["2026:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": [OWN_KEY, "2025:QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="]}, "echo.E012"),
    ({"MAIL_HOOK_SECRET": "0123456789abcdef0123456789abcde"}, "echo.E019"),
]


def test_random_keys_are_accepted(settings: Settings) -> None:
    configure(settings, GOOD)
    for _time in range(50):
        settings.SECRET_KEY = secrets.token_urlsafe(50)
        settings.MAIL_HOOK_SECRET = secrets.token_hex(16)
        settings.CERTIFICATE_KEYS = [f"2026:{base64.b64encode(secrets.token_bytes(32)).decode()}"]
        assert [*checks.secrets(None), *checks.certificate_keys(None)] == []


def configure(settings: Settings, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"ALLOWED_HOSTS": ["echo.example.org", "www.example.org"], "SITE_URL": "https://echo.example.org:8443"},
        {"TRUSTED_PROXY_COUNT": 1, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
        {"ALLOWED_HOSTS": ["localhost", "127.0.0.1"], "HTTPS": False},
        {"SECRET_KEY_FALLBACKS": [], "MAIL_HOOK_SECRET": "7c4a8d09ca3762af61e59520943dc264"},
        {"EMAIL_URL": "smtp+ssl://mail.example.org"},
        {"EMAIL_URL": "smtp://127.0.0.1:25"},
    ],
)
def test_complete_production_configuration_is_accepted(settings: Settings, others: dict[str, object]) -> None:
    configure(settings, GOOD | others)
    checks.check_configuration()


@pytest.mark.parametrize(("mistake", "number"), MISTAKES, ids=[number for _mistake, number in MISTAKES])
def test_configuration_error_is_reported(settings: Settings, mistake: dict[str, object], number: str) -> None:
    configure(settings, GOOD | mistake)
    with pytest.raises(ImproperlyConfigured) as refused:
        checks.check_configuration()
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [number]


@pytest.mark.parametrize(
    ("values", "warned"),
    [
        ({}, []),
        ({"OPERATOR_EMAIL": "echo@example.org"}, ["echo.W001"]),
        ({"OPERATOR_ADDRESS": ""}, ["echo.W002"]),
        ({"OPERATOR_ADDRESS": "", "DEBUG": True}, []),
    ],
)
def test_missing_addresses_of_the_operator_are_a_warning(
    settings: Settings, values: dict[str, object], warned: list[str]
) -> None:
    configure(settings, GOOD | values)
    assert [one.id for one in checks.operator(None)] == warned


def test_outdated_zone_data_is_reported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(settings, GOOD)
    monkeypatch.setitem(zones.EXPECTED_OFFSETS, "America/Edmonton", zones.EXPECTED_OFFSETS["America/Vancouver"])
    with pytest.raises(ImproperlyConfigured, match=r"echo\.E001"):
        checks.check_configuration()


def test_worker_knows_every_task_that_beat_sends(settings: Settings) -> None:
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sent - app.tasks.keys() == set()

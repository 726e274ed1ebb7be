"""System checks report configuration errors, each with its id and a hint."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from echo_portal import checks
from echo_portal.lib import zones

GOOD = {
    "DEBUG": False,
    "DEMO": False,
    "SECOND_FACTOR_REQUIRED": True,
    "SECRET_KEY": "a-long-key-of-many-characters-0123456789-for-a-test",
    "ALLOWED_HOSTS": ["echo.example.org"],
    "SECURE_PROXY_SSL_HEADER": None,
    "TRUSTED_PROXY_COUNT": 0,
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "SITE_URL": "https://echo.example.org",
    "CALENDAR_DOMAIN": "echo.example.org",
    "CERTIFICATE_KEYS": ["2026:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE="],
}
MISTAKES = [
    ({"SECRET_KEY": "short"}, "echo.E002"),
    ({"EMAIL_URL": ""}, "echo.E003"),
    ({"SITE_URL": ""}, "echo.E004"),
    ({"SITE_URL": "http://echo.example.org"}, "echo.E004"),
    ({"CALENDAR_DOMAIN": "echo.palliativecare.example"}, "echo.E005"),
    ({"DEMO": True}, "echo.E006"),
    ({"SECOND_FACTOR_REQUIRED": False}, "echo.E007"),
    ({"SECRET_KEY": "x" * 60}, "echo.E002"),
    ({"DEBUG": True}, "echo.E008"),
    ({"ALLOWED_HOSTS": ["*"]}, "echo.E009"),
    ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, "echo.E010"),
    ({"EMAIL_URL": "smtp://mail.example.org"}, "echo.E011"),
    ({"CERTIFICATE_KEYS": []}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["2026:c2hvcnQ="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["2026:public:dGhlLXRlc3RzLW93bi1rZXktb2YtMzItYnl0ZXMtISE="]}, "echo.E012"),
    ({"CERTIFICATE_KEYS": ["development:ZGV2ZWxvcG1lbnQtb25seS1jZXJ0aWZpY2F0ZXMtMDE="]}, "echo.E012"),
]


def configure(settings: Settings, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)


def test_complete_production_configuration_is_accepted(settings: Settings) -> None:
    configure(settings, GOOD)
    checks.check_configuration()


@pytest.mark.parametrize(("mistake", "number"), MISTAKES, ids=[number for _mistake, number in MISTAKES])
def test_configuration_error_is_reported(settings: Settings, mistake: dict[str, object], number: str) -> None:
    configure(settings, GOOD | mistake)
    with pytest.raises(ImproperlyConfigured) as refused:
        checks.check_configuration()
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [number]


def test_outdated_zone_data_is_reported(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(settings, GOOD)
    monkeypatch.setitem(zones.EXPECTED_OFFSETS, "America/Edmonton", zones.EXPECTED_OFFSETS["America/Vancouver"])
    with pytest.raises(ImproperlyConfigured, match=r"echo\.E001"):
        checks.check_configuration()

"""Log lines contain no token of a personal link, neither in messages nor in tracebacks."""

import json
import logging
import logging.config
import runpy
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import structlog
from django.core import signing
from django.test import Client
from gunicorn import util
from gunicorn.config import Config
from pytest_django import Settings

from accounts.links import FEED, MANAGE, token_for
from credits import links as c_links
from echo_portal.lib.logs import structured_formatter, without_tokens
from evaluations import links as e_links
from proposals import links as p_links
from registrations import links as r_links
from tests.people import People

PROJECT = Path(__file__).resolve().parents[2]


def line_of(record: logging.LogRecord) -> str:
    return structured_formatter().format(record)


@pytest.mark.django_db
def test_sign_in_link_without_a_cookie_is_logged_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    link = "kIJxQ3Wc7cO1J1JvGz2o7cMqE2yQx8zqz9C4kV0yZ1E"
    answer = Client(enforce_csrf_checks=True).post(f"/en/sign-in/link/{link}/")
    assert answer.status_code == 403
    lines = [line_of(record) for record in caplog.records if record.name == "django.security.csrf"]
    assert [link in line for line in lines] == [False]
    assert "/en/sign-in/link/…/" in lines[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "body"),
    [({"host": "elsewhere.example"}, {}), ({}, {f"field-{number}": "" for number in range(5000)})],
)
def test_refused_request_is_a_warning_in_one_line(
    capsys: pytest.CaptureFixture[str], settings: Settings, headers: dict[str, str], body: dict[str, str]
) -> None:
    logging.config.dictConfig(settings.LOGGING)
    assert Client(raise_request_exception=False).post("/en/sign-in/", body, headers=headers).status_code == 400
    (line,) = capsys.readouterr().err.splitlines()
    written = json.loads(line)
    assert (written["level"], written["logger"].startswith("django.security."), "exception" in written) == (
        "warning",
        True,
        False,
    )


@pytest.mark.django_db
def test_tokens_in_a_traceback_are_masked(people: People) -> None:
    token = token_for(people.ama, MANAGE)
    try:
        raise ValueError(f"/en/my-sessions/{token}/")
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error", (), sys.exc_info())
    line = json.loads(line_of(record))
    assert token not in json.dumps(line)
    assert "/en/my-sessions/…/" in line["exception"]


def test_web_server_logs_an_invalid_request_without_its_token(capsys: pytest.CaptureFixture[str]) -> None:
    """gunicorn logs the first line of a request that is not valid HTTP, such as one with a space in its path."""
    link = "kIJxQ3Wc7cO1J1JvGz2o7cMqE2yQx8zqz9C4kV0yZ1E"
    configured = runpy.run_path(str(PROJECT / "gunicorn.conf.py"))
    logger = util.load_class(configured["logger_class"])(Config())
    logger.warning(
        "Invalid request from ip=%s: %s", "192.0.2.1", f"Invalid HTTP request line: 'GET /en/sign-in/link/{link}/»'"
    )
    line = capsys.readouterr().err
    assert link not in line
    assert "/en/sign-in/link/…/»" in line


@pytest.mark.parametrize(
    "header",
    [
        "Cookie: session=q0w9e8r7t6y5u4i3o2p1a0s9d8f7g6h5",
        "'cookie : __Host-session=q0w9e8r7t6y5u4i3o2p1a0s9d8f7g6h5; zone=America/Regina'",
        "session=q0w9e8r7t6y5u4i3o2p1a0s9d8f7g6h5; csrf=abc",
        "Set-Cookie: own_link=WzEsMV0.q0w9e8r7t6y5u4i3o2p1a0s9d8f7g6h5",
        "Authorization: Basic cTB3OWU4cjd0NnkK",
        "Referer: https://echo.example.org/en/my-sessions/WzQsMV0.3prTpknRoYVaYboEkJr2NEU-xmf8YIhIgni1jDRfnf4/",
        "X-Original-URL: /en/my-sessions/WzQsMV0%2E3prTpknRoYVaYboEkJr2NEU%2Dxmf8YIhIgni1jDRfnf4/",
    ],
)
def test_secret_in_a_header_is_masked(header: str) -> None:
    values: list[object] = [header, [header], {"headers": {"x": header}}, (header.encode(),)]
    for value in values:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Bad request: %s", (value,), None)
        line = line_of(record)
        assert "Bad request" in line
        for secret in ("q0w9e8r7", "cTB3", "3prTpkn"):
            assert secret not in line, value


def test_values_of_a_log_line_that_are_no_text_are_masked(caplog: pytest.LogCaptureFixture) -> None:
    token = "WzQsMV0.3prTpknRoYVaYboEkJr2NEU-xmf8YIhIgni1jDRfnf4"
    headers = {"referer": f"/en/my-sessions/{token}/"}
    structlog.get_logger("x").warning("refused", headers=headers, paths=[token], raw=token.encode(), count=3)
    line = json.loads(line_of(caplog.records[-1]))
    assert {name: line[name] for name in ("event", "headers", "paths", "raw", "count")} == {
        "event": "refused",
        "headers": {"referer": "/en/my-sessions/…/"},
        "paths": ["…"],
        "raw": "b'…'",
        "count": 3,
    }


def test_no_header_changes_the_scheme_or_the_path_of_a_request() -> None:
    configured = runpy.run_path(str(PROJECT / "gunicorn.conf.py"))
    assert (configured["secure_scheme_headers"], configured["forwarder_headers"]) == ({}, "")


@pytest.mark.parametrize(
    "path",
    [
        "/en/series/compassionate-workplaces-and-a-culture-of-compassion/",
        "/en/sessions/0d1b1f2e-1111-4111-8111-111111111111/",
        "/admin/outbox/message/12/change/",
    ],
)
def test_paths_without_a_token_are_logged_unchanged(path: str) -> None:
    assert without_tokens(path) == path


SIGNERS = {
    f"{module}.{name}": signer
    for module, values in {
        "registrations": r_links,
        "credits": c_links,
        "evaluations": e_links,
        "proposals": p_links,
    }.items()
    for name, signer in vars(values).items()
    if isinstance(signer, signing.Signer)
}


def test_every_signer_of_links_has_a_token_in_these_tests() -> None:
    assert {name.partition(".")[2] for name in SIGNERS} == {
        "TEAM",
        "JOIN",
        "JOIN_FROM_FORM",
        "MATERIAL",
        "FILE",
        "ANSWER",
        "WATCH",
        "FOLLOW",
    }


@pytest.mark.parametrize("name", [*SIGNERS, MANAGE, FEED, "sign in"])
@pytest.mark.parametrize("value", [[3, 1], ["0" * 32, 80_000, 12], "12", "0" * 32])
def test_every_kind_of_token_is_masked(name: str, value: object) -> None:
    """The rest of the token is of no use, because the signature is masked."""
    signer = SIGNERS.get(name) or signing.Signer(salt=name, sep=".")
    token = signer.sign(value) if isinstance(value, str) else signer.sign_object(value)
    token = secrets.token_urlsafe(32) if name == "sign in" else str(token)
    encoded = "".join(f"%{ord(one):02X}" for one in token)
    partly = "".join(f"%{ord(one):02x}" if number % 7 == 3 else one for number, one in enumerate(token))
    for written in (encoded, partly, encoded.replace("%", "%25")):
        masked = unquote(unquote(without_tokens(f"/fr/x/{written}/")))
        assert not [part for part in token.split(signer.sep)[-1:] if part[:20] in masked or part[-20:] in masked]
    for path in (f"/fr/x/{token}/", f"/fr/x/{token}.ics", f"Not Found: /fr/x/{token}", f"GET /en/x/{token}/enter/ 500"):
        masked = without_tokens(path)
        assert token.rpartition(".")[2] not in masked, path
        assert "…" in masked


@pytest.mark.parametrize("text", ["a" * 200_000, "a-" * 100_000, "%61" * 70_000, "a." * 100_000])
def test_long_values_are_masked_in_linear_time(text: str) -> None:
    """Anybody can send a header of thousands of characters. With quadratic time, this test takes minutes."""
    assert len(without_tokens(text)) in (1, len(text))

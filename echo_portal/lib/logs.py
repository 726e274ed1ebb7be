"""Structured logs: one JSON object per line (or text), with the request ID and without personal data."""

import logging
import os
import re
import uuid
from contextvars import ContextVar
from typing import Any

import structlog

_request_id: ContextVar[str] = ContextVar("request_id", default="")

# Keys whose values are never written to a log, because they are personal data.
PERSONAL_KEYS = frozenset({"email", "address", "name", "person", "to", "recipient", "ip", "code", "token", "key"})


def new_request_id(given: str) -> str:
    """Set the request ID of this context and return it: the given one if it is well-formed, else a new one."""
    harmless = 8 <= len(given) <= 36 and all(character in "0123456789abcdefABCDEF-" for character in given)
    identifier = given if harmless else uuid.uuid4().hex
    _request_id.set(identifier)
    return identifier


def current_request_id() -> str:
    """Return the request ID, or "" outside a request."""
    return _request_id.get()


def _with_request_id(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if identifier := current_request_id():
        event.setdefault("request_id", identifier)
    return event


def _without_personal_data(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in PERSONAL_KEYS & event.keys():
        event[key] = "…"
    return event


# Tokens of signed links, sign-in links and feeds have 40 or more characters, any of which may be percent-encoded, also
# more than once. A value of a to z and hyphens only is a slug, not a token. A match begins where such characters begin:
# searching from each of them would take seconds for a header of 8,000 characters, which anybody can send.
_CHARACTER = r"(?:[A-Za-z0-9_-]|%(?:25)*(?:2[Dd]|3[0-9]|[46][1-9A-Fa-f]|5[0-9AFaf]|7[0-9Aa]))"
TOKEN = re.compile(
    rf"(?<![A-Za-z0-9_-])(?:{_CHARACTER}+(?:[.:]|%(?:25)*(?:2[Ee]|3[Aa])))?"
    rf"(?![a-z-]{{40,}}(?![A-Za-z0-9_%])){_CHARACTER}{{40,}}"
)
# Headers whose values are secret, as web servers and Django write them in a message, and cookies without their header.
SECRET_HEADER = re.compile(r"\b((?:set-)?cookie|(?:proxy-)?authorization)\b(['\"]?\s*:)[^\r\n]*", re.IGNORECASE)
COOKIE = re.compile(r"\b((?:__Host-)?[a-z_]+=)(?:[A-Za-z0-9_:.-]|%[0-9A-Fa-f]{2}){30,}")


def without_tokens(text: str) -> str:
    """Return the text, such as a request path or a traceback, with placeholders for tokens of personal links.

    The values of cookies and of headers with passwords are replaced, too.
    """
    return TOKEN.sub("…", COOKIE.sub(r"\1…", SECRET_HEADER.sub(r"\1\2 …", text)))


def _without_tokens(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    """Return a value of a log line without tokens. Values that are no text, such as headers, may contain text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {without_tokens(str(key)): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return without_tokens(value if isinstance(value, str) else str(value))


class RefusedRequests(logging.Filter):
    """Log a request that Django refuses, such as one with a foreign host, as a warning without its traceback.

    Anybody can send such requests, and an error is for the operator.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security.") and record.levelno >= logging.ERROR:
            record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
        return True


SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _with_request_id,
    _without_personal_data,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)


def structured_formatter() -> logging.Formatter:
    """Return a formatter for JSON lines, or for another format according to LOG_FORMAT, such as "text" for people."""
    as_json = os.environ.get("LOG_FORMAT", "json") == "json"
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_tokens,
            renderer,
        ],
    )

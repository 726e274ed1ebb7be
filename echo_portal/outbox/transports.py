"""Transports: an SMTP server, or files for the mailbox page of a demonstration.

A transport sends in two steps, so that the worker can mark the row as `transmitting` just before the body is sent.
"""

import functools
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings


class TemporaryFailure(Exception):
    """Raised if nothing was accepted, and a retry may succeed."""


class PermanentFailure(Exception):
    """Raised if nothing was accepted, and a retry would fail.

    `bad_address` is True if the server does not know the mailbox.
    """

    def __init__(self, words: str, *, bad_address: bool = False) -> None:
        super().__init__(words)
        self.bad_address = bad_address


class SignInRefused(Exception):
    """Raised if the server refuses the portal's sign-in, so that every message would fail (SAFETY.md F08)."""


class OutcomeUnknown(Exception):
    """Raised if the body was sent but no answer was received."""


class Transport(Protocol):
    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        """Send one email to one address, and return the server's answer.

        `before_body` must be called after the server has accepted the address; if it raises an exception, nothing is
        sent. Raises TemporaryFailure, PermanentFailure, SignInRefused or OutcomeUnknown.
        """

    def close(self) -> None: ...


class FileTransport:
    """A transport that writes one file per message, named by its Message-ID. Sending it again overwrites the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        before_body()
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self._path(message_id)
        half_written = target.with_suffix(".part")
        half_written.write_bytes(body)
        half_written.replace(target)
        return "written to the mailbox folder"

    def close(self) -> None:
        pass

    def _path(self, message_id: str) -> Path:
        return self.folder / f"{message_id.strip('<>').partition('@')[0]}.eml"


class SmtpTransport:
    """A transport that sends over one connection to the server of EMAIL_URL.

    Each email has one recipient. The timeout is MAIL_TIMEOUT_SECONDS for each step.
    """

    def __init__(self, url: str, timeout_seconds: float) -> None:
        parts = urlsplit(url)
        self.scheme = parts.scheme
        self.host = parts.hostname or "localhost"
        self.port = parts.port or {"smtp+ssl": 465, "smtp+tls": 587}.get(parts.scheme, 25)
        self.username = unquote(parts.username or "")
        self.password = unquote(parts.password or "")
        self.timeout_seconds = timeout_seconds
        self.connection: smtplib.SMTP | None = None

    def send(self, *, sender: str, address: str, body: bytes, message_id: str, before_body: Callable[[], None]) -> str:
        connection = self._open_envelope(sender, address)
        marked_at = time.monotonic()
        try:
            before_body()
        except BaseException:
            self.close()
            raise
        self._send_body(connection, body, end_by=marked_at + self.timeout_seconds + 2)
        try:
            connection.send(b".\r\n")
            code, answer = connection.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise OutcomeUnknown(f"no answer after the body: {type(error).__name__}") from error
        if code != 250:
            self.close()
            raise _failure(code, answer)
        return _answer_text(code, answer)

    def _send_body(self, connection: smtplib.SMTP, body: bytes, *, end_by: float) -> None:
        """Send everything except the final dot, without which the server accepts nothing.

        A connection that is lost before the dot is a temporary failure. After `end_by` (time.monotonic), raise
        TemporaryFailure instead, because this process may have been suspended until another worker claimed the row
        (SAFETY.md F03).
        """
        try:
            connection.putcmd("data")
            code, answer = connection.getreply()
            if code == 354:
                text = LINE_BEGINS_WITH_DOT.sub(b"..", body)
                connection.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise TemporaryFailure(f"cut before the end of the body: {type(error).__name__}") from error
        if code != 354:
            self.close()
            raise _failure(code, answer)
        if time.monotonic() > end_by:
            self._drop()
            raise TemporaryFailure("held up for too long before the end of the body")

    def _drop(self) -> None:
        """Close the connection without QUIT, which a server could take for a line of the body."""
        if self.connection is not None:
            connection, self.connection = self.connection, None
            connection.close()

    def close(self) -> None:
        if self.connection is not None:
            connection, self.connection = self.connection, None
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _open_envelope(self, sender: str, address: str) -> smtplib.SMTP:
        """Return a connection on which the server has accepted sender and address. If it was lost, reconnect once."""
        fresh = self.connection is None
        at_address = False
        try:
            connection = self.connection = self.connection or self._connect()
            code, answer = connection.mail(sender)
            if code == 250:
                at_address = True
                code, answer = connection.rcpt(address)
        except smtplib.SMTPResponseException as error:
            self.close()
            if error.smtp_code in SIGN_IN_CODES:
                raise SignInRefused(_answer_text(error.smtp_code, error.smtp_error)) from error
            # Refusals before MAIL concern the connection, not the message, so that no message fails permanently.
            raise TemporaryFailure(_answer_text(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            if not fresh:
                return self._open_envelope(sender, address)
            raise TemporaryFailure(f"no connection: {type(error).__name__}") from error
        if code not in (250, 251):
            self.close()
            if not fresh and code == 421:
                return self._open_envelope(sender, address)
            raise _failure(code, answer, at_address=at_address)
        return connection

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtp+ssl":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=tls_context()
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        if self.scheme == "smtp+tls":
            connection.starttls(context=tls_context())
        if (
            connection.sock is not None
        ):  # otherwise the final dot is sent only after the previous packet is acknowledged
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.username:
            connection.login(self.username, self.password)
        connection.ehlo_or_helo_if_needed()
        return connection


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the context that verifies the server's certificate. Cached, because it loads the system's certificates."""
    return ssl.create_default_context()


def configured_transport() -> Transport:
    """Return the SMTP transport if EMAIL_URL is set, else the folder of the mailbox page, which production refuses."""
    if settings.EMAIL_URL:
        return SmtpTransport(settings.EMAIL_URL, settings.MAIL_TIMEOUT_SECONDS)
    return FileTransport(settings.MAIL_FOLDER)


LINE_BEGINS_WITH_DOT = re.compile(rb"(?m)^\.")
SIGN_IN_CODES = (530, 534, 535, 538)
NO_SUCH_MAILBOX = (550, 551, 553)  # 552 is a full mailbox, 554 a policy: neither means that the address is wrong


def _failure(code: int, answer: bytes | str, *, at_address: bool = False) -> Exception:
    """Return the exception for an SMTP answer: permanent for 5xx, otherwise temporary."""
    words = _answer_text(code, answer)
    if code in SIGN_IN_CODES:
        return SignInRefused(words)
    if not 500 <= code < 600:
        return TemporaryFailure(words)
    return PermanentFailure(words, bad_address=at_address and code in NO_SUCH_MAILBOX and " 5.7." not in words)


def _answer_text(code: int, answer: bytes | str) -> str:
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"[:400]

"""Encode a rendered email as MIME (DOMAIN.md IC-3, E-5, E-6).

It is implemented here because the standard library parses all headers again for each email, which took most of the CPU
time. Bodies are quoted-printable or base64, which all servers accept.
"""

import base64
import binascii
import email.policy
import email.utils
import functools
import re
import uuid
from email.headerregistry import Address

from django.conf import settings

from echo_portal.outbox.email_content import Attachment, CalendarPart, Rendered
from echo_portal.outbox.models import Message

CRLF = b"\r\n"
ENCODED_OCTETS = 42  # 56 characters of base64 and 12 around them: below the limit of 75 for an encoded word
PLAIN_TEXT = re.compile(r"[!-~](?:[ -~]{0,65}[!-~])?")
PLAIN_URL = re.compile(r"https?://[!-;=?-~]{1,900}")
PLAIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .&'-]{0,58}[A-Za-z0-9])?")
PLAIN_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII)


def sender_address() -> str:
    """Return the address in DEFAULT_FROM_EMAIL without a name, for the envelope and the header."""
    return _bare(settings.DEFAULT_FROM_EMAIL)


@functools.cache
def _bare(sender: str) -> str:
    return email.utils.parseaddr(sender)[1]


def as_bytes(message: Message, rendered: Rendered) -> bytes:
    """Return the whole email. Raises ValueError for a line break in a header; the message then fails permanently."""
    alternatives = [_quoted("plain", rendered.text), _quoted("html", rendered.html)]
    part = rendered.calendar
    if part and part.method != "PUBLISH":
        alternatives.append(_calendar(part, attached=False))
    content = _multipart("alternative", alternatives)
    if part:
        content = _multipart("mixed", [content, _calendar(part, attached=True)])
    elif rendered.attachment:
        content = _multipart("mixed", [content, _attached(rendered.attachment)])
    headers = [
        _text_header("Subject", rendered.subject),
        _from(rendered.from_name.strip(" "), sender_address()),
        _address_line(message.address),
        _address_header("Reply-To", "", rendered.reply_to) if rendered.reply_to else b"",
        b"Date: " + email.utils.format_datetime(email.utils.localtime()).encode() + CRLF,
        b"Message-ID: " + message.message_id.encode() + CRLF,
        b"Auto-Submitted: auto-generated" + CRLF,
        b"X-Auto-Response-Suppress: All" + CRLF,
        _unsubscribe(rendered.unsubscribe_url) if rendered.unsubscribe_url else b"",
        b"Content-Language: " + message.language.encode() + CRLF,
        b"MIME-Version: 1.0" + CRLF,
    ]
    return b"".join(headers) + content


def _unsubscribe(url: str) -> bytes:
    """Return the two headers of RFC 8058. Raises ValueError for a character that would end the header."""
    if not PLAIN_URL.fullmatch(url):
        raise ValueError("a character that no URL has in List-Unsubscribe")
    return b"List-Unsubscribe: <" + url.encode() + b">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click" + CRLF


@functools.lru_cache(maxsize=256)
def _header(name: str, text: str) -> bytes:
    """Return a header that the standard library folds, refusing line breaks. Cached, because emails share subjects."""
    header = email.policy.SMTP.header_store_parse(name, text)
    return email.policy.SMTP.fold_binary(*header)


@functools.lru_cache(maxsize=256)
def _text_header(name: str, text: str) -> bytes:
    """Return a header with text. Raises ValueError for line breaks.

    Encoded words are not left to the standard library, because its folding removes and adds spaces (RFC 2047, 6.2).
    """
    if "\r" in text or "\n" in text:
        raise ValueError(f"a line break in {name}")
    plain = PLAIN_TEXT.fullmatch(text) and "=?" not in text
    return f"{name}: ".encode() + (text.encode() if plain else _encoded_words(text)) + CRLF


@functools.lru_cache(maxsize=256)
def _from(shown: str, address: str) -> bytes:
    if not shown:
        return _address_header("From", "", address)
    if PLAIN_NAME.fullmatch(shown):
        return f'From: "{shown}" <{address}>'.encode() + CRLF
    if "\r" in shown or "\n" in shown:
        raise ValueError("a line break in From")
    return b"From: " + _encoded_words(shown) + CRLF + f" <{address}>".encode() + CRLF


def _encoded_words(text: str) -> bytes:
    """Return the text as encoded words, each of whole characters, so that decoders join them without a space."""
    pieces, piece = [], b""
    for character in text:
        if len(piece) + len(octets := character.encode()) > ENCODED_OCTETS:
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(one) + b"?=" for one in [*pieces, piece])


@functools.lru_cache(maxsize=256)
def _address_header(name: str, shown: str, address: str) -> bytes:
    header = email.policy.SMTP.header_factory(name, [Address(shown, addr_spec=address)])
    return email.policy.SMTP.fold_binary(name, header)


def _address_line(address: str) -> bytes:
    """Return the To header. A plain address is not changed, and any other is folded by the standard library."""
    if PLAIN_ADDRESS.fullmatch(address):
        return b"To: " + address.encode() + CRLF
    return _address_header("To", "", address)


def _quoted(kind: str, text: str) -> bytes:
    """Return a quoted-printable text part, in which all kinds of line breaks become CRLF."""
    lines = "\n".join(text.splitlines()) + "\n"
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'.encode()
        + binascii.b2a_qp(lines.encode(), istext=True).replace(b"\n", CRLF)
    )


def _calendar(part: CalendarPart, *, attached: bool) -> bytes:
    return _calendar_headers(part.method, part.filename if attached else "") + base64.encodebytes(part.content).replace(
        b"\n", CRLF
    )


def _attached(file: Attachment) -> bytes:
    return (
        f"Content-Type: {file.content_type}\r\n".encode()
        + _header("Content-Disposition", f'attachment; filename="{file.filename}"')
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(file.content).replace(b"\n", CRLF)
    )


@functools.lru_cache(maxsize=32)
def _calendar_headers(method: str, filename: str) -> bytes:
    """Return the headers of a calendar part, the only place where email programs read its method (IC-3)."""
    lines = f'Content-Type: text/calendar; charset="utf-8"; method="{method}"\r\n'.encode()
    if filename:
        lines += _header("Content-Disposition", f'attachment; filename="{filename}"')
    return lines + b"Content-Transfer-Encoding: base64\r\n\r\n"


def _multipart(kind: str, parts: list[bytes]) -> bytes:
    """Return a multipart. The boundary contains `=_`, which occurs neither in quoted-printable nor in base64."""
    boundary = f"=_{uuid.uuid4().hex}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="'.encode() + boundary + b'"\r\n\r\n'
    return head + b"".join(b"--" + boundary + CRLF + part + CRLF for part in parts) + b"--" + boundary + b"--" + CRLF

"""The webhook for reports of an email provider: signed, at most five minutes old, each saved once (SAFETY.md F17).

The body is JSON: {"reports": [{"id", "event", "message_id", "address", "at", "detail"}]}; `event` is a MailEvent.Event,
and `at` has a UTC offset. The response is {"new", "refused", "all"}, with numbers of reports. An invalid report is
refused alone, because a provider sends a batch again until it is accepted.

`X-Echo-Signature` is the hexadecimal HMAC-SHA256 of "timestamp.body" with MAIL_HOOK_SECRET as the key, and
`X-Echo-Timestamp` is the time in seconds since the epoch.
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from echo_portal.lib.forms import check_year
from echo_portal.lib.methods import require_POST
from echo_portal.lib.text import email_key, single_line
from echo_portal.outbox.models import MailEvent
from echo_portal.outbox.suppressions import Report, record_report

log = structlog.get_logger(__name__)

MAX_AGE = dt.timedelta(minutes=5)
MAX_REPORTS = 1000
LONGEST_ID, LONGEST_ADDRESS = 120, 254  # the lengths of the columns
IMPOSSIBLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, ValidationError)


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest) -> JsonResponse:
    """Save the reports and return how many were new.

    Return 401 for a wrong or old signature, and 400 for an invalid body.
    """
    if not _is_signed(request):
        log.warning("outbox.hook_refused")
        return JsonResponse({"error": "signature"}, status=401)
    try:
        rows = _rows(json.loads(request.body))
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": "unreadable"}, status=400)
    results = [_record(row) for row in rows]
    refused = results.count(None)
    if refused:
        log.warning("outbox.reports_refused", refused=refused)
    return JsonResponse({"new": results.count(True), "refused": refused, "all": len(rows)})


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _is_signed(request: HttpRequest) -> bool:
    timestamp = request.headers.get("X-Echo-Timestamp", "")
    if not settings.MAIL_HOOK_SECRET or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    age = abs(timezone.now().timestamp() - int(timestamp))
    right = signature(settings.MAIL_HOOK_SECRET, timestamp, request.body)
    given = request.headers.get("X-Echo-Signature", "")
    return age <= MAX_AGE.total_seconds() and hmac.compare_digest(right.encode(), given.encode())


def _rows(content: dict[str, Any]) -> list[Any]:
    rows = content["reports"]
    if not isinstance(rows, list) or len(rows) > MAX_REPORTS:
        raise ValueError("reports")
    return rows


def _record(row: Any) -> bool | None:
    """Save one report and return whether it was new. Return None if it is invalid and was refused."""
    try:
        report = _report(row)
    except IMPOSSIBLE:
        return None
    return record_report(report)


def _report(row: dict[str, Any]) -> Report:
    happened_at = dt.datetime.fromisoformat(row["at"])
    if happened_at.tzinfo is None or row["event"] not in MailEvent.Event.values:
        raise ValueError("report")
    check_year(happened_at.astimezone(dt.UTC))
    report_id, address = _text(row["id"])[:LONGEST_ID], _text(row.get("address"))
    if not report_id or max(len(address), len(email_key(address))) > LONGEST_ADDRESS:
        raise ValueError("report")
    return Report(
        report_id=report_id,
        event=row["event"],
        happened_at=happened_at,
        message_public_id=_public_id(_text(row.get("message_id"))),
        address=address,
        detail=_text(row.get("detail")),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str | int | None):
        raise TypeError("text")
    return "" if value is None else single_line(str(value))


def _public_id(message_id: str) -> uuid.UUID | None:
    """Return the message's public ID from `<uuid@domain>`, or None for a Message-ID in another format."""
    try:
        return uuid.UUID(message_id.strip("<> ").partition("@")[0])
    except ValueError:
        return None

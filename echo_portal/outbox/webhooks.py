"""The webhook for a mail provider's reports: signed, at most five minutes old, each recorded once (SAFETY.md F17).

The body is JSON: {"reports": [{"id", "event", "message_id", "address", "at", "detail"}]}; `event` is a MailEvent.Event.
`X-Echo-Signature` is the hex HMAC-SHA256 of "timestamp.body" with MAIL_HOOK_SECRET as the key, and `X-Echo-Timestamp`
the time in seconds since the epoch.
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from echo_portal.lib.methods import require_POST
from echo_portal.outbox.models import MailEvent
from echo_portal.outbox.suppressions import Report, record_report

log = structlog.get_logger(__name__)

MAX_AGE = dt.timedelta(minutes=5)
MAX_REPORTS = 1000


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest) -> JsonResponse:
    """Save the reports and return the number of new ones; 401 for a wrong or old signature, 400 for an invalid body."""
    if not _is_signed(request):
        log.warning("outbox.hook_refused")
        return JsonResponse({"error": "signature"}, status=401)
    try:
        reports = _reports(json.loads(request.body))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return JsonResponse({"error": "unreadable"}, status=400)
    return JsonResponse({"new": sum(record_report(report) for report in reports), "all": len(reports)})


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


def _reports(content: dict[str, Any]) -> list[Report]:
    rows = content["reports"]
    if not isinstance(rows, list) or len(rows) > MAX_REPORTS:
        raise ValueError("reports")
    return [_report(row) for row in rows]


def _report(row: dict[str, Any]) -> Report:
    happened_at = dt.datetime.fromisoformat(row["at"])
    if happened_at.tzinfo is None or row["event"] not in MailEvent.Event.values:
        raise ValueError("report")
    return Report(
        report_id=str(row["id"])[:120],
        event=row["event"],
        happened_at=happened_at,
        message_public_id=_public_id(str(row.get("message_id", ""))),
        address=str(row.get("address", ""))[:254],
        detail=str(row.get("detail", "")),
    )


def _public_id(message_id: str) -> uuid.UUID | None:
    """Return the message's public id from `<uuid@domain>`; None for a Message-ID in another format."""
    try:
        return uuid.UUID(message_id.strip("<> ").partition("@")[0])
    except ValueError:
        return None

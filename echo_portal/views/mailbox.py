"""The mailbox of a demonstration, with all emails that the portal has sent. With DEBUG and on loopback only."""

import email
import email.policy
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from functools import wraps
from typing import Any, Concatenate, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from accounts.time_zones import viewer_zone
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import instant
from echo_portal.lib.http import from_loopback
from echo_portal.lib.methods import require_safe

NEWEST = 100
WITH_FRAME: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}


def loopback_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a view to raise Http404 for other machines, in production, and if a mail server is configured."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (settings.DEBUG and not settings.EMAIL_URL and from_loopback(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def _read(message: uuid.UUID) -> EmailMessage:
    path = settings.MAIL_FOLDER / f"{message}.eml"
    if not path.exists():
        raise Http404
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""


@loopback_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    files = sorted(settings.MAIL_FOLDER.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    rows: list[dict[str, Any]] = []
    zone, language = viewer_zone(request), active_language()
    for path in files[:NEWEST]:
        mail = _read(uuid.UUID(path.stem))
        arrived = instant(mail["Date"].datetime, zone, language)
        rows.append({"id": path.stem, "to": mail["To"], "subject": mail["Subject"], "arrived": arrived})
    return render(request, "mailbox/mailbox.html", {"rows": rows, "total": len(files)})


@loopback_only
@csp_override(WITH_FRAME)
@require_safe
def message(request: HttpRequest, message: uuid.UUID) -> HttpResponse:
    mail = _read(message)
    files = [
        {"number": number, "name": part.get_filename(), "type": part.get_content_type()}
        for number, part in enumerate(mail.walk())
        if part.get_filename()
    ]
    context = {
        "id": message,
        "mail": mail,
        "text": _part(mail, "plain"),
        "files": files,
        "to": mail["To"],
        "subject": mail["Subject"],
        "arrived": instant(mail["Date"].datetime, viewer_zone(request), active_language()),
    }
    return render(request, "mailbox/message.html", context)


@loopback_only
@csp_override(
    {
        "default-src": [CSP.NONE],
        "style-src": [CSP.UNSAFE_INLINE],
        "frame-ancestors": [CSP.SELF],
        "sandbox": [
            "allow-popups",
            "allow-popups-to-escape-sandbox",
            "allow-top-navigation-by-user-activation",
        ],
    }
)
@xframe_options_sameorigin
@require_safe
def message_html(request: HttpRequest, message: uuid.UUID) -> HttpResponse:
    """Return the email's HTML for a sandboxed frame, in which only links work."""
    html = _part(_read(message), "html").replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html)


@loopback_only
@require_safe
def attachment(request: HttpRequest, message: uuid.UUID, part: int) -> HttpResponse:
    parts = list(_read(message).walk())
    if part >= len(parts) or not parts[part].get_filename():
        raise Http404
    content = parts[part].get_payload(decode=True)
    response = HttpResponse(content, content_type=parts[part].get_content_type())
    response["Content-Disposition"] = f'attachment; filename="{parts[part].get_filename()}"'
    return response

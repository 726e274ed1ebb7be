"""Views of certificates, and the page that verifies a code."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from credits.certificates.verifying import LARGEST_FILE
from credits.codes import shown_code, typed_code
from credits.links import certificate_of_link
from credits.models import Certificate
from credits.presenters import file_name, verified
from credits.queries.certificates import certificate_with_code, own_certificate_file
from credits.throttles import may_check
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_safe
from echo_portal.lib.signing_keys import published_keys

LONGEST_CODE = 60
# A policy with which the browser refuses to send what a script of the page has read.
SENDING_NOTHING: dict[str, Any] = {**settings.SECURE_CSP, "connect-src": [CSP.NONE]}


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Display whether a code belongs to a valid certificate. All unknown codes lead to the same page."""
    typed = (code or request.GET.get("code", ""))[:LONGEST_CODE].strip()
    context: dict[str, Any] = {"typed": shown_code(typed_code(typed)) or typed, "result": None, "too_many": False}
    context["is_empty"] = "code" in request.GET and not typed
    status = 200
    if typed and not may_check(request):
        context["too_many"], status = True, 429
    elif typed:
        context["result"] = verified(certificate_with_code(typed_code(typed)), active_language())
    return private(render(request, "credits/verify.html", context, status=status))


@require_safe
def certificate_link(request: HttpRequest, token: str) -> HttpResponse:
    """Return the file for a signed link in an email, even if the certificate was replaced since.

    If so, the public page for its code displays that it was replaced.
    """
    return certificate_file(certificate_of_link(token))


@require_safe
@login_required
def own_certificate(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """Return the file to its signed-in owner."""
    return certificate_file(own_certificate_file(request.user.pk or 0, certificate))


@require_safe
def certificate_keys(request: HttpRequest) -> HttpResponse:
    """Return the public keys with which files can be verified offline."""
    return JsonResponse({"keys": _public_values()})


def _public_values() -> list[dict[str, str]]:
    return [{"id": key.id, "ed25519": key.public_text} for key in published_keys()]


@require_safe
@csp_override(SENDING_NOTHING)
def verify_file(request: HttpRequest) -> HttpResponse:
    """Display the page on which a script verifies the signature of a file in the browser, without sending the file."""
    return render(request, "credits/verify_file.html", {"keys": _public_values(), "largest_file": LARGEST_FILE})


def certificate_file(certificate: Certificate | None) -> HttpResponse:
    if certificate is None or certificate.pdf is None:
        raise Http404
    response = private(HttpResponse(bytes(certificate.pdf), content_type="application/pdf"))
    response["Content-Disposition"] = f'inline; filename="{file_name(certificate.values)}"'
    return response

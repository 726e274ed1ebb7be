"""Views of certificates, of the page that verifies a code, and of a person’s own transcript."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.codes import shown_code, typed_code
from credits.links import certificate_of_link
from credits.models import Certificate
from credits.periods import period_of, periods_offered
from credits.presenters import verified
from credits.printed.transcript import transcript_pdf
from credits.queries.certificates import certificate_with_code, name_on_certificate, own_certificate_file
from credits.throttles import may_check
from credits.transcript import Transcript, transcript, transcript_rows
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import pdf_to_save, private
from echo_portal.lib.methods import require_safe
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.signing_keys import published_keys
from echo_portal.lib.table_files import table_response

LONGEST_CODE = 60


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Display whether a code belongs to a valid certificate. The page is the same for every code that is not known."""
    typed = (code or request.GET.get("code", ""))[:LONGEST_CODE].strip()
    context: dict[str, Any] = {"typed": shown_code(typed_code(typed)) or typed, "result": None, "too_many": False}
    status = 200
    if typed and not may_check(request):
        context["too_many"], status = True, 429
    elif typed:
        context["result"] = verified(certificate_with_code(typed_code(typed)), active_language())
    return private(render(request, "credits/verify.html", context, status=status))


@require_safe
def certificate_link(request: HttpRequest, token: str) -> HttpResponse:
    """Return the file for the signed link in an email, even if the certificate was replaced.

    The public page for its code displays that it was replaced.
    """
    return _file(certificate_of_link(token))


@require_safe
@login_required
def own_certificate(request: HttpRequest, certificate: uuid.UUID) -> HttpResponse:
    """Return the file to its owner."""
    return _file(own_certificate_file(request.user.pk or 0, certificate))


@require_safe
def certificate_keys(request: HttpRequest) -> HttpResponse:
    """Return the public keys for verifying certificates offline."""
    return JsonResponse({"keys": [{"id": key.id, "ed25519": key.public_text} for key in published_keys()]})


def _file(certificate: Certificate | None) -> HttpResponse:
    if certificate is None or certificate.pdf is None:
        raise Http404
    response = private(HttpResponse(bytes(certificate.pdf), content_type="application/pdf"))
    response["Content-Disposition"] = f'inline; filename="{_("certificate.pdf")}"'
    return response


@require_safe
@login_required
def transcript_page(request: HttpRequest) -> HttpResponse:
    """Display what the signed-in person attended in a period, and their credits."""
    return _transcript_page(request, _own_transcript(request))


@require_safe
@login_required
def transcript_csv(request: HttpRequest) -> HttpResponse:
    found = _own_transcript(request)
    return private(table_response(request, transcript_rows(found), file_name=_file_name(found)))


@require_safe
@login_required
def transcript_file(request: HttpRequest) -> HttpResponse:
    """Return the transcript as a PDF, or the page with a sentence if it could not be made."""
    found = _own_transcript(request)
    try:
        with renderer_of_a_request() as renderer:
            name = name_on_certificate(_person(request))
            file = transcript_pdf(found, name=name, now=timezone.now(), renderer=renderer)
    except NotRenderedError:
        problem = _("The transcript could not be made. Try again in a minute.")
        return _transcript_page(request, found, problem=problem, status=503)
    return private(pdf_to_save(file, f"{_file_name(found)}.pdf"))


def _transcript_page(request: HttpRequest, found: Transcript, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"transcript": found, "periods": periods_offered(timezone.localdate()), "problem": problem}
    return private(render(request, "credits/transcript.html", context, status=status))


def _own_transcript(request: HttpRequest) -> Transcript:
    """Return the person's transcript of the period in the address, else of this Mainpro+ year.

    Raises Http404 for an unknown period.
    """
    code = request.GET.get("period")
    period = periods_offered(timezone.localdate())[0] if code is None else period_of(code)
    if period is None:
        raise Http404
    return transcript(_person(request), period, active_language())


def _file_name(found: Transcript) -> str:
    return _("transcript-of-credits-%(period)s") % {"period": found.period.code}


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user

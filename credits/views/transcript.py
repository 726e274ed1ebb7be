"""Views of a person’s own transcript."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from credits.periods import period_of, periods_offered
from credits.printed.transcript import transcript_pdf
from credits.queries.certificates import name_on_certificate
from credits.transcript import Transcript, transcript, transcript_rows
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import pdf_to_save, private
from echo_portal.lib.methods import require_safe
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.table_files import table_response


@require_safe
@login_required
def transcript_page(request: HttpRequest) -> HttpResponse:
    """Display the sessions that the signed-in person attended in a period, and their credits."""
    return _transcript_page(request, _own_transcript(request))


@require_safe
@login_required
def transcript_csv(request: HttpRequest) -> HttpResponse:
    found = _own_transcript(request)
    return private(table_response(request, transcript_rows(found), file_name=_file_name(found)))


@require_safe
@login_required
def transcript_file(request: HttpRequest) -> HttpResponse:
    """Return the transcript as a PDF. If it cannot be made, display the page with a sentence about it."""
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
    """Return the person's transcript of the period in the URL, or of the current Mainpro+ year if there is none.

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

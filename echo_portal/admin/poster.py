"""The poster of a series as a file to print."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from echo_portal.lib.http import pdf_to_save
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.text import row_id
from hubs.admin_scope import HubScopedAdmin
from registrations.printed.poster import poster_pdf
from registrations.queries.keys import key_to_fill_in
from sessions.models import EnrollmentKey, Series


def poster_file(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return the poster with the key whose ID is in `?key=`, or else with a key that may be printed, if there is one.

    Only a published series has a poster, because the address of a draft cannot be opened.
    """
    desk = reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    if not series.is_published:
        page.message_user(request, _("Publish the series first: the address on a poster must work."), messages.ERROR)
        return HttpResponseRedirect(desk)
    try:
        with renderer_of_a_request() as renderer:
            file = poster_pdf(series=series, key=_key(request, series), now=timezone.now(), renderer=renderer)
    except NotRenderedError:
        page.message_user(request, _("The poster could not be made. Try again in a minute."), messages.ERROR)
        return HttpResponseRedirect(desk)
    return pdf_to_save(file, f"poster-{series.slug}.pdf")


def _key(request: HttpRequest, series: Series) -> EnrollmentKey | None:
    keys = EnrollmentKey.objects.filter(series=series)
    asked = row_id(request.GET.get("key"))
    if asked is not None:
        return keys.filter(pk=asked).first()
    text = key_to_fill_in([series], timezone.now()).get(series.pk, "")
    return keys.filter(text=text).first() if text else None

"""The poster of a series as a file to print."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from echo_portal.admin.registration_links import key_of_poster, keys_to_offer
from echo_portal.lib.http import pdf_to_save
from echo_portal.lib.pdf.rendering import NotRenderedError, renderer_of_a_request
from echo_portal.lib.text import row_id
from hubs.admin_scope import HubScopedAdmin
from registrations.printed.poster import poster_pdf
from registrations.queries.keys import keys_with_a_use
from sessions.models import EnrollmentKey, Series


def poster_file(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Return the poster with the key whose ID is in `?key=`, or else with the key that needs no choice.

    Only a published series has a poster, because the address of a draft cannot be opened. A series that needs a key has
    no poster without one, because nobody could register with it.
    """
    desk = reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    if not series.is_published:
        page.message_user(request, _("Publish the series first: the address on a poster must work."), messages.ERROR)
        return HttpResponseRedirect(desk)
    now = timezone.now()
    key = _key(request, series, now)
    if series.needs_key and key is None:
        page.message_user(request, _without_key(request, series, now), messages.ERROR)
        return HttpResponseRedirect(desk)
    try:
        with renderer_of_a_request() as renderer:
            file = poster_pdf(series=series, key=key, now=now, renderer=renderer)
    except NotRenderedError:
        page.message_user(request, _("The poster could not be made. Try again in a minute."), messages.ERROR)
        return HttpResponseRedirect(desk)
    return pdf_to_save(file, f"poster-{series.slug}.pdf")


def _key(request: HttpRequest, series: Series, now: dt.datetime) -> EnrollmentKey | None:
    asked = row_id(request.GET.get("key"))
    if asked is not None:
        return keys_with_a_use(now, [series.pk]).filter(pk=asked).first()
    return key_of_poster(series, now)


def _without_key(request: HttpRequest, series: Series, now: dt.datetime) -> str:
    for key in EnrollmentKey.objects.filter(series=series, pk=row_id(request.GET.get("key")) or 0):
        words = _("The key “%(key)s” has expired or is used up: nobody could register with the poster.")
        return words % {"key": key.text}
    if keys_to_offer(series, now):
        return _("This series needs a key. Choose the poster of one of its keys under “Registration link”.")
    return _("This series needs a key, and no key is valid: nobody could register with the poster. Add a key first.")

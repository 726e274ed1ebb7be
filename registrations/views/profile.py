"""Views that change a person's profile and time zone. The person's unsent emails are changed accordingly."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.forms import ProfileForm
from accounts.links import MANAGE, person_of_link
from accounts.models import Person
from accounts.opened_for import OPENED_FOR
from accounts.signed_in_forms import signed_in_form
from accounts.time_zones import CHOSEN_COOKIE, missing_zone
from echo_portal.lib import refused_forms
from echo_portal.lib.forms import KEEP
from echo_portal.lib.http import private, safe_next, sent_from_here
from echo_portal.lib.methods import require_http_methods, require_POST
from echo_portal.lib.zones import canonical, zone_within
from registrations.actions import change_profile, use_mailbox


@csrf_exempt
@require_POST
def set_time_zone(request: HttpRequest) -> HttpResponse:
    """Save the time zone in a cookie, and in the profile of a person who is signed in or opened a link in an email.

    If the province of the profile does not have that zone, nothing is saved (ADR 7).

    The form is on public pages and has no CSRF token, because a token would set a cookie for every visitor. Requests
    from other sites are recognised by the browser's headers and refused. Such requests do not contain the session
    either, because its cookie is SameSite. If the page also has a partly filled form, its values are submitted with the
    time zone and redirected unchanged (307).
    """
    if sent_from_here(request) is False:
        raise PermissionDenied
    asked = safe_next(request, request.POST.get("next", ""))
    target, keeps = asked or reverse("catalogue"), bool(asked) and KEEP in request.POST
    zone = canonical(request.POST.get("zone", ""))
    if zone is None:
        messages.error(request, _("Choose a time zone from the list."))
        return HttpResponseRedirect(target, preserve_request=keeps)
    person = _person_to_change(request)
    if person and not zone_within(zone, person.province):
        messages.error(request, _("Choose a time zone of your province, or change your province in “My details”."))
        return HttpResponseRedirect(target, preserve_request=keeps)
    response = HttpResponseRedirect(target, preserve_request=keeps)
    response.set_cookie(
        CHOSEN_COOKIE, zone, max_age=365 * 24 * 3600, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    if person:
        change_profile(person=person, by=person, values={"time_zone": zone})
    return response


def _person_to_change(request: HttpRequest) -> Person | None:
    """Return the person whose profile is changed: the signed-in person, or the owner of the link in an email.

    Return None for other visitors.
    """
    if isinstance(request.user, Person):
        return request.user
    person = person_of_link(request.POST.get("token", ""), MANAGE)
    return use_mailbox(person=person) if person else None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_form
def profile(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, Person)
    sent = refused_forms.sent_values(request)
    if sent is not None and sent.get(OPENED_FOR, request.user.email) != request.user.email:
        sentence = _("This browser is now signed in as %(email)s. These are their details; nothing was saved.")
        messages.error(request, sentence % {"email": request.user.email})
        return redirect("profile")
    person = Person.objects.get(pk=request.user.pk)
    zone = missing_zone(request, person)
    form = ProfileForm(sent, instance=person, initial={"time_zone": zone} if zone else {})
    if request.method == "POST" and form.is_valid():
        change_profile(person=request.user, by=request.user, values=form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("profile")
    return refused_forms.answer(
        request, form, lambda: private(render(request, "registrations/profile.html", {"form": form}))
    )

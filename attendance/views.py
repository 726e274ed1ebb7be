"""Enter the meeting of a session through a personal joining link (PRODUCT.md 5)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from attendance.actions import record_join
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from registrations.links import is_form_join_token
from registrations.views.join import closed_reason, registration_of


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect to the meeting while people can join. Otherwise redirect to the page that displays the reason.

    A POST, the press of the button, is saved as evidence. A GET is not, because mail scanners open links. A press on
    the page after a form is not saved either, because another person may have filled in the form.
    """
    row = registration_of(token)
    if closed_reason(row):
        return redirect("join", token=token)
    if request.method == "POST" and not is_form_join_token(token):
        record_join(registration=row, now=timezone.now())
    response = HttpResponseRedirect(row.session.join_url)
    if request.method == "POST":
        response.status_code = 303
    response["Referrer-Policy"] = "no-referrer"
    return private(response)

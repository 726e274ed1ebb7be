"""Hold or release all reminders of a session with a single POST."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from sessions.models import Session


def reminders_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    """Hold the reminders, or release them if the form says so (POST), and redirect to the desk of the series."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by = signed_in_person(request)
    try:
        if request.POST.get("act") == "release":
            count = actions.release_reminders(session=session, by=by)
            words = ngettext("%(count)d reminder was released.", "%(count)d reminders were released.", count)
            none = _("No reminder waits now. Reminders that are written later are sent.")
        else:
            count = actions.hold_reminders(session=session, by=by)
            words = ngettext(
                "%(count)d reminder is held. Reminders that are written later are held, too.",
                "%(count)d reminders are held. Reminders that are written later are held, too.",
                count,
            )
            none = _("No reminder waits now. Reminders that are written later are held.")
        said = words % {"count": count} if count else none
        page.message_user(request, said, messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(session.series_id,)))

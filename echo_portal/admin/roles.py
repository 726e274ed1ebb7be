"""The page for choosing the presenters, facilitators and practice coaches of a session."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.admin_scope import signed_in_person
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from hubs.admin_scope import HubScopedAdmin
from sessions.actions import end_role, give_role
from sessions.forms import RoleForm
from sessions.models import Session, SessionRole, SessionRoleQuerySet

Role = SessionRole.Role


def roles_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    """Display the people with a role and a form for adding one. A POST with `end` ends the role with that ID.

    The second factor must have been passed recently. It is asked for when the page is opened, so that nobody loses what
    they typed.
    """
    if asked := second_factor.ask_unless_recent(request):
        return asked
    rows = SessionRole.objects.filter(session=session)
    form = RoleForm(request.POST if request.method == "POST" and "end" not in request.POST else None)
    if request.method == "POST":
        sentence = _end(rows, request) if "end" in request.POST else _give(session, form, request)
        if sentence:
            page.message_user(request, sentence, messages.SUCCESS)
            return HttpResponseRedirect(request.path)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "original": session,
        "title": _("Who leads the session"),
        "session": session,
        "roles": list(rows),
        "form": form,
    }
    return TemplateResponse(request, "admin/echo_sessions/session/roles.html", context)


def _end(rows: SessionRoleQuerySet, request: HttpRequest) -> str:
    row = rows.filter(pk=row_id(request.POST.get("end")) or 0).first()
    if row is None:
        return _("This role had ended already.")
    end_role(role=row, by=signed_in_person(request))
    return _("%(name)s no longer has this role.") % {"name": row.name}


def _give(session: Session, form: RoleForm, request: HttpRequest) -> str:
    """Give the role, and return a sentence about it, or "" if the form has errors."""
    if not form.is_valid():
        return ""
    try:
        row = give_role(session=session, by=signed_in_person(request), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(refusal.field or None, refusal.sentence)
        return ""
    return _given(row.role) % {"name": row.name}


def _given(role: str) -> str:
    sentences = {
        Role.PRESENTER: _("%(name)s now presents in this session: tell them to sign in with this address."),
        Role.FACILITATOR: _("%(name)s now facilitates this session: tell them to sign in with this address."),
        Role.COACH: _("%(name)s is now a practice coach of this session: tell them to sign in with this address."),
    }
    return sentences[Role(role)]

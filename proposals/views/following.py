"""The page on which the sender and the co-authors confirm and follow an inquiry, comment, and invite colleagues."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.http import private
from echo_portal.lib.methods import require_http_methods
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from proposals import actions
from proposals.follow_forms import CommentForm, InviteForm
from proposals.kit import templates_of_stage
from proposals.links import Reader, reader_of_link
from proposals.models import CoAuthor, Inquiry, Plan
from proposals.presenters import entries_for_authors, facts_of, next_step_of


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest, token: str) -> HttpResponse:
    """Display the inquiry to one of its authors. Only a POST changes anything, because mail scanners open links."""
    reader = reader_of_link(token)
    sent = refused_forms.sent_values(request)
    act = sent.get("act", "") if sent is not None else ""
    comment = CommentForm(
        sent if act == "comment" else None, auto_id="comment_%s", has_authors=reader.inquiry.kind == Inquiry.Kind.IDEA
    )
    invite = InviteForm(sent if act == "invite" else None, auto_id="invite_%s")

    def page() -> HttpResponse:
        context = {**_context(reader), "comment": comment, "invite": invite}
        return private(render(request, "proposals/inquiry.html", context))

    form = {"comment": comment, "invite": invite}.get(act)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            answer = _act(request, reader, act, form)
            return answer or private(redirect("inquiry", token=token))
        except Refusal as refusal:
            if form is None:
                messages.error(request, refusal.sentence)
                return private(redirect("inquiry", token=token))
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    return page() if form is None else refused_forms.answer(request, form, page)


def _context(reader: Reader) -> dict[str, Any]:
    row = reader.inquiry
    is_idea = row.kind == Inquiry.Kind.IDEA
    plan = Plan.objects.filter(inquiry=row).select_related("series").first() if reader.has_confirmed else None
    return {
        "inquiry": row,
        "reader": reader,
        "facts": facts_of(row),
        "next_step": next_step_of(row),
        "entries": entries_for_authors(row) if reader.has_confirmed else [],
        "co_authors": _co_authors(reader) if is_idea and reader.has_confirmed else [],
        "plan": plan,
        "sessions": list(plan.sessions.all()) if plan else [],
        "templates": templates_of_stage(plan.stage, active_language()) if plan else [],
        "may_write": reader.has_confirmed and row.is_open,
        "may_invite": reader.has_confirmed and row.is_open and is_idea,
    }


def _co_authors(reader: Reader) -> list[CoAuthor]:
    """Return the co-authors who accepted and, if the reader is the sender, also those who have not answered."""
    rows = reader.inquiry.co_authors.all()
    return list(rows if reader.is_sender else rows.joined())


def _act(request: HttpRequest, reader: Reader, act: str, form: Any) -> HttpResponse | None:
    """Do what the pressed button requests, if this author may do it.

    Return a page if the inquiry's own page can no longer be displayed, else None.
    """
    acts: dict[str, Callable[[HttpRequest, Reader, Any], HttpResponse | None]] = {
        "confirm": _confirm,
        "disown": _disown,
        "leave": _leave,
    }
    if reader.has_confirmed:
        acts |= {"comment": _comment, "invite": _invite}
        if reader.is_sender:
            acts |= {"take_back": _take_back, "remove": _remove}
    do = acts.get(act)
    return do(request, reader, form) if do else None


def _confirm(request: HttpRequest, reader: Reader, form: Any) -> None:
    if reader.co_author is None:
        actions.confirm_inquiry(inquiry=reader.inquiry)
    else:
        actions.join_idea(author=reader.co_author)


def _disown(request: HttpRequest, reader: Reader, form: Any) -> HttpResponse | None:
    if reader.has_confirmed or not reader.is_sender:
        return None
    actions.disown_inquiry(inquiry=reader.inquiry)
    return private(render(request, "proposals/disowned.html"))


def _leave(request: HttpRequest, reader: Reader, form: Any) -> HttpResponse | None:
    if reader.co_author is None:
        return None
    actions.remove_author(author=reader.co_author, by=reader.person)
    return private(render(request, "proposals/left.html"))


def _comment(request: HttpRequest, reader: Reader, form: Any) -> None:
    actions.comment(inquiry=reader.inquiry, text=form.cleaned_data["text"], by=reader.person)
    messages.success(request, _("Your comment is here, and the hub was told."))


def _invite(request: HttpRequest, reader: Reader, form: Any) -> None:
    author = actions.invite_author(inquiry=reader.inquiry, by=reader.person, **form.values())
    messages.success(request, _("We wrote to %(address)s.") % {"address": author.email})


def _take_back(request: HttpRequest, reader: Reader, form: Any) -> None:
    actions.take_back_inquiry(inquiry=reader.inquiry)
    messages.success(request, _("You took it back. The hub is not working on it any more."))


def _remove(request: HttpRequest, reader: Reader, form: Any) -> None:
    author = reader.inquiry.co_authors.filter(pk=row_id(request.POST.get("co_author", "")) or 0).first()
    if author is not None:
        actions.remove_author(author=author, by=reader.person)
        messages.success(request, _("%(name)s is no co-author any more.") % {"name": author.name})

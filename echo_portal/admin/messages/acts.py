"""Pages that hold, release, cancel, resend and edit messages. The effect is displayed before it is confirmed."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from echo_portal.admin.messages import actions
from echo_portal.admin.messages.scope import readable_scopes
from echo_portal.lib.forms import one_line, several_lines
from echo_portal.lib.identifier_forms import EmailedTextForm
from echo_portal.lib.identifiers import Identifier
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import has_visible_character
from echo_portal.outbox import actions as outbox
from echo_portal.outbox.edits import text_to_edit
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.kinds import kind_label
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from hubs.admin_scope import HubScopedAdmin

MAX_AT_ONCE = 200
SHOWN_BEFORE_RESENDING = 20


@dataclasses.dataclass(frozen=True)
class Act:
    """An action on messages.

    `button` is the label of its button, `consequence` describes its effect, and `done` is the sentence displayed
    afterwards, with the number of messages. `check` raises Refusal if the action is not possible for a message; `do`
    performs it.
    """

    name: str
    button: Any
    consequence: Any
    done: Any
    check: Callable[[Message], None]
    do: Callable[[Message, Person, int], object]


ACTS = {
    act.name: act
    for act in (
        Act(
            "hold",
            gettext_lazy("Hold"),
            gettext_lazy("A held message does not leave until somebody releases it, however late that is."),
            gettext_lazy("Held: %(count)d."),
            outbox.check_can_hold,
            lambda message, by, number: actions.hold_message(message=message, by=by),
        ),
        Act(
            "release",
            gettext_lazy("Release"),
            gettext_lazy(
                "A released message leaves at its moment, or within seconds when its moment has passed. "
                "One that is no longer useful or true is dropped instead."
            ),
            gettext_lazy("Released: %(count)d."),
            outbox.check_can_release,
            lambda message, by, number: actions.release_message(message=message, by=by),
        ),
        Act(
            "cancel",
            gettext_lazy("Cancel this message"),
            gettext_lazy("A cancelled message is never sent, and its receiver does not hear of it."),
            gettext_lazy("Cancelled: %(count)d."),
            outbox.check_can_cancel,
            lambda message, by, number: actions.cancel_message(message=message, by=by),
        ),
        Act(
            "resend",
            gettext_lazy("Send again"),
            gettext_lazy(
                "A new message leaves within seconds, with the facts as they are now; the old one stays in the list."
            ),
            gettext_lazy("Sent again: %(count)d."),
            outbox.check_can_resend,
            lambda message, by, number: actions.resend_message(message=message, number=number, by=by),
        ),
    )
}


def possible_acts(message: Message) -> list[Act]:
    """Return the actions that are possible for this message now."""
    return [act for act in ACTS.values() if not _why_not(act, message)]


def can_be_edited(message: Message) -> bool:
    try:
        outbox.check_can_edit(message)
    except Refusal:
        return False
    return True


def consequence_page(page: HubScopedAdmin, request: HttpRequest, name: str) -> HttpResponse:
    """Display the messages that the action would affect, and the reason for each that it cannot; on POST, perform it.

    If a message is refused, the next page displays the sentence of the refusal.
    """
    act = ACTS[name]
    ids = _ids(request)
    rows = list(page.get_queryset(request).filter(pk__in=ids).order_by("due_at", "pk")) if ids else []
    if not rows:
        raise Http404
    back = reverse("admin:outbox_message_change", args=(rows[0].pk,)) if len(rows) == 1 else _list_address()
    if request.method == "POST":
        _do(page, request, act, rows)
        return HttpResponseRedirect(back)
    judged = [{"message": row, "kind": kind_label(row.kind), "why_not": _why_not(act, row)} for row in rows]
    possible = [one for one in judged if not one["why_not"]]
    for one in possible:
        one["number"] = outbox.next_resend(one["message"]) if name == "resend" else 0
    if name == "resend":
        scopes = readable_scopes(signed_in_person(request))
        for one in possible[:SHOWN_BEFORE_RESENDING]:
            one["says"] = preview(one["message"], one["message"].language, scope_ids=scopes)
    context = {
        **page.admin_site.each_context(request),
        "title": act.button,
        "opts": page.opts,
        "act": act,
        "possible": possible,
        "impossible": [one for one in judged if one["why_not"]],
        "ids": ",".join(str(one["message"].pk) for one in possible),
        "back": back,
    }
    return TemplateResponse(request, "admin/outbox/message/consequence.html", context)


def _do(page: HubScopedAdmin, request: HttpRequest, act: Act, rows: list[Message]) -> None:
    done = 0
    for row in rows:
        number = request.POST.get(f"number-{row.pk}", "")
        try:
            act.do(row, signed_in_person(request), int(number) if number.isdecimal() and len(number) < 6 else 1)
            done += 1
        except Refusal as refusal:
            sentence = _("%(label)s: %(value)s") % {"label": row.address, "value": refusal.sentence}
            page.message_user(request, sentence, messages.ERROR)
    if done:
        page.message_user(request, str(act.done) % {"count": done}, messages.SUCCESS)


def _ids(request: HttpRequest) -> list[int]:
    given = (request.POST if request.method == "POST" else request.GET).get("ids", "")
    return [int(part) for part in given.split(",")[:MAX_AT_ONCE] if part.isdecimal() and len(part) < 18]


def _list_address() -> str:
    return reverse("admin:outbox_message_changelist")


def _why_not(act: Act, message: Message) -> str:
    try:
        act.check(message)
    except Refusal as refusal:
        return refusal.sentence
    return ""


class EditForm(EmailedTextForm):
    """The words of an email. Lines that were not changed are not checked for what may identify a patient."""

    checked = ("subject", "text")
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=300)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy(
            "Plain text. The first line is the heading; addresses become links. Masthead, footer and "
            "calendar entry are put around it when it is sent. Addresses with “personal-link” become the receiver’s "
            "own then: leave them as they are."
        ),
    )

    def identifiers_of(self, text: str) -> list[Identifier]:
        written = {line.strip() for value in self.initial.values() for line in value.splitlines()}
        return super().identifiers_of("\n".join(line for line in text.splitlines() if line.strip() not in written))

    def clean_subject(self) -> str:
        return self._visible("subject", one_line(self.cleaned_data["subject"]))

    def clean_text(self) -> str:
        text = several_lines(str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n"))
        return self._visible("text", text.strip() + "\n")

    def _visible(self, field: str, text: str) -> str:
        if not has_visible_character(text):
            raise forms.ValidationError(self.fields[field].error_messages["required"], code="required")
        return text


def edit_page(page: HubScopedAdmin, request: HttpRequest, message: Message, email: Rendered | None) -> HttpResponse:
    """Edit the subject and text of a message in its own language. The footer is added when the email is sent."""
    back = reverse("admin:outbox_message_change", args=(message.pk,))
    try:
        outbox.check_can_edit(message)
        if email is None:
            raise Refusal(_("What it says is no longer true; there is nothing to edit."), code="no-longer-true")
        written = {"subject": email.subject, "text": text_to_edit(email)}
        form = EditForm(request.POST if request.method == "POST" else None, initial=written)
        if request.method == "POST" and form.is_valid() and _saved(form, message, written, signed_in_person(request)):
            page.message_user(request, _("The message was edited."), messages.SUCCESS)
            return HttpResponseRedirect(back)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    context = {
        **page.admin_site.each_context(request),
        "title": _("Edit the message"),
        "opts": page.opts,
        "message": message,
        "kind": kind_label(message.kind),
        "form": form,
        "back": back,
    }
    return TemplateResponse(request, "admin/outbox/message/edit.html", context)


def _saved(form: EditForm, message: Message, written: dict[str, str], by: Person) -> bool:
    """Save the edit, and return whether it was accepted.

    A Refusal that names a field becomes an error of that field; other Refusals are raised. If a value equals the
    original, an earlier edit of it is kept.
    """
    words = form.cleaned_data
    subject = words["subject"] if words["subject"] != written["subject"] else message.edited_subject
    text = words["text"] if words["text"].strip() != written["text"].strip() else message.edited_text
    try:
        actions.edit_message(message=message, subject=subject, text=text, by=by)
    except Refusal as refusal:
        if not refusal.field:
            raise
        form.add_error(refusal.field, refusal.sentence)
        return False
    return True

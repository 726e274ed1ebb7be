"""The page that sends an email to registrants of a session or series: form, preview, messages due in five minutes."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.actions import RepeatedForm, claim_form_key
from accounts.admin_scope import signed_in_person
from accounts.models import Person
from echo_portal.admin.audiences import Audience, OfSeries, OfSession
from echo_portal.admin.email_preview import confirmed_count, form_key_of, sending_words, suppressed_among
from echo_portal.admin.sample_emails import announcement_samples, store_samples
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.forms import one_line, several_lines
from echo_portal.lib.identifier_forms import EmailedTextForm
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.models import Announcement, Registration
from registrations.placeholders import NAMES, check_placeholders
from sessions.models import Series, Session

FORM = "announcement"
SAMPLES_OFFERED = 100
# The description of each placeholder, in the order in which the page lists them.
PLACEHOLDERS = {
    "name": gettext_lazy("the person’s name (their address until they have used a link of an email)"),
    "session": gettext_lazy("the title of the session"),
    "series": gettext_lazy("the title of the series"),
    "date": gettext_lazy("the date, by the person’s own clock"),
    "hours": gettext_lazy("the hours, by the person’s own clock"),
    "join_link": gettext_lazy("the person’s own joining link"),
    "my_sessions": gettext_lazy("the address of the person’s own sessions"),
}
assert tuple(PLACEHOLDERS) == NAMES
WORDS = ("subject_en", "subject_fr", "text_en", "text_fr")


class AnnouncementForm(EmailedTextForm):
    """The form for an announcement: recipients, subjects and texts. No recipients are preselected."""

    ALL, SOME = "all", "some"
    whom = forms.ChoiceField(
        label=gettext_lazy("Who gets it"),
        choices=((ALL, gettext_lazy("Everybody in this list")), (SOME, gettext_lazy("Those ticked below"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who gets it.")},
    )
    subject_en = forms.CharField(
        label=gettext_lazy("Subject (English)"), max_length=200, widget=forms.TextInput(attrs={"lang": "en"})
    )
    subject_fr = forms.CharField(
        label=gettext_lazy("Subject (French)"), max_length=200, widget=forms.TextInput(attrs={"lang": "fr"})
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text (English)"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12, "lang": "en"})
    )
    text_fr = forms.CharField(
        label=gettext_lazy("Text (French)"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12, "lang": "fr"})
    )

    checked = WORDS

    def __init__(self, *args: Any, rows: list[Registration], names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.names = rows, names
        missing = _("Write subject and text in both languages.")
        for name in WORDS:
            self.fields[name].error_messages["required"] = missing

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in WORDS:
            if name in values:
                self._check(name, values)
        if values.get("whom") == self.SOME and not self.chosen():
            self.add_error("whom", _("Tick who gets it."))
        if values.get("whom") == self.ALL and not self.rows:
            self.add_error("whom", _("Nobody is in this list."))
        return values

    def _check(self, name: str, values: dict[str, Any]) -> None:
        try:
            if name.startswith("subject"):
                values[name] = one_line(values[name])
            else:
                several_lines(values[name])
            check_placeholders(values[name], field=name, names=self.names)
        except forms.ValidationError as fault:
            self.add_error(name, fault)
        except Refusal as refusal:
            self.add_error(name, refusal.sentence)

    def chosen(self) -> list[Registration]:
        """Return the chosen registrations. IDs that are not in the displayed list are ignored."""
        if self.data.get("whom") == self.ALL:
            return self.rows
        given = [*self.data.getlist("people"), *self.data.get("chosen", "").split(",")]  # type: ignore[attr-defined]
        wanted = {int(one) for one in given if one.isdecimal() and len(one) < 18}
        return [row for row in self.rows if row.pk in wanted]

    def texts(self) -> actions.AnnouncementTexts:
        return actions.AnnouncementTexts(**{name: self.cleaned_data[name] for name in WORDS})


def write_to_session_page(page: HubScopedAdmin, request: HttpRequest, session: Session) -> HttpResponse:
    return _write_page(page, request, OfSession(timezone.now(), session))


def write_to_series_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    return _write_page(page, request, OfSeries(timezone.now(), series))


def _write_page(page: HubScopedAdmin, request: HttpRequest, audience: Audience) -> HttpResponse:
    """Display the form, then the number of recipients with a sample email, and finally write the messages.

    If the same form is submitted twice, the messages are written once.
    """
    posted = request.method == "POST"
    lists = audience.lists()
    among = (request.POST if posted else request.GET).get("among", "")
    among = among if among in lists else ""
    rows = list(audience.rows(among))
    form = AnnouncementForm(request.POST if posted else None, rows=rows, names=audience.names)
    step = request.POST.get("step", "")
    shared = {"audience": audience, "form": form, "among": among, "title": _("Write to the registrants")}
    if not posted or step == "edit" or not form.is_valid():
        ticked = (
            {row.pk for row in form.chosen()} if posted and request.POST.get("whom") == AnnouncementForm.SOME else set()
        )
        context = {
            **shared,
            "rows": rows,
            "ticked": ticked,
            "lists": [(code, label, audience.rows(code).count()) for code, label in lists.items()],
            "placeholders": [(name, PLACEHOLDERS[name]) for name in audience.names],
        }
        if step == "edit":
            form.is_valid()
        return _answer(page, request, "write", context)
    chosen = form.chosen()
    fault = ""
    if step == "send":
        try:
            announcement = _send(request, audience, form, chosen)
        except Refusal as refusal:
            fault = refusal.sentence
        else:
            if announcement is not None:
                _add_sent_message(page, request, announcement)
            return HttpResponseRedirect(audience.back)
    return _answer(page, request, "write_preview", {**shared, **_preview(request, audience, form, chosen, fault)})


def recall_announcement_page(
    page: HubScopedAdmin, request: HttpRequest, target: Session | Series, announcement: int
) -> HttpResponse:
    of_target = {"session": target} if isinstance(target, Session) else {"series": target}
    found = Announcement.objects.filter(pk=announcement, **of_target).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        count = actions.recall_announcement(announcement=found, by=signed_in_person(request))
        sentence = ngettext("%(count)d email was taken back.", "%(count)d emails were taken back.", count)
        page.message_user(request, sentence % {"count": count}, messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    name = "session_change" if isinstance(target, Session) else "series_messages"
    return HttpResponseRedirect(reverse(f"admin:echo_sessions_{name}", args=(target.pk,)))


def _send(
    request: HttpRequest, audience: Audience, form: AnnouncementForm, chosen: list[Registration]
) -> Announcement | None:
    """Write the messages and return the announcement, or None if this form was already submitted.

    Raises Refusal; the same form, with the same form key, can then be submitted again.
    """
    counted, key = confirmed_count(request), form_key_of(request)
    try:
        with transaction.atomic():
            claim_form_key(key=key, form=FORM, content=audience.url)
            return audience.write(
                [row.pk for row in chosen], form.texts(), counted=counted, by=signed_in_person(request)
            )
    except RepeatedForm:
        return None


def _preview(
    request: HttpRequest, audience: Audience, form: AnnouncementForm, chosen: list[Registration], fault: str
) -> dict[str, Any]:
    wanted = request.POST.get("sample", "")
    sample = next((row for row in chosen if str(row.pk) == wanted), chosen[0])
    written = audience.announcement({name: form.cleaned_data[name] for name in WORDS})
    emails = announcement_samples(written, sample)
    languages = [row.shown_language for row in chosen]
    reader: Person = signed_in_person(request)
    return {
        "fault": fault,
        "chosen": chosen[:SAMPLES_OFFERED],
        "chosen_ids": ",".join(str(row.pk) for row in chosen),
        "count": len(chosen),
        "by_language": [(language, languages.count(language)) for language in LANGUAGES if language in languages],
        **suppressed_among([row.pk for row in chosen], reader),
        "sample": sample,
        "samples": list(emails.items()),
        "sample_key": store_samples(emails, for_person=reader),
        "form_key": request.POST.get("form_key") or uuid.uuid4(),
    }


def _add_sent_message(page: HubScopedAdmin, request: HttpRequest, announcement: Announcement) -> None:
    words = sending_words(announcement.recipients, announcement.send_at)
    page.message_user(request, words, messages.SUCCESS)


def _answer(page: HubScopedAdmin, request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
    whole = {**page.admin_site.each_context(request), "opts": page.opts, **_where(context["audience"])}
    return TemplateResponse(request, f"admin/registrations/{name}.html", {**whole, **context})


def _where(audience: Audience) -> dict[str, Any]:
    """Return the part of the template context that is the same for a session and for a series."""
    target = audience.target
    return {
        "back": audience.back,
        "back_words": str(target),
        "session": target if isinstance(target, Session) else None,
        "series_of_sample": target if isinstance(target, Series) else None,
    }

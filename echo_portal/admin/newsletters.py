"""The pages on which Pallium staff send a newsletter by email: form, preview with the number, sending, recalling."""

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.csp import csp_override

from accounts.actions import RepeatedForm, claim_form_key
from accounts.admin_scope import ReadOnly, ScopedAdmin, signed_in_person
from echo_portal.admin.email_preview import NAMES_SHOWN, confirmed_count, form_key_of, sending_words
from echo_portal.admin.sample_emails import sample_frame, store_samples
from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.frames import WITH_FRAMES
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import rendered_for
from news.actions import recall_mailing, send_newsletter
from news.actions.mailing import why_news
from news.emails.newsletter import newsletter_email
from news.message_kinds import NEWSLETTER
from news.models import Mailing, Subscriber
from news.presenters import words_of
from news.queries.subscribers import audience, left_out, unreachable
from news.rules import check_can_send
from pages.models import Newsletter
from sessions.vocabularies import PracticeArea

FORM = "newsletter"
SHOWN = ("newsletter", "topics_shown", "recipients", "written", "written_by", "leaves", "state")


class NewsletterForm(forms.Form):
    """A form for the newsletter to send, and for its topics."""

    newsletter = forms.ModelChoiceField(
        label=_("Newsletter"),
        queryset=Newsletter.objects.none(),
        error_messages={
            "required": _("Choose a newsletter."),
            "invalid_choice": _("Choose a newsletter from the list."),
        },
    )
    topics = forms.MultipleChoiceField(
        label=_("What it is about"),
        help_text=_("People who chose other topics do not get it. Tick nothing to send it to everybody who gets news."),
        required=False,
        choices=PracticeArea.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Choose topics from the list."),
            "invalid_list": _("Choose topics from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["newsletter"].queryset = Newsletter.objects.in_archive(timezone.localdate())  # type: ignore[attr-defined]

    def clean_newsletter(self) -> Newsletter:
        row: Newsletter = self.cleaned_data["newsletter"]
        try:
            check_can_send(row)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return row


@admin.register(Mailing)
class MailingAdmin(ReadOnly, ScopedAdmin):
    """The list of newsletters that were sent by email, with the page that sends another one."""

    change_list_template = "admin/news/mailing/change_list.html"
    change_form_template = "admin/news/mailing/change_form.html"
    list_display = SHOWN
    list_select_related = ("newsletter", "written_by")
    fields = SHOWN
    readonly_fields = SHOWN

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("send/", wrap(self.send_view), name="news_mailing_send"),
            path("sample/<slug:key>/<slug:language>/", wrap(self.sample_view), name="news_mailing_sample"),
            path("<int:pk>/recall/", wrap(self.recall_view), name="news_mailing_recall"),
            *super().get_urls(),
        ]

    def _check_access(self, request: HttpRequest) -> None:
        if not self.has_access(request):
            raise Http404

    @method_decorator(csp_override(WITH_FRAMES))
    def send_view(self, request: HttpRequest) -> HttpResponse:
        """Display the form, then the number of recipients with a sample. A POST with "send" writes the messages.

        If the same form is submitted twice, the messages are written once.
        """
        self._check_access(request)
        posted = request.method == "POST"
        chosen = {"newsletter": request.GET.get("newsletter", "")[:18]}
        form = NewsletterForm(request.POST) if posted else NewsletterForm(initial=chosen)
        step = request.POST.get("step", "")
        if not posted or not form.is_valid() or step == "edit":
            return self._page(request, "send", {"form": form}, status=422 if posted and form.errors else 200)
        fault = ""
        if step == "send":
            try:
                mailing = self._send(request, form)
            except Refusal as refusal:
                fault = refusal.sentence
            else:
                if mailing is not None:
                    self.message_user(request, sending_words(mailing.recipients, mailing.send_at), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:news_mailing_changelist"))
        return self._page(request, "preview", {"form": form, "fault": fault, **self._preview(request, form)})

    def sample_view(self, request: HttpRequest, key: str, language: str) -> HttpResponse:
        self._check_access(request)
        return sample_frame(key, language, for_person=signed_in_person(request))

    def recall_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._check_access(request)
        mailing = Mailing.objects.filter(pk=pk).first()
        if mailing is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            count = recall_mailing(mailing=mailing, by=signed_in_person(request))
            sentence = ngettext("%(count)d email was taken back.", "%(count)d emails were taken back.", count)
            self.message_user(request, sentence % {"count": count}, messages.SUCCESS)
        except Refusal as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:news_mailing_change", args=(pk,)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Display the mailing, with a button that recalls it if some of its emails have not been sent."""
        row = self.get_object(request, object_id)
        waiting = Message.objects.about(row.about).unsent().count() if row is not None else 0
        shown = {"waiting": waiting, "mailing": row}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _send(self, request: HttpRequest, form: NewsletterForm) -> Mailing | None:
        """Save the mailing with its messages and return it, or return None if this form was already submitted.

        Raises Refusal if the typed number is not the number of recipients, or if the newsletter cannot be sent.
        """
        counted, key = confirmed_count(request), form_key_of(request)
        values = form.cleaned_data
        try:
            with transaction.atomic():
                claim_form_key(key=key, form=FORM, content=f"{values['newsletter'].pk}")
                return send_newsletter(
                    newsletter=values["newsletter"],
                    topics=values["topics"],
                    counted=counted,
                    by=signed_in_person(request),
                )
        except RepeatedForm:
            return None

    def _preview(self, request: HttpRequest, form: NewsletterForm) -> dict[str, Any]:
        newsletter, topics = form.cleaned_data["newsletter"], form.cleaned_data["topics"]
        people = audience(newsletter, topics)
        languages = people.languages()
        first = people.first()
        samples = _samples(newsletter, first) if first else {}
        return {
            "newsletter": newsletter,
            "count": languages.total(),
            "by_language": [(code, languages[code]) for code in LANGUAGES if languages[code]],
            "missing_language": next(iter(newsletter.missing_languages), ""),
            "left_out": left_out(newsletter, topics),
            "suppressed": list(unreachable(newsletter, topics)[:NAMES_SHOWN]),
            "samples": list(samples.items()),
            "sample_key": store_samples(samples, for_person=signed_in_person(request)) if samples else "",
            "form_key": request.POST.get("form_key") or uuid.uuid4(),
        }

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        shared = {"opts": self.opts, "title": translate("Send a newsletter by email")}
        whole = {**self.admin_site.each_context(request), **shared, **context}
        return TemplateResponse(request, f"admin/news/mailing/{name}.html", whole, status=status)

    # --- columns of the list and fields of the page ----------------------------------------------------

    @admin.display(description=_("topics"))
    def topics_shown(self, row: Mailing) -> str:
        return words_of(row.topics) or translate("Everybody")

    @admin.display(description=_("written (Eastern time)"), ordering="written_at")
    def written(self, row: Mailing) -> str:
        return eastern_time(row.written_at, active_language())

    @admin.display(description=_("emails leave (Eastern time)"), ordering="send_at")
    def leaves(self, row: Mailing) -> str:
        return eastern_time(row.send_at, active_language())

    @admin.display(description=_("state"))
    def state(self, row: Mailing) -> str:
        if row.recalled_at is not None:
            return translate("Taken back")
        return translate("Can be taken back") if row.send_at > timezone.now() else pgettext("newsletter", "Sent")


def _samples(newsletter: Newsletter, person: Subscriber) -> dict[str, Rendered]:
    """Return the email to this person in each language, without their personal links."""
    emails = {}
    for language in LANGUAGES:
        with rendered_for(None), translation.override(language):
            why = why_news()
            message = Message(
                kind=NEWSLETTER, language=language, address=person.email, person_id=person.pk, why_en=why, why_fr=why
            )
            emails[language] = newsletter_email(message, newsletter, person)
    return emails

"""The pages on which hubs work on ideas and inquiries: the next step, answers, closing, and opening again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from accounts.admin_scope import ReadOnly, signed_in_person
from accounts.models import Person
from echo_portal.admin.idea_pages import series_page, shape_page, stage_page
from echo_portal.admin.inquiry_forms import CloseForm, EmailForm, HandOverForm, NextStepForm, TextForm
from echo_portal.admin.sample_emails import sample_frame, store_samples
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium, eastern_time
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.frames import WITH_FRAMES
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from hubs.admin_scope import HubScopedAdmin
from proposals.actions import (
    add_note,
    answer_authors,
    close_inquiry,
    hand_over_inquiry,
    plan_inquiry,
    reopen_inquiry,
)
from proposals.message_kinds import ANSWER
from proposals.models import Inquiry, Plan
from proposals.presenters import is_late, spoken_words, topic_words

OF_SENDER = ("name", "email", "language", "profession", "province", "organisation")
OF_FORM = ("kind", "hub", "what", "title", "text", "topic_list", "languages", "audience", "team")
OF_WORK = ("state", "assigned_to", "next_step", "due", "outcome", "sent")


@admin.register(Inquiry)
class InquiryAdmin(ReadOnly, HubScopedAdmin):
    """The inquiries that senders have confirmed, for the hubs to which they belong.

    Rows are read-only. Each change is an action with its own page.
    """

    list_display = ("subject", "kind", "hub", "state", "assigned_to", "due", "sent")
    list_display_links = ("subject",)
    list_filter = ("kind", "state", ("hub", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("hub", "assigned_to")
    search_fields = ("title", "organisation", "name", "email")
    fieldsets = (
        (None, {"fields": OF_WORK}),
        (_("What they wrote"), {"fields": OF_FORM}),
        (_("The sender, as the form says"), {"fields": OF_SENDER}),
    )
    readonly_fields = (*OF_WORK, *OF_FORM, *OF_SENDER)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.exclude(state=Inquiry.State.UNPROVED)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fieldsets without fields that are empty in this inquiry."""
        empty = {name for name in ("title", "text", "audience", "team", "organisation", "profession", "outcome")
                 if obj is not None and not getattr(obj, name)}  # fmt: skip
        empty |= {shown for shown, name in (("what", "format"), ("languages", "spoken_in"), ("topic_list", "topics"))
                  if obj is not None and not getattr(obj, name)}  # fmt: skip
        return [
            (heading, {"fields": [name for name in options["fields"] if name not in empty]})
            for heading, options in self.fieldsets
        ]

    def get_urls(self) -> list[Any]:
        acts = {
            "answer": self.answer_view,
            "close": self.close_view,
            "hand_over": self.hand_over_view,
            "note": self.note_view,
            "plan": self.plan_view,
            "reopen": self.reopen_view,
            "series": self.series_view,
            "shape": self.shape_view,
            "stage": self.stage_view,
        }
        name, wrap = "proposals_inquiry", self.admin_site.admin_view
        return [
            *(path(f"<int:pk>/{act}/", wrap(view), name=f"{name}_{act}") for act, view in acts.items()),
            path("<int:pk>/sample/<slug:key>/<slug:language>/", wrap(self.sample_view), name=f"{name}_sample"),
            *super().get_urls(),
        ]

    def own(self, request: HttpRequest, pk: int) -> Inquiry:
        """Return the inquiry. Raises Http404 if the person may not work on it."""
        rows = Inquiry.objects.editable_by(signed_in_person(request)).select_related("hub", "person")
        row = rows.filter(pk=pk).first() if self.has_access(request) else None
        if row is None:
            raise Http404
        return row

    # --- pages ------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Display the inquiry with the texts about it, its co-authors and its plan."""
        row = self.get_object(request, object_id)
        shown: dict[str, Any] = {}
        if row is not None and self.has_view_permission(request, row):
            plan = Plan.objects.filter(inquiry=row).select_related("series").first()
            shown = {
                "entries": list(row.entries.all()),
                "co_authors": list(row.co_authors.joined()),
                "plan": plan,
                "may_make_series": plan is not None and plan.stage == Plan.Stage.PLANNED and plan.series is None,
            }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @method_decorator(csp_override(WITH_FRAMES))
    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display the form for an answer, then a preview of the email. A POST with "send" sends it.

        Afterwards, redirect to the form for the next step.
        """
        row, reader = self.own(request, pk), signed_in_person(request)
        form = EmailForm(request.POST or None)
        words = {
            "title": translate("Answer"),
            "button": translate("Look at the email"),
            "note": translate("The email goes to the sender and to the co-authors, who also see it behind their link."),
        }
        if request.method == "POST" and "send" not in request.POST and form.is_valid():
            try:
                words |= self._preview(row, form, reader)
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            return self.page_of(request, row, form, words)
        if not row.next_step:
            words["then"] = reverse("admin:proposals_inquiry_plan", args=(row.pk,))
            words["done"] = translate("The answer is on its way. What comes next?")
        return self.act_page(
            request, row, form, words, lambda: answer_authors(inquiry=row, by=reader, **form.cleaned_data)
        )

    def sample_view(self, request: HttpRequest, pk: int, key: str, language: str) -> HttpResponse:
        self.own(request, pk)
        return sample_frame(key, language, for_person=signed_in_person(request))

    @staticmethod
    def _preview(row: Inquiry, form: Form, reader: Person) -> dict[str, Any]:
        """Save the answer in a transaction that is rolled back.

        Return the email to the sender, and who else gets it.
        """
        with transaction.atomic():
            entry = answer_authors(inquiry=row, by=reader, **form.cleaned_data)
            written = list(Message.objects.about(row.about).filter(kind=ANSWER, payload__entry=entry.pk).order_by("pk"))
            email = preview(written[0], written[0].language, scope_ids=frozenset({row.hub_id}))
            transaction.set_rollback(True)
        key = store_samples({written[0].language: email}, for_person=reader)
        return {
            "sample": email,
            "sample_language": written[0].language,
            "sample_key": key,
            "told": [message.address for message in written],
        }

    def shape_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return shape_page(self, request, self.own(request, pk))

    def stage_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return stage_page(self, request, self.own(request, pk))

    def series_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return series_page(self, request, self.own(request, pk))

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        form = TextForm(request.POST or None)
        words = {
            "title": translate("Write a note"),
            "button": translate("Save"),
            "note": translate(
                "Only the hub and Pallium staff see notes. Write nothing by which a patient could be recognized."
            ),
        }
        return self.act_page(request, row, form, words, lambda: add_note(inquiry=row, by=reader, **form.cleaned_data))

    def hand_over_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        if not reader.is_pallium_staff:
            raise Http404
        form = HandOverForm(request.POST or None)
        words = {
            "title": translate("Give it to another hub"),
            "button": translate("Give it to this hub"),
            "note": translate("The other hub gets an email. The hub that has it now does not see it any more."),
        }
        return self.act_page(
            request, row, form, words, lambda: hand_over_inquiry(inquiry=row, by=reader, **form.cleaned_data)
        )

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        form = NextStepForm(request.POST or None, inquiry=row, reader=reader)
        words = {
            "title": translate("Next step"),
            "button": translate("Save"),
            "other_url": reverse("admin:proposals_inquiry_close", args=(row.pk,)),
            "other": translate("Nothing more to do: close it"),
            "note": translate("The sender sees the next step and its date behind the link in their email."),
        }
        return self.act_page(
            request, row, form, words, lambda: plan_inquiry(inquiry=row, by=reader, **form.cleaned_data)
        )

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        form = CloseForm(request.POST or None)
        words = {
            "title": translate("Close it"),
            "button": translate("Close it"),
            "note": translate("Nobody gets an email. Two years later it is deleted."),
        }
        return self.act_page(
            request, row, form, words, lambda: close_inquiry(inquiry=row, by=reader, **form.cleaned_data)
        )

    def reopen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        words = {
            "title": translate("Open it again"),
            "button": translate("Open it again"),
            "note": translate("It stands on the start page again, with today as its date."),
        }
        form = Form(request.POST if request.method == "POST" else None)
        return self.act_page(request, row, form, words, lambda: reopen_inquiry(inquiry=row, by=reader))

    def act_page(
        self, request: HttpRequest, row: Inquiry, form: Form, words: dict[str, Any], act: Callable[[], object]
    ) -> HttpResponse:
        """Display the page of an action. On POST, perform the action and redirect.

        The redirect leads to `words["then"]` or, without it, to the inquiry.
        """
        if request.method == "POST" and form.is_valid():
            try:
                act()
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                self.message_user(request, words.get("done") or translate("Saved."), messages.SUCCESS)
                back = reverse("admin:proposals_inquiry_change", args=(row.pk,))
                return HttpResponseRedirect(words.get("then") or back)
        return self.page_of(request, row, form, words)

    def page_of(self, request: HttpRequest, row: Inquiry, form: Form, words: dict[str, Any]) -> HttpResponse:
        back = reverse("admin:proposals_inquiry_change", args=(row.pk,))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "inquiry": row, "form": form}
        context |= {"back": back, "back_words": str(row), **words}
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/proposals/act.html", context, status=status)

    # --- columns of the list and fields of the page ----------------------------------------------------

    @admin.display(description=_("subject"))
    def subject(self, row: Inquiry) -> str:
        return str(row)

    @admin.display(description=_("by"), ordering="next_step_on")
    def due(self, row: Inquiry) -> str:
        if row.next_step_on is None or not row.is_open:
            return "–"
        day = date_medium(row.next_step_on, active_language())
        return translate("%(date)s (late)") % {"date": day} if is_late(row) else day

    @admin.display(description=_("sent (Eastern time)"), ordering="sent_at")
    def sent(self, row: Inquiry) -> str:
        return eastern_time(row.sent_at, active_language())

    @admin.display(description=_("what to create"))
    def what(self, row: Inquiry) -> str:
        return str(row.get_format_display())

    @admin.display(description=_("topics"))
    def topic_list(self, row: Inquiry) -> str:
        return topic_words(row)

    @admin.display(description=_("languages"))
    def languages(self, row: Inquiry) -> str:
        return spoken_words(row)

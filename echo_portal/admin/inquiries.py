"""The pages on which hubs work on ideas and inquiries: the next step, closing, and opening again."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import ReadOnly, signed_in_person
from echo_portal.admin.inquiry_forms import CloseForm, PlanForm
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium, eastern_time
from echo_portal.lib.refusals import Refusal
from hubs.admin_scope import HubScopedAdmin
from proposals.actions import close_inquiry, plan_inquiry, reopen_inquiry
from proposals.models import Inquiry
from proposals.presenters import is_late, spoken_words, topic_words

OF_SENDER = ("name", "email", "language", "profession", "province", "organisation")
OF_FORM = ("kind", "hub", "what", "title", "text", "topic_list", "languages", "audience", "team")
OF_WORK = ("state", "assigned_to", "next_step", "due", "outcome", "sent")


@admin.register(Inquiry)
class InquiryAdmin(ReadOnly, HubScopedAdmin):
    """Hubs see their inquiries after the sender has confirmed them. Every change is an action with its own page."""

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
        """Leave out what this inquiry does not have."""
        empty = {name for name in ("title", "text", "audience", "team", "organisation", "profession", "outcome")
                 if obj is not None and not getattr(obj, name)}  # fmt: skip
        empty |= {shown for shown, name in (("what", "format"), ("languages", "spoken_in"), ("topic_list", "topics"))
                  if obj is not None and not getattr(obj, name)}  # fmt: skip
        return [
            (heading, {"fields": [name for name in options["fields"] if name not in empty]})
            for heading, options in self.fieldsets
        ]

    def get_urls(self) -> list[Any]:
        name = "proposals_inquiry"
        return [
            path("<int:pk>/plan/", self.admin_site.admin_view(self.plan_view), name=f"{name}_plan"),
            path("<int:pk>/close/", self.admin_site.admin_view(self.close_view), name=f"{name}_close"),
            path("<int:pk>/reopen/", self.admin_site.admin_view(self.reopen_view), name=f"{name}_reopen"),
            *super().get_urls(),
        ]

    def own(self, request: HttpRequest, pk: int) -> Inquiry:
        """Return the inquiry. Raises Http404 for a person who may not work on it."""
        rows = Inquiry.objects.editable_by(signed_in_person(request)).select_related("hub", "person")
        row = rows.filter(pk=pk).first() if self.has_access(request) else None
        if row is None:
            raise Http404
        return row

    # --- pages ------------------------------------------------------------------------------------------

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        form = PlanForm(request.POST or None, inquiry=row, reader=reader)
        words = {
            "title": translate("Next step"),
            "button": translate("Save"),
            "note": translate("The sender sees the next step and its date behind the link in their email."),
        }
        return self._act(request, row, form, words, lambda: plan_inquiry(inquiry=row, by=reader, **form.cleaned_data))

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        form = CloseForm(request.POST or None)
        words = {
            "title": translate("Close it"),
            "button": translate("Close it"),
            "note": translate("Nobody gets an email. Two years later it is deleted."),
        }
        return self._act(request, row, form, words, lambda: close_inquiry(inquiry=row, by=reader, **form.cleaned_data))

    def reopen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, reader = self.own(request, pk), signed_in_person(request)
        words = {
            "title": translate("Open it again"),
            "button": translate("Open it again"),
            "note": translate("It stands on the start page again, with today as its date."),
        }
        form = Form(request.POST if request.method == "POST" else None)
        return self._act(request, row, form, words, lambda: reopen_inquiry(inquiry=row, by=reader))

    def _act(
        self, request: HttpRequest, row: Inquiry, form: Form, words: dict[str, str], act: Callable[[], object]
    ) -> HttpResponse:
        """Display the page of an action, or perform it (POST) and return to the inquiry."""
        back = reverse("admin:proposals_inquiry_change", args=(row.pk,))
        if request.method == "POST" and form.is_valid():
            try:
                act()
            except Refusal as refusal:
                form.add_error(None, refusal.sentence)
            else:
                self.message_user(request, translate("Saved."), messages.SUCCESS)
                return HttpResponseRedirect(back)
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

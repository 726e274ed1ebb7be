"""The pages of messages: recipient, reason, state, history, and the email in both languages."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from accounts.admin_scope import ReadOnly, register_scope, signed_in_person
from echo_portal.admin.messages.acts import ACTS, MAX_AT_ONCE, can_be_edited, consequence_page, edit_page, possible_acts
from echo_portal.admin.messages.filters import ArrivalFilter, HubFilter, KindFilter, LanguageFilter
from echo_portal.admin.messages.history import answer_shown, in_eastern_time, steps_of
from echo_portal.admin.messages.scope import messages_of, readable_scopes
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.outbox import kinds
from echo_portal.outbox.as_sent import AsSent, as_sent
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.frames import WITH_FRAMES, framed
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from hubs.admin_scope import HubScopedAdmin
from hubs.models import Hub
from registrations.queries.people import with_names_in_hub

register_scope(Message, messages_of)


@admin.register(Message)
class MessageAdmin(ReadOnly, HubScopedAdmin):
    list_display = ("kind_words", "recipient", "state_words", "due", "sent", "why")
    list_display_links = ("kind_words",)
    list_filter = (ArrivalFilter, KindFilter, "state", LanguageFilter, HubFilter)
    search_fields = ("address", "=about")
    search_help_text = _("An email address, or a part of it")
    date_hierarchy = "due_at"
    ordering = ("-id",)
    actions = ("hold", "release", "cancel", "resend")
    fieldsets = (
        (None, {"fields": ("kind_words", "recipient", "written_in", "hub", "why")}),
        (
            _("What became of it"),
            {"fields": ("state_words", "due", "useful_until", "sent", "tries", "last_answer", "carrier", "edited")},
        ),
    )
    readonly_fields = (*fieldsets[0][1]["fields"], *fieldsets[1][1]["fields"])

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.has_access(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).defer("secret", "payload", "sent_content")
        return with_names_in_hub(rows)

    def get_urls(self) -> list[Any]:
        own = [
            path("act/<slug:act>/", self.admin_site.admin_view(self.act_view), name="outbox_message_act"),
            path("<int:pk>/edit/", self.admin_site.admin_view(self.edit_view), name="outbox_message_edit"),
            path(
                "<int:pk>/email/<slug:language>/",
                self.admin_site.admin_view(self.email_view),
                name="outbox_message_email",
            ),
        ]
        urls: list[URLPattern] = [*own, *super().get_urls()]
        return urls

    # --- pages ------------------------------------------------------------------------------------------

    @method_decorator(csp_override(WITH_FRAMES))
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        message = self.get_object(request, object_id)
        if message is None or not self.has_view_permission(request, message):
            return super().change_view(request, object_id, form_url, extra_context)
        shown = {
            "title": kinds.kind_label(message.kind),
            "subtitle": None,
            "readable": kinds.is_readable(message.kind),
            "as_sent": self._as_sent(request, message),
            "emails": self._emails(request, message),
            "steps": steps_of(message),
            "acts": possible_acts(message),
            "can_be_edited": can_be_edited(message),
        }
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Display the history with the kind of the message as its name, instead of its identifiers."""
        response = super().history_view(request, object_id, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data:
            shown, message = response.context_data, response.context_data["object"]
            shown["object_name"] = kinds.kind_label(message.kind)
            shown["title"] = shown["title"].replace(str(message), shown["object_name"])
        return response

    def email_view(self, request: HttpRequest, pk: int, language: str) -> HttpResponse:
        """Return the email's HTML in one language, for a frame without scripts, forms or links."""
        message = self.own(request, pk)
        email = self._email(request, message, language) if language in LANGUAGES else None
        if email is None:
            raise Http404
        return framed(email.html)

    def act_view(self, request: HttpRequest, act: str) -> HttpResponse:
        if not self.has_access(request) or act not in ACTS:
            raise Http404
        return consequence_page(self, request, act)

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        message = self.own(request, pk)
        return edit_page(self, request, message, self._email(request, message, message.language, to_edit=True))

    def own(self, request: HttpRequest, pk: int) -> Message:
        """Return the message. Raises Http404 if the person may not see it."""
        message = self.get_queryset(request).filter(pk=pk).first() if self.has_access(request) else None
        if not isinstance(message, Message):
            raise Http404
        return message

    def _email(
        self, request: HttpRequest, message: Message, language: str, *, to_edit: bool = False
    ) -> Rendered | None:
        """Return the email as it would be sent now.

        Return None if it would not be sent, or if staff may not read this kind of message.
        """
        if not kinds.is_readable(message.kind):
            return None
        try:
            scopes = readable_scopes(signed_in_person(request))
            return preview(message, language, scope_ids=scopes, to_edit=to_edit)
        except (kinds.NoLongerTrue, ObjectDoesNotExist):
            return None

    def _as_sent(self, request: HttpRequest, message: Message) -> AsSent | None:
        if not kinds.is_readable(message.kind):
            return None
        return as_sent(message, scope_ids=readable_scopes(signed_in_person(request)))

    def _emails(self, request: HttpRequest, message: Message) -> list[dict[str, Any]]:
        """Return the email in both languages, beginning with the language of the message."""
        languages = sorted(LANGUAGES, key=lambda language: language != message.language)
        emails = [(language, self._email(request, message, language)) for language in languages]
        return [{"language": language, "email": email} for language, email in emails if email is not None]

    # --- columns of the list and fields of the page ----------------------------------------------------

    @admin.display(description=_("kind"), ordering="kind")
    def kind_words(self, message: Message) -> str:
        return kinds.kind_label(message.kind)

    @admin.display(description=_("to"), ordering="address")
    def recipient(self, message: Any) -> SafeString | str:
        """Return the address, and the name that other lists of this hub display."""
        if message.name_shown in ("", message.address):
            return str(message.address)
        return format_html("{}<br>{}", message.name_shown, message.address)

    @admin.display(description=_("state"), ordering="state")
    def state_words(self, message: Message) -> str:
        return str(message.get_state_display())

    @admin.display(description=_("due (Eastern time)"), ordering="due_at")
    def due(self, message: Message) -> str:
        return in_eastern_time(message.due_at)

    @admin.display(description=_("sent (Eastern time)"), ordering="sent_at")
    def sent(self, message: Message) -> str:
        return in_eastern_time(message.sent_at)

    @admin.display(description=_("useful until (Eastern time)"))
    def useful_until(self, message: Message) -> str:
        return in_eastern_time(message.expires_at)

    @admin.display(description=_("language"))
    def written_in(self, message: Message) -> str:
        return str(dict(settings.LANGUAGES)[message.language])

    @admin.display(description=_("hub"))
    def hub(self, message: Message) -> str:
        hub = Hub.objects.filter(pk=message.scope_id).first() if message.scope_id else None
        return hub.name if hub else "–"

    @admin.display(description=_("last answer"))
    def last_answer(self, message: Message) -> str:
        return answer_shown(message.reason) or "–"

    @admin.display(description=_("edited"), boolean=True)
    def edited(self, message: Message) -> bool:
        return message.is_edited

    @admin.display(description=_("in the email"))
    def carrier(self, message: Message) -> SafeString | str:
        """Return a link to the message in whose email this message was sent."""
        if message.carried_by_id is None:
            return "–"
        address = reverse("admin:outbox_message_change", args=(message.carried_by_id,))
        return format_html('<a href="{}">{}</a>', address, _("Another message"))

    # --- actions of the list -----------------------------------------------------------------------------

    def _to_consequence(self, request: HttpRequest, queryset: QuerySet[Message], act: str) -> HttpResponse | None:
        ids = list(queryset.order_by("pk").values_list("pk", flat=True)[: MAX_AT_ONCE + 1])
        if len(ids) > MAX_AT_ONCE:
            text = _("Choose at most %(count)d messages at once.") % {"count": MAX_AT_ONCE}
            self.message_user(request, text, messages.WARNING)
            return None
        address = reverse("admin:outbox_message_act", args=(act,))
        return HttpResponseRedirect(f"{address}?ids={','.join(map(str, ids))}")

    @admin.action(description=_("Hold"), permissions=["act"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return self._to_consequence(request, queryset, "hold")

    @admin.action(description=_("Release"), permissions=["act"])
    def release(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return self._to_consequence(request, queryset, "release")

    @admin.action(description=_("Cancel"), permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return self._to_consequence(request, queryset, "cancel")

    @admin.action(description=_("Send again"), permissions=["act"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        return self._to_consequence(request, queryset, "resend")

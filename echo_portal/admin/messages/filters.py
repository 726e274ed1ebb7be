"""Filters of the message list."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import signed_in_person
from echo_portal.outbox import kinds
from echo_portal.outbox.models import Message
from hubs.models import Hub

State = Message.State
DID_NOT_ARRIVE = (State.FAILED, State.IN_DOUBT, State.SUPPRESSED)


class ArrivalFilter(admin.SimpleListFilter):
    """A filter by whether messages were sent, are waiting, or did not arrive."""

    title = _("arrival")
    parameter_name = "arrival"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return (("no", _("Did not arrive")), ("waiting", _("Not sent yet")), ("sent", _("Sent")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        match self.value():
            case "no":
                return queryset.filter(state__in=DID_NOT_ARRIVE)
            case "waiting":
                return queryset.filter(state__in=[State.QUEUED, State.CLAIMED, State.DEFERRED, State.HELD])
            case "sent":
                return queryset.filter(state__in=[State.SENT, State.CARRIED])
        return queryset


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        """Return the kinds of messages that this person may see.

        Only Pallium staff see messages about signing in, because they belong to no hub.
        """
        staff = signed_in_person(request).is_pallium_staff
        named = [(kinds.kind_label(name), name) for name in kinds.known_kinds() if staff or kinds.is_readable(name)]
        return [(name, words) for words, name in sorted(named)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if not self.value():
            return queryset
        return queryset.filter(kind=self.value()) if self.value() in kinds.known_kinds() else queryset.none()


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return settings.LANGUAGES

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(language=self.value()) if self.value() in dict(settings.LANGUAGES) else queryset


class HubFilter(admin.SimpleListFilter):
    """A filter by hub, for people who work for more than one hub."""

    title = _("hub")
    parameter_name = "hub"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        hubs = [(str(hub.pk), hub.name) for hub in Hub.objects.editable_by(signed_in_person(request))]
        return hubs if len(hubs) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        chosen = self.value() or ""
        return queryset.filter(scope_id=int(chosen)) if chosen.isdecimal() and len(chosen) < 12 else queryset

"""Admin pages of people and of the audit trail, for Pallium staff."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import change_profile
from accounts.admin_scope import ReadOnly, ScopedAdmin, signed_in_person
from accounts.models import AuditEvent, Person
from echo_portal.lib.forms import NamedForm


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    """The admin pages of people. Pallium staff can edit only the name, which is printed on certificates."""

    form = NamedForm
    list_display = ("name", "email", "profession", "province", "language", "is_proved", "is_staff", "created_at")
    list_filter = ("is_staff", "is_programme_staff", "language", "province", "profession")
    search_fields = ("sort_key", "email_key")
    fieldsets = (
        (None, {"fields": ("name", "certificate_name")}),
        (
            _("As the person gave it"),
            {"fields": ("email", "profession", "practice_settings", "province", "community", "time_zone", "language")},
        ),
        (
            _("How the person comes in"),
            {"fields": ("mailbox_proved_at", "created_at", "is_active", "is_staff", "is_programme_staff")},
        ),
    )
    readonly_fields = (
        "email",
        "profession",
        "practice_settings",
        "province",
        "community",
        "time_zone",
        "language",
        "mailbox_proved_at",
        "created_at",
        "is_active",
        "is_staff",
        "is_programme_staff",
    )

    @admin.display(description=_("mailbox proved"), boolean=True, ordering="mailbox_proved_at")
    def is_proved(self, person: Person) -> bool:
        return person.is_proved

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False. People are created by registering or by proving a mailbox."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False. Erasing a person must keep counts and credit records, so rows must not simply be deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Person, form: "ModelForm[Any]", change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        change_profile(person=obj, by=signed_in_person(request), values=values)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, ScopedAdmin):
    """The list of audit events. They contain only IDs. A database trigger also prevents changing them."""

    list_display = ("at", "verb", "about", "actor_id", "scope_id")
    list_filter = ("verb",)
    search_fields = ("=about", "=verb", "=request_id")
    date_hierarchy = "at"

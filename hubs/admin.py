"""Admin pages of hubs, memberships, organisations and the programme's texts."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import NamedCells
from accounts.admin_scope import FreshFactor, ReadOnly, ScopedAdmin, signed_in_person
from echo_portal.lib.forms import NamedForm
from hubs.actions import give_membership, remove_membership
from hubs.admin_scope import HubScopedAdmin, HubScopedInline
from hubs.forms import HubForm, OrganisationForm, ProgrammeForm, missing_in_french
from hubs.models import Hub, Membership, Organisation, Programme, Spoke


class SpokeInline(HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    model = Spoke
    form = NamedForm
    formset = NamedCells


class MembershipInline(ReadOnly, HubScopedInline, admin.TabularInline):  # type: ignore[type-arg]
    """The list of a hub's memberships. Pallium staff add and delete them on the pages of MembershipAdmin."""

    model = Membership
    fields = readonly_fields = ("person", "role")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person")


@admin.register(Hub)
class HubAdmin(HubScopedAdmin):
    form = HubForm
    hub_path = "pk"
    list_display = ("name", "scope", "province", "host", "contact_email", "french")
    list_select_related = ("host",)
    list_filter = ("scope",)
    search_fields = ("name_en", "name_fr", "slug")
    inlines = (SpokeInline, MembershipInline)
    fieldsets = (
        (None, {"fields": (("name_en", "name_fr"), "contact_email", ("province", "languages"))}),
        (
            _("In words"),
            {
                "fields": (
                    ("vision_en", "vision_fr"),
                    ("aims_en", "aims_fr"),
                    ("objectives_en", "objectives_fr"),
                    ("principles_en", "principles_fr"),
                    ("founding_note_en", "founding_note_fr"),
                )
            },
        ),
        (_("What it takes"), {"fields": ("accepts_proposals", "accepts_partners")}),
        (_("Its place in the programme (Pallium staff)"), {"fields": ("slug", "scope", "host", "partner_of")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        staff = signed_in_person(request).is_pallium_staff
        return [
            *super().get_readonly_fields(request, obj),
            *(() if staff else ("slug", "scope", "host", "partner_of")),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in_person(request).is_pallium_staff and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return False. A hub that closes keeps its page and its sessions."""
        return False

    @admin.display(description=_("French"))
    def french(self, hub: Hub) -> str:
        missing = missing_in_french(hub, "name", "vision", "aims", "objectives", "principles", "founding_note")
        return str(_("Missing: %(count)d") % {"count": len(missing)}) if missing else str(_("Complete"))


@admin.register(Membership)
class MembershipAdmin(FreshFactor, HubScopedAdmin):
    """The admin pages on which Pallium staff add and delete memberships.

    A membership cannot be changed. Delete it and add another one instead.
    """

    only_staff_writes = True
    hub_path = "hub_id"
    list_display = ("person", "hub", "role")
    list_filter = ("role", ("hub", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("person", "hub")
    search_fields = ("person__sort_key", "person__email_key")
    autocomplete_fields = ("person",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: "ModelForm[Any]", change: bool) -> None:
        given = give_membership(person=obj.person, hub=obj.hub, role=obj.role, by=signed_in_person(request))
        obj.pk = given.pk

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_membership(membership=obj, by=signed_in_person(request))


@admin.register(Organisation)
class OrganisationAdmin(HubScopedAdmin):
    """The admin pages of organisations. Only Pallium staff edit them; coordinators choose from them in a series."""

    form = OrganisationForm
    only_staff_writes = True
    list_display = ("name", "kind", "province")
    list_filter = ("kind", "province")
    search_fields = ("name_en", "name_fr", "slug")
    fields = (("name_en", "name_fr"), "slug", "kind", "province", "roles")


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin):
    """The admin page of the programme's texts, which are a single row.

    The funder prescribes the wording of the acknowledgement (DOMAIN.md L-8).
    """

    form = ProgrammeForm
    fieldsets = (
        (
            None,
            {
                "fields": (("name_en", "name_fr"), ("funding_note_en", "funding_note_fr")),
                "classes": ("bilingual",),
            },
        ),
        (
            _("Home page"),
            {
                "fields": (("welcome_title_en", "welcome_title_fr"), ("welcome_en", "welcome_fr")),
                "classes": ("bilingual",),
                "description": _("If these are empty, the home page displays its own words."),
            },
        ),
        (_("Video meetings"), {"fields": ("meeting_hosts",)}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

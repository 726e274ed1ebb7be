"""The admin pages of people, for Pallium staff, and the page on which they erase the data of a person."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.actions import change_profile
from accounts.admin_scope import ScopedAdmin, signed_in_person
from accounts.models import FormReceipt, Person, SignInCode
from echo_portal.admin.zone_words import ShowsZoneInWords
from echo_portal.erasure.actions import erase_person, erasure_preview
from echo_portal.erasure.kept import COUNTED, PROOF, RECORDS
from echo_portal.erasure.reasons import Reason
from echo_portal.lib.forms import NamedForm
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from echo_portal.views.own_data_words import HEADINGS
from evaluations.models import Invitation

# The names of tables that have none for readers, or one that is too short on this page.
NAMES: dict[type[Model], Any] = {
    Person: _("profiles"),
    SignInCode: HEADINGS["sign_in_codes"],
    FormReceipt: _("stored results of forms"),
    EmailAddress: HEADINGS["email_addresses"],
    Authenticator: HEADINGS["second_factors"],
    Invitation: HEADINGS["evaluation_invitations"],
}
KEPT_BECAUSE: tuple[tuple[Any, Collection[type[Model]]], ...] = (
    (_("Records of attendance and credits, for which certifying bodies may ask"), RECORDS),
    (_("Counted in figures, without words of the person"), COUNTED),
    (_("Proof of what they agreed to, and when this ended"), PROOF),
)


class EraseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("Choose")), *Reason.choices],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose why the data is erased.")),
    )
    address = forms.CharField(
        label=_("To confirm, type the address of the person"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Type the address as it is written above.")},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_address(self) -> str:
        typed: str = self.cleaned_data["address"]
        if email_key(typed) != self.person.email_key:
            raise forms.ValidationError(translate("This is not the address of this person."), code="other")
        return typed


def _preview(person: Person, staff: Person) -> dict[str, Any]:
    """Return what would be erased and kept, as names of tables with numbers, or why the person cannot be erased."""
    try:
        done = erasure_preview(person=person, by=staff)
    except Refusal as refusal:
        return {"fault": refusal.sentence}
    kept = [(words, _numbers(done.kept, models)) for words, models in KEPT_BECAUSE]
    erased = [(_words_of(model), number) for model, number in done.erased.items()]
    return {
        "done": done,
        "erased": sorted(erased),
        "kept": [(words, lines) for words, lines in kept if lines],
    }


def _numbers(counts: Mapping[type[Model], int], models: Iterable[type[Model]]) -> list[tuple[str, int]]:
    return [(capfirst(name_of(model)), counts[model]) for model in models if counts.get(model)]


def _words_of(model: type[Model]) -> str:
    """Return the name of a table of which rows are deleted, or only words if its rows are kept."""
    name = capfirst(name_of(model))
    return translate("%(rows)s, only their words") % {"rows": name} if model in (*RECORDS, *COUNTED) else name


def name_of(model: type[Model]) -> str:
    return str(NAMES.get(model, model._meta.verbose_name_plural))


@admin.register(Person)
class PersonAdmin(ShowsZoneInWords, ScopedAdmin):
    """The admin pages of people. Pallium staff can edit only the name, which is printed on certificates."""

    form = NamedForm
    change_form_template = "admin/accounts/person_change_form.html"
    list_display = ("shown_name", "email", "profession", "province", "language", "is_proved", "is_staff", "created_at")
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

    def get_urls(self) -> list[Any]:
        erase = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", erase, name="accounts_person_erase"), *super().get_urls()]

    @admin.display(description=_("name"), ordering="sort_key")
    def shown_name(self, person: Person) -> str:
        return str(person) if person.is_erased else person.name

    @admin.display(description=_("mailbox proved"), boolean=True, ordering="mailbox_proved_at")
    def is_proved(self, person: Person) -> bool:
        return person.is_proved

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False. People are created by registering or by proving a mailbox."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False. Erasing a person must keep counts and credit records, so rows must not simply be deleted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for an erased person, so that nobody gives them a name again."""
        return super().has_change_permission(request, obj) and not (obj is not None and obj.is_erased)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        can_be = obj is not None and not obj.is_erased and obj.merged_into_id is None
        context |= {"erase_url": reverse("admin:accounts_person_erase", args=(obj.pk,)) if can_be else ""}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display what would be erased and what is kept. On POST, erase the person.

        Raises PermissionDenied for everybody except Pallium staff.
        """
        staff = signed_in_person(request)
        if not staff.is_pallium_staff:
            raise PermissionDenied
        person = get_object_or_404(Person, pk=pk)
        back = reverse("admin:accounts_person_change", args=(person.pk,))
        form = EraseForm(request.POST if request.method == "POST" else None, person=person)
        if request.method == "POST":
            if asked := second_factor.ask_unless_recent(request, request.path):
                return asked
            if form.is_valid():
                try:
                    erase_person(person=person, by=staff, reason=Reason(form.cleaned_data["reason"]))
                except Refusal as refusal:
                    self.message_user(request, refusal.sentence, messages.ERROR)
                else:
                    self.message_user(request, translate("The data of this person is erased."), messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": translate("Erase the data of a person"),
            "opts": self.opts,
            "person": person,
            "form": form,
            "back": back,
            **_preview(person, staff),
        }
        return TemplateResponse(request, "admin/accounts/erase_person.html", context)

    def save_model(self, request: HttpRequest, obj: Person, form: "ModelForm[Any]", change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        change_profile(person=obj, by=signed_in_person(request), values=values)

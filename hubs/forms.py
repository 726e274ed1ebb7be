"""Admin forms of hubs and organisations."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from echo_portal.lib.forms import LineListField, NamedForm, mailbox


class HubForm(NamedForm):
    languages = forms.MultipleChoiceField(
        label=capfirst(_("languages")), choices=Language.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    aims_en = LineListField(label=capfirst(_("aims (English)")), longest=300)
    aims_fr = LineListField(label=capfirst(_("aims (French)")), longest=300)
    objectives_en = LineListField(label=capfirst(_("objectives (English)")), longest=300)
    objectives_fr = LineListField(label=capfirst(_("objectives (French)")), longest=300)
    principles_en = LineListField(label=capfirst(_("principles (English)")), longest=300)
    principles_fr = LineListField(label=capfirst(_("principles (French)")), longest=300)

    def clean_contact_email(self) -> str:
        given = self.cleaned_data["contact_email"]
        return mailbox(given) if given else ""


class OrganisationForm(NamedForm):
    roles = LineListField(label=capfirst(_("roles")), longest=200)


def missing_in_french(row: Any, *fields: str) -> list[str]:
    """Return the names of the fields that have an English text and no French one."""
    return [name for name in fields if getattr(row, f"{name}_en") and not getattr(row, f"{name}_fr")]

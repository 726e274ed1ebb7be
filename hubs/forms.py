"""Admin forms of hubs and organisations."""

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.vocabularies import Language
from echo_portal.lib.forms import LineListField, NamedForm, ascii_host, mailbox
from hubs.models import HOST, MAX_MEETING_HOSTS


class HubForm(NamedForm):
    languages = forms.MultipleChoiceField(
        label=capfirst(gettext_lazy("languages")),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    aims_en = LineListField(label=capfirst(gettext_lazy("aims (English)")), longest=300)
    aims_fr = LineListField(label=capfirst(gettext_lazy("aims (French)")), longest=300)
    objectives_en = LineListField(label=capfirst(gettext_lazy("objectives (English)")), longest=300)
    objectives_fr = LineListField(label=capfirst(gettext_lazy("objectives (French)")), longest=300)
    principles_en = LineListField(label=capfirst(gettext_lazy("principles (English)")), longest=300)
    principles_fr = LineListField(label=capfirst(gettext_lazy("principles (French)")), longest=300)

    def clean_contact_email(self) -> str:
        given = self.cleaned_data["contact_email"]
        return mailbox(given) if given else ""


class OrganisationForm(NamedForm):
    roles = LineListField(label=capfirst(gettext_lazy("roles")), longest=200)


class ProgrammeForm(NamedForm):
    meeting_hosts = LineListField(
        label=capfirst(gettext_lazy("sites of video meetings")),
        longest=253,
        most=MAX_MEETING_HOSTS,
        required=True,
        help_text=gettext_lazy(
            "One on each line. New joining links may lead only to these sites and to their subdomains: zoom.us "
            "includes us02web.zoom.us. Links that are saved already stay."
        ),
        error_messages={"required": gettext_lazy("Keep at least one site: without one, no link could be saved.")},
    )

    def clean_meeting_hosts(self) -> list[str]:
        """Return the hosts without duplicates, in the form in which browsers compare them."""
        hosts: dict[str, None] = {}
        for line in self.cleaned_data["meeting_hosts"]:
            host = ascii_host(line)
            if not re.fullmatch(HOST, host):
                raise forms.ValidationError(
                    _("“%(line)s” is not the name of a site. Write it as in zoom.us, without https:// or a path."),
                    params={"line": line},
                )
            hosts[host] = None
        return list(hosts)


def lost_title_warnings(before: str, after: str, language: str) -> list[str]:
    """Return a list with a sentence if the title in the language in which a series is taught was removed; else [].

    `before` and `after` are the titles in this language. The sentence is in the active language.
    """
    if not before or after:
        return []
    if language == "fr":
        return [
            _("The French title was removed, though the series is taught in French: its pages show the English one.")
        ]
    return [_("The English title was removed, though the series is taught in English: its pages show the French one.")]


def missing_in_french(row: Any, *fields: str) -> list[str]:
    """Return the names of the fields that have an English text but no French text."""
    return [name for name in fields if getattr(row, f"{name}_en") and not getattr(row, f"{name}_fr")]

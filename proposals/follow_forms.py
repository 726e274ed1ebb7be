"""Forms on the authors' page: a comment, and the invitation of a colleague."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.address_fields import AddressField, clean_address
from echo_portal.lib.forms import name_of_person, one_line, several_lines, visible
from echo_portal.lib.identifier_forms import PatientCheckForm
from proposals.models.entry import MAX_ENTRY


class CommentForm(PatientCheckForm):
    text = forms.CharField(
        label=_("Your comment"),
        help_text=_("The hub and your co-authors read it. Write nothing by which a patient could be recognized."),
        max_length=MAX_ENTRY,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Write your comment."),
            "max_length": _("This is too long: write at most %(limit_value)d characters."),
        },
    )

    def __init__(self, *args: Any, has_authors: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_authors:
            self.fields["text"].help_text = _("The hub reads it. Write nothing by which a patient could be recognized.")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_text(self) -> str:
        return visible(self.fields["text"], several_lines(self.cleaned_data["text"]).strip())


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name of your colleague"),
        max_length=200,
        error_messages={"required": _("Write a name."), "max_length": _("Write the name in at most 200 characters.")},
    )
    email = AddressField(
        label=_("Email address of your colleague"),
        help_text=_("The email to them names your address."),
        required_words=_("Write an email address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_name(self) -> str:
        return name_of_person(self.fields["name"], one_line(self.cleaned_data["name"]))

    def clean_email(self) -> str:
        return clean_address(self, "email")

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("name", "email")}

"""The form that revokes a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RevokeForm(forms.Form):
    because = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("Kept with the certificate. The public page says only that it was revoked."),
        error_messages={"required": _("Say why.")},
    )

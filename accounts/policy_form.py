"""The admin form of a version of the privacy policy."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PolicyVersion
from accounts.policies import check_can_publish
from echo_portal.lib.forms import NamedForm, several_lines
from echo_portal.lib.refusals import Refusal


class PolicyVersionForm(NamedForm):
    """A form that publishes a version only after somebody has compared its languages."""

    says_the_same = forms.BooleanField(
        label=_("I compared both languages: they say the same"),
        required=False,
        help_text=_("Needed to publish."),
    )

    class Meta:
        model = PolicyVersion
        exclude = ()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name in ("text_en", "text_fr"):
            try:
                several_lines(values.get(name) or "")
            except forms.ValidationError as fault:
                self.add_error(name, fault)
        if values.get("is_published"):
            self._check_publication(values)
        return values

    def _check_publication(self, values: dict[str, Any]) -> None:
        if not values.get("says_the_same"):
            self.add_error("says_the_same", _("Compare both languages, and tick this, before you publish."))
        if "applies_on" not in values:
            return
        try:
            check_can_publish(values["applies_on"], timezone.localdate())
        except Refusal as refusal:
            self.add_error("applies_on", forms.ValidationError(refusal.sentence, code=refusal.code))

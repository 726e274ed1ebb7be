"""Forms of the attendance pages in the administration, and of “I was there”."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.rules import window_seconds
from echo_portal.lib.forms import one_line
from echo_portal.lib.identifier_forms import EmailedTextForm, PatientCheckForm
from echo_portal.lib.zones import EASTERN, zone_choices
from sessions.models import Session

ROLES = {
    "ignored": _("Something else"),
    "name": _("Name"),
    "email": _("Email address"),
    "registrant": _("Registrant ID"),
    "join": _("Time of joining"),
    "leave": _("Time of leaving"),
    "duration": _("Duration"),
    "waiting": _("In the waiting room: yes or no"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Attendance report"),
        help_text=_("The CSV or XLSX file from Zoom or Teams, as it was exported."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    zone = forms.ChoiceField(
        label=_("Time zone of the report"),
        help_text=_(
            "The zone of the account that exported it. The file does not say it; the next page shows the times."
        ),
    )
    meeting = forms.CharField(
        label=_("Meeting ID"), max_length=200, required=False, help_text=_("Only if the file has several meetings.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [*zone_choices(get_language() or "en"), ("UTC", "UTC")]  # type: ignore[attr-defined]
        self.fields["zone"].initial = EASTERN

    def clean_meeting(self) -> str:
        return "".join(one_line(self.cleaned_data["meeting"]).split()).replace("-", "")


class MappingForm(forms.Form):
    """A form with a choice of role for each column of an unknown header."""

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, column in enumerate(columns):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column, choices=list(ROLES.items()), initial="ignored"
            )

    def roles(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class CorrectionForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Minutes in the session"),
        min_value=0,
        required=False,
        help_text=_("Empty: as the report says."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(label=_("Why"), max_length=500)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = window_seconds(session) // 60
        self.fields["minutes"].max_value = most  # type: ignore[attr-defined]
        self.fields["minutes"].widget.attrs["max"] = most

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def seconds(self) -> int | None:
        minutes: int | None = self.cleaned_data["minutes"]
        return None if minutes is None else minutes * 60


class RequestForm(PatientCheckForm):
    """The form of a request “I was there”, with an optional sentence for the hub."""

    text = forms.CharField(
        label=_("A sentence for the hub"),
        help_text=_("Write nothing by which a patient could be recognized."),
        max_length=300,
        required=False,
    )

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])


class SessionCodeForm(forms.Form):
    """The form for the six digits that are said in the session or displayed in a shared room."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={"required": _("Type the six digits."), "max_length": _("The code has six digits.")},
    )


class AnswerForm(EmailedTextForm):
    """The form for answering a request, with the minutes that the person attended or the reason for refusing it."""

    minutes = forms.IntegerField(
        label=_("Minutes in the session"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1}),
    )
    reason = forms.CharField(
        label=_("Note to the person"),
        help_text=_("The email contains it. To refuse, say why."),
        max_length=500,
        required=False,
    )

    checked = ("reason",)

    def __init__(self, *args: Any, session: Session, accepts: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = window_seconds(session) // 60
        self.fields["minutes"].widget.attrs["max"] = most
        self.fields["minutes"].initial = most
        self.accepts = accepts

    def clean_reason(self) -> str:
        return one_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.accepts and "minutes" in values and values["minutes"] is None:
            self.add_error("minutes", translate("Give the minutes."))
        return values

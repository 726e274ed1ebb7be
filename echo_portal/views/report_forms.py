"""Forms of the pages on which staff build reports."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language
from echo_portal.lib.forms import FrenchTypography, check_year, one_line
from echo_portal.reports.selection import half_year, is_six_months

DAY = {"type": "date"}


class PeriodForm(forms.Form):
    """A form for the first and last day of a period. The initial period is the last half-year that has ended.

    If the period is not six months long, the person must confirm it.
    """

    first_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), validators=[check_year]
    )
    last_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), validators=[check_year]
    )

    confirmed = forms.BooleanField(label=_("Build a report that is not of six months"), required=False)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = False
        ended = half_year(today.year, 1) if today.month > 6 else half_year(today.year - 1, 2)
        self.fields["first_on"].initial, self.fields["last_on"].initial = ended.first, ended.last

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and first <= last and not is_six_months(first, last):
            self.asks = True
            if not values.get("confirmed"):
                words = _(
                    "These days are not six whole months, such as 1 January to 30 June. Tick the box to build it."
                )
                self.add_error("confirmed", words)
        return values


class CommentForm(forms.Form):
    """A form for a comment as the report will display it."""

    text = forms.CharField(
        label=_("In the report"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write […] for words that you leave out. Nothing else can change."),
    )
    language = forms.ChoiceField(label=_("Language of the comment"), choices=[("", _("Choose one")), *Language.choices])
    translation = forms.CharField(
        label=_("Translation into the other language"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The report says that it is a translation. Without one, the comment stays in its language."),
    )

    def __init__(self, data: QueryDict | None = None, *, key: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"{key}-%s", initial=initial)


class WithdrawForm(FrenchTypography, forms.Form):
    notice_en = forms.CharField(
        label=_("Why it was withdrawn (English)"), max_length=300, help_text=_("The page of the report displays it.")
    )
    notice_fr = forms.CharField(label=_("Why it was withdrawn (French)"), max_length=300)

    def clean_notice_en(self) -> str:
        return one_line(self.cleaned_data["notice_en"])

    def clean_notice_fr(self) -> str:
        return one_line(self.cleaned_data["notice_fr"])

"""Create draft sessions from a rule such as "second Thursday, noon, 13 times"."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.admin.drafts.sources import MOST_DRAFTS, Proposal, SourceForm, today
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import DAYS_EN, DAYS_FR
from echo_portal.lib.forms import check_year
from sessions.dates_by_rule import each_month, every_weeks, first_of, holiday_on, without_holidays
from sessions.schedule_text.checks import check_rows
from sessions.schedule_text.draft_rows import DraftRow, Finding

WEEKLY = {"every": 1, "every-2": 2, "every-3": 3, "every-4": 4}
MONTHLY = {"1": 1, "2": 2, "3": 3, "4": 4, "last": -1}


class RuleForm(SourceForm):
    """A form for the rule and the number of sessions. Single dates can be changed on the next page."""

    title = gettext_lazy("Make sessions by a rule")
    page_name = "rule"
    which = forms.ChoiceField(
        label=gettext_lazy("How often"),
        initial="2",
        choices=[
            ("every", gettext_lazy("Every week")),
            ("every-2", gettext_lazy("Every second week")),
            ("every-3", gettext_lazy("Every third week")),
            ("every-4", gettext_lazy("Every fourth week")),
            ("1", gettext_lazy("Each month, the first")),
            ("2", gettext_lazy("Each month, the second")),
            ("3", gettext_lazy("Each month, the third")),
            ("4", gettext_lazy("Each month, the fourth")),
            ("last", gettext_lazy("Each month, the last")),
        ],
    )
    weekday = forms.TypedChoiceField(label=gettext_lazy("Day of the week"), coerce=int, initial=3)
    first_on = forms.DateField(
        label=gettext_lazy("On or after"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[check_year],
    )
    count = forms.IntegerField(label=gettext_lazy("How many sessions"), min_value=1, max_value=MOST_DRAFTS, initial=13)
    start_time = forms.TimeField(
        label=gettext_lazy("Starts"),
        initial=dt.time(12),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    end_time = forms.TimeField(
        label=gettext_lazy("Ends"),
        initial=dt.time(13),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("The clock that the times above are read from.")
    )
    on_holidays = forms.ChoiceField(
        label=gettext_lazy("Statutory holidays of the hub’s province"),
        initial="skip",
        choices=[
            ("skip", gettext_lazy("Leave them out; the series lasts longer")),
            ("show", gettext_lazy("Keep them and mark them")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = DAYS_FR if active_language() == "fr" else DAYS_EN
        self.fields["weekday"].choices = list(enumerate(days))  # type: ignore[attr-defined]
        if not self.province:
            self.fields["on_holidays"].label = _("Statutory holidays")
            self.fields["on_holidays"].help_text = _(
                "The hub has no province, so only days that are statutory holidays in every province and territory are "
                "left out. On the others, such as Family Day, the check names the provinces that have the holiday."
            )
        self.fields["first_on"].initial = timezone.localdate() + dt.timedelta(days=1)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, end = values.get("start_time"), values.get("end_time")
        if start and end and end <= start:
            self.add_error("end_time", _("The session must end after it starts, on the same day."))
        return values

    def proposal(self) -> Proposal:
        values = self.cleaned_data
        kept, left_out = self._days()
        start, end, zone = values["start_time"], values["end_time"], values["time_zone"]
        rows = [DraftRow(on_date=day, start_time=start, end_time=end, zone=zone) for day in kept]
        check_rows(rows, as_of=today())
        findings = [Finding("holidays-skipped", {"days": left_out})] if left_out else []
        return Proposal(rows, findings)

    def _days(self) -> tuple[list[dt.date], list[dt.date]]:
        """Return the dates of the sessions, and the holidays that were left out."""
        values = self.cleaned_data
        first, weekday, which = values["first_on"], values["weekday"], values["which"]
        all_days = (
            list(every_weeks(first, weekday, WEEKLY[which]))
            if which in WEEKLY
            else list(each_month(first, weekday, MONTHLY[which]))
        )
        if values["on_holidays"] == "show":
            return all_days[: values["count"]], []
        kept = first_of(without_holidays(iter(all_days), self.province), values["count"])
        left_out = [day for day in all_days if kept and day <= kept[-1] and holiday_on(day, self.province)]
        return kept, left_out

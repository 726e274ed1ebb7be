"""Create draft sessions from another series, such as last year's. All dates move by the same number of days."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from echo_portal.admin.drafts.sources import MOST_DRAFTS, Proposal, SourceForm, today
from echo_portal.lib.forms import check_year
from sessions.models import Series, Session
from sessions.schedule_text.checks import check_rows
from sessions.schedule_text.draft_rows import DraftRow, Finding
from sessions.schedule_text.texts import LONGEST_TITLE

_YEARS = re.compile(r"(?<!\d)20\d\d(?:\s*[-–/]\s*(?:20)?\d\d)?(?!\d)")
MOST_OF_SLUG = 75  # characters; the year follows
# The fields that are copied to the new series, besides the fields of the page.
COPIED = (
    "kind",
    "language",
    "title_en",
    "title_fr",
    "summary_en",
    "summary_fr",
    "audience_professions",
    "audience_settings",
    "practice_areas",
    "levels",
    "registration_mode",
    "choose_one",
    "attend_all_required",
    "recordings_for",
    "ongoing",
    "free_of_charge",
)


class CloneForm(SourceForm):
    """A form for the series to copy, from the person's hubs, and for the date of the first session of the new one.

    Cancelled sessions, presenters, joining links, keys and accreditations are not copied.
    """

    title = gettext_lazy("Copy a series to new dates")
    page_name = "copy"
    extends_series = False
    original = forms.ModelChoiceField(label=gettext_lazy("Series to copy"), queryset=Series.objects.none())
    first_on = forms.DateField(
        label=gettext_lazy("First session on"),
        help_text=gettext_lazy("All other dates move with it. Empty: the same day of the week, a year later."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[check_year],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        series = Series.objects.editable_by(self.person).order_by("-created_at", "slug")
        self.fields["original"].queryset = series  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        original = values.get("original")
        if original is None:
            return values
        self.hub = original.hub
        self.sessions = list(original.sessions.exclude(state=Session.State.CANCELLED).order_by("number"))
        dated = [session.on_date for session in self.sessions if session.on_date]
        if not self.sessions:
            self.add_error("original", _("This series has no sessions."))
        elif len(self.sessions) > MOST_DRAFTS:
            sentence = _("This series has %(count)d sessions; at most %(most)d can be copied at once.")
            self.add_error("original", sentence % {"count": len(self.sessions), "most": MOST_DRAFTS})
        self.shift = dt.timedelta(weeks=52)
        if dated and values.get("first_on"):
            self.shift = values["first_on"] - min(dated)
        return values

    def proposal(self) -> Proposal:
        rows = [
            DraftRow(
                number=session.number,
                title_en=session.title_en,
                title_fr=session.title_fr,
                on_date=session.on_date + self.shift if session.on_date else None,
                start_time=session.start_time,
                end_time=session.end_time,
                zone=session.time_zone if session.start_time else "",
            )
            for session in self.sessions
        ]
        check_rows(rows, as_of=today())
        return Proposal(rows, self._moved_weekday())

    def _moved_weekday(self) -> list[Finding]:
        """Return a finding if the sessions move to other days of the week, which may be a mistake."""
        dated = [session.on_date for session in self.sessions if session.on_date]
        if not dated or self.shift.days % 7 == 0:
            return []
        first = min(dated)
        return [Finding("weekday-moved", {"usual": first.weekday(), "weekday": (first + self.shift).weekday()})]

    def new_series(self) -> Series:
        original: Series = self.cleaned_data["original"]
        days = [session.on_date + self.shift for session in self.sessions if session.on_date] or [today()]
        first, last = min(days).year, max(days).year
        series = Series(hub=original.hub, slug=f"{original.slug[:MOST_OF_SLUG]}-{first}")
        for name in COPIED:
            setattr(series, name, getattr(original, name))
        series.title_en, series.title_fr = (
            _with_years(title, first, last) for title in (original.title_en, original.title_fr)
        )
        return series


def _with_years(title: str, first: int, last: int) -> str:
    """Return the title with these years instead of those in it, or with these years at its end.

    The title of the copy then differs from that of the original.
    """
    years = str(first) if first == last else f"{first}–{last}"
    if not title:
        return ""
    if _YEARS.search(title):
        return _YEARS.sub(years, title, count=1)
    return f"{title} {years}" if len(title) + len(years) < LONGEST_TITLE else title

"""Forms from which draft sessions are computed. The same values always result in the same rows."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.vocabularies import Language
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.zones import EASTERN, PROVINCE_ZONES, zone_choices
from hubs.models import Hub
from sessions.models import Series
from sessions.schedule_text import read_schedule
from sessions.schedule_text.draft_rows import DraftRow, Finding, LineKind, SourceLine
from sessions.schedule_text.plain_text import MOST_CHARACTERS, TooLongError
from sessions.schedule_text.reading import TooManyRowsError
from sessions.schedule_text.titles import language_of
from sessions.unusual_days import holiday_finding

# Sessions per request; with more, the form would have more fields than Django accepts.
MOST_DRAFTS = 60


@dataclasses.dataclass(frozen=True)
class Proposal:
    """The draft rows of a source form, with a proposed title and enrollment key.

    `findings` are about the schedule as a whole, and `not_understood` are lines that did not become rows.
    """

    rows: list[DraftRow]
    findings: list[Finding] = dataclasses.field(default_factory=list)
    not_understood: list[SourceLine] = dataclasses.field(default_factory=list)
    headings: list[SourceLine] = dataclasses.field(default_factory=list)
    title: str = ""
    language: str = ""
    key: str = ""

    def with_holidays(self, province: str) -> "Proposal":
        """Add to each row the statutory holiday on its date, if there is one."""
        mark_holidays(self.rows, province)
        return self


def mark_holidays(rows: Sequence[DraftRow], province: str) -> None:
    for row in rows:
        if row.on_date and (finding := holiday_finding(row.on_date, province)):
            row.findings.append(finding)


def mark_clashes(rows: Sequence[DraftRow], series: Series) -> None:
    """Add a finding to each row that is at the date and start of a session of the series."""
    kept = series.sessions.exclude(state="cancelled").exclude(start_time=None)
    taken = set(kept.values_list("on_date", "start_time", "time_zone"))
    for row in rows:
        if (row.on_date, row.start_time, row.zone) in taken and "same-time" not in row.codes:
            row.find("same-time")


def today() -> dt.date:
    return timezone.localdate()


class SourceForm(forms.Form):
    """A form that proposes sessions to `person`. `hub` is the hub of the sessions, or None if it is not known yet."""

    title: Any
    page_name: str
    # Whether sessions can be added to an existing series.
    extends_series = True

    def __init__(self, *args: Any, person: Person, hub: Hub | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.hub = hub
        if hub is None and self.extends_series:
            hubs = Hub.objects.editable_by(person)
            self.fields["for_hub"] = forms.ModelChoiceField(label=_("Hub"), queryset=hubs, initial=hubs.first())
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = zone_choices(active_language())  # type: ignore[attr-defined]
            self.fields["time_zone"].initial = PROVINCE_ZONES.get(hub.province if hub else "", EASTERN)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        self.hub = values.get("for_hub") or self.hub
        return values

    @property
    def province(self) -> str:
        return self.hub.province if self.hub else ""

    def proposal(self) -> Proposal:
        """Return the proposed sessions. The form must be valid."""
        raise NotImplementedError

    def new_series(self) -> Series:
        """Return an unsaved series for drafts that are not added to an existing series."""
        return Series(hub=self.hub) if self.hub else Series()


class PasteForm(SourceForm):
    """A form for the text of a published schedule."""

    title = gettext_lazy("Paste a schedule")
    page_name = "paste"
    text = forms.CharField(
        label=gettext_lazy("The schedule"),
        help_text=gettext_lazy("Copy it from the page, the document or the table where it stands, in either language."),
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        error_messages={"required": gettext_lazy("Paste the text of the schedule.")},
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Taken where the text does not name one.")
    )
    text_language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        required=False,
        choices=[("", gettext_lazy("As its words show")), *Language.choices],
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "text" not in values or "time_zone" not in values:
            return values
        self.language = values.get("text_language") or language_of(values["text"]) or "en"
        try:
            self.reading = read_schedule(
                values["text"], as_of=today(), language=self.language, zone=values["time_zone"]
            )
        except (TooLongError, TooManyRowsError):
            self.add_error("text", _("This is longer than any schedule. Paste only the part with the sessions."))
            return values
        if not self.reading.rows:
            self.add_error("text", _("No session was found in the text. Each needs a date, or a number."))
        elif len(self.reading.rows) > MOST_DRAFTS:
            sentence = _("The text gives %(count)d sessions; paste at most %(most)d at once.")
            self.add_error("text", sentence % {"count": len(self.reading.rows), "most": MOST_DRAFTS})
        return values

    def new_series(self) -> Series:
        """Return an unsaved series, with the number of sessions and the kind of registration given in the text."""
        series = super().new_series()
        series.announced_session_count = self.reading.session_count
        if self.reading.needs_key:
            series.registration_mode = Series.RegistrationMode.KEY
        return series

    def proposal(self) -> Proposal:
        headings = self.reading.lines_of(LineKind.HEADING)
        first_row = min((number for row in self.reading.rows for number in row.lines), default=0)
        above = [line.text.strip(" \t#*:–-") for line in headings if line.number < first_row]
        return Proposal(
            self.reading.rows,
            self.reading.findings,
            self.reading.lines_of(LineKind.NOT_UNDERSTOOD),
            headings,
            next((text for text in above if 3 < len(text) <= 300), ""),
            self.language,
            next((finding.values["key"] for finding in self.reading.findings if finding.code == "key-named"), ""),
        )

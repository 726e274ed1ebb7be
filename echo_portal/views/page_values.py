"""Values that the templates of the catalogue, of series and of sessions display.

All texts are in the language of the page, except those for which a field `…_lang` contains another language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext, ngettext

from echo_portal.lib import dates
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import Moment, RibbonCell


class State(StrEnum):
    """The state of a session from the visitor's point of view.

    The states `held`, `join`, `claim` and `closed` depend on the current time. `claim` means that the visitor is on the
    waiting list and a place is free, but that it is too late to give them the place automatically.
    """

    OPEN = "open"
    REGISTERED = "registered"
    JOIN = "join"
    FULL = "full"
    WAITING = "waiting"
    CLAIM = "claim"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Tag:
    """A label of a session.

    `kind` is credit, open, fr, done, warn, live or ""; `icon` is the name of a file in templates/icons.
    """

    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A material such as a recording or slides. If `url` is "", it cannot be opened yet, and `note` is the reason.

    `language` is that of the material if it is not the language of the page, else "". `is_titled` is whether `text` is
    written in it. `is_for_registrants` is True if the reason is that this visitor is not registered.
    """

    text: str
    icon: str
    url: str = ""
    note: str = ""
    language: str = ""
    is_titled: bool = False
    is_for_registrants: bool = False


@dataclass(frozen=True, slots=True)
class MaterialAccess:
    """Who can open the materials for registrants, and the links for those who cannot open them yet."""

    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list or a timeline, or at the top of its own page.

    `moment` is None if no time is set; then `day` is the date, or None if the date is to be announced too. `action_url`
    depends on the state: the registration form (open, full), the meeting (join), or "my sessions" (registered,
    waiting). A POST to `press_url` registers a signed-in person; it is "" if they must use the form. `change` is a text
    about a difference from the usual time. `asks_for_key` is whether they must type a key that no page displays.
    """

    number: int
    title: str
    url: str
    series_title: str
    series_url: str
    state: State
    moment: Moment | None = None
    day: date | None = None
    action_url: str = ""
    press_url: str = ""
    title_lang: str = ""
    series_lang: str = ""
    blurb: str = ""
    blurb_lang: str = ""
    tags: tuple[Tag, ...] = ()
    resources: tuple[Resource, ...] = ()
    change: str = ""
    place_in_line: int | None = None
    is_next: bool = False
    asks_for_key: bool = False

    @property
    def shown_date(self) -> date | None:
        """Return the date for the date block, in the viewer's time zone."""
        return self.moment.own_date if self.moment else self.day

    @property
    def iso(self) -> str:
        return self.moment.iso if self.moment else ""

    @property
    def when(self) -> str:
        """Return the text to display if no time is set, else ""."""
        if self.moment:
            return ""
        if self.state == State.HELD:
            return gettext("Hour not recorded") if self.day else gettext("Held; date not recorded")
        return gettext("Time to be announced") if self.day else gettext("Date to be announced")

    @property
    def full_date(self) -> str:
        """Return the date as text. Links of repeated sessions contain it, so that each has its own name.

        An example is "Register: Symptom Management, Wednesday, December 9, 2026".
        """
        if self.shown_date:
            return dates.date_long(self.shown_date, active_language())
        return gettext("date not recorded") if self.state == State.HELD else gettext("date to be announced")

    @property
    def waiting_words(self) -> str:
        if self.place_in_line is None:
            return gettext("On the waiting list")
        return gettext("Place %(place)s on the waiting list") % {"place": self.place_in_line}


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of sessions in a series, and how many of them have been held."""

    held: int
    total: int

    @property
    def sentence(self) -> str:
        return ngettext("%(held)s of %(total)s session held", "%(held)s of %(total)s sessions held", self.total) % {
            "held": self.held,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class NextSession:
    """The card of the next session on the home page.

    `kicker` is a text such as "Next session, in 2 days". `minutes` is the length of the session, or 0.
    """

    row: SessionRow
    kicker: str
    minutes: int = 0
    ribbon: tuple[RibbonCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """The rows of one month. `label` is the month, such as "December 2026", or a text for sessions without a date."""

    label: str
    rows: list[SessionRow]


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in the list beside the catalogue. `summary` is a text like "13 sessions, up to 12 Mainpro+ credits"."""

    title: str
    url: str
    summary: str
    progress: Progress | None = None
    title_lang: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    text: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A select of the filter form. Its first option has the value "" and stands for all values."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> bool:
        return any(option.selected and option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filter form with the values from the URL."""

    selects: tuple[Filter, ...]
    with_credits: bool = False

    @property
    def count(self) -> int:
        return sum(select.chosen for select in self.selects) + self.with_credits

    @property
    def count_words(self) -> str:
        if not self.count:
            return gettext("None selected")
        return ngettext("%(count)s selected", "%(count)s selected", self.count) % {"count": self.count}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The home page. `total` is the number of matching sessions, `everything` their number without any filter.

    `feed` is the calendar feed for the filter in use, or None if there is no feed for it or several filters are in use.
    """

    filters: Filters
    total: int
    everything: int
    months: list[Month]
    next: NextSession | None = None
    more_url: str = ""
    more_count: int = 0
    series: tuple[SeriesLine, ...] = ()
    feed: Link | None = None

    @property
    def heading(self) -> str:
        if self.filters.count:
            return ngettext("%(count)s session matches", "%(count)s sessions match", self.total) % {"count": self.total}
        return ngettext("%(count)s upcoming session", "%(count)s upcoming sessions", self.total) % {"count": self.total}

    @property
    def everything_words(self) -> str:
        return ngettext(
            "There is %(count)s upcoming session in all.",
            "There are %(count)s upcoming sessions in all.",
            self.everything,
        ) % {"count": self.everything}

    @property
    def more_words(self) -> str:
        return ngettext("Show %(count)s more session", "Show %(count)s more sessions", self.more_count) % {
            "count": self.more_count
        }


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that is displayed beside a series or a session. `small` is a second, less prominent line."""

    icon: str
    term: str
    text: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Registering:
    """The button beside a series or a session. If `url` is "", there is no button, and `note` is the reason.

    `key` is a printed enrollment key that may be displayed, or "".
    """

    url: str
    label: str
    note: str = ""
    state: State = State.OPEN
    key: str = ""
    press_url: str = ""


@dataclass(frozen=True, slots=True)
class OfferingOrganisation:
    name: str
    role: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class OfferedBy:
    """The hubs that offer a series, and its organisations with their roles, such as "co-host"."""

    hubs: tuple[Link, ...] = ()
    organisations: tuple[OfferingOrganisation, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """The page of a series.

    `kicker` is the line above the title, such as "National series, 13 sessions". `accreditations` are the
    certifiers' exact statements. `structured` is the schema.org data.

    `calendar_url` is a file with all dates. `subscribe_url` is the link to its feed, if more sessions can follow.
    `tell_url` is the form for being told of a date, if no session is to come or the series is open-ended.
    `more_follows` is a sentence about the latter. `team_url` is the form for inviting
    colleagues, while a session can be chosen.
    """

    title: str
    kicker: str
    lead: str
    rows: list[SessionRow]
    facts: list[Fact]
    registering: Registering
    title_lang: str = ""
    lead_lang: str = ""
    progress: Progress | None = None
    progress_note: str = ""
    next: NextSession | None = None
    notice: str = ""
    calendar_url: str = ""
    subscribe_url: str = ""
    accreditations: Sequence[str] = ()
    tell_url: str = ""
    tell_label: str = ""
    more_follows: str = ""
    team_url: str = ""
    access: MaterialAccess | None = None
    recommended_first: list[Link] = field(default_factory=list)
    offered_by: OfferedBy = field(default_factory=OfferedBy)
    structured: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The page of one session. `notice` is displayed first, for example that the session is cancelled."""

    row: SessionRow
    kicker: str
    facts: list[Fact]
    registering: Registering
    lead: str = ""
    lead_lang: str = ""
    notice: str = ""
    ribbon: tuple[RibbonCell, ...] = ()
    presenters: list[str] = field(default_factory=list)
    read_before: Link | None = None
    accreditations: Sequence[str] = ()
    calendar_url: str = ""
    access: MaterialAccess | None = None
    offered_by: OfferedBy = field(default_factory=OfferedBy)
    structured: str = ""
    picture_url: str = ""

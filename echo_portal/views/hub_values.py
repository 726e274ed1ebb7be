"""Values that the directory of hubs and the page of a hub display."""

from dataclasses import dataclass, field

from echo_portal.views.page_values import Link, Month
from pages.presenters.public_texts import Answer, PageText

PARTNER_PAGE = "partner-with-us"


@dataclass(frozen=True, slots=True)
class Tile:
    """A province or territory on the map, with its number of hubs. `area` is the name of its CSS grid area."""

    code: str
    area: str
    name: str
    url: str
    hubs: int = 0


@dataclass(frozen=True, slots=True)
class HubCard:
    """A hub in the list. `where` is its province or its scope.

    `anchor` is the HTML ID of the first card of each province, and "" for the others.
    """

    name: str
    url: str
    where: str
    host: str
    host_lang: str = ""
    vision: str = ""
    vision_lang: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A list of short texts, with their language if it is not the language of the page."""

    items: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the hub, which is displayed as a section of the hub's page. `anchor` is its HTML ID."""

    anchor: str
    text: PageText


@dataclass(frozen=True, slots=True)
class SeriesOfHub:
    """A series of the hub. `jointly_with` contains the other hubs that offer it."""

    title: str
    url: str
    jointly_with: tuple[Link, ...] = ()
    title_lang: str = ""


@dataclass(frozen=True, slots=True)
class HubPage:
    """The page of a hub.

    `times_label` says whose local times are displayed first, or is "" if they are the visitor's. `zone_words` is the
    line about them above the sessions.
    """

    name: str
    slug: str
    where: str
    host: str
    agenda_heading: str
    months: list[Month]
    calendar_url: str
    contact: str
    accepts_proposals: bool
    accepts_partners: bool
    host_lang: str = ""
    times_label: str = ""
    zone_words: str = ""
    vision: str = ""
    vision_lang: str = ""
    founding_note: str = ""
    founding_note_lang: str = ""
    aims: Words = field(default_factory=Words)
    objectives: Words = field(default_factory=Words)
    principles: Words = field(default_factory=Words)
    sections: tuple[Section, ...] = ()
    answers: list[Answer] = field(default_factory=list)
    series: tuple[SeriesOfHub, ...] = ()
    spokes: tuple[str, ...] = ()
    partners: tuple[Link, ...] = ()

    @property
    def says_how_to_partner(self) -> bool:
        """Return whether the hub has a separate page about becoming a partner."""
        return any(section.anchor == PARTNER_PAGE for section in self.sections)

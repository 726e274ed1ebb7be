"""Values that the templates of the library and of the search display."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from echo_portal.views.page_values import Filter, Link, Resource, Tag


@dataclass(frozen=True, slots=True)
class Check:
    """A check box of a filter, with the number of rows that match it."""

    value: str
    text: str
    count: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Checks:
    """The check boxes of one filter."""

    name: str
    label: str
    options: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A past session with its materials. `day` is None if its date is not known."""

    title: SafeString
    url: str
    series_title: str
    summary: SafeString
    tags: tuple[Tag, ...]
    resources: tuple[Resource, ...]
    day: date | None = None
    title_lang: str = ""
    series_lang: str = ""
    summary_lang: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The searched words if they differ from the typed words, and whether results contain only some of them."""

    words: str = ""
    some_words_only: bool = False

    @property
    def sentence(self) -> str:
        parts = []
        if self.words:
            parts.append(gettext("Results for “%(words)s”.") % {"words": self.words})
        if self.some_words_only:
            parts.append(gettext("No result has all of these words. These have some of them."))
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Library:
    """The page of past sessions.

    `total` is the number of matching sessions, and `everything` the number of all sessions.
    """

    typed: str
    selects: tuple[Filter, ...]
    checks: tuple[Checks, ...]
    rows: tuple[LibraryRow, ...]
    total: int
    everything: int
    filtered: bool = False
    corrected: Corrected = Corrected()
    more: Link | None = None

    @property
    def heading(self) -> str:
        return ngettext("%(count)s past session", "%(count)s past sessions", self.total) % {"count": self.total}

    @property
    def has_closed_materials(self) -> bool:
        """Return whether a material is listed that this visitor cannot open because they are not registered."""
        return any(resource.is_for_registrants for row in self.rows for resource in row.resources)

    @property
    def everything_words(self) -> str:
        return ngettext(
            "There is %(count)s past session in the library.",
            "There are %(count)s past sessions in the library.",
            self.everything,
        ) % {"count": self.everything}


@dataclass(frozen=True, slots=True)
class KindLink:
    """A link to the results of one kind."""

    text: str
    url: str
    count: int
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A result of the search. `facts` describe it, such as "Past session, Thursday, February 10, 2022"."""

    title: SafeString
    url: str
    facts: str
    text: SafeString
    tags: tuple[Tag, ...] = ()
    title_lang: str = ""
    text_lang: str = ""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The page of the search. It has no results if nothing was typed."""

    typed: str
    selects: tuple[Filter, ...]
    kinds: tuple[KindLink, ...]
    results: tuple[Result, ...]
    total: int
    corrected: Corrected = Corrected()
    more: Link | None = None

    @property
    def heading(self) -> str:
        return ngettext("%(count)s result", "%(count)s results", self.total) % {"count": self.total}

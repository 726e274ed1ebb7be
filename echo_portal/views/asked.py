"""Parse the query strings of the library and of the search."""

from django.http import QueryDict

from echo_portal.lib.text import single_line
from echo_portal.search.queries import Found
from echo_portal.search.words import LONGEST_QUERY
from echo_portal.views.library_values import Corrected


def typed_query(asked: QueryDict) -> str:
    """Return what the visitor typed, on one line and of limited length."""
    return single_line(asked.get("q", ""))[:LONGEST_QUERY]


def corrected_of(found: Found | None) -> Corrected:
    if found is None or not found.total:
        return Corrected()
    return Corrected(" ".join(found.words) if found.corrected else "", found.some_words_only)


def shown_rows(asked: QueryDict, usual: int, most: int) -> int:
    """Return how many rows to display: the number in the URL, but at most `most`, or else `usual`."""
    shown = asked.get("show", "")
    return min(int(shown), most) if shown.isdecimal() and len(shown) < 6 else usual

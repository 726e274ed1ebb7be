"""Template tags for rows of sessions: times, labels, the action, icons."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context
from django.utils import translation
from django.utils.html import strip_tags

from echo_portal.lib import dates, zones
from echo_portal.lib.templatetags import times as tags
from echo_portal.lib.templatetags.icons import icon
from echo_portal.lib.templatetags.session_tags import session_action, session_tags
from echo_portal.lib.zones import zone_choices

NOON_EASTERN = datetime(2026, 12, 10, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Tag:
    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Row:
    state: str = "open"
    title: str = "Pain <b>& symptoms</b>"
    title_lang: str = ""
    full_date: str = "Thursday, December 10, 2026"
    action_url: str = "/en/register/?a=1&b=2"
    press_url: str = ""
    asks_for_key: bool = False
    series_url: str = "/en/series/"
    waiting_words: str = "Place 3 on the waiting list"
    change: str = ""
    tags: tuple[Tag, ...] = ()


@pytest.mark.parametrize("zone", ["America/Vancouver", "America/Toronto", None])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_times_on_a_page_equal_those_in_an_email(zone: str | None, language: str) -> None:
    shown = dates.moment(NOON_EASTERN, NOON_EASTERN + timedelta(hours=1), zone, language)
    with translation.override(language):
        assert strip_tags(tags.times(shown)).endswith(shown.text.split(" · ")[-1])
        assert " · ".join(part for part in (shown.own_text, shown.eastern_text) if part) in strip_tags(
            tags.times(shown)
        )


MARK = '<b style="border-bottom:3px solid #fbdf9f;">'


@pytest.mark.parametrize("zone", [*zones.ZONE_BY_NAME, None])
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("start", [NOON_EASTERN, datetime(2027, 2, 2, 3, 30, tzinfo=UTC)])
def test_own_time_in_an_email_is_marked_as_on_a_page(zone: str | None, language: str, start: datetime) -> None:
    """At 10:30 pm Eastern time, the session has two dates in other zones."""
    shown = dates.moment(start, start + timedelta(hours=1), zone, language)
    eastern_is_own = zone is not None and zones.is_eastern(zone)
    html = tags.times_in_email(f"<{shown.text}.>", eastern_is_own)
    marks = [strip_tags(part.partition("</b>")[0]) for part in html.split(MARK)[1:]]
    assert marks == ([shown.own_text] if shown.own_text else [shown.eastern_text] if eastern_is_own else [])
    rest = strip_tags(html).replace("&nbsp; ", " · ")
    assert rest == f"&lt;{shown.text}.&gt;"
    assert "·" not in html
    at = tags.times_in_email(dates.instant(start, zone, language), eastern_is_own)
    assert at.count(MARK) == len(marks)
    assert "·" not in at


def test_date_block_contains_the_full_date_and_the_datetime() -> None:
    with translation.override("en"):
        block = tags.date_block(date(2026, 12, 10), "2026-12-10T12:00-05:00")
    assert 'datetime="2026-12-10T12:00-05:00"' in block
    assert '<span class="vh">Thursday, December 10, 2026</span>' in block


def test_ribbon_marks_the_persons_own_place_as_text() -> None:
    with translation.override("en"):
        shown = tags.ribbon(dates.ribbon(NOON_EASTERN, "America/Winnipeg", "en"))
    assert shown.count("<li") == 6
    assert shown.count("(your time)") == 1
    assert '<li class="is-own"><span class="ribbon__zone">Winnipeg' in shown


def test_pips_have_a_text_alternative() -> None:
    shown = tags.pips(2, 4, "2 of 4 sessions held")
    assert 'aria-label="2 of 4 sessions held"' in shown
    assert (shown.count("is-done"), shown.count("is-next"), shown.count("<span")) == (2, 1, 4)


def test_zone_options_mark_the_chosen_zone() -> None:
    shown = tags.zone_options(zone_choices("en"), "America/Regina")
    assert shown.count(" selected") == 1
    assert '<option value="America/Regina" selected>' in shown


def words_of(html: str) -> str:
    """Return the text without tags, and without the line breaks inside icons."""
    return re.sub(r"\n\s*", "", strip_tags(html))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("open", "Register: Pain"),
        ("full", "Join the waiting list: Pain"),
        ("join", "Join now: Pain"),
        ("registered", "Registered"),
        ("waiting", "Place 3 on the waiting list"),
        ("cancelled", "See other dates: Pain"),
        ("closed", "Registration closed"),
        ("held", ""),
    ],
)
def test_action_displays_the_state_as_text(state: str, words: str) -> None:
    with translation.override("en"):
        assert words_of(session_action(Context(), Row(state=state))).startswith(words)


def test_action_escapes_titles_and_urls() -> None:
    with translation.override("en"):
        shown = session_action(Context(), Row())
    assert "Pain &lt;b&gt;&amp; symptoms&lt;/b&gt;, Thursday, December 10, 2026" in shown
    assert 'href="/en/register/?a=1&amp;b=2"' in shown


def test_row_without_an_action_has_no_button() -> None:
    assert session_action(Context(), Row(action_url="")) == ""
    assert session_tags(Row()) == ""


def test_tags_display_the_state_the_change_and_the_attributes() -> None:
    row = Row(state="registered", change="Half an hour later than usual", tags=(Tag("<Heart>", "credit", "credit"),))
    with translation.override("en"):
        assert words_of(session_tags(row)) == "Half an hour later than usual&lt;Heart&gt;"
        assert words_of(session_tags(row, own_state=True)).startswith("Registered")
        assert 'class="tags mt2"' in session_tags(row, space="mt2")
        assert words_of(session_tags(Row(state="cancelled"))) == "Cancelled"


def test_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in icon("check")

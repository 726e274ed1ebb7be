"""Template tags for dates, times and progress, in the active language.

They are written in Python instead of included templates for speed, because every row of the longest lists uses them.
"""

import re
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from echo_portal.lib import dates
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import Moment, RibbonCell
from echo_portal.lib.forms import options
from echo_portal.lib.zones import ZONES

register = template.Library()

# Browsers may break a line after a dash, even before a no-break space, and anywhere in an email's narrow cell.
_RANGE = re.compile("[^ ]*\u00a0[–à]\u00a0[^ ]*|\\([^ ()]*-[^ ()]*\\)")


@register.filter
def unbroken(text: str) -> SafeString:
    """Return the text with each time range in an element that does not break: 12:00 – 1:00 pm ET, 12 h à 13 h (HE)."""
    return _wrap_ranges('class="nowrap"', text)


def _wrap_ranges(attribute: str, text: str) -> SafeString:
    return mark_safe(_RANGE.sub(rf"<span {attribute}>\g<0></span>", escape(str(text))))  # noqa: S308 (escaped)


_HOUR = (
    "(?:[A-Z][a-z]{2}, [A-Z][a-z]{2} \\d+, )?\\d+:\\d\\d(?:\u00a0[ap]m)?"
    "|(?:[a-z]{3}\\. \\d+(?:er)? [a-zéû]+\\.?, )?\\d+\u00a0h(?:\u00a0\\d\\d)?"
)
_LABELS = "|".join(re.escape(label) for zone in ZONES for label in (zone.label_en, zone.label_fr))
_TIME_WITH_ZONE = re.compile(
    f"(?P<hours>(?:{_HOUR})(?:[\u00a0 ][–à][\u00a0 ](?:{_HOUR}))?)"
    f"(?:(?P<eastern>\u00a0ET|\u00a0\\(HE\\))|(?P<own>,? (?:{_LABELS}))(?P<dot> · )?)"
)
# Email programs ignore the gradient of the pages' style sheet.
_UNBROKEN_IN_EMAIL = 'class="n" style="white-space:nowrap;"'
_OWN_IN_EMAIL = '<b style="border-bottom:3px solid #fbdf9f;">{}</b>'


@register.filter
def times_in_email(text: str, eastern_is_own: bool = False) -> SafeString:
    """Mark the reader's own times, as `times` does on pages, and wrap time ranges as `unbroken` does.

    Own times are recognized by the name of the time zone that follows them. If `eastern_is_own` is true, Eastern times
    are the reader's own. The dot between own and Eastern time is replaced by a space, because it could be at the end of
    a line.
    """

    def marked(found: re.Match[str]) -> str:
        time = _wrap_ranges(_UNBROKEN_IN_EMAIL, found[0].removesuffix(" · "))
        if found["own"] or eastern_is_own:
            time = format_html(_OWN_IN_EMAIL, time)
        return f"{time}&nbsp; " if found["dot"] else time

    parts, end = [], 0
    for found in _TIME_WITH_ZONE.finditer(str(text)):
        parts += [_wrap_ranges(_UNBROKEN_IN_EMAIL, text[end : found.start()]), marked(found)]
        end = found.end()
    return mark_safe("".join([*parts, _wrap_ranges(_UNBROKEN_IN_EMAIL, text[end:])]))  # noqa: S308 (escaped)


@register.filter
def date_long(day: date) -> str:
    """Return "Thursday, December 10, 2026"."""
    return dates.date_long(day, active_language())


@register.filter
def date_plain(day: date) -> str:
    """Return "December 10, 2026"."""
    return dates.date_plain(day, active_language())


@register.filter
def date_short(day: date) -> str:
    """Return "Thu, Dec 10"."""
    return dates.date_short(day, active_language())


@register.filter
def eastern(at: datetime) -> str:
    """Return "Dec 10, 2026, 12:00 pm ET"."""
    return dates.eastern_time(at, active_language(), named=True)


@register.filter
def eastern_hour(at: datetime) -> str:
    """Return "12:00 pm ET"."""
    return dates.eastern_hour(at, active_language())


@register.filter
def instant(at: datetime) -> str:
    """Return "Thu, Dec 10, 12:00 pm ET"."""
    return dates.instant(at, None, active_language())


@register.simple_tag
def times(shown: Moment, label: str = "") -> SafeString:
    """Return HTML with the person's local time and Eastern time, inside `<p class="times">` or a line of text.

    Screen readers read "Your time:" first, or `label`, if the local time is not in the person's own time zone.
    """
    if shown.own_text:
        return format_html(
            '<span class="times__own"><span class="vh">{} </span>{}</span>'
            ' <span class="times__dot">·</span> <span class="times__et">{}</span>',
            label or gettext("Your time:"),
            unbroken(shown.own_text),
            unbroken(shown.eastern_text),
        )
    mark = "times__own" if shown.own_is_eastern else "times__et"
    return format_html('<span class="{}">{}</span>', mark, unbroken(shown.eastern_text))


@register.simple_tag
def date_block(day: date, iso: str = "") -> SafeString:
    """Render weekday, day and month as three lines, and the whole date for screen readers.

    `iso` is the value of the `datetime` attribute.
    """
    return _date_block(day, iso, active_language())


@lru_cache(maxsize=2048)
def _date_block(day: date, iso: str, language: str) -> SafeString:
    block = dates.date_block(day, language)
    return format_html(
        '<p class="date"><time datetime="{}"><span class="vh">{}</span></time>'
        '<span class="date__dow" aria-hidden="true">{}</span>'
        '<span class="date__day" aria-hidden="true">{}</span>'
        '<span class="date__mon" aria-hidden="true">{}</span></p>',
        iso or day.isoformat(),
        block.long,
        block.weekday,
        block.day,
        block.month,
    )


@register.simple_tag
def ribbon(cells: list[RibbonCell]) -> SafeString:
    """Render the start time at six places across Canada, with the person's own place marked (`dates.ribbon`)."""
    items = format_html_join(
        "",
        '<li{}><span class="ribbon__zone">{}{}</span><span class="ribbon__time">{}{}</span></li>',
        (
            (
                SafeString(' class="is-own"') if cell.is_own else "",
                cell.place,
                format_html('<span class="vh"> ({})</span>', gettext("your time")) if cell.is_own else "",
                cell.clock,
                format_html("\u00a0<small>{}</small>", cell.suffix) if cell.suffix else "",
            )
            for cell in cells
        ),
    )
    return format_html(
        '<div class="ribbon-box"><ol class="ribbon" aria-label="{}">{}</ol></div>',
        gettext("Start time across Canada"),
        items,
    )


@register.simple_tag
def pips(held: int, total: int, sentence: str, next_up: bool = True) -> SafeString:
    """Render a dot for each session: held, next, or future. `sentence` is the text alternative of the dots."""
    kinds = [
        ' class="is-done"' if number < held else ' class="is-next"' if number == held and next_up else ""
        for number in range(total)
    ]
    return format_html(
        '<div class="pips" role="img" aria-label="{}">{}</div>',
        sentence,
        format_html_join("", "<span{}></span>", ((SafeString(kind),) for kind in kinds)),
    )


@register.simple_tag
def zone_options(zones: list[tuple[str, str]], chosen: str) -> SafeString:
    """Render the options of the time zone select from pairs of IANA name and label."""
    return options(zones, chosen)

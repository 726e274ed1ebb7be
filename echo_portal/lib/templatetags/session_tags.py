"""Template tags that render the labels and the action of a session.

They are written in Python for speed, because every row of a list uses them. `Row` and `Tag` declare the attributes that
they use of `echo_portal.views.page_values.SessionRow`, whose `State` documents the states.
"""

from collections.abc import Sequence
from typing import Protocol

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from echo_portal.lib.templatetags.icons import icon
from echo_portal.lib.templatetags.languages import marked_as

register = template.Library()


class Tag(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def icon(self) -> str: ...


class Row(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def title_lang(self) -> str: ...
    @property
    def full_date(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def action_url(self) -> str: ...
    @property
    def press_url(self) -> str: ...
    @property
    def asks_for_key(self) -> bool: ...
    @property
    def series_url(self) -> str: ...
    @property
    def waiting_words(self) -> str: ...
    @property
    def change(self) -> str: ...
    @property
    def tags(self) -> Sequence[Tag]: ...


def _item(text: str, kind: str = "", drawing: str = "") -> tuple[str, SafeString, str]:
    return (f" tag--{kind}" if kind else "", icon(drawing) if drawing else SafeString(""), text)


@register.simple_tag
def session_tags(row: Row, own_state: bool = False, space: str = "") -> SafeString:
    """Return the session's labels as an HTML list, or "" if it has none.

    If `own_state` is true, "Registered" or the position on the waiting list is included. `space` is an additional CSS
    class, such as "mt2".
    """
    items = []
    if row.state == "cancelled":
        items.append(_item(gettext("Cancelled"), "warn", "alert"))
    elif row.state == "full":
        items.append(_item(gettext("Full")))
    elif row.state == "join":
        items.append(_item(gettext("Open now"), "live"))
    elif own_state and row.state == "registered":
        items.append(_item(gettext("Registered"), "done", "check"))
    elif own_state and row.state == "waiting":
        items.append(_item(row.waiting_words, "open"))
    elif row.state == "claim":
        items.append(_item(gettext("A place is free"), "open"))
    if row.change:
        items.append(_item(row.change, "warn", "clock"))
    items.extend(_item(tag.text, tag.kind, tag.icon) for tag in row.tags)
    if not items:
        return SafeString("")
    listed = format_html_join("", '<li class="tag{}">{}{}</li>', items)
    return format_html('<ul class="tags{}">{}</ul>', f" {space}" if space else "", listed)


@register.simple_tag(takes_context=True)
def session_action(context: Context, row: Row) -> SafeString:
    """Return the session's link or button or, if there is none, its state as text.

    The text contains title and date, visually hidden, so that users of screen readers can tell repeated links apart.
    """
    state = row.state
    if state == "registered":
        return format_html('<span class="tag tag--done">{}{}</span>', icon("check"), gettext("Registered"))
    if state == "waiting":
        return format_html('<span class="tag tag--open">{}</span>', row.waiting_words)
    if state == "closed":
        return format_html('<span class="tag">{}</span>', gettext("Registration closed"))
    if state == "cancelled":
        words = gettext('See other dates<span class="vh">: {title}</span>')
        return _link("", row.series_url, words, row)
    if not row.action_url:
        return SafeString("")
    if state == "open" and row.asks_for_key:
        words = gettext('Register with a key<span class="vh">: {title}, {date}</span>')
        return _press_or_link(context, words, row)
    if state == "open":
        words = gettext('Register<span class="vh">: {title}, {date}</span>')
        return _press_or_link(context, words, row)
    if state == "full":
        words = gettext('Join the waiting list<span class="vh">: {title}, {date}</span>')
        return _press_or_link(context, words, row)
    if state == "claim":
        words = gettext('Take the free place<span class="vh">: {title}, {date}</span>')
        return _press_or_link(context, words, row)
    if state == "join":
        words = gettext('Join now<span class="vh">: {title}</span>')
        return _link("btn btn--lamp", row.action_url, words, row)
    return SafeString("")


def _press_or_link(context: Context, words: str, row: Row) -> SafeString:
    """Return a button that registers directly and returns to this page, or a link to the registration form."""
    if not row.press_url:
        return _link("btn btn--secondary", row.action_url, words, row)
    inside = format_html(words, title=marked_as(row.title, row.title_lang), date=row.full_date)
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="next" value="{}">'
        '<button class="btn btn--secondary" type="submit">{}</button></form>',
        row.press_url,
        context["csrf_token"],
        context["request"].get_full_path(),
        inside,
    )


def _link(kind: str, url: str, words: str, row: Row) -> SafeString:
    # `words` is a translated string that contains markup. The values inserted into it are escaped.
    inside = format_html(words, title=marked_as(row.title, row.title_lang), date=row.full_date)
    if not kind:
        return format_html('<a href="{}">{}</a>', url, inside)
    return format_html('<a class="{}" href="{}">{}</a>', kind, url, inside)

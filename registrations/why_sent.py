"""The reasons why a person gets an email: sentences that are stored with the message in both languages."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions.models import Series, Session


def registered_for(session: Session) -> Callable[[], str]:
    return lambda: _("You registered for “%(session)s”.") % {"session": session.full_title}


def registered_for_all(sessions: Iterable[Session]) -> str:
    """Return the sentence in the active language for an email about several sessions."""
    titles = ", ".join(_("“%(title)s”") % {"title": session.full_title} for session in sessions)
    return _("You registered for %(sessions)s.") % {"sessions": titles}


def registered_on_the_portal(series: Series) -> Callable[[], str]:
    return lambda: _("You registered for “%(series)s” on the portal.") % {"series": series.title}


def colleague_invited(series: Series) -> Callable[[], str]:
    return lambda: _("A colleague gave your address to invite you to “%(series)s”.") % {"series": series.title}


def gave_back(series: Series, count: int) -> Callable[[], str]:
    return lambda: (
        ngettext("You gave back a place in “%(series)s”.", "You gave back %(count)d places in “%(series)s”.", count)
        % {"series": series.title, "count": count}
    )


def hub_gave_back(series: Series, count: int) -> Callable[[], str]:
    return lambda: (
        ngettext(
            "%(hub)s gave back your place in “%(series)s”.",
            "%(hub)s gave back your %(count)d places in “%(series)s”.",
            count,
        )
        % {"hub": series.hub.name, "series": series.title, "count": count}
    )


def hub_took_off_list(series: Series) -> Callable[[], str]:
    return lambda: (
        _("%(hub)s took you off a waiting list of “%(series)s”.") % {"hub": series.hub.name, "series": series.title}
    )


def hub_registered(series: Series) -> Callable[[], str]:
    return lambda: _("%(hub)s registered you for “%(series)s”.") % {"hub": series.hub.name, "series": series.title}


def hub_put_on_list(series: Series) -> Callable[[], str]:
    return lambda: (
        _("%(hub)s put you on a waiting list of “%(series)s”.") % {"hub": series.hub.name, "series": series.title}
    )


def hub_added(series: Series, *, waits: bool) -> Callable[[], str]:
    """Return a function for the reason of an email to a person whom the hub registered, or who only waits."""
    return hub_put_on_list(series) if waits else hub_registered(series)


def hub_moved(session: Session) -> Callable[[], str]:
    return lambda: (
        _("%(hub)s moved you to “%(session)s”.") % {"hub": session.series.hub.name, "session": session.full_title}
    )


def address_corrected(series: Series) -> Callable[[], str]:
    return lambda: _("%(hub)s corrected your address.") % {"hub": series.hub.name}


def profiles_were_two() -> Callable[[], str]:
    return lambda: _("You had two profiles on the portal.")


def left_waiting_list(series: Series) -> Callable[[], str]:
    return lambda: _("You left a waiting list of “%(series)s”.") % {"series": series.title}


def waits_for(session: Session) -> Callable[[], str]:
    return lambda: _("You are on the waiting list of “%(session)s”.") % {"session": session.full_title}


def waited_for(session: Session) -> Callable[[], str]:
    return lambda: _("You were on the waiting list of “%(session)s”.") % {"session": session.full_title}


def asked_for_invitations() -> str:
    return _("You asked for an invitation for each of your sessions.")

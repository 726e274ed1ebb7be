"""Why a message is in its state, for readers of both languages; what a mail server said stays in its own words."""

from django.utils.translation import gettext_lazy as _

IN_WORDS = {
    "no longer useful at its time": _("It was no longer useful when it could have left."),
    "mail to this address has come back": _("Mail to this address has come back, so nothing more is sent to it."),
    "found among what the transport accepted": _("The mail server had accepted it."),
    "in doubt: waiting for evidence": _("It may have arrived; we wait for word from the mail server."),
    "in doubt: it may have arrived, so it is not sent again by itself": _(
        "It may have arrived, so it is not sent again by itself."
    ),
    "no longer true just before sending": _("What it says was no longer true just before it left."),
    "the place was given back": _("The place was given back."),
    "the place was given back, or the session is cancelled": _(
        "The place was given back, or the session is cancelled."
    ),
    "the place was given back, or the session was changed again": _(
        "The place was given back, or the session was changed again."
    ),
    "the place was given back, or the session was moved or cancelled": _(
        "The place was given back, or the session was moved or cancelled."
    ),
    "the session was changed again before it left": _("The session was changed again before it left."),
    "the change was taken back before it left": _("The change was taken back before it left."),
    "every place was given back before the confirmation left": _(
        "Every place was given back before the confirmation left."
    ),
    "the person has come back since": _("The person has come back since."),
    "the person is gone": _("The person is gone."),
    "the code has expired or was used": _("The code has expired or was used."),
}


def reason_in_words(reason: str) -> str:
    return str(IN_WORDS.get(reason, reason))

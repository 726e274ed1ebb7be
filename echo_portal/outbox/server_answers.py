"""Sentences that explain answers of mail servers and failures of transports, which are stored in English."""

import re

from django.utils.translation import gettext as _

from echo_portal.outbox.reasons import reason_text

# "550 5.1.1 No such user": the code of SMTP, and the more exact one of RFC 3463, which not every server sends.
_ANSWER = re.compile(r"(?P<code>[245]\d\d)(?:[ -]+(?P<exact>[245]\.\d{1,3}\.\d{1,3}))?(?!\S)")
_GAVE_UP = "gave up: "


def explained(answer: str) -> tuple[str, str]:
    """Return a sentence in the active language, and the English text to quote with it. Either may be "".

    `answer` is a reason code, the answer of a mail server, or the text of a failure.
    """
    sentence = reason_text(answer)
    if sentence != answer:
        return sentence, ""
    if answer.startswith(_GAVE_UP):
        why, quoted = explained(answer.removeprefix(_GAVE_UP))
        return " ".join(filter(None, (_("It was tried for two days without success."), why))), quoted
    found = _ANSWER.match(answer)
    return (_of_code(found["code"], found["exact"] or "") if found else _of_failure(answer)), answer


def _of_code(code: str, exact: str) -> str:
    subject, detail = exact[2:].split(".") if exact else ("", "")
    if code[0] == "2":
        return _("The mail server accepted it.")
    if code in ("530", "534", "535", "538"):
        return _("The mail server refuses the portal’s sign-in.")
    if (subject, detail) == ("2", "2") or (not exact and code in ("452", "552")):
        return _("The mailbox is full.")
    if (subject, detail) in (("3", "4"), ("2", "3")):
        return _("The email is too large for the mail server.")
    if subject == "7" or (not exact and code == "554"):
        return _("The mail server refuses emails from the portal by its rules.")
    if code[0] == "4":
        return _("The mail server asked to try again later.")
    if (subject, detail) == ("2", "1"):
        return _("The mailbox is closed.")
    if subject == "1" or (not exact and code in ("550", "551", "553")):
        return _("The mail server does not know this address.")
    return _("The mail server refused it for good.")


def _of_failure(text: str) -> str:
    """Return the sentence for a failure of a transport, according to the beginning of its text, or ""."""
    sentences = {
        "written to the mailbox": _("It is in the mailbox of the demonstration."),
        "no answer after the body": _("The mail server did not answer, so it may have arrived."),
        "cut before the end": _("The connection was cut before it was sent."),
        "held up for too long": _("The portal was interrupted before it was sent."),
        "no connection": _("The mail server could not be reached."),
    }
    return next((sentence for start, sentence in sentences.items() if text.startswith(start)), "")

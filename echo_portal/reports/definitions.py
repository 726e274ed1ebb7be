"""The definitions of the figures. No figure is displayed without its definition (PRODUCT.md 7)."""

import dataclasses
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclasses.dataclass(frozen=True)
class Definition:
    """A figure: a stable code for files, its name, and a sentence that says what is counted."""

    code: str
    name: Any
    sentence: Any


SESSIONS = Definition(
    "sessions",
    _("sessions held"),
    _("Published sessions whose end is past and that were not cancelled. A session of a joint series counts once."),
)
REGISTRATIONS = Definition(
    "registrations",
    _("registrations"),
    _("Places in these sessions that were not given back. A person counts once for each session."),
)
ATTENDANCES = Definition(
    "attendances",
    _("attendances"),
    _(
        "Attendances in these sessions that a report, a roll call or a correction confirms. A person counts once for "
        "each session. Presenters and the hub’s team are not counted."
    ),
)
PEOPLE = Definition(
    "people",
    _("people reached"),
    _("People with an attendance in these sessions. A person counts once, however many sessions they attended."),
)
NEW_PEOPLE = Definition(
    "new-people",
    _("people for the first time"),
    _("People reached who attended no session of the programme before the period."),
)
CAME = Definition(
    "came",
    _("came, of those registered"),
    _("Attendances divided by registrations, in the sessions whose attendance is known."),
)
NO_SHOWS = Definition(
    "no-shows",
    _("did not come, of those registered"),
    _(
        "Registrations without a confirmed attendance of the same person in the session, divided by registrations, in "
        "the sessions whose attendance is known. People may also come without a place, so this figure and “came, of "
        "those registered” may add up to more than 100%."
    ),
)
REGISTERED_PEOPLE = Definition(
    "registered-people",
    _("people registered"),
    _(
        "People with a place in these sessions that was not given back, or with an attendance without a place. A "
        "person counts once."
    ),
)
ANSWERED_PEOPLE = Definition(
    "answered-people",
    _("people who gave feedback"),
    _(
        "People reached who answered an evaluation of at least one of these sessions. A person counts once. Who only "
        "pressed Join is asked, too, but is not among the people reached."
    ),
)
CERTIFIED_PEOPLE = Definition(
    "certified-people",
    _("people with a certificate"),
    _(
        "People reached with a valid certificate of these series that was issued in the period. A person counts once. "
        "A certificate does not depend on feedback, so there may be more of these people than of those who gave it."
    ),
)
CERTIFICATES = Definition(
    "certificates",
    _("certificates issued"),
    _("Certificates of these series that were issued in the period and are valid."),
)
RESPONSES = Definition(
    "responses",
    _("gave feedback"),
    _("People who answered an evaluation divided by people who were asked. Who took part in a session is asked once."),
)
RURAL = Definition(
    "rural",
    _("rural postal code"),
    _(
        "Attendances of people whose postal code has a zero in second place, divided by attendances of people whose "
        "postal code is known. A zero means a wide delivery area; New Brunswick has almost none."
    ),
)
SERVES_RURAL = Definition(
    "serves-rural",
    _("serve rural, remote or Indigenous communities"),
    _(
        "Attendances of people who said in their profile that they mainly serve a rural, remote or Indigenous "
        "community, divided by attendances of people who answered yes or no. This can differ from the measure by "
        "postal code."
    ),
)
CREDITS = Definition(
    "credits", _("credits"), _("Credits in the ledger for these sessions, after reversals, of all kinds together.")
)
BY_PROFESSION = Definition(
    "by-profession",
    _("attendances by profession"),
    _(
        "Attendances by the profession in people’s profiles today, rounded to five. Percentages are of the attendances "
        "of people whose profession is known."
    ),
)
BY_PROVINCE = Definition(
    "by-province",
    _("attendances by province or territory"),
    _("Attendances by the province or territory in people’s profiles today, rounded to five."),
)
BY_LANGUAGE = Definition(
    "by-language",
    _("attendances by language of the session"),
    _("Attendances by the language in which the series is held, rounded to five."),
)
AGREEMENT = Definition(
    "agreement",
    _("agree"),
    _(
        "Answers 4 and 5, on a scale of agreement from 1 to 5, divided by all answers to the question. Satisfaction "
        "and the intention to change one’s practice are measured in this way. Only closed evaluations count, and fewer "
        "than five answers only as part of a larger total."
    ),
)
MISSING = Definition(
    "missing",
    _("who is missing"),
    _(
        "Provinces, professions and practice settings without an attendance that may be displayed in the twelve months "
        "until today, whatever period is chosen. A group with only a few attendances may be listed, too."
    ),
)
HEADLINES = (REGISTRATIONS, ATTENDANCES, CAME, CERTIFICATES, RESPONSES)
FUNNEL = (REGISTERED_PEOPLE, PEOPLE, ANSWERED_PEOPLE, CERTIFIED_PEOPLE)
ALL = (
    SESSIONS,
    REGISTRATIONS,
    ATTENDANCES,
    REGISTERED_PEOPLE,
    PEOPLE,
    NEW_PEOPLE,
    CAME,
    NO_SHOWS,
    RESPONSES,
    ANSWERED_PEOPLE,
    CERTIFICATES,
    CERTIFIED_PEOPLE,
    CREDITS,
    RURAL,
    SERVES_RURAL,
    BY_PROFESSION,
    BY_PROVINCE,
    BY_LANGUAGE,
    AGREEMENT,
    MISSING,
)
# The list of who is missing is on the page with the figures only.
IN_REPORTS = tuple(one for one in ALL if one is not MISSING)

"""Build plain values of a parsed report for pages and a command, and sentences about roll calls and requests."""

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.models import AttendanceRequest, AttendanceRow
from attendance.reading.intervals import Span, in_window, seconds
from attendance.reading.values import Question, Reading, Stay
from attendance.sentences import file_sentence, layout_name, note_sentence, row_sentence
from echo_portal.lib.dates import date_plain
from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.lib.text import row_id
from echo_portal.lib.zones import EASTERN


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person in a report, with their stays inside the session, without overlaps.

    `key` is "" for a row that does not identify a person.
    """

    key: str
    name: str
    role: str
    rows: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> int:
        return seconds(self.spans)

    @property
    def minutes(self) -> int:
        return self.seconds // 60


def attendees(reading: Reading, question: Question) -> list[Attendee]:
    """Return one attendee for each key, in the order of the file, and one for each row without a key."""
    groups: dict[str, list[Stay]] = {}
    for stay in reading.stays:
        groups.setdefault(stay.key or f"row {stay.row}", []).append(stay)
    return [_attendee(stays, question) for stays in groups.values()]


def _attendee(stays: Sequence[Stay], question: Question) -> Attendee:
    rank = {"host": 0, "panelist": 1}
    return Attendee(
        key=stays[0].key,
        name=stays[0].name,
        role=min((stay.role for stay in stays), key=lambda role: rank.get(role, 2)),
        rows=tuple(stay.row for stay in stays),
        spans=tuple(in_window(((stay.start, stay.end) for stay in stays), question.start, question.end)),
    )


def plain_reading(reading: Reading, question: Question) -> dict[str, Any]:
    """Return a parsed report as values for JSON, with times in the report's zone.

    Sentences are in the active language.
    """
    zone = ZoneInfo(question.zone)

    def shown(second: int | None) -> str | None:
        return None if second is None else dt.datetime.fromtimestamp(second, zone).isoformat()

    def person(one: Attendee) -> dict[str, Any]:
        return {
            "key": one.key,
            "name": one.name,
            "role": one.role,
            "rows": list(one.rows),
            "intervals": [[shown(start), shown(end)] for start, end in one.spans],
            "seconds": one.seconds,
            "minutes": one.minutes,
        }

    everybody = attendees(reading, question)
    rows = [
        {
            "row": one.row,
            "name": one.name,
            "email": one.email,
            "outcome": one.outcome,
            "reason": one.code,
            "sentence": row_sentence(one.code, one.facts),
            "minutes": one.minutes,
        }
        for one in reading.left_out
    ]
    for one in everybody:
        if not one.key:
            values = person(one)
            del values["key"], values["rows"]
            reason = {"outcome": "unmatched", "reason": "no-key", "sentence": row_sentence("no-key", {})}
            rows.append({"row": one.rows[0], "email": "", **reason, **values})
    return {
        "layout": reading.layout,
        "layout_name": layout_name(reading.layout),
        "encoding": reading.encoding,
        "separator": reading.separator,
        "date_order": reading.date_shape,
        "zone": question.zone,
        "window": {"start": shown(question.start), "end": shown(question.end)},
        "first_joined": shown(reading.first),
        "last_left": shown(reading.last),
        "meeting": {"id": reading.meeting.key, "topic": reading.meeting.topic},
        "people": [person(one) for one in everybody if one.key],
        "rows": sorted(rows, key=lambda row: int(row["row"])),
        "notes": [{"code": code, "sentence": note_sentence(code, facts)} for code, facts in reading.notes],
    }


def plain_refusal(refused: RefusedTableError, *, zone: str) -> dict[str, Any]:
    return {
        "refused": refused.code,
        "sentence": file_sentence(refused.code, refused.facts, zone=zone),
        "found": refused.found,
    }


def row_reason(
    row: AttendanceRow, *, in_series: Container[str], is_set_aside: bool = False, is_taken_back: bool = False
) -> str:
    """Return the sentence that says why a row without a person does not count.

    `in_series` are the addresses of people of the series. `is_set_aside` and `is_taken_back` are what importing a dry
    run would keep of the decision about an identical row.
    """
    if row.code:
        return row_sentence(row.code, row.facts)
    if is_set_aside or row.set_aside_at is not None:
        return row_sentence("set-aside", {})
    if row.report.file_erased_at is not None:
        return row_sentence("erased", {})
    if is_taken_back or row.decided_at is not None:
        return row_sentence("taken-back", {})
    if not row.email:
        return row_sentence("no-key", {})
    return row_sentence("joined-later" if row.email in in_series else "unknown-address", {})


def people_ticked(posted: Sequence[str]) -> set[int]:
    """Return the IDs of the people whose boxes are ticked. Posted texts that are not numbers are ignored."""
    return {found for text in posted if (found := row_id(text)) is not None}


def roll_call_sentence(added: int, taken_back: int) -> str:
    """Return a sentence with the numbers of attendances that a roll call added and removed."""
    parts = []
    if added:
        words = ngettext("%(count)d person was marked present.", "%(count)d people were marked present.", added)
        parts.append(words % {"count": added})
    if taken_back:
        parts.append(
            ngettext(
                "%(count)d person is no longer marked present.",
                "%(count)d people are no longer marked present.",
                taken_back,
            )
            % {"count": taken_back}
        )
    return " ".join(parts) or _("Nothing was changed.")


def request_sentence(request: AttendanceRequest, language: str) -> str:
    """Return a sentence about the state of a request “I was there”, for the person who sent it."""
    if request.is_open:
        day = date_plain(request.asked_at.astimezone(ZoneInfo(EASTERN)), language)
        return _("You told the hub on %(date)s that you were there. It answers by email.") % {"date": day}
    if request.correction is None:
        return _("The hub did not confirm your attendance: %(reason)s") % {"reason": request.answer}
    minutes = request.correction.minutes_after or 0
    return ngettext("The hub confirmed %(count)d minute.", "The hub confirmed %(count)d minutes.", minutes) % {
        "count": minutes
    }

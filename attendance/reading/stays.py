"""Convert rows of participants to stays: determine the order of day and month, and which rows count."""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from attendance.reading.moments import DAY_FIRST, MONTH_FIRST, Moment, duration_seconds, parse_moment, seconds_of
from attendance.reading.values import LeftOut, Meeting, ParticipantRow, Question, Reading, Stay
from echo_portal.lib.tables.refused import RefusedTableError
from echo_portal.lib.text import email_key

YES = frozenset({"yes", "y", "true", "oui", "sí", "si", "ja", "sim", "はい"})
NO = frozenset({"", "no", "n", "false", "non", "nein", "não", "いいえ", "-", "--"})
NOTHING = frozenset({"", "--", "-", "n/a"})
NEAR_WINDOW = 36 * 3600  # seconds; a report with dates further away is that of another day
LONGEST_STAY = 24 * 3600
_OUTSIDE = "outside-window"
_HOST_PARTS = re.compile(r"[\s()<>,;]+")  # the cell contains an address, or a name with the address in brackets


@dataclass(frozen=True, slots=True)
class _Timed:
    row: ParticipantRow
    join: Moment
    leave: Moment


def collect(rows: Iterable[ParticipantRow], question: Question, reading: Reading) -> None:
    """Append stays inside the window to `reading.stays`, and other rows, with the reason, to `reading.left_out`.

    Raises RefusedTableError if no row can be used, because such a report does not prove that nobody attended.
    """
    timed = _of_one_format(list(_kept(map(_timed, rows), reading)), reading)
    order = _date_order(timed, question)
    reading.date_shape = order if timed and timed[0].join.wall != timed[0].join.other else "as-written"
    found = list(_kept((_stay(one, order, question) for one in timed), reading))
    stays = _of_one_meeting(found, question, reading)
    if stays:
        reading.first = min(stay.start for _row, stay in stays)
        reading.last = max(stay.end for _row, stay in stays)
    for row, stay in stays:
        if stay.start < question.end and stay.end > question.start:
            reading.stays.append(stay)
        else:
            reading.left_out.append(LeftOut(row.row, row.name, "dropped", _OUTSIDE, email=stay.email))
    _check_somebody(reading, question)


def _kept[Kept](results: Iterable[Kept | LeftOut], reading: Reading) -> Iterator[Kept]:
    """Yield the results that are not `LeftOut`, and append the others to `reading.left_out`."""
    for one in results:
        if isinstance(one, LeftOut):
            reading.left_out.append(one)
        else:
            yield one


def _timed(row: ParticipantRow) -> _Timed | LeftOut:
    """Return the row with its parsed times, or a `LeftOut` with the reason why the row does not count."""

    def leave_out(outcome: str, code: str, **facts: str) -> LeftOut:
        return LeftOut(row.row, row.name, outcome, code, dict(facts), address_of(row.email))

    attended, waiting = row.attended.casefold(), row.waiting.casefold()
    if attended in NO and attended:
        return leave_out("dropped", "no-show")
    if attended not in YES:
        return leave_out("refused", "attended-unclear", value=row.attended[:60])
    if waiting in YES:
        return leave_out("dropped", "waiting-room")
    if waiting not in NO:
        return leave_out("refused", "waiting-unclear", value=row.waiting[:60])
    if row.join in NOTHING or row.leave in NOTHING:
        return leave_out("refused", "no-times")
    join, leave = parse_moment(row.join), parse_moment(row.leave)
    if join is None or leave is None:
        return leave_out("refused", "time-unreadable", value=(row.leave if join else row.join)[:60])
    return _Timed(row, join, leave)


@functools.lru_cache(maxsize=20_000)
def address_of(cell: str) -> str:
    """Return the normalized address in a cell, or "" if it contains none, for example because the address is masked."""
    mailbox, at, domain = cell.partition("@")
    if not mailbox or not at or "." not in domain or len(cell.split()) != 1:
        return ""
    return email_key(cell)


def _of_one_format(timed: list[_Timed], reading: Reading) -> list[_Timed]:
    """Return the rows whose times have the most frequent format, and append the others to `reading.left_out`.

    A program writes all times of a report in one format, so other formats are mistakes.
    """
    shapes = Counter(moment.shape for one in timed for moment in (one.join, one.leave))
    if len(shapes) < 2:
        return timed
    usual = shapes.most_common(1)[0][0]
    kept = []
    for one in timed:
        odd = next((text for text, moment in _texts(one) if moment.shape != usual), None)
        if odd is None:
            kept.append(one)
        else:
            reading.left_out.append(LeftOut(one.row.row, one.row.name, "refused", "time-shape", {"value": odd[:60]}))
    return kept


def _texts(one: _Timed) -> Sequence[tuple[str, Moment]]:
    return ((one.row.join, one.join), (one.row.leave, one.leave))


def _date_order(timed: Sequence[_Timed], question: Question) -> str:
    """Return MONTH_FIRST or DAY_FIRST: the order in which more rows are close to the session.

    Raises RefusedTableError if no row is close to the session in either order, or if both orders are equally likely.
    """
    unclear = [one for one in timed if one.join.wall != one.join.other]
    clear = sum(_is_near(one, MONTH_FIRST, question) for one in timed if one.join.wall == one.join.other)
    near = {order: clear + sum(_is_near(one, order, question) for one in unclear) for order in (MONTH_FIRST, DAY_FIRST)}
    if timed and not any(near.values()):
        row = timed[0].row
        raise RefusedTableError("other-day", value=row.join[:60], row=row.row, start=question.start)
    if near[MONTH_FIRST] == near[DAY_FIRST] and unclear:
        raise RefusedTableError("day-and-month", value=timed[0].row.join[:60], row=timed[0].row.row)
    return DAY_FIRST if near[DAY_FIRST] > near[MONTH_FIRST] else MONTH_FIRST


def _is_near(one: _Timed, order: str, question: Question) -> bool:
    starts = _seconds(one.join, order, one.row, question)
    return any(question.start - NEAR_WINDOW < start < question.end + NEAR_WINDOW for start in starts)


def _seconds(moment: Moment, order: str, row: ParticipantRow, question: Question) -> tuple[int, ...]:
    wall = moment.read(order)
    if wall is None:
        return ()
    if moment.offset is not None:
        return tuple(second - moment.offset for second in seconds_of(wall, "UTC"))
    return seconds_of(wall, "UTC" if row.is_utc else question.zone)


def _stay(one: _Timed, order: str, question: Question) -> tuple[ParticipantRow, Stay] | LeftOut:
    """Return the row with its stay, or a `LeftOut` with the reason why its times cannot be used."""
    row = one.row
    email = address_of(row.email)

    def refuse(code: str, **facts: int | str) -> LeftOut:
        return LeftOut(row.row, row.name, "refused", code, dict(facts), email)

    times = []
    for text, moment in _texts(one):
        if moment.read(order) is None:
            return refuse("time-unreadable", value=text[:60])
        times.append(_seconds(moment, order, row, question))
        if not times[-1]:
            return refuse("skipped-hour", value=text[:60])
    starts, ends = times
    written = duration_seconds(row.duration)
    # A local time that occurs twice has two values. The duration in the row decides, else the first valid one is used.
    spans = [(start, end) for start in starts for end in ends if start <= end]
    if not spans:
        return refuse("leaves-before")
    if written is not None:
        # Durations in minutes are rounded, and times without seconds are rounded down.
        slack = 61 if "seconds" in one.join.shape else 120
        spans = [span for span in spans if abs(span[1] - span[0] - written) <= slack]
        if not spans:
            return refuse("duration-differs", times=(ends[0] - starts[0] + 59) // 60, written=row.duration[:20])
    start, end = spans[0]
    if end - start > LONGEST_STAY:
        return refuse("too-long-stay")
    role = "host" if email and email in _HOST_PARTS.split(row.meeting.host) else row.role
    return row, Stay(row.row, row.name, email, row.registrant, role, start, end)


def _of_one_meeting(
    stays: list[tuple[ParticipantRow, Stay]], question: Question, reading: Reading
) -> list[tuple[ParticipantRow, Stay]]:
    """Return the rows of the requested meeting, or of the only meeting during the session.

    Rows of other meetings are appended to `reading.left_out`. Raises RefusedTableError if there are several meetings
    during the session, unless `question.meeting` is one of them.
    """
    during: dict[str, Meeting] = {}
    for row, stay in stays:
        if stay.start < question.end and stay.end > question.start:
            during.setdefault(row.meeting.key, row.meeting)
    if question.meeting and question.meeting not in during and len(during) > 1:
        raise RefusedTableError("meeting-missing", meeting=question.meeting, meetings=_listed(during.values()))
    if len(during) > 1 and not question.meeting:
        raise RefusedTableError("several-meetings", meetings=_listed(during.values()))
    if not during:
        return stays
    chosen = question.meeting if question.meeting in during else next(iter(during))
    reading.meeting = during[chosen]
    for row, stay in stays:
        if row.meeting.key != chosen:
            reading.left_out.append(
                LeftOut(row.row, row.name, "dropped", "other-meeting", {"meeting": row.meeting.key[:60]}, stay.email)
            )
    return [(row, stay) for row, stay in stays if row.meeting.key == chosen]


def _listed(meetings: Iterable[Meeting]) -> str:
    return "; ".join(f"{one.key} ({one.topic[:60]})" if one.topic != one.key else one.key for one in meetings)


def _check_somebody(reading: Reading, question: Question) -> None:
    """Raise RefusedTableError if the report contains neither a stay nor a row to decide by hand.

    The reason is that of most rows. Rows that never count, such as those of the waiting room, are a reason only if no
    row lies outside the session.
    """
    if reading.stays or any(one.outcome == "unmatched" for one in reading.left_out):
        return
    reasons = Counter(one.code for one in reading.left_out if one.code != "blank")
    if not reasons:
        raise RefusedTableError("no-rows")
    never = {one.code for one in reading.left_out if one.outcome == "dropped"} if reasons[_OUTSIDE] else set()
    code = next(code for code, _count in reasons.most_common() if code == _OUTSIDE or code not in never)
    if code == _OUTSIDE:
        raise RefusedTableError(
            "all-outside", first=reading.first, last=reading.last, start=question.start, end=question.end
        )
    first = next(one for one in reading.left_out if one.code == code)
    raise RefusedTableError("nobody-counts", count=sum(reasons.values()), row=first.row, reason=code, **first.facts)

"""Everything that is displayed looks the same in a programme in which no group is smaller than five.

Therefore nobody can find a group of one to four people by subtracting displayed figures: not by period, hub, series or
language, nor with reports and the list of who is missing.
"""

import datetime as dt
import random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Person
from attendance.models import Attendance
from echo_portal.reports.groups import load_groups
from echo_portal.reports.selection import ALL, Selection, days, periods
from echo_portal.reports.silence import silence
from echo_portal.reports.snapshot import snapshot
from echo_portal.reports.table import figures_table
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.reports.held import day
from tests.reports.large_groups import large_groups

pytestmark = pytest.mark.django_db
# By attribute in the order in which groups of the same size are rounded: “not-rural” before “rural”.
CODES = {
    "profession": ("PSW", "RN"),
    "province": ("NU", "QC"),
    "forward_sortation_area": ("H2X", "X0A"),
    "serves_rural": ("no", "yes"),
    "practice_settings": ("HOME", "LTC"),
}
HELD = [("national", -20), ("bc", -25), ("joint", -30), ("national", -210), ("bc", -215), ("joint", -400)]


class Small:
    """Six sessions of three series, in two or more years. One series is joint.

    One to fourteen people attended each session.
    """

    def __init__(self, programme: Programme, people: People, seed: int) -> None:
        self.dice = random.Random(seed)
        self.programme, self.people = programme, people
        rows = {
            "national": programme.series("national"),
            "bc": programme.series("bc", hub=programme.bc),
            "joint": programme.series("joint", hub=programme.bc),
        }
        rows["joint"].partner_hubs.add(programme.national)
        self.sessions = [programme.session(rows[name], number, days=ago) for number, (name, ago) in enumerate(HELD, 1)]
        self.series = [row.pk for row in rows.values()]
        self.attended = {
            session: [self.person(session, one) for one in range(self.size())] for session in self.sessions
        }
        now = timezone.now()
        Attendance.objects.bulk_create(
            Attendance(
                person=person,
                session=session,
                window_seconds=3600,
                corrected_seconds=3600,
                seconds=3600,
                source=Attendance.Source.ROLL_CALL,
                confirmed_at=now,
            )
            for session, present in self.attended.items()
            for person in present
        )

    def size(self) -> int:
        return self.dice.choice((1, 3, 4, 5, 6, 7, 9, 14))

    def person(self, session: Session, number: int) -> Person:
        return self.people.make(
            f"{session.pk}-{number}@example.org",
            "P",
            practice_settings=self.dice.sample(CODES["practice_settings"], self.dice.randrange(3)),
            **{
                attribute: self.dice.choice(("", *codes))
                for attribute, codes in CODES.items()
                if attribute != "practice_settings"
            },
        )

    def selections(self) -> list[Selection]:
        """Return all selections that the page offers, for staff and for readers of a hub.

        A selection is a period with hubs or with one series.
        """
        national, bc = frozenset({self.programme.national.pk}), frozenset({self.programme.bc.pk})
        chosen = [(hubs, None) for hubs in (None, national, bc)] + [(bc, one) for one in self.series]
        return [Selection(period, *one) for period in periods(timezone.localdate()) for one in chosen]

    def displayed(self, now: dt.datetime) -> list[Any]:
        """Return the rows of all files, all lists of who is missing, and reports of several periods."""
        translation.activate("en")  # a French page is active after `pages`
        today = timezone.localdate()
        found: list[Any] = []
        for selection in self.selections():
            found.append(list(figures_table(selection, now)))
            if selection.period.code == ALL and selection.series is None:
                found.append(silence(selection.hubs, load_groups(selection.owners(), day(-400), today), today))
                with translation.override("fr"):
                    found.append(list(figures_table(selection, now)))
        for first, last in ((-500, -1), (-500, -22), (-215, -1), (-215, -22)):
            found.append(snapshot(Selection(days(today + dt.timedelta(first), today + dt.timedelta(last))), now))
        return found

    def pages(self, clients: list[Client]) -> list[str]:
        """Return the pages for these readers, from the first figure on, without what differs in each response."""
        pages = [
            client.get(f"/{language}/evaluation/?period=all{hub}").content.decode().partition('class="stats')[2]
            for client in clients
            for language in ("en", "fr")
            for hub in ("", "&hub=bc")
        ]
        return [line for page in pages for line in page.splitlines() if "csrf" not in line]

    def become_what_is_displayed(self) -> None:
        """Give people other attributes, with the same displayed counts but with no group of one to four people."""
        together: dict[tuple[int, str], list[Session]] = {}
        for row in sorted(self.sessions, key=lambda row: str(row.on_date)):
            together.setdefault((row.series.hub_id, str(row.on_date)[:4]), []).append(row)
        for sessions in together.values():
            shown = [displayed_groups(session) for session in sessions]
            for attribute, codes in CODES.items():
                counts = tuple(tuple(groups[attribute].get(code, 0) for code in codes) for groups in shown)
                overlap = attribute == "practice_settings"
                large = large_groups(counts, tuple(len(self.attended[row]) for row in sessions), overlap=overlap)
                for session, sizes in zip(sessions, large, strict=True):
                    self.change(session, attribute, dict(zip(codes, sizes, strict=True)))

    def change(self, session: Session, attribute: str, counts: dict[str, int]) -> None:
        people = self.attended[session]
        assert all(count == 0 or count >= 5 for count in counts.values())
        if attribute == "practice_settings":
            for number, person in enumerate(people):
                person.practice_settings = [code for code, count in counts.items() if number < count]
        else:
            values = [code for code, count in counts.items() for _one in range(count)]
            assert len(values) <= len(people)
            for person, value in zip(people, [*values, *[""] * len(people)], strict=False):
                setattr(person, attribute, value)
        Person.objects.bulk_update(people, [attribute])


def displayed_groups(session: Session) -> dict[str, dict[str, int]]:
    """Return the rounded counts of the day of the session, before a page caps them at the number of attendances.

    The hub has no other session on that day.
    """
    assert session.on_date is not None
    selection = Selection(days(session.on_date, session.on_date))
    groups = load_groups(None, session.on_date, session.on_date)
    area = groups.counts("area", selection.session_ids)
    return {
        "forward_sortation_area": {"X0A": area.get("0", 0), "H2X": area.get("2", 0)},
        "serves_rural": groups.counts("community", selection.session_ids),
        "practice_settings": groups.counts("settings", selection.session_ids),
    } | {name: groups.counts(name, selection.session_ids) for name in ("profession", "province")}


@pytest.mark.parametrize("seed", range(3))
def test_no_group_under_five_can_be_computed(programme: Programme, people: People, seed: int) -> None:
    small, now = Small(programme, people, seed), timezone.now()
    displayed = small.displayed(now)
    clients = [signed_in_client(one) for one in (people.staff, people.coordinator(programme.bc)) if seed == 0]
    before = small.pages(clients)
    small.become_what_is_displayed()
    assert small.displayed(now) == displayed
    assert small.pages(clients) == before

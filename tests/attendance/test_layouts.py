"""Layouts of DOMAIN.md 2.1 to 2.4 for which there is no sample, written from their description."""

import pytest

from tests.attendance.reports import answer, minutes, question, reasons

ASKED = question("2026-05-12T12:00", "2026-05-12T13:00")
TITLE = "Name (Original Name),User Email,"
AYA = '"Aya Example",aya@example.org,'
TIMES = "05/12/2026 11:55:00 AM,05/12/2026 12:30:00 PM"
BLOCK_2020 = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\n"
    "81200000003,LTC 3,05/12/2026 11:50:00 AM,05/12/2026 01:05:00 PM,host@example.org,75,1,\n\n"
)
BLOCK_2024 = (
    "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n"
    'LTC 3,812 0000 0003,Host One (host@example.org),75,"05/12/2026 11:50:00 AM","05/12/2026 01:05:00 PM",1\n\n'
)
SENTENCE_CASE = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest"
FLATTENED = (
    "Topic,Meeting ID,User Name,User Email,Department,Group,Has Zoom Rooms,Creation Time,Start Time,End Time,"
    "Duration,Participants"
)
OLD_DETAILS = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration,Guest,Recording Consent,In Waiting Room,"
    "Marketing Opt In"
)
MEETING = (
    "81200000003,Host,host@example.org,,,No,05/01/2026 10:00:00 AM,05/12/2026 11:50:00 AM,05/12/2026 01:05:00 PM,75,2,"
)

THIRTY = {
    "Z-M1": f"{TITLE}Join Time,Leave Time,Duration (Minutes)\n{AYA}{TIMES},35\n",
    "Z-M1g": f"{TITLE}Join Time,Leave Time,Duration (Minutes),Guest\n{AYA}{TIMES},35,Yes\n",
    "Z-M2": f"{TITLE}Join Time,Leave Time,Duration (Minutes),Recording Consent\n{AYA}{TIMES},35,Y\n",
    "Z-M2c": (
        f"{TITLE}Join Time,Leave Time,Duration (Minutes),Guest,Recording Disclaimer Response,In Waiting Room\n"
        f"{AYA}05/12/2026 11:40:00 AM,05/12/2026 11:55:00 AM,15,Yes,,Yes\n{AYA}{TIMES},35,Yes,OK,No\n"
    ),
    "Z-M3": f"{BLOCK_2020}{TITLE}Join Time,Leave Time,Duration (Minutes),Guest\n{AYA}{TIMES},35,Yes\n",
    "Z-M5": f"{BLOCK_2024}{SENTENCE_CASE},Recording disclaimer response,In waiting room\n{AYA}{TIMES},35,Yes,OK,No\n",
    "Z-M7": f"{FLATTENED},{OLD_DETAILS}\nLTC 3,{MEETING}{AYA}{TIMES},35,Yes,Y,No,\n",
    "Z-M9": f"Topic,Meeting ID,{TITLE}Join Time,Leave Time,Duration (Minutes)\nLTC 3,81200000003,{AYA}{TIMES},35\n",
    "Z-W2": (
        "Attendee Report,,,\nReport generated time,05/20/2026 10:00:00 AM,,\n"
        "Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Registrants,# Cancelled,Unique Viewers\n"
        'LTC 3,812 0000 0003,"05/12/2026 11:50:00 AM",75,2,0,1\nAttendee Details,,,\n'
        "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest\n"
        f"Yes,{AYA}{TIMES},35,Yes\nNo,Nora,nora@example.org,--,--,--,--\n"
    ),
    "T-2": (
        "Meeting Summary\nTotal Number of Participants\t1\nMeeting Title\tLTC 3\n"
        'Meeting Start Time\t"5/12/2026, 11:50:00 AM"\nMeeting End Time\t"5/12/2026, 1:05:00 PM"\n\n'
        "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
        'Aya Example\t"5/12/2026, 11:55:00 AM"\t"5/12/2026, 12:30:00 PM"\t35m 0s\taya@example.org\tPresenter\ta@x.org\n'
    ),
    "T-3": (
        "1. Summary\nMeeting title\tLTC 3\n\n2. Participants\n"
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\t"
        "Registration First Name\tRegistration Last Name\tRegistration Email\tRegistration Time\tRegistration Status\t"
        "Engagement: chat\n"
        'Aya Example\t"5/12/26, 11:55:00 AM"\t"5/12/26, 12:30:00 PM"\t35m\taya@example.org\t\tAttendee\n'
    ),
    "T-4": (
        "Session Id,Participant Id,Full Name,UserAgent,UTC Event Timestamp,Action,Role\n"
        "s1,aya@example.org,Aya Example,Chrome,5/12/2026 3:55:00 PM,Joined,Attendee\n"
        "s1,aya@example.org,Aya Example,Chrome,5/12/2026 4:30:00 PM,Left,Attendee\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", THIRTY)
def test_layout_without_a_sample_is_parsed(layout: str) -> None:
    found = answer(THIRTY[layout], ASKED)
    assert (found.get("layout"), minutes(found)) == (layout, {"aya@example.org": 30}), found.get("sentence")


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("Z-M2b", f"{TITLE}Duration (Minutes),Guest,Recording Consent\n{AYA}35,Yes,Y\n"),
        ("Z-M4", f"{TITLE}Total Duration (Minutes),Guest\n{AYA}35,Yes\n"),
        ("Z-M6", f"{BLOCK_2024}Name (original name),Email,Total duration (minutes),Guest\n{AYA}35,Yes\n"),
    ],
)
def test_rows_of_a_layout_without_times_are_decided_by_hand(layout: str, text: str) -> None:
    found = answer(text, ASKED)
    assert (found["layout"], found["people"]) == (layout, [])
    assert [(row["name"], row["email"], row["reason"], row["minutes"]) for row in found["rows"]] == [
        ("Aya Example", "aya@example.org", "total-only", 35)
    ]


def test_teams_log_is_parsed_into_pairs_of_joining_and_leaving() -> None:
    found = answer(
        "Full Name\tUser Action\tTimestamp\n"
        'Aya Example\tJoined before\t"5/12/2026, 11:55:00 AM"\n'
        'Ben Example\tJoined\t"5/12/2026, 12:10:00 PM"\n'
        'Aya Example\tLeft\t"5/12/2026, 12:30:00 PM"\n',
        ASKED,
    )
    assert found["layout"] == "T-1"
    assert [(row["row"], row["name"], row["outcome"], row["reason"], row["minutes"]) for row in found["rows"]] == [
        (2, "Aya Example", "unmatched", "no-key", 30),
        (3, "Ben Example", "refused", "joined-without-leaving", None),
    ]


def test_teams_summary_of_several_stays_is_decided_by_hand() -> None:
    text = THIRTY["T-3"].replace("\t35m\t", "\t20m\t")
    found = answer(text, ASKED)
    assert [(row["name"], row["reason"], row["minutes"]) for row in found["rows"]] == [
        ("Aya Example", "summary-only", 20)
    ]


def test_registrant_id_is_used_before_the_address() -> None:
    header = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Registrant ID\n"
    found = answer(f"{header}{AYA}{TIMES},35,abc-1\nAya,other@example.org,{TIMES},35,abc-1\n", ASKED)
    assert minutes(found) == {"registrant:abc-1": 30}


def test_meeting_at_another_time_in_the_file_is_dropped() -> None:
    other = MEETING.replace("81200000003", "81200000009")
    text = (
        f"{FLATTENED},{OLD_DETAILS}\nLTC 3,{MEETING}{AYA}{TIMES},35,Yes,Y,No,\n"
        f"Heart,{other}{AYA}05/12/2026 09:00:00 AM,05/12/2026 10:00:00 AM,60,Yes,Y,No,\n"
    )
    found = answer(text, ASKED)
    assert (found["meeting"], minutes(found)) == ({"id": "81200000003", "topic": "LTC 3"}, {"aya@example.org": 30})
    assert reasons(found) == [(3, "dropped", "other-meeting")]


def test_two_meetings_at_the_same_time_are_never_added_up() -> None:
    other = MEETING.replace("81200000003", "81200000009")
    text = (
        f"{FLATTENED},{OLD_DETAILS}\nLTC 3,{MEETING}{AYA}{TIMES},35,Yes,Y,No,\n"
        f"Heart,{other}Ben,ben@example.org,{TIMES},35,Yes,Y,No,\n"
    )
    found = answer(text, ASKED)
    assert (found["refused"], found["sentence"]) == (
        "several-meetings",
        (
            "Several meetings of this file took place during the session: 81200000003 (LTC 3); 81200000009 (Heart). "
            "Choose one."
        ),
    )
    chosen = question("2026-05-12T12:00", "2026-05-12T13:00", meeting="81200000009")
    assert minutes(answer(text, chosen)) == {"ben@example.org": 30}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Registration Report\nTopic,LTC\n", "registration"),
        ("First Name,Last Name,Email,Registration Time,Approval Status\nA,B,a@x.org,2026-05-09 10:00,approved\n",
         "registration"),
        ("#,User Name,User Email,Submitted Date/Time,Was it good?\n1,A,a@x.org,05/12/2026 12:10:00 PM,Yes\n", "poll"),
        ("#,User Name,User Email,Submitted Time (America/Los_Angeles),Question,Answer\n1,A,a@x.org,x,y,z\n", "poll"),
        ("Poll Report\n", "poll"),
        ("#,Question,Asker Name,Asker Email,Answer(s)\n1,Why?,A,a@x.org,So\n", "questions"),
    ],
)  # fmt: skip
def test_report_of_another_kind_is_refused_by_name(text: str, kind: str) -> None:
    found = answer(text, ASKED)
    assert (found["refused"], kind in found["sentence"]) == ("other-report", True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Join Time", "Joined at"), "unknown-header"),
        (("User Email", "Adresse"), "unknown-header"),
        (("In Waiting Room", "Waiting"), "unknown-header"),
        (("Leave Time", "Join Time"), "unknown-header"),
    ],
)
def test_file_with_an_unknown_column_is_refused(change: tuple[str, str], code: str) -> None:
    found = answer(THIRTY["Z-M2c"].replace(*change), ASKED)
    assert found["refused"] == code
    assert change[1] in found["found"]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-05-12T18:00", "2026-05-12T19:00", "all-outside"),
        ("2026-06-12T12:00", "2026-06-12T13:00", "other-day"),
    ],
)
def test_report_of_another_time_is_refused(start: str, end: str, code: str) -> None:
    assert answer(THIRTY["Z-M1"], question(start, end))["refused"] == code


def test_refusal_for_a_wrong_time_zone_displays_when_people_joined() -> None:
    found = answer(THIRTY["Z-M1"], question("2026-05-12T12:00", "2026-05-12T13:00", zone="America/Vancouver"))
    assert minutes(found) == {"aya@example.org": 30}  # the window is in the time zone of the report
    toronto = question("2026-05-12T12:00", "2026-05-12T13:00")
    vancouver = question("2026-05-12T09:00", "2026-05-12T10:00", zone="America/Vancouver")
    assert toronto.start == vancouver.start
    assert answer(THIRTY["Z-M1"], vancouver)["sentence"].startswith(
        "Nobody was there during the session: the first person joined Tue, May 12, 11:55"
    )


def test_report_of_another_time_is_not_refused_because_of_its_waiting_room() -> None:
    waiting = f"{AYA}05/12/2026 11:40:00 AM,05/12/2026 11:55:00 AM,15,Yes,,Yes\n"
    found = answer(THIRTY["Z-M2c"] + 3 * waiting, question("2026-05-13T12:00", "2026-05-13T13:00"))
    assert found["refused"] == "all-outside"
    assert found["sentence"].replace("\xa0", " ") == (
        "Nobody was there during the session: the first person joined Tue, May 12, 11:55 am ET, the last one left "
        "Tue, May 12, 12:30 pm ET. The session started Wed, May 13, 12:00 pm ET and ended Wed, May 13, 1:00 pm ET. "
        "Check the time zone and the session."
    )


def test_refusal_for_another_day_says_when_the_session_started() -> None:
    found = answer(THIRTY["Z-M1"], question("2026-06-12T12:00", "2026-06-12T13:00"))
    assert found["sentence"].replace("\xa0", " ") == (
        "This report is of another day: row 2 says 05/12/2026 11:55:00 AM. "
        "The session started Fri, Jun 12, 12:00 pm ET."
    )


def test_report_with_only_absent_people_is_refused() -> None:
    text = THIRTY["Z-W2"].replace(f"Yes,{AYA}{TIMES},35,Yes", f"No,{AYA}--,--,--,--")
    assert answer(text, ASKED)["sentence"] == ("No row of this report can be counted (2 rows). Row 7: Did not attend.")

"""Each sample results in the minutes that were calculated by hand, or is refused with the reason (DOMAIN.md 2)."""

import pytest

from attendance.presenters import plain_reading
from attendance.reading.report import read_report
from echo_portal.lib.tables.refused import RefusedTableError
from tests.attendance.reports import EXPECTED, SAMPLES, answer, minutes, question, reasons, window_of


@pytest.mark.parametrize("sample", EXPECTED)
def test_sample_has_the_expected_minutes(sample: str) -> None:
    found = answer((SAMPLES / sample).read_bytes(), window_of(sample))
    assert minutes(found) == EXPECTED[sample]["by_email"]
    unmatched = [row["name"] for row in found["rows"] if row["outcome"] == "unmatched"]
    assert sorted(unmatched) == sorted(EXPECTED[sample]["unmatched"])


LAYOUTS = {
    "zm01_meeting_usage_rejoins_consent.csv": "Z-M2",
    "zm03_meeting_lowercase_2024plus.csv": "Z-M5",
    "zw01_webinar_attendee_2025_month_name_dates.csv": "Z-W1",
    "tm01_teams_attendance_v3_utf16le.csv": "T-3",
    "ed01_nul_byte_and_blank_rows.csv": "Z-M1g",
}


@pytest.mark.parametrize("sample", LAYOUTS)
def test_layout_of_a_sample_is_recognized(sample: str) -> None:
    assert answer((SAMPLES / sample).read_bytes(), window_of(sample))["layout"] == LAYOUTS[sample]


def test_seconds_and_intervals_are_limited_to_the_session() -> None:
    sample = "zm01_meeting_usage_rejoins_consent.csv"
    found = answer((SAMPLES / sample).read_bytes(), window_of(sample))
    assert found["people"][0] == {
        "key": "email:me.lachance@example.org",
        "name": "Marie-Ève Lachance (elle)",
        "role": "attendee",
        "rows": [2, 3],
        "intervals": [
            ["2026-02-10T12:00:00-05:00", "2026-02-10T12:21:40-05:00"],
            ["2026-02-10T12:24:05-05:00", "2026-02-10T13:00:00-05:00"],
        ],
        "seconds": 3455,
        "minutes": 57,
    }


def test_rows_that_do_not_count_have_their_reason() -> None:
    webinar = "zw01_webinar_attendee_2025_month_name_dates.csv"
    assert reasons(answer((SAMPLES / webinar).read_bytes(), window_of(webinar))) == [
        (14, "dropped", "no-show"),
        (20, "unmatched", "no-key"),
    ]
    meeting = "zm03_meeting_lowercase_2024plus.csv"
    assert reasons(answer((SAMPLES / meeting).read_bytes(), window_of(meeting))) == [
        (6, "dropped", "waiting-room"),
        (8, "unmatched", "no-key"),
    ]


def test_roles_in_the_report_are_parsed() -> None:
    webinar = "zw01_webinar_attendee_2025_month_name_dates.csv"
    found = answer((SAMPLES / webinar).read_bytes(), window_of(webinar))
    assert {person["key"]: person["role"] for person in found["people"]} == {
        "email:host@example.org": "host",
        "email:panel@example.org": "panelist",
        "email:aya@example.org": "panelist",
        "email:siku@example.org": "attendee",
    }


def test_removed_nul_character_is_reported() -> None:
    sample = "ed01_nul_byte_and_blank_rows.csv"
    found = answer((SAMPLES / sample).read_bytes(), window_of(sample))
    assert found["people"][0]["name"] == "A One"
    assert [note["sentence"] for note in found["notes"]] == ["Invisible characters were removed in these rows: 2."]
    assert reasons(found) == [(3, "dropped", "blank"), (5, "dropped", "blank")]


def test_rows_with_minutes_but_no_times_are_left_unmatched() -> None:
    data = (SAMPLES / "zoom_meeting_2020_unique_users_bom.csv").read_bytes()
    found = answer(data, question("2020-09-24T11:40", "2020-09-24T12:40"))
    assert (found["layout"], found["people"]) == ("Z-M4", [])
    assert {row["reason"] for row in found["rows"]} == {"total-only"}
    assert [row["minutes"] for row in found["rows"]][:4] == [75, 72, 70, 73]


JAPANESE = ("名前 (元の名前)", "ユーザーメール", "参加時刻", "退出時刻", "所要時間（分）")


def test_refusal_of_an_unknown_header_contains_its_columns() -> None:
    data = (SAMPLES / "zoom_meeting_ja_localised_bom.csv").read_bytes()
    found = answer(data, question("2020-12-08T09:00", "2020-12-08T10:00"))
    assert (found["refused"], found["found"]) == ("unknown-header", list(JAPANESE))


def test_mapped_header_in_another_language_is_parsed() -> None:
    data = (SAMPLES / "zoom_meeting_ja_localised_bom.csv").read_bytes()
    columns = dict(zip((name.replace("（", "(").replace("）", ")") for name in JAPANESE),
                       ("name", "email", "join", "leave", "duration"), strict=True))  # fmt: skip
    found = answer(data, question("2020-12-08T09:00", "2020-12-08T10:00", columns=columns))
    assert found["layout"] == "mapped"
    assert [(row["name"], row["minutes"]) for row in found["rows"]][:2] == [("太郎1", 60), ("太郎2", 60)]


def test_refusal_names_a_registration_report() -> None:
    data = (SAMPLES / "zr01_registration_report.csv").read_bytes()
    found = answer(data, question("2026-05-12T12:00", "2026-05-12T13:00"))
    assert (found["refused"], found["sentence"]) == (
        "other-report",
        "This is a registration report, not an attendance report.",
    )


@pytest.mark.parametrize("sample", EXPECTED)
def test_child_process_returns_the_same_result(sample: str) -> None:
    data, asked = (SAMPLES / sample).read_bytes(), window_of(sample)
    assert plain_reading(read_report(data, asked), asked) == answer(data, asked)


def test_refusal_in_the_child_process_is_raised_in_the_parent() -> None:
    data = (SAMPLES / "zoom_meeting_ja_localised_bom.csv").read_bytes()
    with pytest.raises(RefusedTableError) as refused:
        read_report(data, question("2020-12-08T09:00", "2020-12-08T10:00"))
    assert (refused.value.code, refused.value.found) == ("unknown-header", list(JAPANESE))

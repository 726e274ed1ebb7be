"""Each check before a series is published yields its concerns, with a code and a sentence."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone, translation

from credits.models import Accreditation
from credits.publish_checks import Concern, publish_concerns
from echo_portal.lib.dates import date_long
from sessions.models import Series, Session
from tests.builders import Programme

TODAY = dt.date(2029, 1, 1)
NOW = dt.datetime(2029, 1, 1, 17, tzinfo=dt.UTC)
SECOND_THURSDAYS = [dt.date(2029, 1, 11), dt.date(2029, 2, 8), dt.date(2029, 3, 8), dt.date(2029, 4, 12)]


@pytest.fixture
def series(programme: Programme) -> Series:
    """Return a draft series of four sessions about which there is no concern."""
    row = programme.series("good", hub=programme.bc, state="draft")
    for number, day in enumerate(SECOND_THURSDAYS, 1):
        programme.session(
            row,
            number,
            on_date=day,
            title_en=f"Title {number}",
            title_fr=f"Titre {number}",
            join_url="https://example.org/join",
            presenters=["Dr. One"],
        )
    return row


def concerns(series: Series) -> list[Concern]:
    sessions = list(series.sessions.order_by("number"))
    return publish_concerns(series, sessions, now=NOW, today=TODAY)


def found(series: Series) -> list[tuple[str, int | None, bool]]:
    return [(concern.code, concern.number, concern.is_blocking) for concern in concerns(series)]


def change(series: Series, number: int, **values: Any) -> None:
    session = series.sessions.get(number=number)
    for name, value in values.items():
        setattr(session, name, value)
    session.save()


def test_complete_series_has_no_concern(series: Series) -> None:
    assert found(series) == []


def test_series_without_sessions_has_a_blocking_concern(series: Series) -> None:
    series.sessions.all().delete()
    assert found(series) == [("no-sessions", None, True)]
    series.ongoing = True
    assert found(series) == [("no-sessions", None, False)]


def test_series_whose_keys_are_all_expired_has_a_blocking_concern(series: Series, programme: Programme) -> None:
    series.registration_mode = "key"
    assert found(series) == [("no-key", None, True)]
    programme.key(series, "OLD", closes_at=NOW)
    assert found(series) == [("no-key", None, True)]
    programme.key(series, "NEW", closes_at=NOW + dt.timedelta(days=1))
    assert found(series) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"on_date": dt.date(2029, 2, 10)}, [("weekend", 2, False)]),
        ({"on_date": dt.date(2029, 2, 19)}, [("weekday-differs", 2, False), ("holiday", 2, False)]),
        ({"on_date": dt.date(2028, 12, 14)}, [("date-past", 2, False), ("out-of-order", 2, False)]),
        (
            {"on_date": dt.date(2035, 2, 8)},
            [("date-far", 2, False), ("out-of-order", 3, False), ("out-of-order", 4, False)],
        ),
        ({"start_time": dt.time(13), "end_time": dt.time(14)}, [("hour-differs", 2, False)]),
        ({"end_time": dt.time(13, 30)}, [("length-differs", 2, False)]),
        ({"start_time": None, "end_time": None}, [("hour-missing", 2, False)]),
        (
            {"on_date": None, "start_time": None, "end_time": None},
            [("date-missing", 2, False), ("hour-missing", 2, False)],
        ),
        ({"on_date": SECOND_THURSDAYS[2]}, [("same-time", 2, True), ("same-time", 3, True)]),
        ({"title_fr": ""}, [("french-missing", None, False)]),
        ({"title_en": "", "title_fr": ""}, [("title-missing", 2, False)]),
        ({"join_url": ""}, [("link-missing", None, False)]),
        ({"join_url": "https://example.org/other"}, [("link-differs", None, False)]),
        ({"presenters": []}, [("presenter-missing", None, False)]),
        ({"state": "cancelled"}, []),
    ],
)
def test_incomplete_or_unusual_session_has_a_concern(
    series: Series, values: dict[str, Any], expected: list[tuple[str, int | None, bool]]
) -> None:
    change(series, 2, **values)
    assert found(series) == expected


def test_link_that_two_sessions_share_is_a_concern_where_links_differ(series: Series) -> None:
    for number in (1, 2, 3, 4):
        change(series, number, join_url=f"https://example.org/{number}")
    assert found(series) == []
    change(series, 4, join_url="https://example.org/3")
    assert [concern.sentence for concern in concerns(series)] == [
        "Sessions 3, 4 have the same joining link, though links differ in this series."
    ]


def test_federal_holiday_that_is_not_statutory_in_the_province_is_a_concern(series: Series) -> None:
    series.hub.province = "ON"
    series.hub.save()
    for day, name in (
        (dt.date(2030, 9, 30), "National Day for Truth and Reconciliation"),
        (dt.date(2030, 11, 11), "Remembrance Day"),
    ):
        change(series, 4, on_date=day)
        said = [concern.sentence for concern in concerns(series) if concern.code == "holiday-federal"]
        sentence = (
            f"Session 4: {date_long(day, 'en')} is a federal holiday, but not a statutory holiday in every province"
        )
        assert said == [f"{sentence}: {name}."]


def test_equivalent_dates_may_be_at_the_same_time(series: Series) -> None:
    change(series, 2, on_date=SECOND_THURSDAYS[2])
    series.choose_one = True
    assert [code for code, _number, blocking in found(series) if blocking] == []


def test_wrong_number_of_sessions_and_missing_french_are_concerns(series: Series) -> None:
    series.announced_session_count, series.title_fr, series.summary_fr = 13, "", ""
    assert found(series) == [
        ("count-differs", None, False),
        ("series-french", None, False),
        ("series-summary", None, False),
    ]
    assert concerns(series)[0].sentence == "13 sessions are announced, and 4 were found."


@pytest.mark.parametrize(
    ("english", "french", "sentence"),
    [
        ("", "", "The series has no summary."),
        ("", "Résumé", "The series has no English summary."),
        ("Summary", "", "The series has no French summary."),
    ],
)
def test_concern_names_the_language_of_a_missing_summary(
    series: Series, english: str, french: str, sentence: str
) -> None:
    series.summary_en, series.summary_fr = english, french
    assert [one.sentence for one in concerns(series)] == [sentence]


def accredit(series: Series, programme: Programme, **values: Any) -> Accreditation:
    fields = {
        "max_credits": 4,
        "valid_from": dt.date(2029, 1, 1),
        "valid_to": dt.date(2029, 12, 31),
        "statement_en": "As approved.",
        "statement_fr": "Comme approuvé.",
        "signatory_name": "Camille Specimen, MD",
        "signatory_title_en": "Medical lead",
        "signatory_title_fr": "Responsable médicale",
        "conflicts_declared_on": dt.date(2028, 12, 1),
    }
    return Accreditation.objects.create(
        series=series,
        certifier=programme.pallium,
        programme="Mainpro+",
        category="Certified Activity",
        **{**fields, **values},
    )


def test_accreditation_that_does_not_match_the_sessions_causes_a_warning(series: Series, programme: Programme) -> None:
    row = accredit(series, programme)
    assert found(series) == []
    row.max_credits, row.valid_from = 3, dt.date(2029, 2, 1)
    row.save()
    assert found(series) == [("credits-differ", None, False), ("accreditation-dates", 1, False)]
    with translation.override("fr"):
        assert "est hors de l’agrément" in concerns(series)[1].sentence
    row.statement_fr = ""
    row.save()
    assert [code for code, _number, _blocking in found(series)] == ["credits-differ", "accreditation-incomplete"]
    row.conflicts_declared_on = None
    row.save()
    assert "The declarations of conflicts of interest are not on record." in [one.sentence for one in concerns(series)]


def test_title_of_another_series_of_the_hub_is_a_concern(series: Series, programme: Programme) -> None:
    series.title_en, series.title_fr = "Long-term care", "Soins de longue durée"
    programme.series("elsewhere", hub=programme.national, title_en="Long-term care")
    assert concerns(series) == []
    programme.series("last-year", hub=series.hub, title_en="LONG-TERM CARE")
    assert found(series) == [("same-title", None, False)]


def test_blocking_concerns_come_first(series: Series) -> None:
    series.registration_mode, series.title_fr = "key", ""
    change(series, 1, presenters=[])
    assert [concern.is_blocking for concern in concerns(series)] == [True, False, False]


def test_publish_concerns_uses_three_queries(series: Series, django_assert_num_queries: Any) -> None:
    sessions = list(Session.objects.filter(series=series).order_by("number"))
    fresh = Series.objects.select_related("hub").get(pk=series.pk)
    with django_assert_num_queries(3):
        publish_concerns(fresh, sessions, now=timezone.now(), today=TODAY)

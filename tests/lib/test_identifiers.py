"""Words in a text that may identify a patient are found, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.identifiers import Identifier, identifiers_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call 613 555-0123", [Identifier.TELEPHONE]),
        ("carte TREM 4103 0315", [Identifier.HEALTH_NUMBER]),
        ("file 0012345", [Identifier.HEALTH_NUMBER]),
        ("born 1941-03-03", [Identifier.DATE]),
        ("born March 3rd, 1941", [Identifier.DATE]),
        ("née le 1er août 1941", [Identifier.DATE]),
        ("in K1A 0B1", [Identifier.POSTAL_CODE]),
        ("son is a@b.ca", [Identifier.EMAIL]),
        ("Mrs. O’Brien died", [Identifier.NAME]),
        ("M. Tremblay", [Identifier.NAME]),
        ("5 mg every 4 hours, in 2 of 10 patients, 12 sessions in 2026", []),
        ("Mrs is not a name; may 12 people come? Merci", []),
    ],
)
def test_text_that_may_identify_a_patient_is_found(text: str, found: list[Identifier]) -> None:
    assert identifiers_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See you on March 3, 2098 (2098-03-03), https://zoom.us/j/81234567890", []),
        ("born March 3, 1941", [Identifier.DATE]),
        ("born 3/3/41", [Identifier.DATE]),
        ("meeting 812 3456 7890", [Identifier.HEALTH_NUMBER]),
    ],
)
def test_dates_to_come_and_web_addresses_may_be_in_a_text_about_sessions(text: str, found: list[Identifier]) -> None:
    assert identifiers_in(text, about_sessions=True) == found


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(identifiers_in(text)) <= set(Identifier)


@pytest.mark.parametrize("text", [f"client no{' ' * 200_000}", f"client no{chr(10) * 200_000}", "a" * 200_000])
def test_long_runs_of_a_character_are_searched_in_linear_time(text: str) -> None:
    """With quadratic time, this test takes minutes."""
    assert identifiers_in(text) == []

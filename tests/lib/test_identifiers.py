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


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(identifiers_in(text)) <= set(Identifier)

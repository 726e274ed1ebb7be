"""Possible mistakes in an accreditation are displayed, but do not prevent saving it.

The rules of Mainpro+ changed in December 2024 (MP-1).
"""

import datetime as dt
from decimal import Decimal

import pytest

from credits.models import Accreditation
from credits.rules import accreditation_warnings

NEW, OLD = dt.date(2025, 1, 9), dt.date(2024, 1, 9)


def record(**fields: object) -> Accreditation:
    """Return an unsaved accreditation that follows the current rules of Mainpro+, except for these fields."""
    values = {
        "category": "Certified Activity",
        "max_credits": Decimal(12),
        "valid_from": NEW,
        "valid_to": NEW + dt.timedelta(days=364),
        "conflicts_declared_on": NEW,
        "interaction_percent": 25,
        "signatory_name": "Camille Specimen, MD",
    }
    return Accreditation(**(values | fields))


@pytest.mark.parametrize(
    ("fields", "ids", "expected"),
    [
        ({}, ["900001-001", "900001002"], []),
        ({"category": "Group Learning", "valid_from": OLD, "valid_to": OLD}, [], []),
        ({"category": "Group Learning"}, [], ["Since December 16, 2024"]),
        ({"valid_from": OLD, "valid_to": OLD}, [], ["Before December 16, 2024"]),
        ({"credits_per_hour": Decimal(2)}, [], ["one credit per hour"]),
        ({"category": "Group Learning", "valid_from": OLD, "valid_to": OLD, "credits_per_hour": Decimal(3)}, [], []),
        ({"valid_to": NEW + dt.timedelta(days=365)}, [], ["longer than 12 months"]),
        ({"valid_to": dt.date(2028, 1, 8), "category": "Certified Assessment Activity"}, [], []),
        ({"valid_to": dt.date(2028, 1, 9), "category": "Certified Assessment Activity"}, [], ["longer than 36 months"]),
        ({"valid_from": dt.date(2028, 2, 29), "valid_to": dt.date(2029, 2, 27)}, [], []),
        ({}, ["ID-202678"], ["nine digits: ID-202678"]),
        ({"scheme": "moc", "category": "Section 1"}, ["any"], []),
        ({"signatory_name": ""}, [], ["names nobody who signs"]),
        ({"conflicts_declared_on": None}, [], ["conflicts of interest"]),
        ({"interaction_percent": 24}, [], ["Less than a quarter"]),
    ],
)
def test_warnings_about_an_accreditation_are_displayed(
    fields: dict[str, object], ids: list[str], expected: list[str]
) -> None:
    found = accreditation_warnings(record(**fields), ids)
    assert len(found) == len(expected)
    assert all(part in sentence for part, sentence in zip(expected, found, strict=True))

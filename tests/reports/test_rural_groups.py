"""The share of rural areas compares two groups, because every group is rounded (DOMAIN.md 7)."""

import pytest
from django.db import connection

from echo_portal.reports.groups import AREA, ATTRIBUTES

pytestmark = pytest.mark.django_db


def test_postal_codes_are_rural_or_not() -> None:
    codes = ["K0L", "B0N", "K7L", "M5V", "V9Z", ""]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT array_agg({ATTRIBUTES[AREA]} ORDER BY number)"  # noqa: S608 (our own text)
            " FROM unnest(%s::text[]) WITH ORDINALITY AS person (forward_sortation_area, number)",
            [codes],
        )
        assert cursor.fetchone() == (["0", "0", "2", "2", "2", ""],)

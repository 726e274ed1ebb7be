"""On a phone, each row of an attendance table is a card: each value has the name of its column."""

import re

import pytest
from django.urls import reverse

from tests.admin.two_hubs import signed_in_client
from tests.attendance.held_session import HeldSession
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db
TABLE = re.compile(r"<table([^>]*)>\s*<thead>(.*?)</thead>.*?<tbody>(.*?)</tbody>", re.DOTALL)


def test_values_of_attendance_tables_are_labelled_by_their_column(programme: Programme, people: People) -> None:
    held = HeldSession(programme, people)
    draft = held.upload(held.usual)
    client, session = signed_in_client(held.by), (held.session.pk,)
    pages = [
        ("attendance_session", session, 1),
        ("attendance_attendanceimport_change", (draft.pk,), 2),
    ]
    for name, args, count in pages:
        tables = TABLE.findall(client.get(reverse(f"admin:{name}", args=args)).content.decode())
        assert len(tables) == count, name
        for attributes, head, body in tables:
            assert "desk-cards" in attributes
            labels = {" ".join(label.split()) for label in re.findall(r"<th[^>]*>(.*?)</th>", head, re.DOTALL)}
            cells = re.findall(r"<td([^>]*)>", body)
            assert cells
            for cell in cells:
                (label,) = re.findall(r'data-label="([^"]+)"', cell)
                assert label in labels

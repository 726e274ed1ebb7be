"""The evidence in the audit pack has every row of the reports: its name, who matched it, or why it does not count."""

import csv
import datetime as dt
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from attendance import actions as attending
from attendance.models import AttendanceRow
from credits import actions
from credits.actions.rendering import render_certificates
from credits.audit_pack.archive import write_audit_pack
from credits.models import Certificate
from tests.admin.two_hubs import signed_in_client
from tests.attendance.reports import TORONTO
from tests.credits.ltc import HEADER, LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def audited(ltc: LongTermCare) -> LongTermCare:
    """Return the series after a report in which Luc was matched by hand and two rows were not matched."""
    day = ltc.sessions[0].on_date
    rows = [
        ("Ama O", ltc.ama.email), ("Telephone", ""), ("zoe@example.com", "zoe@example.com"), ("Hall", ""),
    ]  # fmt: skip
    lines = [f"{name},{email},{day} 12:00:00,{day} 13:00:00,60\n" for name, email in rows]
    draft = attending.upload_report(
        session=ltc.sessions[0], file_name="zoom.csv", data=(HEADER + "".join(lines)).encode(), zone=TORONTO, by=ltc.by
    )
    attending.import_report(report=draft, sha256=draft.sha256, by=ltc.by)
    attending.match_row(row=AttendanceRow.objects.get(name="Telephone"), person=ltc.luc, remember=False, by=ltc.by)
    attending.set_row_aside(row=AttendanceRow.objects.get(name="Hall"), by=ltc.by)
    return ltc


def evidence_in(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"zoe@example.com" not in b"".join(archive.read(name) for name in archive.namelist())
        return list(csv.DictReader(io.StringIO(archive.read("evidence.csv").decode("utf-8-sig"))))


def downloaded(client: Client, page: str) -> list[dict[str, str]]:
    return evidence_in(b"".join(client.post(page)))


def shown(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    columns = ("file name", "name in the report", "person no.", "matched by", "decided by", "reason")
    return [tuple(row[column] for column in columns) for row in rows]


def test_hub_reads_every_row_with_its_name_and_who_matched_it(audited: LongTermCare) -> None:
    page = reverse("admin:credits_accreditation_pack", args=(audited.record.pk,))
    assert shown(downloaded(signed_in_client(audited.by), page)) == [
        ("zoom.csv", "Ama O", str(audited.ama.pk), "address", "", ""),
        ("zoom.csv", "Telephone", str(audited.luc.pk), "by hand", audited.by.name, ""),
        (
            *("zoom.csv", "…", "", "not matched", ""),
            "Nobody of the series has this address: a person decides who it is.",
        ),
        ("zoom.csv", "Hall", "", "not matched", audited.by.name, "Was set aside by hand."),
    ]


def test_reviewer_reads_no_name_of_a_row_that_belongs_to_nobody(audited: LongTermCare) -> None:
    review = actions.give_review(
        accreditation=audited.record,
        name="Rita Reviewer",
        email="review@accreditor.example",
        language="en",
        until=timezone.localdate() + dt.timedelta(days=10),
        by=audited.people.staff,
    )
    rows = downloaded(signed_in_client(review.person), reverse("review_pack", args=(review.pk,)))
    assert [row["name in the report"] for row in rows] == ["Ama O", "Telephone", "", ""]


def test_row_whose_name_was_erased_says_so(audited: LongTermCare) -> None:
    attending.erase_old_reports(now=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    page = reverse("admin:credits_accreditation_pack", args=(audited.record.pk,))
    rows = downloaded(signed_in_client(audited.by), page)
    assert rows[2]["reason"] == "Was not matched; its name and address were erased after 90 days."


def test_french_pack_has_no_english_words_and_names_nobody_by_address(ltc: LongTermCare, people: People) -> None:
    ltc.attend(1, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    nameless = people.make("nameless@example.org", "")
    Certificate.objects.update(issued_by=nameless)
    certificate = Certificate.objects.get()
    attending.correct_attendance(session=ltc.sessions[0], person=ltc.ama, seconds=0, reason="Non", by=ltc.by)
    ltc.update()
    certificate.refresh_from_db()
    file = io.BytesIO()
    with translation.override("fr"):
        write_audit_pack(ltc.record, file, made_at=timezone.now())
    with zipfile.ZipFile(file) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist() if not name.endswith(".pdf")).decode()
    assert [words for words in ("False", "was taken back", "nameless@example.org") if words in text] == []
    assert f"personne n°\u00a0{nameless.pk}" in text

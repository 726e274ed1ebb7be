"""The audit pack: a single file that contains who attended which session, and the evidence for it."""

import csv
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from attendance import actions as attending
from attendance.models import SaidCode, SharedRoom
from credits import actions
from credits.actions.rendering import render_certificates
from credits.audit_pack.archive import write_audit_pack
from credits.models import Accreditation, Certificate, CreditEntry
from registrations.models import Registration
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db

MADE_AT = dt.datetime(2026, 11, 27, 12, tzinfo=dt.UTC)


def pack_of(accreditation: Accreditation, language: str = "en", **more: bool) -> dict[str, bytes]:
    file = io.BytesIO()
    with translation.override(language):
        write_audit_pack(accreditation, file, made_at=MADE_AT, **more)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content: bytes, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


def audited_series(programme: Programme, people: People) -> LongTermCare:
    """Return the series after reports, a correction with a reason, certificates, and a replaced certificate."""
    ltc = LongTermCare(programme, people)
    ltc.attend(1, {ltc.ama: 60, ltc.luc: 60})
    ltc.attend(2, {ltc.ama: 60, ltc.luc: 30})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    attending.correct_attendance(
        session=ltc.sessions[1], person=ltc.luc, seconds=2700, reason="=Telephone, see the host", by=ltc.by
    )
    ltc.update()
    render_certificates()
    return ltc


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], LongTermCare]:
    return audited_series


@pytest.fixture
def audited(added: LongTermCare) -> LongTermCare:
    return added


def test_pack_says_for_each_credit_where_it_comes_from(audited: LongTermCare) -> None:
    pack = pack_of(audited.record)
    attendance = {(row["session"], row["name"]): row for row in rows_of(pack["attendance.csv"])}
    luc = attendance["2", "Luc Bélanger"]
    assert (luc["seconds that count"], luc["seconds in reports"], luc["seconds by correction"]) == (
        "2700",
        "1800",
        "2700",
    )
    (correction,) = rows_of(pack["corrections.csv"])
    assert (correction["seconds before"], correction["seconds after"], correction["reason"], correction["made by"]) == (
        "1800",
        "2700",
        "'=Telephone, see the host",
        audited.by.name,
    )
    reports = {row["report no."]: row for row in rows_of(pack["reports.csv"])}
    evidence = [row for row in rows_of(pack["evidence.csv"]) if row["person no."] == str(audited.luc.pk)]
    assert {reports[row["report no."]]["session"] for row in evidence} == {"1", "2"}
    assert all(len(row["SHA-256 of the file"]) == 64 for row in reports.values())


def test_sums_of_the_ledger_in_the_pack_are_those_of_the_database(audited: LongTermCare) -> None:
    lines = rows_of(pack_of(audited.record)["ledger.csv"])
    assert len(lines) == CreditEntry.objects.count()
    for person in (audited.ama, audited.luc):
        mine = [Decimal(line["credits"]) for line in lines if line["person no."] == str(person.pk)]
        assert sum(mine) == sum(audited.credits(person).values())
    taken_back = [line for line in lines if line["takes back entry no."]]
    assert {line["reason"] for line in taken_back} == {
        "Session 2: the attendance was corrected, 0.5 credit taken back."
    }


def test_every_certificate_and_file_has_its_hash_in_the_pack(audited: LongTermCare) -> None:
    pack = pack_of(audited.record)
    manifest = {row["file"]: row for row in rows_of(pack["manifest.csv"])}
    assert set(manifest) == set(pack) - {"manifest.csv"}
    for name, row in manifest.items():
        assert (row["SHA-256"], row["bytes"]) == (hashlib.sha256(pack[name]).hexdigest(), str(len(pack[name])))
    certificates = {row["file"]: row for row in rows_of(pack["certificates.csv"])}
    assert len(certificates) == Certificate.objects.count() == 3
    assert {row["state"] for row in certificates.values()} == {"Valid", "Replaced"}
    assert all(row["SHA-256 of the file"] == manifest[name]["SHA-256"] for name, row in certificates.items())
    assert all(name in pack["index.html"].decode() for name in pack if name.endswith(".csv") and name != "manifest.csv")


def test_pack_in_french_has_french_words_and_separators(audited: LongTermCare) -> None:
    pack = pack_of(audited.record, "fr")
    assert "Dossier d’audit" in pack["index.html"].decode()
    lines = rows_of(pack["ledger.csv"], ";")
    assert {line["crédits"] for line in lines} >= {"1,00", "0,75"}


def test_pack_lists_the_codes_that_participants_typed(audited: LongTermCare) -> None:
    mine, other = (
        Registration.objects.get(person=person, session=audited.sessions[1]) for person in (audited.ama, audited.luc)
    )
    at = timezone.now()
    room = SharedRoom.objects.create(opened_by=mine, code="123456", opened_at=at)
    SaidCode.objects.create(registration=mine, typed_at=at)
    SaidCode.objects.create(registration=other, room=room, typed_at=at)
    rows = rows_of(pack_of(audited.record)["codes.csv"])
    assert [(row["session"], row["person no."], row["code"], row["room opened by person no."]) for row in rows] == [
        ("2", str(audited.ama.pk), "said in the session", ""),
        ("2", str(audited.luc.pk), "of a shared room", str(audited.ama.pk)),
    ]


@pytest.mark.parametrize(
    ("language", "separator", "column", "sentence"),
    [
        ("en", ",", "what", "The attendance report was imported."),
        ("fr", ";", "quoi", "Le rapport de présence a été importé."),
    ],
)
def test_history_says_in_sentences_what_was_done(
    audited: LongTermCare, language: str, separator: str, column: str, sentence: str
) -> None:
    said = [row[column] for row in rows_of(pack_of(audited.record, language)["history.csv"], separator)]
    assert sentence in said
    assert [words for words in said if not words.endswith(".") or "-" in words.partition(" ")[0]] == []


def test_same_data_gives_the_same_bytes_and_no_address_is_in_them(audited: LongTermCare) -> None:
    first, second = pack_of(audited.record), pack_of(audited.record)
    assert first == second
    text = b"".join(content for name, content in first.items() if not name.endswith(".pdf")).decode()
    assert [address for address in (audited.ama.email, audited.luc.email) if address in text] == []


def test_coordinator_downloads_the_pack_and_the_history_says_so(audited: LongTermCare, people: People) -> None:
    client = signed_in_client(audited.by)
    page = reverse("admin:credits_accreditation_pack", args=(audited.record.pk,))
    assert "Download the audit pack" in client.get(page).content.decode()
    answer = client.post(page)
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/zip", True)
    content = b"".join(answer)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    event = AuditEvent.objects.get(verb="audit-pack-downloaded")
    assert (event.actor_id, event.about) == (audited.by.pk, f"accreditation:{audited.record.pk}")
    assert event.at <= timezone.now()

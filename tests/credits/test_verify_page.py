"""The public page that verifies a code displays four facts in the same layout, and has rate limits (PRODUCT.md 6)."""

import json
import re

import pytest
import time_machine
from django.test import Client

from attendance.actions import correct_attendance
from credits import actions
from credits.actions.rendering import render_certificates
from credits.codes import ALPHABET, new_code, shown_code, typed_code
from credits.links import file_url
from credits.models import Certificate
from credits.presenters import initials_of
from sessions.models import Session
from tests.credits.ltc import LongTermCare

NOON = "2026-06-01T12:00:00Z"


@pytest.fixture
def issued(ltc: LongTermCare) -> Certificate:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    return Certificate.objects.get()


def result(client: Client, code: str, language: str = "en") -> str:
    """Return the text of the box that displays the result."""
    answer = client.get(f"/{language}/{'verify' if language == 'en' else 'verifier'}/", {"code": code})
    assert answer.status_code == 200
    assert (answer["X-Robots-Tag"], answer["Cache-Control"]) == ("noindex", "no-store, private")
    box = re.search(r'<section class="seal.*?</section>', answer.content.decode(), re.DOTALL)
    assert box
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", box[0], flags=re.DOTALL).split())


def test_valid_code_shows_four_facts_and_nothing_else(client: Client, issued: Certificate) -> None:
    assert result(client, shown_code(issued.code)) == (
        "This certificate is valid Issued by Pallium Canada and not changed since. "
        "Issued to A. O. Initials only. Compare them with the name on the certificate. "
        "Title Palliative care in long-term care, part 5 Held February 6, 2025"
    )
    page = client.get(f"/en/verify/{shown_code(issued.code)}/").content.decode()
    for secret in ("Okpik", "ama@example.org", "Mainpro", str(issued.public_id)):
        assert secret not in page


def test_valid_and_revoked_codes_have_the_same_page_layout(
    client: Client, issued: Certificate, ltc: LongTermCare
) -> None:
    valid = result(client, issued.code)
    actions.revoke_certificate(certificate=issued, because="Another person", by=ltc.by)
    revoked = result(client, issued.code)
    assert revoked == valid.replace(
        "is valid Issued by Pallium Canada and not changed since.", "was revoked It no longer counts.", 1
    )


@pytest.mark.parametrize("minutes", [55, 0])
def test_certificate_is_not_valid_from_the_moment_of_a_correction(
    client: Client, issued: Certificate, ltc: LongTermCare, minutes: int
) -> None:
    valid = result(client, issued.code)
    session = Session.objects.get(series=ltc.series, number=5)
    correct_attendance(session=session, person=ltc.ama, seconds=minutes * 60, reason="Telephone", by=ltc.by)
    assert Certificate.objects.get().is_valid  # no worker has run
    assert result(client, issued.code) == valid.replace(
        "is valid Issued by Pallium Canada and not changed since.",
        "is being corrected The attendance that it states has changed. Check this code again in a minute.",
        1,
    )
    actions.update_stale_ledgers()
    assert result(client, issued.code).startswith(f"This certificate was {'replaced' if minutes else 'revoked'}")


def test_unknown_code_has_one_sentence_and_no_empty_facts(client: Client, issued: Certificate) -> None:
    unknown = {"en": result(client, new_code()), "fr": result(client, new_code(), "fr")}
    assert unknown == {
        "en": "This code is not known No certificate has this code. Check each character, and type it again.",
        "fr": (
            "Ce code est inconnu Aucune attestation n’a ce code. Vérifiez chaque caractère et saisissez-le de nouveau."
        ),
    }
    assert result(client, "not a code") == unknown["en"]


@pytest.mark.parametrize("code", ["", "%20"])
def test_page_asks_for_the_code_if_none_was_sent(client: Client, issued: Certificate, code: str) -> None:
    pages = [client.get(address).content.decode() for address in ("/en/verify/", f"/en/verify/?code={code}")]
    assert ["Type the code of the certificate." in page for page in pages] == [False, True]
    french = client.get(f"/fr/verifier/?code={code}").content.decode()
    assert "Saisissez le code de l’attestation." in french
    assert ["<title>Error: " in page for page in pages] == [False, True]
    assert "<title>Erreur" in french
    for page in pages:
        tied = (
            'aria-invalid="true"' in page,
            'aria-describedby="code-error code-hint"' in page,
            'id="code-error"' in page,
        )
        assert set(tied) == {page is pages[1]}


def test_code_is_accepted_with_spaces_and_similar_characters(client: Client, issued: Certificate) -> None:
    typed = f" {shown_code(issued.code).lower().replace('0', 'o').replace('1', 'l')} "
    assert result(client, typed).startswith("This certificate is valid")


def test_code_is_accepted_with_its_label_and_wide_or_other_digits() -> None:
    code = "7Q4K2M9XC6TR"
    wide = "".join(chr(ord(one) + 0xFEE0) for one in shown_code(code))
    arabic = code.translate({ord(one): chr(0x0660 + int(one)) for one in "0123456789"})
    typed = (wide, wide.lower(), arabic, f"Code : {shown_code(code)}", f"Code：{code}", "\u200b".join(code), f"{code}.")
    assert [typed_code(text) for text in typed] == [code] * len(typed)


def test_codes_have_sixty_bits_and_no_similar_characters() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {12}
    assert (len(ALPHABET), set("ILOU") & set(ALPHABET)) == (32, set())
    assert [typed_code(text) for text in ("", "1" * 11, "1" * 13, "U" * 12, "é" * 12, "1" * 70)] == [""] * 6


def test_verifications_are_limited_for_each_network(client: Client, issued: Certificate) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [client.get(f"/en/verify/{new_code()}/").status_code for _ in range(31)]
        assert answers == [200] * 30 + [429]
        busy = client.get(f"/en/verify/{issued.code}/")
        assert busy.status_code == 429
        assert "A. O." not in busy.content.decode()
        assert client.get(f"/en/verify/{issued.code}/", REMOTE_ADDR="192.0.2.7").status_code == 200
        assert client.get("/en/verify/").status_code == 200  # the empty form counts nothing


@pytest.mark.django_db
def test_verifications_are_limited_in_total_and_an_error_is_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(NOON, tick=False):
        answers = [
            client.get("/en/verify/000000000000/", REMOTE_ADDR=f"192.0.2.{number // 30}").status_code
            for number in range(602)
        ]
    assert answers == [200] * 600 + [429] * 2
    errors = [row for row in caplog.records if "credits.too_many_verifications" in str(row.msg)]
    assert [row.levelname for row in errors] == ["ERROR"]
    caplog.clear()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ama Okpik", "A. O."),
        ("ᐊᒪ ᐅᒃᐱᒃ", "ᐊ. ᐅ."),
        ("Élodie  de la Tour", "É. d. l. T."),
        ("W̱SÁNEĆ", "W̱."),
        ("", ""),
        ("A B C D E F G H", "A. B. C. D. E. F."),
    ],
)
def test_initials_are_the_first_characters_with_their_marks(name: str, expected: str) -> None:
    assert initials_of(name) == expected


def test_file_is_returned_only_for_the_link_in_its_email(client: Client, issued: Certificate) -> None:
    address = file_url(issued, "en")
    assert client.get(address).status_code == 404  # not made yet
    render_certificates()
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store, private", "noindex")
    assert answer.content == bytes(Certificate.objects.get().pdf or b"")
    assert client.get(address.replace("certificates/", "certificates/x")).status_code == 404
    type(issued.person).objects.filter(pk=issued.person.pk).update(link_version=2)
    assert client.get(address).status_code == 410


def test_own_file_is_returned_only_to_its_signed_in_owner(
    client: Client, issued: Certificate, ltc: LongTermCare
) -> None:
    render_certificates()
    address = f"/en/my-sessions/certificates/{issued.public_id}.pdf"
    assert client.get(address).status_code == 302
    for person, status in ((ltc.luc, 404), (ltc.by, 404), (ltc.ama, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status


def test_published_keys_contain_no_private_key(client: Client) -> None:
    answer = client.get("/en/verify/keys.json")
    assert [set(key) for key in answer.json()["keys"]] == [{"id", "ed25519"}]
    assert "dGhlLXRlc3RzLW93bi1r" not in answer.content.decode()


@pytest.mark.django_db
def test_page_for_files_has_the_published_keys_and_may_send_nothing(client: Client) -> None:
    page = client.get("/en/verify/file/")
    found = re.search(r'<script id="published-keys" type="application/json">(.*?)</script>', page.content.decode())
    assert found
    assert json.loads(found[1]) == client.get("/en/verify/keys.json").json()["keys"]
    assert "connect-src 'none'" in page["Content-Security-Policy"]
    assert 'href="/en/verify/file/"' in client.get("/en/verify/").content.decode()
    assert client.post("/en/verify/file/").status_code == 405

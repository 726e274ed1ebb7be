"""The file of a certificate is accessible, can be archived, is signed, and is made without using the network."""

import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django import Settings

from credits.certificates.pdf import signed_pdf
from credits.certificates.sheet import image_name, sheet_html
from credits.certificates.verifying import check_file
from echo_portal.lib.pdf.rendering import Renderer
from echo_portal.lib.pdf.square_code import square_code
from echo_portal.lib.signing_keys import SigningKey, published_keys

CODE = "7Q4K2M9XC6TR"
ADDRESS = "https://echo.example.org/en/verify/7Q4K-2M9X-C6TR/"
LONG = "Marie-Ève Łucja Charbonneau-Désilets de la Chevrotière-Tłı̨chǫ"
SYLLABICS = "ᐊᒪ ᐅᒃᐱᒃ ᓄᓇᕗᑦ"
SIGNATORY = "Dre Marie-Ève Łucja Charbonneau-Désilets de la Chevrotière-Tłı̨chǫ, M.D., CCMF (SP), M. Sc., FCMF"
TITLE_FR = "Responsable médicale du développement professionnel continu, Projet ECHO en soins palliatifs"
IMAGE = "ab" * 32
SENCOTEN = "W̱SÁNEĆ ȽÁU,WELṈEW̱ Elder"


def values(name: str = "Ama Okpik", language: str = "en", sessions: int = 1) -> dict[str, Any]:
    record = {
        "id": 1,
        "scheme": "mainpro",
        "programme": "Mainpro+",
        "category": "Certified Activity",
        "credits": str(min(sessions, 12)),
        "series_max": "12",
        "has_ids": True,
        "statement_en": "Certified for up to 12 Mainpro+ credits.",
        "statement_fr": "Certifiée pour un maximum de 12 crédits Mainpro+.",
        "signatory_name": SIGNATORY,
        "signatory_title_en": "Medical lead, Palliative Care ECHO Project",
        "signatory_title_fr": TITLE_FR,
    }
    return {
        "code": CODE,
        "language": language,
        "name": name,
        "project": "Palliative Care ECHO Project",
        "series": "Long-Term Care Community of Practice",
        "series_language": "en",
        "sessions_in_series": 13,
        "sessions": [
            {
                "id": number,
                "number": number,
                "title": "The Palliative Approach as Part of the Continuum of Care",
                "title_language": "en",
                "date": f"2025-01-{number:02}",
                "hours": "12:00 – 1:00 pm ET",
                "minutes": 60,
                "ids": {"1": f"900001-{number:03}"},
                "credits": {"1": "1" if number < 13 else "0"},
                "reasons": {} if number < 13 else {"1": "Session 13: attended, maximum of 12 reached, 0 credits."},
            }
            for number in range(1, sessions + 1)
        ],
        "records": [record],
        "is_statement": False,
        "is_specimen": False,
        "issued_on": "2026-11-27",
        "replaces": "",
        "funding": "Supported by Health Canada <& others>.",
    }


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        yield one


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("L", (600, 200), 128).save(file, "PNG")
    return file.getvalue()


def made(frozen: dict[str, Any], renderer: Renderer) -> bytes:
    return signed_pdf(
        sheet_html(frozen, verify_url=ADDRESS),
        images={"square-code.svg": square_code(ADDRESS), image_name(IMAGE): picture()},
        values=json.dumps(frozen, ensure_ascii=False, sort_keys=True),
        key=published_keys()[0],
        renderer=renderer,
    )


@pytest.fixture(scope="module")
def file(renderer: Renderer) -> bytes:
    return made(values(), renderer)


@pytest.mark.parametrize(
    ("name", "language", "sessions"),
    [("Ama Okpik", "en", 1), (LONG, "fr", 13), (SYLLABICS, "en", 13), (SENCOTEN, "fr", 1), ("A <b>&amp; B", "en", 1)],
)
def test_file_is_accessible_and_archivable_and_has_the_exact_name(
    name: str, language: str, sessions: int, renderer: Renderer
) -> None:
    frozen = values(name, language, sessions)
    found = made(frozen, renderer)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(found, profile=profile).is_compliant, profile
    reader = pypdf.PdfReader(io.BytesIO(found))
    text = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert name.replace(" ", "") in text.replace(" ", "")
    assert len(reader.pages) == (1 if sessions == 1 else 2)
    assert str(reader.root_object["/Lang"]) == f"{language}-CA"
    assert check_file(found, published_keys()).values == frozen
    category = {"en": "Certified Activity", "fr": "Activité certifiée"}[language]
    assert category.replace(" ", "") in text.replace(" ", "")
    title = {"en": "Medical lead, Palliative Care ECHO Project", "fr": TITLE_FR}[language]
    assert [part for part in (SIGNATORY, title) if part.replace(" ", "") not in text.replace(" ", "")] == []
    assert ("<" in text, "Health Canada <& others>" in text) == (True, True)


def test_file_is_small_and_contains_its_values_but_no_email_address(file: bytes) -> None:
    assert len(file) < 60_000
    assert b"ama@example.org" not in file


def test_thousand_changes_of_one_byte_are_refused(file: bytes) -> None:
    dice = random.Random(12)
    keys = published_keys()
    assert check_file(file, keys).problem == ""
    signature = file.index(b"<echo:signature>")
    places = [dice.randrange(len(file)) for _ in range(850)] + list(range(signature, signature + 150))
    accepted = []
    for place in places:
        other = bytearray(file)
        other[place] ^= dice.randrange(1, 256)
        if not check_file(bytes(other), keys).problem:
            accepted.append(place)
    assert accepted == []


def test_unsigned_file_and_file_with_added_bytes_are_refused(file: bytes) -> None:
    keys = published_keys()
    assert check_file(b"%PDF-1.7", keys).problem == "unsigned"
    assert check_file(file + b"\n", keys).problem == "changed"
    assert check_file(file + file, keys).problem == "unsigned"
    assert check_file(file + bytes(5 * 1024 * 1024), keys).problem == "too-large"


def test_retired_key_verifies_its_files_but_an_unknown_key_does_not(file: bytes, settings: Settings) -> None:
    old = published_keys()[0]
    settings.CERTIFICATE_KEYS = [
        "2027:bmV3LWtleS1vZi10aGUtdGVzdHMtMzItYnl0ZXMtISE=",
        f"{old.id}:public:{old.public_text}",
    ]
    assert published_keys()[0].id == "2027"
    assert check_file(file, published_keys()).problem == ""
    assert check_file(file, [published_keys()[0]]).problem == "unknown-key"
    assert check_file(file, [SigningKey(old.id, published_keys()[0].public)]).problem == "changed"


def test_command_verifies_a_file_offline_with_the_published_key(
    file: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(file)
    key = published_keys()[0]
    call_command("verify_certificate", path, key=[f"{key.id}:public:{key.public_text}"])
    assert "7Q4K-2M9X-C6TR · Ama Okpik" in capsys.readouterr().out
    call_command("verify_certificate", path, json=True)
    assert json.loads(capsys.readouterr().out) == values()
    path.write_bytes(file.replace(b"Ama Okpik", b"Ama Okpek"))
    with pytest.raises(CommandError, match="changed since it was signed"):
        call_command("verify_certificate", path)
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_certificate", tmp_path / "none.pdf")
    with pytest.raises(CommandError, match="32 bytes"):
        call_command("verify_certificate", path, key=["x:public:AAAA"])


def test_command_says_that_a_file_is_a_specimen(
    renderer: Renderer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "specimen.pdf"
    path.write_bytes(made(values() | {"is_specimen": True}, renderer))
    call_command("verify_certificate", path)
    assert "Specimen: an invented certification, for a demonstration." in capsys.readouterr().out


FOOT = ("Pour Pallium Canada", "Délivrée le", "Vérifi", "7Q4K-2M9X-C6TR", "echo.example.org")
FOOT_TOP, FOOT_END = 137, 62  # points from the bottom of the sheet: the square code, and the funding text
ABOVE_NAME = 16  # points from the first line of the signature to the text above it
OF_IMAGE = 33  # points of the image of the signature
STATEMENT = (
    "Cette activité satisfait aux exigences du Collège des médecins de famille du Canada et donne droit à {n} crédits "
    "Mainpro+ au plus; elle est soumise à la vérification annuelle des activités certifiées du Collège."
)


@pytest.mark.parametrize("kinds", [1, 2, 3])
@pytest.mark.parametrize("sessions", [1, 13])
@pytest.mark.parametrize("image", ["", IMAGE], ids=["no image", "image"])
@pytest.mark.parametrize(
    ("is_specimen", "statements", "replaces"),
    [
        (True, (STATEMENT, STATEMENT), "8Q4K2M9XC6TR"),
        (False, ("Approved.", STATEMENT), "8Q4K2M9XC6TR"),
        (False, ("Approved.", "Approuvée."), ""),
    ],
)
def test_text_of_the_certificate_does_not_overlap_its_footer(
    kinds: int,
    sessions: int,
    image: str,
    is_specimen: bool,
    statements: tuple[str, str],
    replaces: str,
    renderer: Renderer,
) -> None:
    frozen = values(LONG, "fr", sessions) | {"is_specimen": is_specimen, "replaces": replaces}
    texts = dict(zip(("statement_en", "statement_fr"), statements, strict=True))
    frozen["records"] = [
        frozen["records"][0] | texts | {"id": number, "signature": image} for number in range(1, kinds + 1)
    ]
    found: list[tuple[float, str]] = []

    def visit(text: str, matrix: Any, place: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            found.append((matrix[3] * place[5] + matrix[5], text.strip()))

    sheet = pypdf.PdfReader(io.BytesIO(made(frozen, renderer))).pages[0]
    sheet.extract_text(visitor_text=visit)
    signed = [(y, text) for y, text in found if FOOT_END < y < 200 and text in f"{SIGNATORY}/{TITLE_FR}"]
    top = max(FOOT_TOP, *(y + ABOVE_NAME + bool(image) * OF_IMAGE for y, _text in signed))
    rest = [(y, text) for y, text in found if (y, text) not in signed]
    beside = [text for y, text in rest if FOOT_END < y < top and not text.startswith(FOOT)]
    assert "".join(text for _y, text in signed).replace(" ", "") == f"{SIGNATORY}{TITLE_FR}".replace(" ", "")
    assert (beside, any(text.startswith(FOOT) for y, text in found)) == ([], True)

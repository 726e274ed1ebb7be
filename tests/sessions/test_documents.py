"""Types of uploaded documents that are accepted or refused (SAFETY.md V5)."""

import time

import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.documents import TYPES, RefusedDocumentError, check_document
from sessions.sentences import document_sentence
from tests.sessions import hostile_pdfs, uploads


@pytest.mark.parametrize("case", uploads.HOSTILE)
def test_hostile_document_is_refused_within_two_seconds(case: str) -> None:
    name, data, code = uploads.HOSTILE[case]
    started = time.process_time()
    with pytest.raises(RefusedDocumentError) as refused:
        check_document(name, data)
    assert refused.value.code == code
    assert time.process_time() - started < 2
    assert document_sentence(refused.value)


def test_there_are_at_least_twenty_five_hostile_documents() -> None:
    assert len(uploads.HOSTILE) >= 25


@pytest.mark.parametrize(
    ("name", "data", "extension"),
    [
        ("Slides of session 3.PDF", uploads.PDF, "pdf"),
        ("diapositives – séance 3.pptx", uploads.PPTX, "pptx"),
        ("questions.docx", uploads.DOCX, "docx"),
        ("sous-titres.vtt", uploads.VTT, "vtt"),
        ("sous-titres.vtt", b"\xef\xbb\xbf" + uploads.VTT, "vtt"),
        ("transcript.txt", uploads.TXT, "txt"),
    ],
)
def test_usual_document_is_accepted(name: str, data: bytes, extension: str) -> None:
    assert check_document(name, data) == TYPES[extension]


@given(
    st.sampled_from(["Launch", "EmbeddedFile", "EmbeddedFiles", "JavaScript", "XFA"]),
    st.lists(st.sampled_from(["plain", "upper", "lower"]), min_size=13, max_size=13),
    st.sampled_from([b" ", b"\n", b"\r", b"\t", b"\0", b"\f", b"/", b"<<", b"[", b"(", b">>", b"%", b"{"]),
    st.booleans(),
)
def test_active_name_is_refused_however_it_is_written(name: str, ways: list[str], after: bytes, packed: bool) -> None:
    forms = {"plain": "{}", "upper": "#{:02X}", "lower": "#{:02x}"}
    written = "".join(
        forms[way].format(one if way == "plain" else ord(one)) for one, way in zip(name, ways, strict=False)
    )
    entry = b"/S /" + written.encode() + after
    data = (
        uploads.pdf_with_stream(b"1 0 " + entry) if packed else uploads.PDF.replace(b"/Catalog", b"/Catalog " + entry)
    )
    with pytest.raises(RefusedDocumentError) as refused:
        check_document("a.pdf", data)
    assert refused.value.code == "active"


@pytest.mark.parametrize("stream", [b"BT /F1 12 Tf (a) Tj ET", b"0 0 612 792 re W n /Im0 Do", b"\x89\x00" * 9999])
def test_pdf_with_usual_streams_is_accepted(stream: bytes) -> None:
    assert check_document("a.pdf", uploads.pdf_with_stream(stream)) == TYPES["pdf"]
    longer_names = uploads.PDF.replace(b"/Catalog", b"/Catalog /JavaScripts /Launch#65d")
    assert check_document("a.pdf", longer_names) == TYPES["pdf"]


@pytest.mark.parametrize("case", hostile_pdfs.HOSTILE)
def test_pdf_that_acts_or_hides_objects_is_refused(case: str) -> None:
    data, code = hostile_pdfs.HOSTILE[case]
    started = time.process_time()
    with pytest.raises(RefusedDocumentError) as refused:
        check_document("a.pdf", data)
    assert refused.value.code == code
    assert time.process_time() - started < 2
    assert document_sentence(refused.value)


@pytest.mark.parametrize("case", hostile_pdfs.USUAL)
def test_pdf_with_links_and_an_opening_place_is_accepted(case: str) -> None:
    assert check_document("a.pdf", hostile_pdfs.USUAL[case]) == TYPES["pdf"]


@pytest.mark.parametrize("variant", [None, "pdf/a-2a", "pdf/ua-1"])
def test_pdf_of_weasyprint_is_accepted(variant: str | None) -> None:
    page = "<html lang=en><title>a</title><h1 id=a>a</h1><a href='#a'>b</a> <a href='https://example.org/'>c</a>"
    data = weasyprint.HTML(string=page).write_pdf(pdf_variant=variant)
    assert check_document("a.pdf", data) == TYPES["pdf"]


@given(st.text(max_size=40), st.binary(max_size=400))
def test_any_bytes_are_accepted_or_refused_with_a_sentence(name: str, data: bytes) -> None:
    for extension in TYPES:
        try:
            check_document(f"{name}.{extension}", data)
            sentence = "accepted"
        except RefusedDocumentError as refused:
            sentence = document_sentence(refused)
        assert sentence

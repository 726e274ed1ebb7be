"""Types of uploaded documents that are accepted or refused (SAFETY.md V5)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.lib.documents import TYPES, RefusedDocumentError, check_document
from sessions.sentences import document_sentence
from tests.sessions import uploads


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


@given(st.text(max_size=40), st.binary(max_size=400))
def test_any_bytes_are_accepted_or_refused_with_a_sentence(name: str, data: bytes) -> None:
    for extension in TYPES:
        try:
            check_document(f"{name}.{extension}", data)
            sentence = "accepted"
        except RefusedDocumentError as refused:
            sentence = document_sentence(refused)
        assert sentence

"""The page that checks a certificate's file in the browser: every result, without sending anything (PRODUCT.md 6)."""

from __future__ import annotations

import base64
import datetime as dt
import random
import time
from collections.abc import Callable
from functools import cache

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import Person
from attendance.actions import correct_attendance
from credits.actions import issue_certificates
from credits.certificates.verifying import CHANGED, LARGEST_FILE, UNKNOWN_KEY, UNSIGNED, check_file
from credits.codes import shown_code
from credits.models import Certificate
from echo_portal.lib.signing_keys import published_keys
from tests.attendance.held_session import register
from tests.calendar.clocks import TORONTO
from tests.journeys.own_places import a_series_of_every_state, a_session, somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser
FILE_SECONDS = 60.0
type Issued = Callable[[str], Certificate]
MUTATIONS = 40
DROP = """([base64, ...names]) => {
    const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
    const transfer = new DataTransfer();
    for (const name of names) transfer.items.add(new File([bytes], name, {type: "application/pdf"}));
    return transfer;
}"""
# Playwright's own events do not say whether the page kept the browser from opening the file.
DROPPED_BESIDE = """(transfer) => ["dragover", "drop"].map((name) => {
    const event = new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: transfer});
    document.querySelector("h1").dispatchEvent(event);
    return event.defaultPrevented;
})"""


def issued(portal: LivePortal, language: str) -> Certificate:
    """Return a certificate whose file the portal's worker made."""

    def prepare() -> int:
        person = somebody(language)
        series = a_series_of_every_state()
        held = timezone.localdate() - dt.timedelta(days=2)
        hours = {"start_time": dt.time(12), "end_time": dt.time(13), "time_zone": "America/Toronto"}
        session = a_session(series, 1, timezone.now(), on_date=held, **hours)
        register(person, session)
        by = Person.objects.create_superuser(f"staff-{series.slug}@example.org", name="Staff")
        correct_attendance(session=session, person=person, seconds=3600, reason="List", by=by)
        issue_certificates(series=series, by=by)
        series.state = series.State.DRAFT
        series.save(update_fields=["state"])
        return Certificate.objects.get(person=person).pk

    pk = portal.within(prepare)
    deadline = time.monotonic() + FILE_SECONDS
    while True:
        certificate = portal.within(lambda: Certificate.objects.get(pk=pk))
        if certificate.pdf is not None:
            return certificate
        assert time.monotonic() < deadline, portal.logs()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def certificate_in(portal: LivePortal) -> Issued:
    """Return a function that returns a certificate in a language. Tests of one language share a certificate."""
    return cache(lambda language: issued(portal, language))


def result_of(page: Page, file: bytes, name: str = "certificate.pdf") -> str:
    """Choose the file on the page, and return the code of the result."""
    page.locator("#certificate-file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": file})
    return page.locator("#file-result[data-result]").get_attribute("data-result") or ""


def test_browser_checks_a_file_as_the_command_does_and_sends_nothing(certificate_in: Issued, arrive: Arrive) -> None:
    certificate = certificate_in("en")
    file = bytes(certificate.pdf or b"")
    visitor = arrive(place=TORONTO, width=COMPUTER)
    visitor.opens("/en/verify/file/")
    page, sent = visitor.page, list[str]()
    page.on("request", lambda request: sent.append(request.url))
    page.wait_for_selector("#certificate-file:visible")
    page.locator("#certificate-file").focus()  # a keyboard reaches it, and the browser's dialog opens with Space
    assert result_of(page, file) == "unchanged"
    text = page.locator("#file-result").inner_text()
    assert [part in text for part in ("Maïka Desrosiers", "Session in state 1", "certificate.pdf")] == [True] * 3

    dice = random.Random(22)
    signature, values = file.index(b"<echo:signature>"), file.index(b"<echo:values>")
    places = [dice.randrange(len(file)) for _ in range(MUTATIONS)]
    places += [signature + 3, signature + 20, signature + 143, values + 20, file.index(b"<echo:keyId>") + 12, 0]
    found, expected = [], []
    for place in places:
        other = bytearray(file)
        other[place] ^= 1
        found.append(result_of(page, bytes(other)))
        expected.append(check_file(bytes(other), published_keys()).problem)
    assert found == expected
    assert set(found) == {CHANGED, UNSIGNED, UNKNOWN_KEY}

    assert result_of(page, file + b"\n") == "changed"
    assert result_of(page, file + file) == "unsigned"
    assert result_of(page, b"%PDF-1.7\n%%EOF\n") == "unsigned"
    assert result_of(page, b"") == "not-pdf"
    assert result_of(page, b"\x89PNG\r\n", "picture.png") == "not-pdf"
    assert result_of(page, file + bytes(LARGEST_FILE)) == "too-large"
    assert sent == []

    assert result_of(page, file) == "unchanged"
    visitor.presses(visitor.link(shown_code(certificate.code)))
    assert page.url.endswith(f"/en/verify/{shown_code(certificate.code)}/")
    assert page.locator(".seal h2").inner_text() == "This certificate is valid"


def test_dropped_file_is_checked_in_french_on_a_phone(certificate_in: Issued, arrive: Arrive) -> None:
    file = bytes(certificate_in("fr").pdf or b"")
    visitor = arrive(place=TORONTO, width=PHONE, language="fr")
    visitor.opens("/fr/verifier/")
    visitor.presses(visitor.link("Vérifiez le fichier"))
    page = visitor.page
    page.wait_for_selector("#certificate-file:visible")
    for data, code, heading in (
        (file, "unchanged", "Le fichier est intact"),
        (file.replace(b"Desrosiers", b"Desrosiert"), "changed", "Le fichier a été modifié"),
    ):
        transfer = page.evaluate_handle(DROP, [base64.b64encode(data).decode(), "attestation.pdf"])
        page.dispatch_event("#file-check", "drop", {"dataTransfer": transfer})
        page.wait_for_selector(f"#file-result[data-result={code}]")
        assert page.locator("#file-result h2").inner_text() == heading
    two = page.evaluate_handle(DROP, [base64.b64encode(file).decode(), "attestation.pdf", "autre.pdf"])
    page.dispatch_event("#file-check", "drop", {"dataTransfer": two})
    assert page.locator("#file-result").get_attribute("data-result") == "several"
    # A file that is dropped beside the box is neither opened by the browser nor checked.
    one = page.evaluate_handle(DROP, [base64.b64encode(file).decode(), "attestation.pdf"])
    assert page.evaluate(DROPPED_BESIDE, one) == [True, True]
    assert page.locator("#file-result").get_attribute("data-result") == "several"


def test_browser_without_signatures_or_scripts_says_so(portal: LivePortal, arrive: Arrive) -> None:
    old = arrive(place=TORONTO, width=PHONE)
    old.context.add_init_script("delete Crypto.prototype.subtle")  # as on a page without HTTPS
    old.opens("/en/verify/file/")
    old.page.wait_for_selector("#file-result[data-result=unsupported]")
    assert not old.page.locator("#file-check").is_visible()
    none = arrive(place=TORONTO, width=PHONE, javascript=False)
    none.opens("/en/verify/file/")
    assert none.page.locator("noscript").inner_text().strip() == (
        "The file is checked by a script, and your browser runs none."
    )
    assert not none.page.locator("#file-check").is_visible()


def test_page_for_files_has_no_accessibility_or_console_error(reader: Reader, certificate_in: Issued) -> None:
    certificate = certificate_in(reader.language)
    reader.opens("verify file", reader.address("verify_file"))
    assert result_of(reader.page, bytes(certificate.pdf or b"")) == "unchanged"
    reader.looks("verify file unchanged")
    assert result_of(reader.page, b"%PDF-1.7") == "unsigned"
    reader.looks("verify file unsigned")

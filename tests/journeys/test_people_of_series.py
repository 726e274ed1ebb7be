"""A coordinator imports a list of 200 people with 7 faults. All pages about people of a series are accessible."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from echo_portal.outbox.models import Message
from registrations.actions.list_work import LONG
from registrations.models import RegistrantList, Registration
from sessions.models import Series
from tests.calendar.clocks import TORONTO
from tests.journeys.coordinating import a_series_to_coordinate
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

PEOPLE, FAULTS = 200, 7
MOST_PRESSES = 14
MOST_SECONDS = 60
SECONDS_OF_A_WORKER = 60
HEADERS = {"en": "Name,Email,Language,Profession,Province", "fr": "Nom;Courriel;Langue;Profession;Province"}


def listing(series: Series, language: str, *, corrected: bool) -> bytes:
    """Return the list as a spreadsheet in this language saves it, with or without its faults."""
    separator = "," if language == "en" else ";"
    rows = [
        [f"Zoé Roy {number}", f"p{number}@{series.slug}.example.org", language, "RN", "QC"]
        for number in range(1, PEOPLE + 1)
    ]
    if not corrected:
        rows[9][0] = ""
        rows[19][1] = ""
        rows[29][1] = "nobody"
        rows[39][2] = "Deutsch"
        rows[49][3] = "wizard"
        rows[59][4] = "Texas"
        rows[69][1] = rows[0][1]
    lines = [HEADERS[language], *(separator.join(row) for row in rows)]
    return "\r\n".join(lines).encode("utf-8-sig" if language == "en" else "cp1252")


@pytest.mark.parametrize(("width", "language"), [(COMPUTER, "en"), (PHONE, "fr")], ids=["computer", "phone"])
def test_coordinator_imports_two_hundred_people_after_correcting_seven_faults(
    portal: LivePortal, arrive: Arrive, tmp_path: Path, width: int, language: str
) -> None:
    series, key = portal.within(lambda: a_series_to_coordinate(language))
    visitor = arrive(place=TORONTO, width=width, language=language)
    visitor.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    visitor.opens(f"/admin/echo_sessions/series/{series.pk}/registrants/")
    visitor.starts()
    file = tmp_path / "list.csv"

    def uploads(*, corrected: bool) -> None:
        file.write_bytes(listing(series, language, corrected=corrected))
        visitor.page.locator("input[type=file]").set_input_files(file)
        visitor.points += 1
        visitor.presses(visitor.page.locator(f"input[name=default_language][value={language}]"))
        reason = visitor.page.locator(f"textarea[name=note_{language}]")
        visitor.presses(reason)
        reason.fill("You asked your hub." if language == "en" else "Vous l’avez demandé à votre carrefour.")
        visitor.presses(visitor.page.locator("form.desk-form button.default"))

    # When they upload the list, each of its faults is named with its row and column
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Import a list")))
    uploads(corrected=False)
    said = visitor.page.locator(".errornote + ul li").all_inner_texts()
    assert len(said) == FAULTS
    assert "11" in said[0]
    # And when they upload the corrected list, they see the number of emails and a sample before anybody is registered
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Upload the file again")))
    uploads(corrected=True)
    places = Registration.objects.filter(session__series=series, addition__isnull=False)
    assert not portal.within(places.exists)
    press = visitor.counts("Register and write %(count)s email", "Register and write %(count)s emails", PEOPLE)
    visitor.presses(visitor.page.locator("#main").get_by_role("button", name=press % {"count": PEOPLE}))
    # Then each person is registered and has one email that waits
    told = Message.objects.filter(kind="added-by-hub", address__endswith=f"@{series.slug}.example.org")
    assert portal.within(told.count) == PEOPLE
    assert portal.within(lambda: places.values("person").distinct().count()) == PEOPLE
    assert visitor.page.get_by_role("button", name=visitor.says("Take it back")).count() == 1
    visitor.tells(f"import of 200 people with 7 faults: {visitor.effort}")
    assert visitor.points <= MOST_PRESSES, visitor.effort
    assert visitor.seconds < MOST_SECONDS, visitor.effort


def test_pages_about_people_have_no_accessibility_or_console_error(
    reader: Reader, portal: LivePortal, tmp_path: Path
) -> None:
    series, key = portal.within(lambda: a_series_to_coordinate(reader.language))
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language  # Django's pages do not name the country
    place = portal.within(lambda: Registration.objects.filter(session__series=series).order_by("pk")[0])

    def presses(name: str, selector: str) -> None:
        reader.page.locator(selector).first.click()
        reader.page.wait_for_load_state("domcontentloaded")
        reader.looks(name)

    def at(tab: str, **arguments: int) -> str:
        return reader.address(f"admin:echo_sessions_series_{tab}", pk=series.pk, **arguments)

    reader.opens("add a person", at("add_person"))
    reader.page.locator("[name=name]").fill("Nora Typed")
    reader.page.locator("[name=email]").fill(f"nora@{series.slug}.example.org")
    presses("add a person with errors", "button[value=preview]")
    reader.page.locator("input[name=language]").first.check()
    reader.page.locator("[name=note_en]").fill("You asked for it.")
    presses("preview of a person", "button[value=preview]")
    presses("a person who was added", "button[value=send]")
    reader.opens("one person of a series", at("person", person=place.person_id))
    reader.opens("move a person", at("move", person=place.person_id, registration=place.pk))
    reader.opens("correct an address", at("propose_address", person=place.person_id))
    reader.opens("propose to merge", at("propose_merge", person=place.person_id))
    reader.opens("import a list", at("import"))
    file = tmp_path / "list.csv"
    file.write_bytes(b"Who,Email\nNora,nobody\n")
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.page.locator("[name=default_language]").first.check()
    reader.page.locator("[name=note_en]").fill("You asked for it.")
    presses("columns of a list", "form.desk-form button.default")
    reader.page.locator("select").first.select_option("name")
    reader.page.locator("select").nth(1).select_option("email")
    presses("faults of a list", "button[value=columns]")


def test_pages_of_a_long_list_have_no_accessibility_or_console_error(
    reader: Reader, portal: LivePortal, tmp_path: Path
) -> None:
    series, key = portal.within(lambda: a_series_to_coordinate(reader.language))
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language
    file = tmp_path / "list.csv"
    rows = [f"Nora {number},long{number}@{series.slug}.example.org" for number in range(LONG + 1)]
    file.write_text("\n".join(["Name,Email", *rows]))

    def presses(name: str, selector: str) -> None:
        reader.page.locator(selector).first.click()
        reader.page.wait_for_load_state("domcontentloaded")
        reader.looks(name)

    reader.opens("import a long list", reader.address("admin:echo_sessions_series_import", pk=series.pk))
    reader.page.locator("input[type=file]").set_input_files(file)
    reader.page.locator("[name=default_language]").first.check()
    reader.page.locator("[name=note_en]").fill("You asked for it.")
    presses("progress of a check", "form.desk-form button.default")
    lists = RegistrantList.objects.filter(series=series)
    row = portal.within(lists.get)
    here = reader.address("admin:echo_sessions_series_check_list", pk=series.pk, upload=row.pk)

    def waits_for_the_worker() -> None:
        deadline = time.monotonic() + SECONDS_OF_A_WORKER
        while portal.within(lists.at_work().exists):
            assert time.monotonic() < deadline, portal.logs()
            time.sleep(0.2)

    waits_for_the_worker()
    reader.opens("preview of a long list", here)
    presses("progress of an import", "button[value=import]")
    waits_for_the_worker()
    reader.opens("result of an import", here)
    added = Registration.objects.filter(session__series=series, addition__isnull=False).values("person").distinct()
    assert portal.within(added.count) == LONG + 1
    presses("registrants", "button[value=read]")

"""All pages about one person, in all states.

Each page is opened in both languages: the browser logs no error, `lang` is set, and the page does not scroll
horizontally on a computer or a phone. Axe finds no violation of WCAG 2.2 AA (in English, on a phone). With
SHOTS=folder, the screenshots are saved.
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.actions import request_sign_in_code
from accounts.links import MANAGE, token_for
from accounts.models import Person
from registrations import actions
from registrations.links import join_token
from registrations.models import Addition, Registration
from sessions.models import Series, Session, SessionRole
from tests.journeys.own_places import a_series_of_every_state, a_session, enroll, somebody, to_come
from tests.journeys.reader import Reader
from tests.live_portal import LivePortal
from tests.smtp_server import free_port

pytestmark = pytest.mark.browser


def test_my_sessions_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    language, at = reader.language, reader.address

    def prepare() -> tuple[str, str, Registration, str, Registration]:
        nobody, person, other = somebody(language), somebody(language), somebody(language)
        heart, cbpp = to_come("heart-cop"), to_come("cbpp-cop")
        enroll(person, heart[0], heart[1], whole=True)
        enroll(person, cbpp[0], cbpp[1], whole=True)  # Heart 4 and Community 5 are at the same time
        capaciti = to_come("capaciti-information")
        _receipt, both = enroll(person, capaciti[0], capaciti[1])
        own = a_series_of_every_state()
        soon = timezone.now() + dt.timedelta(days=2)
        full = a_session(own, 1, soon.replace(hour=15), capacity=1)
        live = a_session(own, 2, timezone.now() - dt.timedelta(minutes=2), join_url="https://zoom.example/1")
        gone = a_session(own, 3, soon.replace(hour=18))
        past = a_session(own, 4, timezone.now() - dt.timedelta(days=3))
        enroll(other, own, [full])
        enroll(person, own, [full, live, gone])
        Session.objects.filter(pk=gone.pk).update(state="cancelled")
        now = timezone.now()
        Registration.objects.create(person=person, session=past, registered_at=now, changed_at=now, state="registered")
        Series.objects.filter(pk=own.pk).update(state="draft")
        swap = next(iter(both.values()))
        waits = Registration.objects.get(person=person, session=full)
        added = {"series": own, "added_by": other, "people": 1, "note_en": "Yes?", "note_fr": "Oui?"}
        addition = Addition.objects.create(**added, added_at=now, send_at=now)
        Registration.objects.filter(person=person, session=live).update(addition=addition)
        return token_for(nobody, MANAGE), token_for(person, MANAGE), swap, join_token(waits), waits

    empty, token, swap, waiting, waits = portal.within(prepare)
    reader.opens("my sessions empty", at("my_sessions_link", token=empty))
    reader.opens("my sessions", at("my_sessions_link", token=token))
    text = reader.page.locator("#main").inner_text()
    assert reader.page.locator(".notice").count() >= 2, "the clash and the same content twice are said"
    assert reader.page.locator(".live").count() == 1
    assert reader.page.locator(".notice .btn").count() == 1, "they are asked whether they take part"
    assert "Session in state 3" in text
    reader.opens("swap", at("swap_session", token=token, registration=swap.public_id))
    reader.opens("leave series", at("leave_series", token=token, slug="heart-cop"))
    reader.opens("leave", at("leave_session", token=token, registration=swap.public_id))
    reader.sends("left")
    reader.opens("leave again", at("leave_session", token=token, registration=swap.public_id))
    reader.opens("join waiting", at("join", token=waiting))
    assert waits.state == "waiting"


def test_unproved_address_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    def prepare() -> str:
        person = somebody(reader.language)
        series, sessions = to_come("cbpp-cop")
        enroll(person, series, sessions[:1])
        Person.objects.filter(pk=person.pk).update(mailbox_proved_at=None)
        return token_for(person, MANAGE)

    token = portal.within(prepare)
    reader.opens("my sessions unproved", reader.address("my_sessions_link", token=token))
    reader.opens("confirm", reader.address("confirm_address", token=token))
    reader.sends("my sessions confirmed")
    assert reader.page.url.endswith(reader.address("my_sessions_link", token=token))
    reader.opens("confirmed", reader.address("confirm_address", token=token))


def test_join_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    language = reader.language

    def prepare() -> dict[str, str]:
        person = somebody(language)
        own = a_series_of_every_state()
        now = timezone.now()
        live = now - dt.timedelta(minutes=2)
        telephone = "+1 204 272 7920\n+1 438 809 7799"
        sessions = {
            "join open": a_session(own, 1, live, join_url="https://zoom.example/1", join_telephone=telephone),
            "join no link": a_session(own, 2, live),
            "join early": a_session(own, 3, now + dt.timedelta(days=1), join_telephone=telephone),
            "join cancelled": a_session(own, 4, now + dt.timedelta(days=1)),
            "join left": a_session(own, 5, now + dt.timedelta(days=2)),
            "join over": a_session(own, 6, now + dt.timedelta(days=3)),
        }
        undated = Session.objects.create(series=own, number=7, title_en="Without an hour", state="published")
        sessions["join no hour"] = undated
        _receipt, rows = enroll(person, own, list(sessions.values()))
        Session.objects.filter(pk=sessions["join cancelled"].pk).update(state="cancelled")
        actions.leave_session(registration=rows[5], by=person)
        over = sessions["join over"]
        over.on_date = (now - dt.timedelta(days=2)).date()
        over.save()
        Series.objects.filter(pk=own.pk).update(state="draft")
        return {name: join_token(rows[session.number]) for name, session in sessions.items()}

    tokens = portal.within(prepare)
    for name, token in tokens.items():
        left = name == "join left"
        reader.opens(name, reader.address("join", token=token), status=410 if left else 200)
    reader.opens("session code closed", reader.address("session_code", token=tokens["join early"]))
    reader.opens("session code", reader.address("session_code", token=tokens["join open"]))
    reader.sends("session code errors", code="12")
    reader.page.locator("#main button[name=act]").click()
    reader.page.wait_for_selector(".said-code")
    reader.looks("session code of a room")


def test_sign_in_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    at, language = reader.address, reader.language
    person, led = portal.within(lambda: a_person_who_leads(language))
    reader.opens("sign in", at("sign_in"))
    reader.sends("sign in errors", email="nobody")
    reader.sends("code", email=person.email)
    reader.sends("code errors", code="12")
    email = portal.email_to(person.email)
    body = email.get_body(("plain",))
    assert body is not None
    (link,) = (
        line.strip()
        for line in str(body.get_content()).splitlines()
        if "://" in line and "example.org/" in line and len(line) > 60
    )
    reader.opens("sign in link", portal.address(link).removeprefix(portal.url))
    reader.sends("my sessions signed in")
    assert reader.page.url.endswith(at("my_sessions"))
    reader.opens("leading", at("leading"))
    reader.opens("lead session", at("lead_session", session=led.public_id))
    reader.opens("code to say", at("lead_code", session=led.public_id))
    reader.opens("roll call", at("roll_call", session=led.public_id))
    portal.within(lambda: Series.objects.filter(pk=led.series_id).update(state="draft"))
    reader.opens("profile", at("profile"))
    reader.opens("browsers", at("usersessions_list"))
    reader.opens("sign in link used", portal.address(link).removeprefix(portal.url), status=410)
    reader.opens("home signed in", at("catalogue"), same_markup=True)
    reader.opens("register signed in", at("register", slug="psw-cop"))


def a_person_who_leads(language: str) -> tuple[Person, Session]:
    """Create a facilitator of a session that is live and has a registrant. Return both."""
    person, own = somebody(language), a_series_of_every_state()
    now = timezone.now()
    live = a_session(own, 1, now - dt.timedelta(minutes=2), join_url="https://zoom.example/1", presenters=["Dr. Test"])
    enroll(somebody(language), own, [live])
    SessionRole.objects.create(
        session=live, person=person, role="facilitator", name="Facilitator", address=person.email, given_at=now
    )
    return person, live


def test_demonstration_mailbox_pages_have_no_accessibility_or_console_error(
    reader: Reader, portal: LivePortal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Start a second web server of the portal, with DEBUG and with the emails of this run in its mailbox folder."""
    folder, url = demonstration(portal, tmp_path_factory)
    address = f"{uuid.uuid4().hex[:8]}@example.org"
    portal.within(lambda: request_sign_in_code(email=address, language=reader.language) and None)
    email = portal.email_to(address)
    name = uuid.uuid4()
    (folder / f"{name}.eml").write_bytes(bytes(email))
    for page_name, path in {"mailbox": "mailbox/", "mailbox message": f"mailbox/{name}/"}.items():
        reader.name = page_name
        answer = reader.page.goto(f"{url}/{reader.language}/{path}")
        assert answer is not None
        assert answer.status == 200
        reader.looks(page_name)


_demonstrations: dict[str, tuple[Path, str]] = {}


def demonstration(portal: LivePortal, factories: pytest.TempPathFactory) -> tuple[Path, str]:
    if portal.url not in _demonstrations:
        folder, port = factories.mktemp("mailbox"), free_port()
        changes = {"DEBUG": "1", "DEMO": "1", "SECOND_FACTOR_REQUIRED": "0", "EMAIL_URL": ""}
        changes["SITE_URL"] = f"http://127.0.0.1:{port}"
        portal.start_web("demonstration", port, MAIL_FOLDER=str(folder), **changes)
        _demonstrations[portal.url] = folder, f"http://127.0.0.1:{port}"
    return _demonstrations[portal.url]

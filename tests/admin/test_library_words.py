"""Sentences of Django and allauth are replaced if their style differs from that of the portal."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

import allauth
import polib
import pytest
from django import conf
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext, override

from accounts.models import AuditEvent
from echo_portal.admin.library_words import PLURALS, SENTENCES
from sessions.models import EnrollmentKey, Series
from tests.admin.pages import address, says
from tests.admin.two_hubs import OWN, HubRows, signed_in_client
from tests.builders import Programme
from tests.isolation.addresses import pages
from tests.isolation.filled import filled
from tests.pages.nu_checker import faults_in
from tests.people import People


@pytest.mark.parametrize(
    ("language", "shown"), [("en", ("Still stopped", "Lifted")), ("fr", ("Encore suspendue", "Levée"))]
)
def test_list_of_suppressed_addresses_is_filtered_by_named_states(
    own: HubRows, language: str, shown: tuple[str, str]
) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    here = reverse("admin:outbox_suppression_changelist")
    words = says(client.get(here))
    assert [word in words for word in (*shown, "Not empty", "Non vide")] == [True, True, False, False]
    assert [client.get(here, {"lifted_at__isempty": value}).status_code for value in ("0", "1", "x")] == [200, 200, 200]


def test_french_of_the_libraries_is_replaced() -> None:
    with override("fr"):
        assert gettext("Change %s") == "Modification\u00a0: %s"
        assert gettext("Add another %(verbose_name)s") == "Ajouter\u00a0: %(verbose_name)s"
        assert gettext("Activate Authenticator App") == "Configurer l’application d’authentification"
        assert "codes de secours" in gettext("Enter an authenticator code:")


@pytest.mark.parametrize(
    ("language", "added", "deleted", "refused"),
    [
        ("en", "The enrollment key “new-key” was added.", "was deleted.", "Correct the value that is marked below."),
        (
            "fr",
            "« new-key » (clé d’inscription) : ajout enregistré.",
            "suppression faite.",
            "Une valeur est à corriger.",
        ),
    ],
)
def test_pages_of_the_administration_say_what_was_done(
    own: HubRows, language: str, added: str, deleted: str, refused: str
) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    add = address(EnrollmentKey, "add")
    data = {"series": own[Series].pk, "text": "new-key"}
    pages = [says(client.post(add, {**data, "text": ""})), strip_tags(says(client.post(add, data, follow=True)))]
    key = EnrollmentKey.objects.get(text="new-key")
    pages.append(says(client.post(address(EnrollmentKey, "delete", key.pk), {"post": "yes"}, follow=True)))
    assert [words in page for words, page in zip((refused, added, deleted), pages, strict=True)] == [True] * 3
    assert [
        word for word in ("successfully", "Please", "this object", "l’objet") for page in pages if word in page
    ] == []


def test_replaced_sentences_are_still_those_of_the_libraries() -> None:
    def sentences(path: Path) -> set[str]:
        return {entry.msgid for entry in polib.mofile(str(path))}

    folders = [Path(module.__path__[0]) for module in (admin, allauth, conf)]
    libraries = [folder / "locale/fr/LC_MESSAGES/django.mo" for folder in folders]
    theirs = set[str]().union(*map(sentences, libraries))
    english = sentences(settings.BASE_DIR / "locale/en/LC_MESSAGES/django.mo")
    listed = {*SENTENCES, *PLURALS}
    assert (listed - theirs, english - listed) == (set(), set())


# Words of the libraries' sentences that the portal does not use, by language (DESIGN.md 8, WORDS.md).
UNWANTED = {
    "en": re.compile(
        r"[Pp]lease|[Ss]uccess|[Ss]ubmit|[Oo]bjects\b|[Tt]his object|authenticati(?:on|cate)\b|"
        r"^Select .* to (?:change|view)"
    ),
    "fr": re.compile(
        r"[Vv]euillez|succès|[Ss]oumet|[Oo]bjets\b|[Ll]’objet (?!du)|[Uu]n objet|d’objet|authentifi(?:é|er)\b|^Par |"
        r"[Cc]odes de récup"
    ),
}
SECOND_FACTOR = (
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "usersessions_list",
    "account_logout",
)


def lines_of(page: str) -> Iterator[str]:
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    yield from re.findall(r'(?:aria-label|alt|title|placeholder|value)="([^"]+)"', page)
    for text in re.split(r"<(?!/?(?:b|em|strong)\b)[^>]+>", page):
        if text.strip():
            yield " ".join(unescape(text).split())


def html_of(client: Client, addresses: Iterable[str]) -> dict[str, str]:
    """Return the HTML of these URLs, without those that respond with a redirect, a file or an error."""
    answers = ((here, client.get(here)) for here in addresses)
    return {
        here: answer.content.decode()
        for here, answer in answers
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    }


# Faults that are Django's own: in the head of each page, in autocomplete fields, and in forms with a computed default.
DJANGOS = (
    "A “select” element with a “required” attribute",
    "The first “option” element in a “select” element with a “required” attribute",
    "Trailing slash on void elements has no effect",
    "An “input” element with a “type” attribute whose value is “hidden” must not have any “aria-*” attributes",
)
EMAIL = re.compile(r"/(?:sample/\w+|email)/\w+/$")  # shown in frames; old email programs need its old attributes
LEAST_PAGES = 150


def test_every_page_of_the_administration_is_valid_and_in_the_portals_tone(
    programme: Programme, people: People, tmp_path: Path
) -> None:
    own = filled(programme, people, programme.bc, OWN)
    client = signed_in_client(people.staff)
    addresses = {page.path for page in pages(own, own)} | set(map(reverse, SECOND_FACTOR))
    checked: dict[str, str] = {}
    for language, unwanted in UNWANTED.items():
        client.cookies["language"] = language
        html = html_of(client, [*sorted(addresses), address(AuditEvent, "changelist") + "?q=nothing"])
        assert len(html) > LEAST_PAGES
        lines = [(here, line) for here, page in html.items() for line in lines_of(page) if len(line) < 300]
        assert [(here, line) for here, line in lines if unwanted.search(line)] == []
        checked |= {f"{language} {here}": page for here, page in html.items() if not EMAIL.search(here)}
    faults = faults_in(checked, tmp_path)
    assert [fault for fault in faults if not any(words in fault for words in DJANGOS)] == []


def test_replaced_sentence_of_a_library_is_none_of_the_portals_own() -> None:
    """Otherwise, the same words elsewhere in the portal, such as "Sessions" in the menu, would be replaced too."""
    french = polib.pofile(str(Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    used = {
        entry.msgid: [
            path for path, _line in entry.occurrences if not path.startswith("echo_portal/lib/default_errors")
        ]
        for entry in french
        if not entry.msgctxt
    }
    english = polib.pofile(str(Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    replaced = {entry.msgid for entry in english if not entry.msgctxt}
    listed = "echo_portal/admin/library_words.py"
    assert {msgid: used[msgid] for msgid in replaced & used.keys() if set(used[msgid]) - {listed}} == {}

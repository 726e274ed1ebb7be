"""Sentences that were replaced are not used again, and their replacements are in use (DESIGN.md 8)."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PUBLIC_TEXTS = sorted((PROJECT / "programme").glob("*.toml"))
# Sentences of the libraries, which the portal replaces; tests/admin/test_library_words.py reads the replacements.
LIBRARIES = ("echo_portal/admin/library_words.py", "echo_portal/lib/default_errors.py")

# A pattern of the sentence that was replaced, and words of the sentence in its place.
ENGLISH = [
    (r"[Rr]egistration for .* is in\b", "We’ve received your registration for %(n)s sessions"),
    (r"holds your joining", "You’ll find your joining links and a link to change your choices"),
    (r"moves by itself", "Subscribe, and your calendar stays up to date"),
    (r"[Hh]ave one invitation", "Or get an invitation for each session"),
    (r"\b[Ee]-mails?\b|its links are yours", "Keep this email: its links are just for you"),
    (r"\b[Ll]etters?\b(?! without accents| or digits)(?<!two letters)", "Keep this email"),
    (r"invitation puts it", "Open the attachment to add it to your calendar"),
    (r"[Ee]xchanged by you", "Date changed: "),
    (r"[Cc]ancelled by you", "You’ve left: "),
    (r"^It was:?$", "Previously"),
    (r"[Rr]egistered already", "You’re already registered"),
    (r"We have you as|Is that not right", "Your name is “%(name)s”. Not right?"),
    (r"One is enough|give the other place back", "You only need one: cancel the other"),
    (r"not yours any more|You give back", "You’ll lose your %(n)s places, and new sessions won’t be added"),
    (r"\b[Tt]ak(?:e|es|en) (?:it |them |each |this session |the old date )?out\b.*calendar", "from your calendar"),
    (r"calendar\?? [Tt]ake (?:it|them) out", "Remove it there"),
    (r"write no more", "We won’t send more reminders about it"),
    (r"registers? you for nothing", "Subscribing doesn’t register you"),
    (r"certificates ask for a code", "To see your details, enter a code we email you"),
    (r"^Register for (?:Long-Term|%\()", "Register for the series"),
    (r"\bof a last year of life", "care in the last year of life"),
    (r"joining address", "%(count)d sessions in the next 14 days have no joining link"),
]
FRENCH = [
    (r"connexion est faite", "Connexion réussie"),
    (r"[Aa]dresse connectée", "Votre adresse courriel"),
    (r"envoyons six chiffres", "Nous avons envoyé un code à six chiffres à"),
    (r"\bsert une (?:seule )?fois", "valable une seule fois, pendant dix minutes"),
    (r"\b[Hh]eure à venir|^[Dd]ate à venir", "Heure à confirmer"),
    (r"retirer ensuite", "Vous pourrez en enlever plus tard"),
    (r"^M’écrire au sujet", "Je souhaite recevoir les nouveautés"),
    (r"\b[Ff]lux d’agenda", "Abonnement à l’agenda"),
    (r"invitation pour chacune\b(?! de)", "Ou recevoir une invitation pour chaque séance"),
    (r"\b(?:de lui|d’elle|d’elles|d’eux)-mêmes?\b", "elles s’ajoutent à votre agenda"),
    (r"entrée sous|elle mène ici", "il suffit de l’entrer sous"),
    (r"page d’entrée", "sont sur la page de participation"),
    (r"Vous avez libéré votre place", "Place annulée\u00a0: %(session)s"),
    (r"^Ces dates ont le même contenu", "La même séance est offerte à plusieurs dates"),
    (r"Écrivez une adresse courriel", "Entrez une adresse valide, par exemple"),
    (r"a besoin de ses témoins", "Activez les témoins (cookies) de votre navigateur"),
    (r"\b[Aa]u complet\b", "Complet"),
    (r"[Ii]nfirmier autorisé|[Ii]nfirmière autorisée", "Infirmier ou infirmière"),
    (r"\b(?:[Cc]ette|[Uu]ne|[Vv]otre|[Nn]otre) lettre\b", "Gardez ce courriel"),
]


def sentences(language: str) -> list[str]:
    """Return the portal's own sentences in a language. For English, the public texts are included."""
    found: list[str] = []
    for entry in polib.pofile(str(CATALOGUE)):
        if not any(path not in LIBRARIES for path, _line in entry.occurrences):
            continue
        texts = [entry.msgid, entry.msgid_plural] if language == "en" else [entry.msgstr, *entry.msgstr_plural.values()]
        found += filter(None, texts)
    return found + [path.read_text() for path in PUBLIC_TEXTS] if language == "en" else found


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("fr", FRENCH)])
def test_replaced_sentence_is_not_written_again(language: str, words: list[tuple[str, str]]) -> None:
    written = sentences(language)
    again = {old: [text[:80] for text in written if re.search(old, text)] for old, _new in words}
    assert {old: texts for old, texts in again.items() if texts} == {}
    assert [new for _old, new in words if not any(new in text for text in written)] == []

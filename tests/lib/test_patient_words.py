"""Record numbers, and ages with the place or day of a death, are found. Harmless sentences with such words are not."""

import pytest

from echo_portal.lib.identifiers import Identifier, identifiers_in

FOUND = [
    ("The patient with MRN 8812 was discharged.", Identifier.RECORD_NUMBER),
    ("MRN: A-8812", Identifier.RECORD_NUMBER),
    ("See record number 4471.", Identifier.RECORD_NUMBER),
    ("chart no. 4471", Identifier.RECORD_NUMBER),
    ("patient ID 4471", Identifier.RECORD_NUMBER),
    ("son numéro de dossier est 4471", Identifier.RECORD_NUMBER),
    ("dossier n° 4471", Identifier.RECORD_NUMBER),
    ("no de dossier : 4471", Identifier.RECORD_NUMBER),
    ("She died last Tuesday at the General Hospital.", Identifier.DEATH),
    ("He passed away yesterday.", Identifier.DEATH),
    ("My resident died at St. Mary’s hospital.", Identifier.DEATH),
    ("Il est mort mardi dernier à l’hôpital.", Identifier.DEATH),
    ("Elle est décédée hier soir.", Identifier.DEATH),
    ("Elle est décédée à l’Hôpital Montfort.", Identifier.DEATH),
    ("Il est mort au CHSLD Saint-Antoine.", Identifier.DEATH),
    ("A man aged 84 was at St. Mary’s Hospital with us.", Identifier.AGE),
    ("an 84 year old whom we saw last Tuesday", Identifier.AGE),
    ("an 84-year-old from the Montfort Hospital", Identifier.AGE),
    ("une dame âgée de 84 ans, vue mardi dernier", Identifier.AGE),
    ("un homme de 84 ans à l’Hôpital Montfort", Identifier.AGE),
]
HARMLESS = [
    "Many of our residents died in hospital.",
    "How do we talk about death at home?",
    "Most people died where they wanted to.",
    "Patients aged 65 and over need more time.",
    "The example of an 84 year old was very good.",
    "We met last Tuesday and it helped.",
    "The session at the General Hospital was great.",
    "Please record number 3 again.",
    "I would like a record of the session.",
    "The chart on slide 12 was hard to read.",
    "Send me the file, please.",
    "In 2025, 120 people took part.",
    "The patient number is growing each year.",
    "I worked 12 years in this hospital.",
    "Grief after a death on the ward needs a plan.",
    "Plusieurs patients sont morts à l’hôpital.",
    "Comment parler de la mort à la maison?",
    "La plupart des gens meurent où ils le souhaitent.",
    "Les personnes âgées de 65 ans et plus ont besoin de temps.",
    "L’exemple de la dame de 84 ans était très bon.",
    "Nous nous sommes vus mardi dernier et cela m’a aidé.",
    "La séance à l’Hôpital Montfort était excellente.",
    "Le dossier était bien présenté.",
    "Le numéro de la diapositive 12 manque.",
    "Envoyez-moi le dossier, s’il vous plaît.",
    "En 2025, 120 personnes ont participé.",
    "Le nombre de patients augmente chaque année.",
    "J’ai travaillé 12 ans dans cet hôpital.",
    "Après un décès à l’unité, il faut un plan.",
    "J’ai 40 ans d’expérience, dont 12 en soins palliatifs.",
]


@pytest.mark.parametrize(("text", "kind"), FOUND)
def test_words_about_one_patient_are_found(text: str, kind: Identifier) -> None:
    assert identifiers_in(text) == [kind]


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_sentence_has_no_warning(text: str) -> None:
    assert identifiers_in(text) == []

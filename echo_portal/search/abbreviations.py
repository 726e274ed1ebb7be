"""Words that visitors type for words of public texts: abbreviations, and words of the other language."""

from echo_portal.search.words import plain

# The abbreviation, and the phrases that it stands for.
_PHRASES = {
    "acp": ("advance care planning", "planification préalable des soins"),
    "als": ("amyotrophic lateral sclerosis", "sclérose latérale amyotrophique"),
    "amm": ("medical assistance in dying", "aide médicale à mourir"),
    "bpco": ("chronic obstructive pulmonary disease", "maladie pulmonaire obstructive chronique"),
    "cdp": ("community of practice", "communauté de pratique"),
    "chsld": ("long-term care", "soins de longue durée"),
    "cop": ("community of practice", "communauté de pratique"),
    "copd": ("chronic obstructive pulmonary disease", "maladie pulmonaire obstructive chronique"),
    "cpd": ("continuing professional development", "développement professionnel continu"),
    "dma": ("advance care planning", "planification préalable des soins"),
    "dpc": ("continuing professional development", "développement professionnel continu"),
    "eol": ("end of life", "fin de vie"),
    "fdv": ("end of life", "fin de vie"),
    "gp": ("family physician", "médecin de famille"),
    "hca": ("personal support worker", "préposés aux soins"),
    "hf": ("heart disease", "heart failure", "insuffisance cardiaque"),
    "ips": ("nurse practitioner", "infirmière praticienne spécialisée"),
    "ltc": ("long-term care", "soins de longue durée"),
    "maid": ("medical assistance in dying", "aide médicale à mourir"),
    "mpoc": ("chronic obstructive pulmonary disease", "maladie pulmonaire obstructive chronique"),
    "np": ("nurse practitioner", "infirmière praticienne spécialisée"),
    "pab": ("personal support worker", "préposés aux soins"),
    "pps": ("advance care planning", "planification préalable des soins"),
    "psw": ("personal support worker", "préposés aux soins"),
    "qi": ("quality improvement", "amélioration de la qualité"),
    "sla": ("amyotrophic lateral sclerosis", "sclérose latérale amyotrophique"),
    "sld": ("long-term care", "soins de longue durée"),
}
PHRASES = {short: tuple(plain(phrase) for phrase in phrases) for short, phrases in _PHRASES.items()}

# Words of texts that exist in one language only, such as most titles of sessions: French, then English.
_WORDS = (
    ("deuil", "grief"),
    ("demence", "dementia"),
    ("douleur", "pain"),
    ("douleurs", "pain"),
    ("enfant", "children"),
    ("enfants", "children"),
    ("planification", "planning"),
    ("prealable", "advance"),
    ("soins", "care"),
    ("symptomes", "symptom"),
    ("complexe", "complex"),
    ("complexes", "complex"),
    ("spirituel", "spiritual"),
    ("spirituels", "spiritual"),
    ("diversite", "diversity"),
    ("equipe", "team"),
    ("equipes", "team"),
    ("difficiles", "challenging"),
    ("communaute", "community"),
    ("communautaires", "community"),
    ("ressources", "resources"),
    ("domicile", "home"),
    ("coeur", "heart"),
    ("cardiaque", "heart"),
    ("insuffisance", "failure"),
    ("deces", "death"),
    ("mort", "death"),
    ("evaluation", "assessment"),
    ("ethique", "ethics"),
    ("autochtone", "indigenous"),
    ("autochtones", "indigenous"),
    ("poumon", "lung"),
    ("rein", "kidney"),
    ("benevoles", "volunteers"),
    ("infirmieres", "nurses"),
    ("medecins", "physicians"),
    ("medicaments", "medications"),
    ("opioides", "opioids"),
    ("pandemie", "pandemic"),
    ("pediatrique", "pediatric"),
)


def _translations() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for french, english in _WORDS:
        for word, other in ((french, english), (english, french)):
            found[word] = (*found.get(word, ()), other)
    return found


TRANSLATIONS = _translations()


def translations_of(word: str) -> tuple[str, ...]:
    """Return the words of the other language for a folded word, if texts about it may exist in that language only."""
    return TRANSLATIONS.get(word, ())


def phrases_of(word: str) -> tuple[str, ...]:
    """Return the folded phrases for which a folded abbreviation stands. Plurals such as "PSWs" are recognized too."""
    return PHRASES.get(word) or PHRASES.get(word.removesuffix("s"), ())

"""Abbreviations that visitors type for words which public texts spell out, in both languages."""

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


def phrases_of(word: str) -> tuple[str, ...]:
    """Return the folded phrases for which a folded abbreviation stands. Plurals such as "PSWs" are recognized too."""
    return PHRASES.get(word) or PHRASES.get(word.removesuffix("s"), ())

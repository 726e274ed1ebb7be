"""Words in schedules in both languages, as `plain_text.plain` returns them: in lower case, without accents."""

import re

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb febr fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juill juil",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lundi lun",
            "tuesday tues tue mardi mar",
            "wednesday wed weds mercredi mer",
            "thursday thurs thur thu jeudi jeu",
            "friday fri vendredi ven",
            "saturday sat samedi sam",
            "sunday sun dimanche dim",
        )
    )
    for name in names.split()
}
FULL_WEEKDAYS = [name for name in WEEKDAYS if name.endswith(("day", "di", "dimanche"))]

COUNTED: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "one un une first premier premiere",
            "two deux second deuxieme seconde",
            "three trois third troisieme",
            "four quatre fourth quatrieme",
            "five cinq fifth cinquieme",
            "six sixth sixieme",
            "seven sept seventh septieme",
            "eight huit eighth huitieme",
            "nine neuf ninth neuvieme",
            "ten dix tenth dixieme",
            "eleven onze eleventh onzieme",
            "twelve douze twelfth douzieme",
            "thirteen treize thirteenth treizieme",
            "fourteen quatorze fourteenth quatorzieme",
        ),
        start=1,
    )
    for name in names.split()
}

# Words before the number of a session.
SESSION_WORDS = (
    "session|seance|webinar|webinaire|week|semaine|module|workshop|atelier|rencontre|meeting|class|cours|lecture|"
    "topic|sujet|talk|conference|circle|cercle|episode|chapter|chapitre|lesson|lecon|capsule|causerie"
)


def any_of(words: "dict[str, int] | list[str]") -> str:
    """Return a regular expression for any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# Abbreviations after a time: the time zone, and the UTC offset in hours if the abbreviation is only for one season.
ZONE_ABBREVIATIONS: dict[str, tuple[str, float | None]] = {
    "et": ("America/Toronto", None), "est": ("America/Toronto", -5), "edt": ("America/Toronto", -4),
    "ct": ("America/Winnipeg", None), "cst": ("America/Winnipeg", -6), "cdt": ("America/Winnipeg", -5),
    "mt": ("America/Edmonton", None), "mst": ("America/Edmonton", -7), "mdt": ("America/Edmonton", -6),
    "pt": ("America/Vancouver", None), "pst": ("America/Vancouver", -8), "pdt": ("America/Vancouver", -7),
    "at": ("America/Halifax", None), "ast": ("America/Halifax", -4), "adt": ("America/Halifax", -3),
    "nl": ("America/St_Johns", None), "nt": ("America/St_Johns", None),
    "nst": ("America/St_Johns", -3.5), "ndt": ("America/St_Johns", -2.5),
    "he": ("America/Toronto", None), "hne": ("America/Toronto", -5), "hae": ("America/Toronto", -4),
    "hc": ("America/Winnipeg", None), "hnc": ("America/Winnipeg", -6), "hac": ("America/Winnipeg", -5),
    "hr": ("America/Edmonton", None), "hnr": ("America/Edmonton", -7), "har": ("America/Edmonton", -6),
    "hp": ("America/Vancouver", None), "hnp": ("America/Vancouver", -8), "hap": ("America/Vancouver", -7),
    "ha": ("America/Halifax", None), "hna": ("America/Halifax", -4), "haa": ("America/Halifax", -3),
    "est/edt": ("America/Toronto", None), "hne/hae": ("America/Toronto", None),
    "cst/cdt": ("America/Winnipeg", None), "hnc/hac": ("America/Winnipeg", None),
    "mst/mdt": ("America/Edmonton", None), "hnr/har": ("America/Edmonton", None),
    "pst/pdt": ("America/Vancouver", None), "hnp/hap": ("America/Vancouver", None),
    "ast/adt": ("America/Halifax", None), "hna/haa": ("America/Halifax", None),
    "nst/ndt": ("America/St_Johns", None), "hnt/hat": ("America/St_Johns", None),
    "ht": ("America/St_Johns", None), "htn": ("America/St_Johns", None),
    "hnt": ("America/St_Johns", -3.5), "hat": ("America/St_Johns", -2.5),
}  # fmt: skip
# Names of time zones. The date decides whether standard or daylight time applies; a word for the other one is reported.
ZONE_WORDS: dict[str, str] = {
    "eastern": "America/Toronto", "est": "America/Toronto", "toronto": "America/Toronto",
    "ontario": "America/Toronto", "montreal": "America/Toronto", "quebec": "America/Toronto",
    "ottawa": "America/Toronto", "central": "America/Winnipeg", "centre": "America/Winnipeg",
    "manitoba": "America/Winnipeg", "winnipeg": "America/Winnipeg", "saskatchewan": "America/Regina",
    "regina": "America/Regina", "mountain": "America/Edmonton", "rocheuses": "America/Edmonton",
    "alberta": "America/Edmonton", "calgary": "America/Edmonton", "edmonton": "America/Edmonton",
    "pacific": "America/Vancouver", "pacifique": "America/Vancouver", "vancouver": "America/Vancouver",
    "bc": "America/Vancouver", "b.c.": "America/Vancouver", "colombie-britannique": "America/Vancouver",
    "yukon": "America/Whitehorse", "whitehorse": "America/Whitehorse", "iqaluit": "America/Iqaluit",
    "nunavut": "America/Iqaluit", "atlantic": "America/Halifax", "atlantique": "America/Halifax",
    "maritimes": "America/Halifax", "halifax": "America/Halifax", "moncton": "America/Moncton",
    "newfoundland": "America/St_Johns", "terre-neuve": "America/St_Johns",
}  # fmt: skip
# Central time may be that of Manitoba or of Saskatchewan, which does not use daylight saving time.
APPROXIMATE_ZONES = frozenset(
    {"ct", "cst", "cdt", "cst/cdt", "hnc/hac", "nunavut", "hc", "hnc", "hac", "central", "centre"}
)

_ENGLISH = """
the of and in to for with an at from by is are what how when your you care pain grief dying death life
living loss support supporting managing children child family families caring caregiver caregivers talking
planning understanding advance symptom symptoms end after last home health
"""
ENGLISH = frozenset(_ENGLISH.split())
_FRENCH = """
le la les de des du et au aux pour avec dans une un sur en par son sa ses chez que qui quoi comment soins
soin deuil douleur mort vie proche proches aidants enfant enfants famille familles parler fin soulager
ne pas rien faire mais sans sous entre nous vous nos votre notre leur leurs cette ces ou comme
"""
FRENCH = frozenset(_FRENCH.split())
# Words in dates and times that only one of the languages has.
ENGLISH_FACTS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "noon",
        "midnight",
    ]
)
FRENCH_FACTS = frozenset(
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "midi",
        "minuit",
        "seance",
        "janv",
        "fevr",
        "juill",
    ]
)

# Next to a date, these words mean that it is not the date of a session.
OTHER_DATES = re.compile(
    r"\b(?:register by|registration (?:closes|opens|deadline)|deadline|applications? (?:close|open|due)|apply by|"
    r"rsvp by|(?:reply|respond|confirm|submit) by|requests? to [\w ]{3,40} by|"
    r"no later than|au plus tard|^sent(?=:)|^envoye(?= ?:)|office hours|heures d'ouverture|heures de bureau|early bird|"
    r"last (?:updated|modified|revised)|updated|posted|copyright|published on|valid until|"
    r"date limite|inscri\w+ (?:avant|d'ici|jusqu'au)|avant le|d'ici le|mis[e]? a jour|publie le|derniere mise)\b|©"
)
NO_SESSION = re.compile(
    r"\b(?:no (?:session|meeting|webinar|class|echo|rounds?|lecture|talk|workshop|call|teaching|seminar|presentation)s?"
    r"|pas de (?:seance|rencontre|webinaire|conference|midi-conference|atelier|cours|formation)s?|relache)\b"
)
# A line that starts with these words and has a date is about a pause between sessions.
PAUSE = re.compile(
    r"(?:(?:winter|spring|summer|fall|holidays?|march|reading|christmas|study) )?(?:break|recess)|reading week|holiday"
    r"|stat(?:utory)? holiday|conge(?: ferie)?|jour ferie|ferie|vacances|pause(?: des fetes| estivale)?"
    r"|semaine de lecture"
)
HELD = re.compile(
    r"\b(?:(?:this |the |cette |la )?(?:session|webinar|seance|rencontre)?\s*(?:was|has been) held(?: on)?|"
    r"(?:cette |la )?(?:seance )?(?:a eu lieu|s'est tenue)(?: le)?|tenue? le|view (?:the )?recording|past session)\b"
)
CANCELLED = re.compile(
    r"\b(?:cancell?ed|(?:postponed|rescheduled)(?: to| from| until)?|annulee?s?|reportee?s?(?: au| du)?|"
    r"moved (?:to|from)|deplacee?s? (?:au|du)|remise? a plus tard|"
    r"new (?:time|date|hour)s?|nouvelles? (?:date|heure)s?|nouvel horaire|changement d'(?:heure|horaire))\b"
)
UNCONFIRMED = re.compile(
    r"\b(?:(?:date |time |title |topic |speaker |presenter )?(?:is )?"
    r"(?:to be (?:announced|confirmed|determined)|tb[acd])|"
    r"(?:date |heure |titre )?(?:a (?:confirmer|venir|determiner|preciser|annoncer)))\b"
)
RULE = re.compile(
    r"\b(?:weekly|biweekly|bi-weekly|monthly|every (?:other |second |\d\w* )?(?:week|month|\w+day)|chaque \w+|"
    r"tou(?:s|tes) les (?:\w+ )?(?:\w+dis?|semaines?|mois|dimanches?)|hebdomadaire|mensuel\w*|aux deux semaines)\b"
)
# A line with these words applies to all sessions.
ALL_SESSIONS = re.compile(
    r"\b(?:(?:for )?all (?:sessions?|times?|webinars?|workshops?|dates)|time for all|"
    r"times (?:are|shown)|(?:each|every) (?:session|webinar|week|module|workshop|class|meeting|talk|circle"
    r"|presentation)|"
    r"sessions (?:are|run|take|will|start|begin)|tou(?:te)?s les (?:seances?|heures|webinaires|rencontres|ateliers)|"
    r"chaque (?:seance|rencontre|causerie|conference|atelier)|"
    r"les (?:seances|rencontres) (?:ont|auront|se|sont|debutent))\b"
)
WEEK_OF = re.compile(r"\b(?:the )?(?:week (?:of|beginning)|semaine du)\s*$")
ONLY_WEEKDAYS = re.compile(rf"^(?:on|les?|tous les|every)?(?:[\s,]*(?:{'|'.join(FULL_WEEKDAYS)}|20\d\d)s?)+$")
EXCEPT = re.compile(r"\b(?:except(?:ion)?|excluding|sauf|excepte|a l'exception)\b")
# A schedule with these words is that of a series for which people register with a key.
KEY = re.compile(
    r"\b(?:enroll?ment|enroll?ing|registration|access) (?:key|code)s?\b|\b(?:cle|code) d'(?:inscription|acces)\b"
)
LINK = re.compile(
    r"\b(?:(?:click here to )?(?:register|sign up|enrol|join|rsvp)(?: now| here| today| online)*|registration link|"
    r"inscrivez-vous(?: ici)?|s'inscrire(?: ici)?|je m'inscris|lien d'inscription|joindre la seance)\b"
)
PERSON = re.compile(
    r"^(?:(?:with|avec|(?:presented )?by|(?:presentee? )?par)\s+)?(?:drs?|dre|prof|professor|pr|mme|mrs?|ms|m)\.?\s+\w|"
    r",\s*(?:rn|np|md|phd|pharmd|msw|rsw|rpn|lpn|mn|bscn|psw|ot|pt|inf|ips|m\.d|ph\.d|ts|ccfp|frcpc|rph|bsw|rrt|slp)\b"
)
# A title with these words is a sentence, and probably not a title.
SENTENCE = re.compile(
    r"\b(?:join us|save the dates?|will (?:be|take)|is scheduled|are scheduled|takes place|aura lieu|auront lieu|"
    r"se tien\w+|joignez-vous|"
    r"please|veuillez|you will)\b|\w{3}\s\w+\s\w+.*\.$"
)

"""The words that a programme's file may contain, with their codes in DOMAIN.md 7. Any other word is a fault."""

from accounts.vocabularies import Language, PracticeSetting, Profession, Province
from hubs.models import Hub
from sessions.models import Material, Series, SeriesOrganisation
from sessions.vocabularies import Level, PracticeArea, SeriesKind

LANGUAGES = {code: code for code in Language.values}
PROVINCES = {code: code for code in Province.values if len(code) == 2}
HUB_SCOPES = {code: code for code in Hub.Scope.values}
ORGANISATION_KINDS = {
    kind: kind
    for kind in ("national coordinator", "hub partner", "certifying body", "collaborator", "co-host", "funder")
}

SERIES_KINDS: dict[str, str] = {
    "community of practice": SeriesKind.COMMUNITY,
    "webinar series": SeriesKind.WEBINAR_SERIES,
    "webinar": SeriesKind.WEBINAR,
    "workshop": SeriesKind.WORKSHOP,
    "information session": SeriesKind.INFORMATION,
    "quality improvement collaborative": SeriesKind.QI,
    "lecture": SeriesKind.LECTURE,
}

# The kind of past series was not published. It is derived from the title, else from the number of sessions.
KIND_BY_TITLE: tuple[tuple[str, str], ...] = (
    ("qi collaborative", SeriesKind.QI),
    ("information session", SeriesKind.INFORMATION),
    ("lecture", SeriesKind.LECTURE),
)

PROFESSIONS: dict[str, tuple[str, ...]] = {
    "personal support worker": (Profession.PSW,),
    "physician": (Profession.FP,),
    "nurse": (Profession.RN,),
    "allied health professional": (
        Profession.OT,
        Profession.PT,
        Profession.SLP,
        Profession.RT,
        Profession.RD,
        Profession.RECR,
        Profession.SW,
    ),
}

# Roles are mapped to professions of DOMAIN.md 7 if there is one.
EVERY_PROFESSION = "health care professional"
ROLES: dict[str, tuple[str, ...]] = {
    EVERY_PROFESSION: (),
    "administrator": (Profession.ADMIN,),
    "system leader": (Profession.ADMIN,),
}

SETTINGS: dict[str, tuple[str, ...]] = {
    "long-term care": (PracticeSetting.LTC,),
    "primary care": (PracticeSetting.PRIM,),
    "family practice": (PracticeSetting.PRIM,),
}

PRACTICE_AREAS: dict[str, tuple[str, ...]] = {
    "heart disease": (PracticeArea.HEART,),
    "palliative care": (PracticeArea.PALL,),
}

LEVELS: dict[str, tuple[str, ...]] = {
    "generalist palliative care": (Level.GENERALIST,),
    "specialist palliative care": (Level.SPECIALIST,),
}

REGISTRATION: dict[str, str] = {
    "open": Series.RegistrationMode.OPEN,
    "key": Series.RegistrationMode.KEY,
}

RECORDINGS_FOR: dict[str, str] = {
    "registrants": Series.RecordingsFor.REGISTRANTS,
    "enrolled": Series.RecordingsFor.ENROLLED,
    "everyone": Series.RecordingsFor.PUBLIC,
}

RESOURCES: dict[str, tuple[str, ...]] = {
    "slides": (Material.Kind.SLIDES,),
    "recording": (Material.Kind.RECORDING,),
    "questions and answers": (Material.Kind.QUESTIONS,),
}

# The role of an organisation in the list `with` is derived from its kind.
ROLE_BY_KIND: dict[str, str] = {
    "collaborator": SeriesOrganisation.Role.COLLABORATOR,
    "co-host": SeriesOrganisation.Role.CO_HOST,
    "hub partner": SeriesOrganisation.Role.CO_HOST,
    "funder": SeriesOrganisation.Role.FUNDER,
}

"""Choices about a person, with the labels of DOMAIN.md 7. "Prefer not to say" counts as an answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    EN = "en", "English"
    FR = "fr", "Français"


class Profession(models.TextChoices):
    """Professions, with the codes of DOMAIN.md 7. "RPN" is no code, because it means two different professions."""

    FP = "FP", _("Family physician")
    PCP = "PCP", _("Palliative care physician")
    SPEC = "SPEC", _("Other specialist physician")
    RES = "RES", _("Medical resident or student")
    NP = "NP", _("Nurse practitioner")
    RN = "RN", _("Registered nurse")
    PSYN = "PSYN", _("Registered psychiatric nurse")
    LPN = "LPN", _("Licensed practical nurse; registered practical nurse (Ontario)")
    CNS = "CNS", _("Clinical nurse specialist or educator")
    PSW = "PSW", _("Personal support worker, health care aide or care assistant")
    PARA = "PARA", _("Paramedic")
    PHARM = "PHARM", _("Pharmacist")
    PTECH = "PTECH", _("Pharmacy technician")
    SW = "SW", _("Social worker")
    SPIRIT = "SPIRIT", _("Spiritual care provider or chaplain")
    PSY = "PSY", _("Psychologist or counsellor")
    OT = "OT", _("Occupational therapist")
    PT = "PT", _("Physiotherapist")
    SLP = "SLP", _("Speech-language pathologist")
    RT = "RT", _("Respiratory therapist")
    RD = "RD", _("Dietitian")
    RECR = "RECR", _("Recreation, music or art therapist")
    PA = "PA", _("Physician assistant")
    IHW = "IHW", _("Indigenous health worker, navigator or Elder")
    DOULA = "DOULA", _("End-of-life doula")
    VOL = "VOL", _("Hospice volunteer")
    COORD = "COORD", _("Care coordinator or case manager")
    ADMIN = "ADMIN", _("Administrator, system leader or policy")
    EDU = "EDU", _("Educator or researcher")
    STUD = "STUD", _("Student (other)")
    CARER = "CARER", _("Caregiver or member of the public")
    OTHER = "OTHER", _("Other profession")
    UNSAID = "UNSAID", _("Prefer not to say")


class ServesRural(models.TextChoices):
    """Answers to “Do you mainly serve a rural, remote or Indigenous community?”, the second measure of DOMAIN.md 7."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNSAID = "unsaid", _("Prefer not to say")


class PracticeSetting(models.TextChoices):
    LTC = "LTC", _("Long-term care home")
    HOME = "HOME", _("Home and community care")
    HOSPICE = "HOSPICE", _("Residential hospice")
    PCU = "PCU", _("Palliative care unit")
    ACUTE = "ACUTE", _("Hospital, acute care")
    CRIT = "CRIT", _("Critical care or emergency")
    ONC = "ONC", _("Cancer centre")
    SPECL = "SPECL", _("Specialty clinic (heart, kidney, lung, neurology)")
    PRIM = "PRIM", _("Primary care or family health team")
    EMS = "EMS", _("Paramedic service")
    INDIG = "INDIG", _("Indigenous community or health centre")
    CORR = "CORR", _("Correctional setting")
    SHELT = "SHELT", _("Shelter or street outreach")
    RXCOM = "RXCOM", _("Community pharmacy")
    PED = "PED", _("Paediatric hospital or hospice")
    RET = "RET", _("Retirement or assisted living")
    ACAD = "ACAD", _("Education or research")
    GOV = "GOV", _("Government or health authority")
    OTHER = "OTHER", _("Other setting")
    UNSAID = "UNSAID", _("Prefer not to say")


class Province(models.TextChoices):
    """Provinces and territories, as ISO 3166-2 codes without "CA-", sorted by English name.

    Forms sort them by their names in the language of the page.
    """

    AB = "AB", _("Alberta")
    BC = "BC", _("British Columbia")
    MB = "MB", _("Manitoba")
    NB = "NB", _("New Brunswick")
    NL = "NL", _("Newfoundland and Labrador")
    NS = "NS", _("Nova Scotia")
    NT = "NT", _("Northwest Territories")
    NU = "NU", _("Nunavut")
    ON = "ON", _("Ontario")
    PE = "PE", _("Prince Edward Island")
    QC = "QC", _("Quebec")
    SK = "SK", _("Saskatchewan")
    YT = "YT", _("Yukon")
    OUT = "OUT", _("Outside Canada")
    UNSAID = "UNSAID", _("Prefer not to say")

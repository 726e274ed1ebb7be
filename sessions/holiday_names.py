"""The names of statutory holidays in Canadian English and French, for the names in the library `holidays`."""

# The library's Canadian English name: the English and the French name.
NAMES = {
    "Boxing Day": ("Boxing Day", "Lendemain de Noël"),
    "British Columbia Day": ("British Columbia Day", "Fête de la Colombie-Britannique"),
    "Canada Day": ("Canada Day", "Fête du Canada"),
    "Christmas Day": ("Christmas Day", "Jour de Noël"),
    "Civic Holiday": ("Civic Holiday", "Congé civique"),
    "Discovery Day": ("Discovery Day", "Jour de la Découverte"),
    "Easter Monday": ("Easter Monday", "Lundi de Pâques"),
    "Family Day": ("Family Day", "Fête de la famille"),
    "Good Friday": ("Good Friday", "Vendredi saint"),
    "Heritage Day": ("Heritage Day", "Fête du Patrimoine"),
    "Islander Day": ("Islander Day", "Fête des Insulaires"),
    "Labour Day": ("Labour Day", "Fête du Travail"),
    "Louis Riel Day": ("Louis Riel Day", "Journée Louis-Riel"),
    "Memorial Day": ("Memorial Day", "Jour commémoratif"),
    "National Aboriginal Day": ("National Indigenous Peoples Day", "Journée nationale des peuples autochtones"),
    "National Day for Truth and Reconciliation": (
        "National Day for Truth and Reconciliation",
        "Journée nationale de la vérité et de la réconciliation",
    ),
    "National Patriots' Day": ("National Patriots’ Day", "Journée nationale des patriotes"),
    "New Brunswick Day": ("New Brunswick Day", "Fête du Nouveau-Brunswick"),
    "New Year's Day": ("New Year’s Day", "Jour de l’An"),
    "Nunavut Day": ("Nunavut Day", "Jour du Nunavut"),
    "Remembrance Day": ("Remembrance Day", "Jour du Souvenir"),
    "Saint Jean Baptiste Day": ("Saint-Jean-Baptiste Day", "Fête nationale du Québec"),
    "Saskatchewan Day": ("Saskatchewan Day", "Fête de la Saskatchewan"),
    "Thanksgiving Day": ("Thanksgiving", "Action de grâces"),
    "Victoria Day": ("Victoria Day", "Fête de la Reine"),
}
_OBSERVED = " (observed)"


def holiday_name(name: str, language: str) -> str:
    """Return the name in this language of the holiday to which the library gives this Canadian English name."""
    at = 1 if language.startswith("fr") else 0
    plain = name.removesuffix(_OBSERVED)
    observed = ("", "") if plain == name else (_OBSERVED, " (congé reporté)")
    return NAMES.get(plain, (plain, plain))[at] + observed[at]

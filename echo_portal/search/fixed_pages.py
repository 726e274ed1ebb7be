"""The pages that are not rows, such as the contact page, with the words by which they are found in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FixedPage:
    """A page by the name of its URL. `words_…` are further words by which it is found; the result displays them.

    The texts are literals because they are a part of the SQL, in both languages at once. They contain neither ' nor %.
    """

    name: str
    title_en: str
    title_fr: str
    words_en: str
    words_fr: str


FIXED_PAGES = (
    FixedPage(
        "privacy",
        "Privacy policy",
        "Politique de confidentialité",
        "What personal information the portal stores, why, and for how long. Your consent, cookies, and your rights.",
        "Les renseignements personnels que le portail conserve, pourquoi et combien de temps. Votre consentement, les "
        "témoins, la protection de la vie privée et vos droits.",
    ),
    FixedPage(
        "contact",
        "Contact us",
        "Nous joindre",
        "Contact the national programme or a hub: the email address and who reads what you write.",
        "Contact avec le programme national ou un carrefour : l’adresse courriel, et qui lit ce que vous écrivez. "
        "Nous écrire, nous contacter.",
    ),
    FixedPage(
        "newsletters",
        "Newsletters",
        "Infolettres",
        "All newsletters, and how to subscribe to news by email.",
        "Toutes les infolettres, et comment s’abonner aux nouvelles par courriel.",
    ),
    FixedPage(
        "reports",
        "Semi-annual reports",
        "Rapports semestriels",
        "Results of the programme: what it reports every six months to Health Canada for its funding.",
        "Les résultats du programme : ce dont il rend compte tous les six mois à Santé Canada pour son financement.",
    ),
    FixedPage(
        "verify",
        "Verify a certificate",
        "Vérifier une attestation",
        "Check whether a certificate of attendance is valid, by its code.",
        "Vérifier si un certificat ou une attestation de présence est valide, à l’aide de son code.",
    ),
    FixedPage(
        "propose",
        "Propose an ECHO",
        "Proposer un ECHO",
        "Propose an idea for a series, a session or a workshop, and co-create it.",
        "Proposer une idée de série, de séance ou d’atelier, et la cocréer.",
    ),
    FixedPage(
        "partner",
        "Partner with us",
        "Devenir partenaire",
        "For organisations that would like to become a partner of the programme or of a hub.",
        "Pour les organismes qui souhaitent un partenariat avec le programme ou un carrefour.",
    ),
    FixedPage(
        "interest",
        "Tell us what interests you",
        "Dites-nous ce qui vous intéresse",
        "Take part, participate: topics and region for a person who would like to join sessions.",
        "Participer, prendre part : les sujets et la région d’une personne qui souhaite participer aux séances.",
    ),
    FixedPage(
        "kit",
        "The co-creation kit",
        "La trousse de cocréation",
        "Templates for each stage of an idea, from the first words to what was learned.",
        "Des modèles pour chaque étape d’une idée, des premiers mots à ce qui a été appris.",
    ),
    FixedPage(
        "questions",
        "Frequently asked questions",
        "Foire aux questions",
        "Answers about taking part, joining, credits and recordings. FAQ, help.",
        "Des réponses sur la participation, la connexion, les crédits et les enregistrements. Questions fréquentes, "
        "FAQ, aide.",
    ),
    FixedPage(
        "calendars",
        "Calendar feeds",
        "Abonnement à l’agenda",
        "Subscribe once, and sessions appear in the calendar of your phone or computer.",
        "Abonnez-vous une fois, et les séances s’affichent dans le calendrier de votre téléphone ou ordinateur.",
    ),
    FixedPage(
        "library",
        "Past sessions",
        "Séances passées",
        "The library of recordings, slides, questions and answers.",
        "La bibliothèque des enregistrements, des diapositives et des questions et réponses.",
    ),
    FixedPage(
        "hubs",
        "Hubs across Canada",
        "Des carrefours partout au Canada",
        "The map and list of all hubs.",
        "La carte et la liste de tous les carrefours.",
    ),
    FixedPage(
        "public_data",
        "Sessions for your website",
        "Des séances pour votre site",
        "Feeds and data of public sessions: RSS, JSON, and a list to frame.",
        "Fils et données des séances publiques : RSS, JSON et une liste à intégrer.",
    ),
)


def fixed_page(hit_id: int) -> FixedPage:
    """Return the page of a result, whose ID is negative."""
    return FIXED_PAGES[-hit_id - 1]


def _row(number: int, page: FixedPage) -> str:
    texts = (page.title_en, page.title_fr, page.words_en, page.words_fr)
    return f"(-{number}::bigint, {', '.join(f"'{text}'" for text in texts)})"


# The rows as SQL: id, title_en, title_fr, words_en, words_fr.
ROWS = f"VALUES {', '.join(_row(number, page) for number, page in enumerate(FIXED_PAGES, 1))}"

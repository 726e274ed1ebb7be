"""Amounts and categories of credits as text, in the active language."""

from decimal import Decimal

from django.utils.translation import gettext_lazy, ngettext

from echo_portal.lib.bilingual import active_language

# The categories of the certifiers, by their English name in lower case (DOMAIN.md MP-1, MP-2).
CATEGORY_WORDS = {
    "certified activity": gettext_lazy("Certified Activity"),
    "certified assessment activity": gettext_lazy("Certified Assessment Activity"),
    "non-certified activity": gettext_lazy("Non-Certified Activity"),
    "group learning": gettext_lazy("Group Learning"),
    "self-learning": gettext_lazy("Self-Learning"),
    "learning": gettext_lazy("Learning"),
}
PROGRAMME_WORDS = {"hours": gettext_lazy("Hours"), "hours of learning": gettext_lazy("Hours of learning")}


def category_words(category: str) -> str:
    """Return the name of the category in the active language, or the category itself if it is not a known one."""
    return str(CATEGORY_WORDS.get(category.strip().casefold(), category))


def programme_words(programme: str) -> str:
    """Return the name of the programme in the active language, or the name as it was given if it is a proper name."""
    return str(PROGRAMME_WORDS.get(programme.strip().casefold(), programme))


def number(amount: Decimal) -> str:
    """Return the number as text without trailing zeros, such as "0.5"; in French with a decimal comma, « 0,5 »."""
    text = f"{amount.normalize():f}"
    return text.replace(".", ",") if active_language() == "fr" else text


def plural_of(amount: Decimal) -> int:
    """Return an integer with the same plural form, for ngettext.

    The form is as in "1.5 credits", "0 credits"; « 1,5 crédit », « 0 crédit ».
    """
    if active_language() == "fr":
        return 2 if amount >= 2 else 1
    return 1 if 0 < amount <= 1 else 2


def amount_words(amount: Decimal, scheme: str) -> str:
    """Return the amount with its unit, such as "0.5 credit". The unit is hours if the scheme counts hours."""
    count, shown = plural_of(amount), {"count": number(amount)}
    if scheme in ("moc", "hours"):
        return ngettext("%(count)s hour", "%(count)s hours", count) % shown
    if scheme == "pharmacy":
        return ngettext("%(count)s CEU", "%(count)s CEUs", count) % shown
    return ngettext("%(count)s credit", "%(count)s credits", count) % shown


def credit_words(amount: Decimal, scheme: str, programme: str) -> str:
    """Return the amount with the name of its programme, such as "1 Mainpro+ credit", or "1 hour" if it is no name."""
    if scheme in ("moc", "hours") and programme.strip().casefold() in PROGRAMME_WORDS:
        return amount_words(amount, scheme)
    shown = {"credits": number(amount), "programme": programme}
    count = plural_of(amount)
    if scheme in ("moc", "hours"):
        return ngettext("%(credits)s hour, %(programme)s", "%(credits)s hours, %(programme)s", count) % shown
    if scheme == "pharmacy":
        return ngettext("%(credits)s %(programme)s CEU", "%(credits)s %(programme)s CEUs", count) % shown
    return ngettext("%(credits)s %(programme)s credit", "%(credits)s %(programme)s credits", count) % shown

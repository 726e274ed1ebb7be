"""The columns of a list of people: which headers are known, in English and French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from echo_portal.lib.text import fold

IGNORED = "ignored"
# The columns that a person can choose for an unknown header.
ROLES = ("name", "first", "last", "email", "language", "profession", "province", IGNORED)

# Folded headers: without capitals and accents.
KNOWN: dict[str, str] = {
    **dict.fromkeys(("name", "full name", "nom complet", "nom et prenom", "prenom et nom", "participant"), "name"),
    **dict.fromkeys(("first name", "given name", "prenom"), "first"),
    **dict.fromkeys(("last name", "family name", "surname", "nom de famille"), "last"),
    **dict.fromkeys(
        ("email", "e-mail", "email address", "e-mail address", "mail", "courriel", "adresse courriel"), "email"
    ),
    **dict.fromkeys(("adresse electronique", "adresse de courriel", "adresse e-mail"), "email"),
    **dict.fromkeys(("language", "preferred language", "langue", "langue preferee"), "language"),
    **dict.fromkeys(("profession", "discipline"), "profession"),
    **dict.fromkeys(("province", "province or territory", "province ou territoire", "province/territory"), "province"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The role of each column by position, the unknown headers, and the roles that are missing or found twice."""

    roles: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]

    @property
    def are_clear(self) -> bool:
        return not (self.unknown or self.missing or self.repeated)


def key_of(header: str) -> str:
    """Return the header in the form in which it is looked up and remembered."""
    return fold(header).rstrip(" :*")


def is_known(header: str) -> bool:
    return key_of(header) in KNOWN or key_of(header) == "nom"


def columns_of(header: Sequence[str], by_hand: Mapping[str, str]) -> Columns:
    """Return the columns of this header. `by_hand` maps `key_of(header)` to the role that a person chose.

    In French, "Nom" is the last name if there is a column "Prénom", otherwise the whole name.
    """
    keys = [key_of(cell) for cell in header]
    nom = "last" if "prenom" in keys else "name"
    roles, unknown = [], []
    for cell, key in zip(header, keys, strict=True):
        role = by_hand.get(key) or KNOWN.get(key) or (nom if key == "nom" else "")
        if not key:
            role = IGNORED
        elif not role:
            unknown.append(cell)
        roles.append(role)
    named = {"name"} & set(roles) or {"first", "last"} <= set(roles)
    missing = [role for role, is_there in (("name", named), ("email", "email" in roles)) if not is_there]
    repeated = [role for role in ROLES if role != IGNORED and roles.count(role) > 1]
    return Columns(tuple(roles), tuple(unknown), tuple(missing), tuple(repeated))

"""Check the cells of a list of people. What is not understood is a fault with its row and column."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override

from accounts.vocabularies import Language, Profession, Province
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.doubtful_addresses import meant_address
from echo_portal.lib.forms import mailbox
from echo_portal.lib.text import email_key, fold, has_visible_character
from registrations.reading.columns import Columns

LONGEST_NAME, LONGEST_ADDRESS, LONGEST_WORD = 200, 254, 100
VOCABULARIES: dict[str, Any] = {"language": Language, "profession": Profession, "province": Province}
# What a person said that unknown words mean: a code, or "" to leave the word out, by folded text, by role.
type Words = Mapping[str, Mapping[str, str]]
# What separates the alternatives in a label, and words with an ending for the feminine.
_PARTS = re.compile(r"[;,/()]| or | ou ")
_FEMININE = re.compile(r"(\w+)·(\w+)")


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """A person of the list: the number of their row, and their values. Values that the list does not contain are ""."""

    row: int
    name: str
    email: str
    language: str
    profession: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in a row. `column` is the position of the cell, or None if the fault concerns the whole row.

    `registrations.sentences` has the sentence for `code` and `facts`.
    """

    row: int
    column: int | None
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Checked:
    """The people of a list, the faults, and doubts: addresses that are probably mistyped, and repeated people."""

    people: list[ReadPerson] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)


def check_people(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Columns, *, language: str, words: Words | None = None
) -> Checked:
    """Return the people of these rows, and the faults. `language` is used for people whose language is not given.

    A row that repeats the name and the address of an earlier one is left out, and added to the doubts. The same address
    with another name is a fault.
    """
    found = Checked()
    first_rows: dict[str, ReadPerson] = {}
    for number, cells in rows:
        row = _Row(number, cells, columns, found.faults, words or {})
        person = row.person(language)
        if person is None:
            continue
        key = email_key(person.email)
        if key in first_rows:
            first = first_rows[key]
            if fold(first.name) == fold(person.name):
                at = columns.roles.index("email")
                facts = {"value": person.email, "row": first.row}
                found.doubts.append(Fault(number, at, "same-person", facts))
            else:
                row.fault("email", "repeated", value=person.email, row=first.row)
            continue
        first_rows[key] = person
        if meant := meant_address(person.email):
            at = columns.roles.index("email")
            found.doubts.append(Fault(number, at, "doubtful", {"value": person.email, "meant": meant}))
        found.people.append(person)
    return found


class _Row:
    """A row that is being checked. Each fault is appended to `faults`."""

    def __init__(self, number: int, cells: Sequence[str], columns: Columns, faults: list[Fault], words: Words) -> None:
        self.number = number
        self.columns = columns
        self.faults = faults
        self.words = words
        self.is_good = True
        self.cells = cells

    def cell(self, role: str) -> str:
        """Return the cell of this role on one line, or "" if there is none."""
        at = self.columns.roles.index(role) if role in self.columns.roles else len(self.cells)
        return " ".join(self.cells[at].split()) if at < len(self.cells) else ""

    def fault(self, role: str, code: str, **facts: Any) -> None:
        self.is_good = False
        at = self.columns.roles.index(role) if role in self.columns.roles else None
        self.faults.append(Fault(self.number, at, code, facts))

    def person(self, language: str) -> ReadPerson | None:
        if len(self.cells) > len(self.columns.roles):
            self.fault("", "more-cells", most=len(self.columns.roles))
        name, email = self._name(), self._address()
        spoken = self._choice("language") or language
        profession, province = self._choice("profession"), self._choice("province")
        return ReadPerson(self.number, name, email, spoken, profession, province) if self.is_good else None

    def _name(self) -> str:
        name = self.cell("name") or f"{self.cell('first')} {self.cell('last')}".strip()
        role = "name" if "name" in self.columns.roles else "last"
        if not has_visible_character(name):
            self.fault(role, "no-name")
        elif len(name) > LONGEST_NAME:
            self.fault(role, "name-too-long", most=LONGEST_NAME)
        return name

    def _address(self) -> str:
        typed = self.cell("email")
        if not typed:
            self.fault("email", "no-address")
            return ""
        try:
            address = mailbox(typed)
            validate_email(address)
        except ValidationError:
            self.fault("email", "no-valid-address", value=typed[:LONGEST_ADDRESS])
            return ""
        return address

    def _choice(self, role: str) -> str:
        typed = self.cell(role)
        if not typed:
            return ""
        found = _codes(VOCABULARIES[role]).get(fold(typed), "")
        word = fold(typed)[:LONGEST_WORD]
        if not found and word in self.words.get(role, {}):
            return self.words[role][word]
        if not found:
            self.fault(role, f"unknown-{role}", value=typed[:LONGEST_WORD], word=word)
        return found


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that is in no vocabulary: its role, its folded text, the text of its first row, and its rows."""

    role: str
    word: str
    written: str
    rows: int


def unknown_words(faults: Iterable[Fault]) -> list[UnknownWord]:
    """Return the unknown words of these faults, each once, in the order of their first rows."""
    found: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        role = fault.code.removeprefix("unknown-")
        if role in VOCABULARIES:
            found.setdefault((role, fault.facts["word"]), []).append(fault.facts["value"])
    return [UnknownWord(role, word, values[0], len(values)) for (role, word), values in found.items()]


@functools.cache
def _codes(vocabulary: Any) -> dict[str, str]:
    """Return the codes of a vocabulary by the folded texts that a cell may contain.

    These are the code, its label in each language, and a part of a label that belongs to this code only.
    """
    exact: dict[str, str] = {}
    parts: dict[str, set[str]] = {}
    for language in LANGUAGES:
        with override(language):
            for code, label in vocabulary.choices:
                exact |= dict.fromkeys((fold(code), fold(str(label))), code)
                for part in _PARTS.split(str(label)):
                    for word in _both_genders(part):
                        parts.setdefault(fold(word), set()).add(code)
    for code, names in {"en": ("english", "anglais"), "fr": ("french", "francais")}.items():
        if code in vocabulary.values:
            exact |= dict.fromkeys(names, code)
    return {part: min(codes) for part, codes in parts.items() if part and len(codes) == 1} | exact


def _both_genders(text: str) -> tuple[str, str]:
    """Return a French text such as "étudiant·e" in the masculine and in the feminine form."""
    masculine = _FEMININE.sub(r"\1", text)
    feminine = _FEMININE.sub(lambda found: found[1][:-2] + found[2] if found[2] == "ère" else found[1] + found[2], text)
    return masculine, feminine

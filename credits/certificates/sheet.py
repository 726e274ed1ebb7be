"""The texts on the sheet of a certificate, in its language. They depend only on the certificate's frozen values."""

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from credits.codes import shown_code
from credits.presenters import title_of
from credits.words import amount_words, category_words, credit_words, number, programme_words
from echo_portal.lib.dates import date_plain

LONG_NAME, LONGEST_NAME, LONG_TITLE = 34, 44, 70
# The characters of a line of a statement, and the lines for which the first page has space.
LINE, MOST_LINES = 105, 8
IMAGE_LINES = 3  # the lines for which the image of a signature leaves no space
PROVIDER = "Pallium Canada"


@dataclasses.dataclass(frozen=True)
class Fact:
    label: str
    value: str
    more: Sequence[str] = ()


@dataclasses.dataclass(frozen=True)
class Signatory:
    """The name and the title of who signs, in the certificate's language, and the name of an image or ""."""

    name: str
    title: str
    image: str = ""


@dataclasses.dataclass(frozen=True)
class Statement:
    """The approved statement of an accreditation, in the certificate's language and in the other language.

    `signatory` is set if the accreditations of the certificate have different signatories.
    """

    text: str
    other: str
    other_language: str
    signatory: Signatory | None = None


@dataclasses.dataclass(frozen=True)
class Cell:
    """A cell of the table of sessions, or the heading of a column."""

    text: str
    is_figure: bool = False
    language: str = ""

    @property
    def label(self) -> str:
        return self.text


def sheet_html(values: Mapping[str, Any], *, verify_url: str) -> str:
    """Return the sheet as HTML. `values` were frozen when it was issued (`credits.queries.certificates`)."""
    with translation.override(values["language"]):
        return render_to_string("credits/certificate_sheet.html", {"sheet": sheet(values, verify_url)})


def sheet(values: Mapping[str, Any], verify_url: str) -> dict[str, Any]:
    """Return the context for the template. The certificate's language must be active."""
    sessions, language, code = values["sessions"], values["language"], shown_code(values["code"])
    alone = sessions[0] if len(sessions) == 1 else None
    heading = _heading(values)
    issued = dt.date.fromisoformat(values["issued_on"])
    name = values["name"]
    title, title_language = title_of(values)
    address = urlsplit(verify_url)
    return {
        "language": language,
        "document_title": f"{heading} – {code}",
        "description": title,
        "issued_iso": values["issued_on"],
        "project": values["project"],
        "by": PROVIDER,
        "heading": heading,
        "lead": _("This is to state that") if values["is_statement"] else _("This certifies that"),
        "name": name,
        # Certificates of earlier versions have no licence.
        "licence": _("Licence number %(number)s") % {"number": values["licence"]} if values.get("licence") else "",
        "name_class": _size(name, "name", LONG_NAME, LONGEST_NAME),
        "what": ngettext(
            "took part in a live online session",
            "took part in %(count)d live online sessions",
            len(sessions),
        )
        % {"count": len(sessions)},
        "title": title,
        "title_language": title_language,
        "title_class": "session--long" if len(title) > LONG_TITLE else "",
        "series": _session_of(values, alone) if alone else "",
        "series_language": values["series_language"] if alone else language,
        "facts": [_dates(sessions, language), _length(sessions), *(_credit(row, alone) for row in values["records"])],
        "statements": _statements(values),
        "notes": _notes(values),
        "statements_behind": _is_full(values, title, alone=alone is not None),
        "statements_heading": _("Accreditation"),
        "specimen": _("Specimen: an invented certification, for a demonstration.") if values["is_specimen"] else "",
        "signatory": _signatory(values),
        "signed_for": _("For %(provider)s") % {"provider": PROVIDER},
        "issued": _("Issued %(date)s") % {"date": date_plain(issued, language)},
        "square_code_words": _("Square code that opens the verification page"),
        "verify_words": _("Verify this statement") if values["is_statement"] else _("Verify this certificate"),
        "code": code,
        "verify_address": f"{address.netloc}{address.path.rpartition('/')[0].rpartition('/')[0]}",
        "funding": values["funding"],
        "lines_heading": _("Sessions attended"),
        "columns": _columns(values),
        "lines": [] if alone else [_line(row, values) for row in sessions],
        "total": _total(values),
        "reasons": [] if alone else _reasons(values),
    }


def _is_full(values: Mapping[str, Any], title: str, *, alone: bool) -> bool:
    """Return whether the statements and notes do not fit on the first page, so that they are printed behind it."""
    if len(values["records"]) > 1:
        return True
    statements = [row[f"statement_{language}"] for row in values["records"] for language in ("en", "fr")]
    lines = sum(math.ceil(len(text) / LINE) for text in statements) + len(_notes(values))
    if (signatory := _signatory(values)) and signatory.image:
        lines += IMAGE_LINES
    lines += values["is_specimen"] + alone + (len(values["name"]) > LONG_NAME) + (len(title) > LONG_TITLE)
    return bool(lines > MOST_LINES)


def _heading(values: Mapping[str, Any]) -> str:
    """Return the heading. For accredited pharmacy learning it must not contain the word certificate (DOMAIN.md 1.4)."""
    return _("Statement of attendance") if values["is_statement"] else _("Certificate of attendance")


def _size(text: str, name: str, long: int, longest: int) -> str:
    if len(text) > longest:
        return f"{name}--longest"
    return f"{name}--long" if len(text) > long else ""


def _session_of(values: Mapping[str, Any], alone: Mapping[str, Any]) -> str:
    facts = {"series": values["series"], "number": alone["number"], "count": values["sessions_in_series"]}
    return _("%(series)s, session %(number)d of %(count)d") % facts


def _dates(sessions: Sequence[Mapping[str, Any]], language: str) -> Fact:
    days = sorted(dt.date.fromisoformat(row["date"]) for row in sessions)
    first, last = date_plain(days[0], language), date_plain(days[-1], language)
    if len(sessions) == 1:
        return Fact(_("Date"), first, [sessions[0]["hours"], _("Live online")])
    if first == last:
        return Fact(_("Date"), first, [_("Live online")])
    return Fact(
        _("Dates"), pgettext("days", "%(first)s to %(last)s") % {"first": first, "last": last}, [_("Live online")]
    )


def _length(sessions: Sequence[Mapping[str, Any]]) -> Fact:
    return Fact(_("Time attended"), _minutes(sum(row["minutes"] for row in sessions)))


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _credit(record: Mapping[str, Any], alone: Mapping[str, Any] | None) -> Fact:
    most = _("of up to %(count)s") % {"count": number(Decimal(record["series_max"]))}
    more = [category_words(record["category"]), most]
    if alone and (certified_id := alone["ids"].get(str(record["id"]))):
        more.append(_("Session ID %(id)s") % {"id": certified_id})
    return Fact(_("Credit"), credit_words(Decimal(record["credits"]), record["scheme"], record["programme"]), more)


def _statements(values: Mapping[str, Any]) -> list[Statement]:
    language = values["language"]
    other = "en" if language == "fr" else "fr"
    signatories = _signatories(values)
    differ = len(set(signatories)) > 1
    return [
        Statement(row[f"statement_{language}"], row[f"statement_{other}"], f"{other}-CA", signatory if differ else None)
        for row, signatory in zip(values["records"], signatories, strict=True)
    ]


def _signatory(values: Mapping[str, Any]) -> Signatory | None:
    """Return the signatory of all accreditations, or None if they differ or if there is none."""
    found = set(_signatories(values))
    return found.pop() if len(found) == 1 else None


def _signatories(values: Mapping[str, Any]) -> list[Signatory | None]:
    """Return the signatory of each accreditation. Certificates of earlier versions have none."""
    title = f"signatory_title_{values['language']}"
    return [
        Signatory(row["signatory_name"], row[title], image_name(row.get("signature")))
        if row.get("signatory_name")
        else None
        for row in values["records"]
    ]


def image_name(sha256: str | None) -> str:
    """Return the name of the image of a signature in the document, or "" if there is none."""
    return f"signature-{sha256}.png" if sha256 else ""


def _notes(values: Mapping[str, Any]) -> list[str]:
    notes = _reasons(values) if len(values["sessions"]) == 1 else []
    for row in values["records"]:
        if row["scheme"] == "pharmacy" and row.get("valid_to"):
            days = [
                date_plain(dt.date.fromisoformat(row[name]), values["language"]) for name in ("valid_from", "valid_to")
            ]
            notes.append(
                _("Accreditation valid from %(first)s; it expires on %(last)s.") % {"first": days[0], "last": days[1]}
            )
    if values.get("contact"):
        notes.append(_("Contact: %(provider)s, %(address)s") % {"provider": PROVIDER, "address": values["contact"]})
    if any(row["scheme"] == "mainpro" for row in values["records"]):
        notes.append(
            _("Claim your credits at www.cfpc.ca/login. Keep this proof for six years: the College may ask for it.")
        )
    if values["replaces"]:
        replaces = _("Replaces statement %(code)s.") if values["is_statement"] else _("Replaces certificate %(code)s.")
        notes.append(replaces % {"code": shown_code(values["replaces"])})
    return notes


def _reasons(values: Mapping[str, Any]) -> list[str]:
    """Return why sessions have fewer credits than their time would earn. Earlier certificates have no reasons."""
    found = []
    for record in values["records"]:
        name = f"{programme_words(record['programme'])} – " if len(values["records"]) > 1 else ""
        reasons = (row.get("reasons", {}).get(str(record["id"])) for row in values["sessions"])
        found += [f"{name}{reason}" for reason in reasons if reason]
    return found


def _columns(values: Mapping[str, Any]) -> list[Cell]:
    columns = [Cell(_("No.")), Cell(_("Session")), Cell(_("Date"))]
    columns += [Cell(_("Session ID")) for row in values["records"] if row["has_ids"]]
    columns.append(Cell(_("Minutes"), is_figure=True))
    return columns + [Cell(programme_words(row["programme"]), is_figure=True) for row in values["records"]]


def _line(session: Mapping[str, Any], values: Mapping[str, Any]) -> list[Cell]:
    day = date_plain(dt.date.fromisoformat(session["date"]), values["language"])
    cells = [Cell(str(session["number"])), Cell(session["title"], language=session["title_language"]), Cell(day)]
    cells += [Cell(session["ids"].get(str(row["id"]), "–")) for row in values["records"] if row["has_ids"]]
    cells.append(Cell(str(session["minutes"]), is_figure=True))
    for row in values["records"]:
        cells.append(Cell(number(Decimal(session["credits"].get(str(row["id"]), "0"))), is_figure=True))
    return cells


def _total(values: Mapping[str, Any]) -> list[Cell]:
    records = values["records"]
    empty = [Cell("") for row in records if row["has_ids"]]
    minutes = Cell(str(sum(row["minutes"] for row in values["sessions"])), is_figure=True)
    sums = [Cell(amount_words(Decimal(row["credits"]), row["scheme"]), is_figure=True) for row in records]
    return [Cell(""), Cell(_("Total")), Cell(""), *empty, minutes, *sums]

"""Compare how the sessions of a text are written: the parts of their lines and the order of the parts."""

from collections import Counter
from collections.abc import Sequence

from sessions.schedule_text.accounting import Account
from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.plain_text import plain

# A form is usual if at least this part of the sessions has it.
USUAL = 0.5
_ORDERED = "NTDH"


def check_forms(rows: Sequence[DraftRow], accounts: Sequence[Account], lines: Sequence[str]) -> None:
    """Add a finding to each row that is written differently from most others, or to all rows if there is no usual form.

    Rows that come from one line with several dates are one form.
    """
    if len(rows) < 2:
        return
    lists: list[Sequence[object]] = [
        [_order(account) for account in accounts],
        [_edges(account, lines) for account in accounts],
        _blocks(rows, accounts),
    ]
    for forms in lists:
        common, count = Counter(forms).most_common(1)[0]
        if count == len(rows):
            continue
        has_usual = count > 1 and count >= USUAL * len(rows)
        for row, form in zip(rows, forms, strict=True):
            if not has_usual:
                row.find("forms-vary")
            elif form != common and "forms-vary" not in row.codes:
                row.find("written-differently")


def _order(account: Account) -> str:
    """Return the order of number, title, date and hour, such as "NTDH"."""
    found: list[str] = []
    for part in account.parts:
        if part.kind in _ORDERED and part.kind not in found:
            found.append(part.kind)
    return "".join(found)


def _edges(account: Account, lines: Sequence[str]) -> tuple[str, str]:
    """Return what stands directly before and after the first title."""
    title = next((part for part in account.parts if part.kind == "T"), None)
    if title is None or not account.is_title_whole:
        return "", ""
    line = lines[title.line - 1]
    return _edge(line[: title.start][::-1]), _edge(line[title.end :])


def _edge(text: str) -> str:
    """Return the kind of the first separator: end of the line, dash, cell, bracket, comma, or word."""
    bare = text.lstrip(" \u00a0*_\"'“”«»‘’.#>")
    if not bare:
        return "end"
    first = plain(bare[0])
    if "\t" in text[: len(text) - len(bare)] or first in "\t|":
        return "cell"
    if first in "•·●▪‣◦○■□➢➤✓✔" or (first == "-" and not bare[1:].strip()):
        return "end"
    return first if first in "-:,;/()[]" else "word"


def _blocks(rows: Sequence[DraftRow], accounts: Sequence[Account]) -> list[tuple[int, int, int]]:
    """Return for each row how many lines state a fact, how many others it has, and how many of its lines follow a gap.

    The number of other lines is 0 or 1 if the rows have no usual number of them, as descriptions of different length.
    Fewer lines than usual, such as no presenter, are no difference.
    """
    found = []
    for row, account in zip(rows, accounts, strict=True):
        stated = {part.line for part in account.parts if part.kind in _ORDERED}
        others = {part.line for part in account.parts if part.kind in "BPW"} - stated
        gaps = sum(at > first + 1 for first, at in zip(row.lines, row.lines[1:], strict=False))
        found.append((len(stated), len(others), gaps))
    count, frequency = Counter(others for _stated, others, _gaps in found).most_common(1)[0]
    if frequency < USUAL * len(rows):
        return [(stated, min(others, 1), min(gaps, 1)) for stated, others, gaps in found]
    return [(stated, max(others, count), gaps) for stated, others, gaps in found]

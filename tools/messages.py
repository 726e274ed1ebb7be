"""Translations: `python -m tools.messages write` collects and compiles messages, `… check` reports faults.

Collecting needs xgettext of gettext; compiling and checking the French need only polib.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
# Sentences of the libraries that the portal replaces in English (echo_portal.admin.library_words). Edited by hand.
ENGLISH = PROJECT / "locale" / "en" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|(?<!%)%[sd]|\{[a-z_0-9.]*\}|<[a-z]+:[a-z_]+>", re.IGNORECASE)
# Canadian French (DESIGN.md 8): a no-break space before : and inside « », none before ; ! ?, and ’ for an apostrophe.
TYPOGRAPHY = {
    "a breaking space before : or inside « »": re.compile(
        "[ ](?=[:»])|«[ ]|[^\\s\u00a0\u202f](?=»)|«(?=[^\\s\u00a0\u202f])"
    ),
    "a space before ; ! or ?": re.compile("\\s[;!?]"),
    "a straight apostrophe": re.compile("[^\\W\\d_]'[^\\W\\d_]"),
    "English quotation marks": re.compile("[“”]"),
}

# One French term for one thing (docs/glossary.md): a word of the English text, and what its translation must contain.
TERMS = {
    re.compile(r"\bjoining links?\b", re.IGNORECASE): re.compile(
        r"\bliens? (?:\S+ )?de participation\b", re.IGNORECASE
    ),
    re.compile(r"\bcertificates?\b", re.IGNORECASE): re.compile(r"attestation", re.IGNORECASE),
}

# `python -m django`, which also collects translate("…"), the name for gettext in modules where `_` is gettext_lazy.
MAKEMESSAGES = """
from django.core.management import execute_from_command_line
from django.core.management.commands.makemessages import Command
Command.xgettext_options = [*Command.xgettext_options, "--keyword=translate"]
execute_from_command_line()
"""


def main(arguments: list[str]) -> int:
    if arguments == ["write"]:
        return write()
    if arguments == ["check"]:
        faults = check()
        sys.stderr.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


def write() -> int:
    """Update the catalogue from the code, compile it, and return an exit code."""
    if shutil.which("xgettext") is None:
        sys.stderr.write(
            "xgettext is not installed. Type: sudo apt-get install -y gettext (macOS: brew install gettext)\n"
        )
        return 1
    collect(PROJECT)
    catalogue = polib.pofile(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    polib.pofile(str(ENGLISH)).save_as_mofile(str(ENGLISH.with_suffix(".mo")))
    todo = len(catalogue.untranslated_entries()) + len(catalogue.fuzzy_entries())
    sys.stdout.write(f"{len(catalogue)} sentences, {todo} to translate in {CATALOGUE.relative_to(PROJECT)}\n")
    return 0


def collect(folder: Path) -> None:
    """Run makemessages in this folder (the project or a copy of it)."""
    (folder / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    ignored = [f"--ignore={name}" for name in (".venv", ".tools", "tests", "tools", "var", "docs", "node_modules")]
    command = [
        "-c",
        MAKEMESSAGES,
        "makemessages",
        "-l",
        "fr",
        "--no-wrap",
        "--no-obsolete",
        "--add-location=file",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, *command, *ignored],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"makemessages: {done.stdout}{done.stderr}")


def check() -> list[str]:
    """Return a line for each fault of the catalogue."""
    if not CATALOGUE.exists():
        return [f"{CATALOGUE.relative_to(PROJECT)} is missing. Type: make messages"]
    catalogue = polib.pofile(str(CATALOGUE))
    faults = [fault for entry in catalogue if not entry.obsolete for fault in _entry_faults(entry)]
    compiled = [*_compiled_faults(CATALOGUE, catalogue), *_compiled_faults(ENGLISH, polib.pofile(str(ENGLISH)))]
    return [*faults, *compiled, *_collected_faults(catalogue)]


def _entry_faults(entry: polib.POEntry) -> list[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(texts):
        return [f"no French: {entry.msgid!r}"]
    faults = ["fuzzy"] if entry.fuzzy else []
    wanted = set(PLACEHOLDER.findall(f"{entry.msgid} {entry.msgid_plural or ''}"))
    for text in texts:
        if not set(PLACEHOLDER.findall(text)) <= wanted or (
            not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != wanted
        ):
            faults.append("other placeholders")
        faults += [fault for fault, pattern in TYPOGRAPHY.items() if pattern.search(text)]
        english = f"{entry.msgid} {entry.msgid_plural or ''}"
        faults += [
            "another French term" for word, term in TERMS.items() if word.search(english) and not term.search(text)
        ]
    return [f"{fault}: {entry.msgid!r}" for fault in faults]


def _compiled_faults(path: Path, catalogue: polib.POFile) -> list[str]:
    compiled_path = path.with_suffix(".mo")
    name = compiled_path.relative_to(PROJECT)
    if not compiled_path.exists():
        return [f"{name} is missing. Type: make messages"]
    wanted = {_content(entry) for entry in catalogue.translated_entries()}
    if {_content(entry) for entry in polib.mofile(str(compiled_path))} != wanted:
        return [f"{name} is older than its source. Type: make messages"]
    return []


def _content(entry: polib.POEntry | polib.MOEntry) -> tuple[object, ...]:
    return entry.msgctxt, entry.msgid, entry.msgstr, tuple(entry.msgstr_plural.values())


def _collected_faults(catalogue: polib.POFile) -> list[str]:
    """Return a line for each message of the code or of templates that is missing in the catalogue."""
    if shutil.which("xgettext") is None:
        return ["xgettext is not installed, so new messages cannot be found. Type: sudo apt-get install -y gettext"]
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [
            "git",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.py",
            "*.html",
            "*.txt",
        ]
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        for path in filter(None, listed.split("\0")):
            if (PROJECT / path).is_file():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(PROJECT / path, folder / path)
        collect(folder)
        found = polib.pofile(str(folder / CATALOGUE.relative_to(PROJECT)))
        missing = [entry for entry in found if (entry.msgctxt, entry.msgid) not in known]
    return [f"not in the catalogue: {entry.msgid!r} ({entry.occurrences[0][0]})" for entry in missing]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

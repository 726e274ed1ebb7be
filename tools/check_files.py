"""Check what linters do not check: lengths of Python files and of names of tests, and names that were replaced.

Run `python -m tools.check_files`. It prints each finding, and exits with 1 if there is any.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LONGEST_FILE = 400  # lines; split by noun
LONGEST_TEST_NAME = 80  # characters
CODE = (".py", ".html", ".sh", ".toml", ".css", ".js")
THIS_FILE = "tools/check_files.py"

EMAIL = "email (message for the row)"
# The names that were replaced, and their replacements.
REPLACED = {
    r"Looking|look_around": "Viewer, SessionContext, load_context",
    r"\btold_last\b|to_be_told|invited_in_requests": "last_told, outdated, invited_among",
    r"(?<!\.)standing\(\)|\.standing\(\)": ".active()",
    r"waiting_letters": "recallable",
    r"class (?:Thing|ToDo)\b": "ToDoItem, ToDoGroup",
    r"hold_still|remind_anew|send_what_was_dropped": "withdraw_pending, write_reminders, requeue_dropped",
    r"\w*seats?_taken\w*|test_last_seat": "places_taken, test_last_place",
    r"\bwritten_once\b|quick_entries|calendar_entries": "compiled_query, cached_events, calendar_events",
    r"server_place": "local_servers.instance",
    r"session_parts|\bunchanging\b": "session_tags, memoized",
    r"worked_by|seen_by|works_for_every_hub": "editable_by, visible_to, is_pallium_staff",
    r"\bperson_of\b": "signed_in_person, person_of_link, recipient_of",
    r"take_form|take_membership": "claim_form_key, remove_membership",
    r"outbox\.hooks|outbox\.edited\b": "outbox.webhooks, outbox.edits",
    r"(?i)(?<![a-z])letters?(?![a-z]|-spacing)": EMAIL,
}
# Files whose names were replaced.
REPLACED_FILES = re.compile(
    r"(?:^|/)(?:rows|from_models|in_words|standing|told|requests|parts|reasons_in_words|written_once|quick_entries|calendar_entries"
    r"|server_place|session_parts|unchanging|hooks|edited|letters)\.py$"
)
# Files that are about the letters of an alphabet.
ALPHABET = re.compile(
    r"echo_portal/lib/(?:forms|logs|text)\.py|echo_portal/outbox/email_content\.py|programme/|sessions/(?:cached_events|forms)\.py"
    r"|tests/lib/|tests/(?:programme|sessions|calendar)/|static/css/"
)


def tracked_files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [path for path in listed.splitlines() if "/migrations/" not in path and (PROJECT / path).is_file()]


def long_files(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if path.endswith(".py"):
            count = len((PROJECT / path).read_text(encoding="utf-8").splitlines())
            if count > LONGEST_FILE:
                yield f"{path}: {count} lines; at most {LONGEST_FILE}"


def long_test_names(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if path.startswith("tests/") and path.endswith(".py"):
            for name in re.findall(r"^ *def (test_\w+)", (PROJECT / path).read_text(encoding="utf-8"), re.MULTILINE):
                if len(name) > LONGEST_TEST_NAME:
                    yield f"{path}: {name} has more than {LONGEST_TEST_NAME} characters"


def replaced_names(paths: list[str]) -> Iterator[str]:
    for path in paths:
        if REPLACED_FILES.search(path) and not path.startswith(("tests/", "docs/")):
            yield f"{path}: this file name was replaced"
        if not path.endswith(CODE) or path == THIS_FILE:
            continue
        for number, line in enumerate((PROJECT / path).read_text(encoding="utf-8").splitlines(), start=1):
            for pattern, plain in REPLACED.items():
                found = re.search(pattern, line)
                if found and not (plain == EMAIL and ALPHABET.match(path)):
                    yield f"{path}:{number}: “{found[0]}” was replaced by {plain}"


def main() -> int:
    paths = tracked_files()
    findings = [*long_files(paths), *long_test_names(paths), *replaced_names(paths)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

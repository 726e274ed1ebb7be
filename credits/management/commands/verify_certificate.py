"""Verify offline that the file of a certificate is unchanged since it was signed (PRODUCT.md 6)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credits.certificates.verifying import CHANGED, TOO_LARGE, UNKNOWN_KEY, UNSIGNED, check_file
from credits.codes import shown_code
from echo_portal.lib.signing_keys import parse_keys, published_keys

SENTENCES = {
    CHANGED: "The file was changed since it was signed.",
    UNSIGNED: "This is not the file of a certificate: it has no signature, or several.",
    UNKNOWN_KEY: "It names a key that is not among the given ones: {key}.",
    TOO_LARGE: "The file is too large to be a certificate.",
}


class Command(BaseCommand):
    help = (
        "Check the signature of a certificate's file. Reads no database and no network. Exit code 1: it is not valid."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--key",
            action="append",
            metavar="ID:public:KEY",
            help="a published key in base64; may be repeated. Without it, the portal's own keys are used",
        )
        parser.add_argument("--json", action="store_true", help="print the frozen values as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = options["file"].read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']}: {problem.strerror}") from problem
        try:
            keys = parse_keys(options["key"]) if options["key"] else published_keys()
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        found = check_file(file, keys)
        if found.problem:
            raise CommandError(SENTENCES[found.problem].format(key=found.key_id))
        values = found.values
        if options["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"Signed by the key {found.key_id}, and not changed since.")
        self.stdout.write(
            f"{shown_code(values['code'])} · {values['name']} · {values['series']} · {values['issued_on']}"
        )
        if values["is_specimen"]:
            self.stdout.write("Specimen: an invented certification, for a demonstration.")
        self.stdout.write("Whether it was replaced or revoked since says the verification page only.")

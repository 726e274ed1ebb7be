"""The policies to which people consent. Published texts are never edited; a change is a new file with a new version."""

import dataclasses
import functools
from pathlib import Path

from echo_portal.lib.bilingual import LANGUAGES

FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Policy:
    """One version of a policy. `version` is the day from which it applies; `text` maps a language to Markdown."""

    kind: str
    version: str
    text: dict[str, str]


@functools.cache
def current_policy(kind: str) -> Policy:
    """Return the newest version of the policy of this kind. Raises LookupError if its text in a language is missing."""
    versions = sorted(path.name.split(".")[0].removeprefix(f"{kind}-") for path in FOLDER.glob(f"{kind}-*.en.md"))
    if not versions:
        raise LookupError(f"no policy text of kind {kind!r}")
    texts = {language: _read(kind, versions[-1], language) for language in LANGUAGES}
    return Policy(kind, versions[-1], texts)


def _read(kind: str, version: str, language: str) -> str:
    path = FOLDER / f"{kind}-{version}.{language}.md"
    if not path.exists():
        raise LookupError(f"the policy {path.name} is missing")
    return path.read_text(encoding="utf-8")

"""A small programme file, and functions that load and change it."""

import io
from pathlib import Path

from django.core.management import call_command

REAL = Path(__file__).resolve().parents[2] / "programme" / "national-2021-22.toml"

SMALL = """\
as_of = 2022-01-17
timezone = "America/Toronto"

[programme]
name_en = "Programme"
name_fr = "Programme"
coordinator = "host"
funder = "Funder"
funding_note_en = "Funded."
funding_note_fr = "Financé."

[[organisation]]
slug = "host"
name = "Host"
kind = "national coordinator"

[[organisation]]
slug = "certifier"
name_en = "Certifier"
name_fr = "Certificateur"
kind = "certifying body"

[[hub]]
slug = "national"
name_en = "National"
name_fr = "National"
host = "host"
scope = "national"

[[series]]
slug = "one"
hub = "national"
kind = "community of practice"
title_en = "One"
title_fr = "Un"
summary_en = "First."
summary_fr = "Premier."
language = "en"
registration = "key"
enrollment_key = "KEY1"
session_count = 2

  [[series.session]]
  number = 1
  title = "First session"
  starts = 2022-02-10T12:00:00
  ends = 2022-02-10T13:00:00
  weekday = "Thursday"

  [[series.session]]
  number = 2
  title = "Second session"
  date = 2022-02-17

[[series]]
slug = "two"
hub = "national"
kind = "webinar"
title_en = "Two"
title_fr = "Deux"
summary_en = "Second."
summary_fr = "Deuxième."
language = "en"
registration = "open"

  [[series.session]]
  number = 1
  title = "Only session"
  starts = 2022-03-10T12:00:00
  ends = 2022-03-10T13:00:00

[[past]]
slug = "old"
title = "Old"
language = "en"
summary_en = "Was."
summary_fr = "Fut."
"""


def spoiled(*changes: tuple[str, str]) -> str:
    """Return the small file with each first text replaced by the second. Fail if one of the first texts is missing."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def load(file: Path = REAL, *flags: str) -> str:
    out = io.StringIO()
    call_command("load_programme", str(file), *flags, stdout=out)
    return out.getvalue()


def write(folder: Path, text: str) -> Path:
    path = folder / "programme.toml"
    path.write_text(text, encoding="utf-8")
    return path

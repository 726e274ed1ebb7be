"""Rules of ARCHITECTURE.md 2 that import-linter cannot check."""

import ast
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.db import models

PROJECT = Path(__file__).resolve().parents[2]
ORDER = [
    "outbox",
    "accounts",
    "hubs",
    "pages",
    "echo_sessions",
    "proposals",
    "registrations",
    "news",
    "attendance",
    "evaluations",
    "credits",
    "programme",
    "reports",
]
FOLDERS = [
    "accounts",
    "attendance",
    "credits",
    "echo_portal",
    "evaluations",
    "hubs",
    "news",
    "pages",
    "programme",
    "proposals",
    "registrations",
    "sessions",
]
BANNED_NAMES = {"utils", "helpers", "common", "core", "services"}


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ORDER]


def python_files() -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in (PROJECT / folder).rglob("*.py")
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def test_every_app_with_tables_has_a_place_in_the_import_order() -> None:
    ours = {
        model._meta.app_label for model in apps.get_models() if not model.__module__.startswith(("django", "allauth"))
    }
    assert ours == set(ORDER)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_foreign_keys_refer_to_the_same_app_or_to_one_below(model: type[models.Model]) -> None:
    room = ORDER.index(model._meta.app_label)
    targets = [
        field.related_model._meta.app_label
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if isinstance(field.related_model, type) and field.related_model._meta.app_label in ORDER
    ]
    assert [target for target in targets if ORDER.index(target) > room] == []


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_every_english_column_has_a_french_column(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.fields}
    assert [name for name in names if name.endswith("_en") and f"{name[:-3]}_fr" not in names] == []
    assert [name for name in names if name.endswith("_fr") and f"{name[:-3]}_en" not in names] == []


def test_no_file_has_a_meaningless_name() -> None:
    assert [path.name for path in python_files() if path.stem in BANNED_NAMES] == []


def test_code_uses_no_signal_no_on_commit_and_no_enqueued_task() -> None:
    """ARCHITECTURE P2 forbids .delay(), on_commit, and signals other than Celery's own at start-up."""
    found = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("delay", "apply_async", "on_commit"):
                found.append(f"{path.relative_to(PROJECT)}:{node.lineno} {node.attr}")
            if isinstance(node, ast.ImportFrom) and node.module in ("django.dispatch", "django.db.models.signals"):
                found.append(f"{path.relative_to(PROJECT)}:{node.lineno} {node.module}")
    assert found == []


def test_no_file_is_too_long() -> None:
    """Files should have about 400 lines; the limit is 500."""
    lengths = {
        str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()
    }
    assert {name: length for name, length in lengths.items() if length > 500} == {}


def test_every_app_has_a_readme() -> None:
    rooms = [
        *(folder for folder in FOLDERS if folder != "echo_portal"),
        "echo_portal/admin",
        "echo_portal/outbox",
        "echo_portal/lib",
    ]
    assert [room for room in rooms if not (PROJECT / room / "README.md").exists()] == []


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (PROJECT / "tests").rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_django_is_not_older_than_the_last_security_release() -> None:
    assert django.VERSION[:3] >= (6, 1, 3)

"""Rules for the test files themselves (docs/testing.md)."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
FILES = sorted(path for path in TESTS.rglob("*.py") if "__pycache__" not in path.parts)


def imported_test_modules(source: str) -> list[str]:
    """Return the names of the test modules that this source imports."""
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            modules += [package, *(f"{package}.{alias.name}" for alias in node.names)]
    return [module for module in modules if module.rpartition(".")[2].startswith("test_")]


def test_no_file_imports_a_test_module() -> None:
    found = {str(path.relative_to(TESTS)): imported_test_modules(path.read_text(encoding="utf-8")) for path in FILES}
    assert {name: modules for name, modules in found.items() if modules} == {}


@pytest.mark.parametrize(
    "statement",
    ["import tests.lib.test_text", "from tests.lib.test_text import x", "from tests.lib import test_text"],
)
def test_import_of_a_test_module_is_reported(statement: str) -> None:
    assert imported_test_modules(statement) == ["tests.lib.test_text"]

"""Style sheets contain no class that is unused."""

import ast
import re
from pathlib import Path

import django
import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

ROOT: Path = settings.BASE_DIR
STYLE_SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))

# Classes whose names are composed by a template or by Python, so that no source contains them as a word.
COMPOSED = {
    "tag--credit": "session_tags.py: tag--{kind}",
    "bilingual": "pages/admin.py: classes of a fieldset",
    "model-policyversion": "Django: the model of an admin page",
    "sorted": "Django’s change list: the column by which it is sorted",
    "action-checkbox": "Django's change list: the cell with the checkbox",
    "table-region": "proposals/kit: around a table in HTML from Markdown",
    **dict.fromkeys(
        ("field-address", "field-number_and_title", "field-title"),
        "Django's change list: field-{name of the column}",
    ),
    **dict.fromkeys(
        ("zone-in--bc", "zone-in--nl", "zone-in--nu", "zone-in--on", "zone-in--qc", "zone-in--sk"),
        "registrations/about_you.html: zone-in--{{ code }}",
    ),
    **dict.fromkeys((f"heat-{shade}" for shade in range(5)), "dashboard.html: heat-{{ shade }}"),
    **dict.fromkeys(
        (f"t-{code}" for code in ("yt", "nt", "nu", "bc", "ab", "sk", "mb", "on", "qc", "nl", "nb", "pe", "ns")),
        "dashboard.html: t-{{ code|lower }}, and views/hubs.py",
    ),
}


def classes_in(css: str) -> set[str]:
    """Return the class names of all selectors, including those in at-rules."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", without_comments)
    return {name for selector in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[\w-]+", text))


def words_of_class_attributes(html: str) -> set[str]:
    """Return the words of all class attributes, including those inside template tags."""
    tag = r"\{[%{].*?[%}]\}"
    return words_in(" ".join(re.findall(rf'\bclass="((?:{tag}|[^"])*)"', html)))


def words_of_python(source: str) -> set[str]:
    """Return the words in all string literals except docstrings."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    strings = (node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings)
    return words_in(" ".join(node.value for node in strings if isinstance(node.value, str)))


def words_of_script(source: str) -> set[str]:
    return words_in(" ".join(re.findall(r'"[^"\n]*"', source)))


def used_by_the_portal() -> set[str]:
    """Return the words that may be class names, from templates, from Python that writes HTML, and from scripts."""
    words: set[str] = set()
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.svg")]:
        words |= words_of_class_attributes(path.read_text())
    for path in [*ROOT.glob("[a-z]*/**/templatetags/*.py"), *ROOT.glob("[a-z]*/**/forms.py")]:
        words |= words_of_python(path.read_text())
    for path in (ROOT / "static" / "js").glob("*.js"):
        words |= words_of_script(path.read_text())
    return words


def used_by_django_admin() -> set[str]:
    """Return all words in Django's templates and scripts, because template blocks add classes to <body>."""
    admin = Path(django.__file__).parent / "contrib" / "admin"
    sources = [*(admin / "templates").rglob("*.html"), *(admin / "static" / "admin" / "js").glob("*.js")]
    return set[str]().union(*(words_in(path.read_text()) for path in sources))


def unused_classes(css: str, name: str) -> set[str]:
    used = used_by_the_portal() | (used_by_django_admin() if name == "admin.css" else set())
    return classes_in(css) - used - set(COMPOSED)


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheet_contains_no_unused_class(path: Path) -> None:
    assert unused_classes(path.read_text(), path.name) == set()


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_unused_class_is_reported(path: Path) -> None:
    assert unused_classes(path.read_text() + ".planted { margin: 0; }", path.name) == {"planted"}


def test_composed_class_is_in_a_style_sheet_and_in_no_source() -> None:
    styled = set[str]().union(*(classes_in(path.read_text()) for path in STYLE_SHEETS))
    assert set(COMPOSED) <= styled
    assert set(COMPOSED) & used_by_the_portal() == set()


def test_class_in_every_kind_of_selector_is_found() -> None:
    css = "/* .comment */ @media (min-width: .5rem) { a.used > .is-on:not(.off) { margin: .3rem; } }"
    assert classes_in(css) == {"used", "is-on", "off"}
    assert words_of_class_attributes('<p class="a{% if x == "b" %} c--{{ d }}{% endif %}" id="e">') >= {"a", "c--"}


def test_administration_loads_the_text_face_and_the_display_face_only() -> None:
    css = (ROOT / "static" / "css" / "admin.css").read_text()
    fonts = re.findall(r'url\("../fonts/([^"]+)"\)', css)
    assert fonts == ["hanken-grotesk-latin-wght-normal.woff2", "newsreader-display-latin-wght.woff2"]
    assert "@font-face" not in (ROOT / "static" / "css" / "desk.css").read_text()


def test_english_and_french_need_the_two_fonts_of_every_page_only() -> None:
    """Otherwise, another font would be loaded for œ, ’ or «."""
    css = (ROOT / "static" / "css" / "portal.css").read_text()
    faces = re.findall(r"@font-face \{(.*?)\}", css, re.DOTALL)
    loaded = set()
    for face in faces:
        ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face.partition("unicode-range:")[2])
        if any(int(low, 16) <= ord(one) <= int(high or low, 16) for low, high in ranges for one in "œŒÿéÉ’«»–…"):
            loaded |= set(re.findall(r'url\("../fonts/([^"]+)"\)', face))
    assert loaded == {"hanken-grotesk-latin-wght-normal.woff2"}
    for name in (*loaded, "newsreader-display-latin-wght.woff2"):
        known = TTFont(ROOT / "static" / "fonts" / name).getBestCmap()
        assert [one for one in "œŒÿéÉ’«»–…" if ord(one) not in known] == [], name

"""Layout in a browser: elements do not move while a page loads, and larger text is not cut off (DESIGN.md 11)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page

from accounts import time_zones
from accounts.links import MANAGE, token_for
from registrations.links import join_token
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.journeys.own_places import a_series_of_every_state, a_session, enroll, somebody, to_come
from tests.journeys.reader import Reader
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

MOST = 0.02
SUM_SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver(list => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts += shift.value;
  }).observe({type: "layout-shift", buffered: true});
"""
# WCAG 2.2, 1.4.12.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } "
LARGER_TEXT = {
    "150 %": (390, "html { font-size: 150% }"),
    "200 %": (390, "html { font-size: 200% }"),
    "200 % at 320 px": (320, "html { font-size: 200% }"),
    "spacing": (320, f"{SPACING} p {{ margin-bottom: 2em !important }}"),
}
OVERFLOWS = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push(`${document.documentElement.scrollWidth - width} px`);
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".vh, .trap, .skip, .lang__long, .times__dot, [aria-hidden=true]")) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (!box.width || !box.height) continue;
    const hides = overflow => ["hidden", "clip"].includes(overflow);
    const cut = (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    if (cut || box.right > width + 1 || box.left < -1) found.push(`${element.tagName}.${element.className}`);
  }
  return found.slice(0, 5);
}"""

# Headings whose words are broken in the middle, and the hyphenation of texts: by the browser if text is enlarged.
BROKEN_HEADINGS = """() => {
  const found = [];
  for (const heading of document.querySelectorAll("main :is(h1, h2):not(.vh)")) {
    const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    for (let text; text = texts.nextNode();) for (const word of text.data.matchAll(/[\\p{L}\\p{M}’]+/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) found.push(word[0]);
    }
  }
  const hyphens = getComputedStyle(document.querySelector("main .wrap")).hyphens;
  return [...found, ...(hyphens === "auto" ? [] : [`hyphens: ${hyphens}`])];
}"""

LONG_WORD = 290 * "\ufdfa"  # wide, and without a place to break a line


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/en/", "/fr/"])
def test_home_page_keeps_its_layout_while_loading(portal: LivePortal, chromium: Browser, path: str, width: int) -> None:
    with chromium.new_context(viewport={"width": width, "height": 844}, timezone_id="America/Vancouver") as context:
        page = context.new_page()
        page.add_init_script(SUM_SHIFTS)
        page.goto(portal.url + path, wait_until="networkidle")
        page.evaluate("document.fonts.ready")
        assert page.evaluate("window.shifts") <= MOST


def overflows(page: Page) -> list[str]:
    found = []
    for name, (width, css) in LARGER_TEXT.items():
        page.set_viewport_size({"width": width, "height": 844})
        style = page.add_style_tag(content=css)
        found += [f"{name}: {fault}" for fault in page.evaluate(OVERFLOWS)]
        if name.startswith("200"):
            found += [f"{name}: {fault}" for fault in page.evaluate(BROKEN_HEADINGS)]
        style.evaluate("style => style.remove()")
    return found


def test_larger_text_does_not_overflow(portal: LivePortal, chromium: Browser, reader: Reader) -> None:
    at, language = reader.address, reader.language

    def prepare() -> tuple[str, str, str]:
        person = somebody(language)
        series, sessions = to_come("ltc-cop")
        receipt, _rows = enroll(person, series, sessions[:3])
        session = at("session", session=sessions[0].public_id)
        return session, at("registered", receipt=receipt), at("my_sessions_link", token=token_for(person, MANAGE))

    session, done, own = portal.within(prepare)
    paths = [
        at("catalogue"),
        at("series", slug="ltc-cop"),
        at("series", slug="capaciti-information"),
        session,
        f"{at('register', slug='ltc-cop')}?key=LTC2122",
        at("register", slug="psw-cop"),
        done,
        own,
        at("calendars"),
        at("sign_in"),
        f"{at('verify')}?code=000",
    ]
    found = {}
    for zone, pages in {
        "St_Johns": paths,
        "Inuvik": paths[:2],
        "Rankin_Inlet": paths[:1],
        "Atikokan": paths[:1],
    }.items():
        with chromium.new_context(bypass_csp=True) as context:
            context.add_cookies([{"name": time_zones.CHOSEN_COOKIE, "value": f"America/{zone}", "url": portal.url}])
            page = context.new_page()
            for path in pages:
                page.goto(portal.url + path)
                page.evaluate("document.fonts.ready")
                if faults := overflows(page):
                    found[zone, path] = faults
    assert found == {}


# A phone's text zoom enlarges the text, but not the root font, on which lengths and container queries depend.
ENLARGE_TEXT = """factor => {
  const sizes = [...document.querySelectorAll("body *")].map(one => [one, parseFloat(getComputedStyle(one).fontSize)]);
  for (const [one, size] of sizes) one.style.setProperty("font-size", `${factor * size}px`, "important");
}"""
CUT_CELLS = """() => [...document.querySelectorAll(".ribbon")].flatMap(ribbon => {
  const cells = [...ribbon.querySelectorAll("li")].filter(cell => cell.scrollWidth > cell.clientWidth + 1);
  return [...cells.map(cell => cell.innerText), ...(ribbon.scrollWidth > ribbon.clientWidth + 1 ? ["ribbon"] : [])];
})"""


def test_ribbon_shows_every_time_in_the_larger_text_of_a_phone(
    portal: LivePortal, chromium: Browser, reader: Reader
) -> None:
    series, sessions = portal.within(lambda: to_come("ltc-cop"))
    paths = [
        reader.address("catalogue"),
        reader.address("series", slug=series.slug),
        reader.address("session", session=sessions[0].public_id),
    ]
    cut = {}
    with chromium.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        for path in paths:
            for factor in (1, 1.5, 2):
                page.goto(portal.url + path)
                page.evaluate("document.fonts.ready")
                assert page.locator(".ribbon li").count() == 6
                page.evaluate(ENLARGE_TEXT, factor)
                if cells := page.evaluate(CUT_CELLS):
                    cut[path, factor] = cells
    assert cut == {}


@pytest.mark.parametrize("size", [(390, 844), (320, 640)])
def test_bar_for_registering_covers_no_page_in_large_text(
    portal: LivePortal, chromium: Browser, size: tuple[int, int]
) -> None:
    top = """() => document.querySelector(".sticky-cta").getBoundingClientRect().top / window.innerHeight"""
    with chromium.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=True) as context:
        page = context.new_page()
        for language in ("en", "fr"):
            page.goto(f"{portal.url}/{language}/series/ltc-cop/")
            page.evaluate("document.fonts.ready")
            assert 0.5 < page.evaluate(top) < 1, "in text of the usual size, the bar is at the bottom of the window"
            style = page.add_style_tag(content="html { font-size: 200% }")
            assert page.evaluate(top) > 1
            style.evaluate("style => style.remove()")
            page.evaluate(ENLARGE_TEXT, 2)
            assert page.evaluate(top) > 1


# The smaller of width and height of each element that people touch, if it is below 44 px.
TOO_SMALL = """selectors => selectors.flatMap(selector => [...document.querySelectorAll(selector)].flatMap(one => {
  const box = one.getBoundingClientRect(), size = Math.min(box.width, box.height);
  return box.width && size < 43.9 ? [`${selector} ${one.innerText}: ${size}`] : [];
}))"""


def test_links_and_choices_on_a_phone_are_as_high_as_a_finger(
    portal: LivePortal, chromium: Browser, reader: Reader
) -> None:
    at, language = reader.address, reader.language

    def prepare() -> tuple[str, str, str]:
        person = somebody(language)
        key = signed_in_client(person).cookies["session"].value
        series, sessions = to_come("ltc-cop")
        _receipt, rows = enroll(person, series, sessions[:2], whole=True)
        row = next(iter(rows.values()))
        Session.objects.filter(pk=row.session_id).update(join_telephone="+1 647 374 4685")
        return at("my_sessions_link", token=token_for(person, MANAGE)), at("join", token=join_token(row)), key

    own, join, key = portal.within(prepare)
    to_touch = {
        at("catalogue"): [".session__title a", ".next h2 a:not(.btn)", ".filters summary"],
        at("library"): [".lib h3 a"],
        own: [".rows__title a", ".series-list a", ".cluster > .check label", ".card--flat > p > a:only-child"],
        join: ["main a[href^='tel:']"],
        at("register", slug="psw-cop"): ["summary.hint", ".cluster > .check label"],
        at("transcript"): [".periods a"],
    }
    found = {}
    with chromium.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        for path, selectors in to_touch.items():
            if path == at("transcript"):
                context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
            page.goto(portal.url + path)
            assert all(page.locator(selector).count() for selector in selectors)
            if small := page.evaluate(TOO_SMALL, [*selectors, ".footer li a", ".lang"]):
                found[path] = small
    assert found == {}


def test_title_without_a_space_does_not_widen_a_page(portal: LivePortal, chromium: Browser) -> None:
    def prepare() -> tuple[int, list[str]]:
        series = a_series_of_every_state()
        series.title_en = series.summary_en = LONG_WORD
        series.save()
        start = timezone.now() + dt.timedelta(days=20)
        sessions = [a_session(series, number, start, title_en=LONG_WORD) for number in (1, 2)]
        person = somebody("en")
        receipt, _rows = enroll(person, series, sessions, whole=True)
        kwargs = {"slug": series.slug}
        with translation.override("en"):
            return series.pk, [
                reverse("series", kwargs=kwargs),
                reverse("register", kwargs=kwargs),
                reverse("session", kwargs={"session": sessions[0].public_id}),
                reverse("registered", kwargs={"receipt": receipt}),
                reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)}),
            ]

    series, paths = portal.within(prepare)
    wide = {}
    with chromium.new_context(timezone_id="America/Vancouver") as context:
        page = context.new_page()
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            for path in paths:
                page.goto(portal.url + path)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide[width, path] = page.evaluate(OVERFLOWS)
    portal.within(lambda: Series.objects.filter(pk=series).update(state="draft"))
    assert wide == {}


def test_session_list_of_the_form_is_not_cut_off(portal: LivePortal, chromium: Browser) -> None:
    """The list is opened and measured with the longest times, because a time range that is cut off is wrong."""
    with chromium.new_context(bypass_csp=True, timezone_id="America/St_Johns") as context:
        page = context.new_page()
        page.goto(f"{portal.url}/fr/")
        _series, sessions = portal.within(lambda: to_come("ltc-cop"))
        page.goto(f"{portal.url}/fr/series/ltc-cop/inscription/?session={sessions[0].pk}")
        page.evaluate("document.fonts.ready")
        page.locator("details.pick__more > summary").click()
        assert page.locator("details.pick__more .pick__when").first.is_visible()
        assert overflows(page) == []


def test_name_field_is_on_the_first_two_screens_of_a_phone(portal: LivePortal, reader: Reader) -> None:
    """The form opened for one session displays that session; the others are in a closed `<details>` element."""
    _series, sessions = portal.within(lambda: to_come("ltc-cop"))
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{portal.url}{reader.address('register', slug='ltc-cop')}?session={sessions[1].pk}")
    field = page.locator("[name=name]").bounding_box()
    assert field is not None
    assert field["y"] + field["height"] <= 2 * 844
    boxes = page.locator("input[name=sessions]")
    assert boxes.count() == len(sessions)
    shown = [box.get_attribute("value") for box in boxes.all() if box.is_visible()]
    assert shown == [str(sessions[1].pk)]
    page.locator("details.pick__more > summary").click()
    assert sum(box.is_visible() for box in boxes.all()) == len(sessions)


def test_link_of_the_error_summary_scrolls_to_the_label_of_its_field(portal: LivePortal, reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(portal.url + reader.address("register", slug="ltc-cop"))
    page.locator("#main form button.btn--big").click()
    page.wait_for_load_state("domcontentloaded")
    links = page.locator(".error-summary a")
    assert links.count() >= 5
    for link in links.all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        label = page.locator(f'label[for="{target}"], fieldset[id="{target}"] > legend').first
        top = label.evaluate("element => element.getBoundingClientRect().top")
        assert 0 <= top <= 844, target
        page.evaluate("window.scrollTo(0, 0)")
    frame = page.locator(".consent").evaluate(
        "box => [getComputedStyle(box).borderColor, getComputedStyle(box).borderWidth]"
    )
    assert frame == ["rgb(168, 24, 44)", "2px"], "the agreement that is missing is framed"


IS_ONE_LINE = """row => {
  const boxes = [...row.querySelectorAll(".pick__t, .pick__when")].map(part => {
    const text = document.createRange();
    text.selectNodeContents(part);
    return [...text.getClientRects()].filter(box => box.width);
  });
  const tops = boxes.flat().map(box => box.top), bottoms = boxes.flat().map(box => box.bottom);
  return Math.max(...tops) < Math.min(...bottoms);
}"""


def test_row_of_the_session_list_is_one_line(portal: LivePortal, reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(portal.url + reader.address("register", slug="psw-cop"))
    page.locator("label[for=w-some]").click()
    rows = page.locator(".pick > li label").all()
    assert len(rows) > 3
    assert [row.inner_text() for row in rows if not row.evaluate(IS_ONE_LINE)] == []


LIGHT_TEXT = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!says || !element.checkVisibility() || element.closest(".vh, svg")) continue;
    const [red, green, blue] = getComputedStyle(element).color.match(/[\\d.]+/g).map(Number);
    if (.2126 * red + .7152 * green + .0722 * blue > 140) found.push(element.textContent.trim().slice(0, 40));
  }
  return found;
}"""


# What only a screen needs: buttons, the line beside or under a button, menus, and the select of the time zone.
ON_PAPER = """() => [...document.querySelectorAll(
  ".btn, .btn + *, .btn + * + p, .menu, .sticky-cta, .footer li, .footer h2, [name=zone], a[href*='?next=']"
)].filter(element => element.checkVisibility() && element.textContent.trim())
  .map(element => element.outerHTML.slice(0, 80))"""


def test_printed_pages_have_dark_text_on_white_and_no_buttons(portal: LivePortal, reader: Reader) -> None:
    page = reader.page
    register = f"{reader.address('register', slug='ltc-cop')}?key=LTC2122"
    for path in (reader.address("catalogue"), reader.address("series", slug="ltc-cop"), register):
        page.emulate_media(media="screen")
        page.goto(portal.url + path)
        assert page.evaluate(LIGHT_TEXT) != []
        page.emulate_media(media="print")
        assert page.evaluate(LIGHT_TEXT) == [], path
        assert page.evaluate(ON_PAPER) == [], path
    page.emulate_media(media="screen")

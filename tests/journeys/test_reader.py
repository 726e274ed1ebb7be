"""Control: Reader reports faults that the test adds to a page."""

from __future__ import annotations

import pytest

from tests.journeys.reader import Reader

pytestmark = pytest.mark.browser

PLANT = """() => {
    const button = document.createElement("button"), wide = document.createElement("p")
    wide.textContent = "wide"
    wide.style.width = "1500px"
    document.querySelector("#main").append(button, wide)
    document.documentElement.lang = "de-CA"
    console.error("planted")
}"""


def test_reader_reports_each_fault_added_to_a_page(reader: Reader) -> None:
    reader.opens("about", reader.address("about"), same_markup=True)
    assert reader.faults == []
    reader.name = "planted"
    reader.page.evaluate(PLANT)
    reader.looks("planted")
    found, reader.faults = " | ".join(reader.faults), []
    expected = {"console: planted", "lang is de-CA", "px wide on a screen of 1280", "px wide on a screen of 320"}
    assert {fault for fault in expected if fault in found} == expected, found
    assert ("button-name" in found) is (reader.language == "en"), found

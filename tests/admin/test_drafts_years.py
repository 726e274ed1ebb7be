"""The page of drafts displays, beside each row, the year that was inferred, and the lines that are headings."""

from django.test import Client

from tests.admin.drafts import paste
from tests.admin.two_hubs import HubRows

WITHOUT_YEARS = """Palliative Care Series

Thursdays, noon - 1 pm ET

Nov 5  Introduction to hospice
Jan 7  Pain
Mar 4  Wrap-up
"""


def test_each_row_displays_its_inferred_year(coordinator_client: Client, own: HubRows) -> None:
    checked = paste(coordinator_client, WITHOUT_YEARS).context["checked"]
    years = [str(row.form.initial["on_date"].year) for row in checked]
    sentences = [[words for _level, words in row.findings if "No year is written." in words] for row in checked]
    assert sentences == [
        [f"No year is written. {year} was taken, in which the day of the week fits."] for year in years
    ]
    assert {row.form.initial["on_date"].weekday() for row in checked} == {3}


def test_page_displays_the_lines_that_are_headings(coordinator_client: Client, own: HubRows) -> None:
    answer = paste(coordinator_client, WITHOUT_YEARS)
    assert [(line.number, line.text) for line in answer.context["headings"]] == [
        (1, "Palliative Care Series"),
        (3, "Thursdays, noon - 1 pm ET"),
    ]
    page = answer.content.decode()
    assert "Lines read as headings" in page
    assert "Thursdays, noon - 1 pm ET</li>" in page

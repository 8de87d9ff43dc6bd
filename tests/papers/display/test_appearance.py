"""Where and when a paper appeared, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from papers.display.appearance import appeared_in, place_of, shown_date
from papers.models import Paper
from papers.publications import Details
from papers.text.dates import PartialDate


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, ""),
        ({"container": "J. Looms"}, "J. Looms"),
        ({"container": "J. Looms", "volume": "12"}, "J. Looms 12"),
        ({"container": "J. Looms", "volume": "12", "issue": "3", "pages": "1-10"}, "J. Looms 12(3), 1–10"),
        ({"container": "J. Looms", "volume": "12", "article_number": "e7"}, "J. Looms 12, e7"),
        ({"container": "J. Looms", "pages": "7", "article_number": "e7"}, "J. Looms, 7"),
        ({"container": "Acts", "series": "Notes", "volume": "7", "pages": "6-14"}, "Acts, Notes 7, 6–14"),
        ({"series": "Notes", "volume": "7", "publisher": "Weave"}, "Notes 7"),
        ({"publisher": r"Weave \& Sons", "volume": "7", "pages": "300"}, "Weave & Sons"),
        ({"container": r"Zeitschrift f\"ur {D}inge", "volume": "{12}"}, "Zeitschrift für Dinge 12"),
    ],
)
def test_the_place(fields: dict[str, Any], line: str) -> None:
    assert place_of(Details(**fields)) == line


def of(issued: str = "", published: str = "", **fields: Any) -> Paper:
    """A paper that nobody stores."""
    dates: dict[str, Any] = {}
    for name, text in (("issued", issued), ("published", published)):
        if text:
            day = PartialDate.from_iso(text)
            dates |= {name: day.first, f"{name}_precision": day.precision}
    return Paper(revision=1, **dates, **fields)


def test_the_year_is_that_of_publication_and_not_said_twice() -> None:
    place = {"details": {"container": "J. Looms"}}
    assert appeared_in(of(**place)) == "J. Looms"
    assert appeared_in(of(published="2019-05", **place)) == "J. Looms, 2019"
    both = of(issued="2020", published="2019-05-03", **place)
    assert appeared_in(both) == "J. Looms, 2020"
    assert appeared_in(both, both.published_date) == "J. Looms, 2020"
    assert appeared_in(both, both.issued_date) == "J. Looms"
    # The date of an arXiv paper is the preprint's.
    assert appeared_in(of(published="2019-05-03", arxiv_id="1905.00001", **place)) == "J. Looms"


def test_without_fields_the_printed_reference_stands() -> None:
    reference = "Phys. Rev. D 76, 12 (2007) $x^2$"
    assert appeared_in(of(journal_ref=reference)) == "Phys. Rev. D 76, 12 (2007) x²"
    assert appeared_in(of(journal_ref=reference, details={"keywords": ["a"]})) == "Phys. Rev. D 76, 12 (2007) x²"
    assert appeared_in(of(journal_ref=reference, details={"container": "J. Looms"})) == "J. Looms"


@pytest.mark.parametrize(
    ("language", "texts"),
    [("en", ["2019", "May 2019", "May 3, 2019"]), ("de", ["2019", "Mai 2019", "3. Mai 2019"])],
)
def test_a_date_in_the_visitor_s_language(language: str, texts: list[str]) -> None:
    with override(language):
        assert [shown_date(PartialDate.from_iso(text)) for text in ("2019", "2019-05", "2019-05-03")] == texts
        assert shown_date(None) == ""

"""OpenAlex's works: a row a field, as it is there and as it is here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.checks import InvalidRecord
from papers.ingest.readers import open_source
from papers.ingest.readers.openalex import record
from papers.ingest.records import PaperRecord, PassedOver

SAMPLES = Path(__file__).parent / "samples"
DOI = "https://doi.org/10.5555/x.1"


def read(**fields: Any) -> PaperRecord:
    found = record({"id": "https://openalex.org/W7", "title": "On Stones", "type": "article"} | fields)
    assert isinstance(found, PaperRecord)
    return found


def at(kind: str = "journal", **fields: Any) -> dict[str, Any]:
    """A location whose source is of this kind."""
    source = {"display_name": "Stones", "type": kind, "host_organization_name": "Pebble Press", "issn_l": "1234-5679"}
    return {"source": source, "landing_page_url": DOI} | fields


@pytest.mark.parametrize(
    ("author", "name", "affiliations"),
    [
        # As printed, before what OpenAlex makes of it.
        (
            {"author": {"display_name": "Ada Maria Example"}, "raw_author_name": "A. M. Example"},
            ("A. M.", "Example"),
            (),
        ),
        ({"author": {"display_name": "Ada Example"}, "raw_author_name": "Example, Ada"}, ("Ada", "Example"), ()),
        ({"author": {"display_name": "Ada Example"}}, ("Ada", "Example"), ()),
        (
            {
                "raw_author_name": "Ada Example",
                "raw_affiliation_strings": ["Stones, Nowhere"],
                "institutions": [{"display_name": "Nowhere"}],
            },
            ("Ada", "Example"),
            ("Stones, Nowhere",),
        ),
        (
            {"raw_author_name": "Ada Example", "institutions": [{"display_name": "Nowhere"}]},
            ("Ada", "Example"),
            ("Nowhere",),
        ),
    ],
)
def test_authors(author: dict[str, Any], name: tuple[str, str], affiliations: tuple[str, ...]) -> None:
    entry = read(authorships=[author]).byline.entries[0]
    assert (entry.name.forenames, entry.name.surname, entry.affiliations) == (*name, affiliations)


def test_orcids() -> None:
    orcid = "https://orcid.org/0000-0002-1825-0097"
    paper = read(authorships=[{"author": {"display_name": "Ada Example", "orcid": orcid}}])
    assert paper.byline.entries[0].orcid == "0000-0002-1825-0097"


@pytest.mark.parametrize("cut", [{"is_authors_truncated": True}, {"authors_count": 3000}])
def test_a_byline_that_was_cut_is_incomplete(cut: dict[str, Any]) -> None:
    assert not read(authorships=[{"raw_author_name": "Ada Example"}], **cut).byline.is_complete


@pytest.mark.parametrize(
    ("day", "issued"),
    [
        ("2021-03-14", "2021-03-14"),
        ("2021-03-01", "2021-03"),  # as a month is written
        ("2021-01-01", "2021"),  # as a year is written
        ("2021-02-31", "2021-02"),
        ("soon", "2021"),
        (None, "2021"),
    ],
)
def test_dates(day: str | None, issued: str) -> None:
    found = read(publication_date=day, publication_year=2021).issued
    assert found
    assert found.iso() == issued


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ({"type": "article", "type_crossref": "journal-article"}, "article-journal"),
        ({"type": "article", "type_crossref": "proceedings-article"}, "paper-conference"),
        ({"type": "article"}, "article-journal"),
        ({"type": "article", "primary_location": at("conference")}, "paper-conference"),
        ({"type": "article", "primary_location": at(raw_type="proceedings-article")}, "paper-conference"),
        ({"type": "article", "primary_location": at("repository")}, "article"),
        ({"type": "preprint"}, "article"),
        ({"type": "review"}, "article-journal"),
        ({"type": "editorial"}, "article-journal"),
        ({"type": "book-chapter"}, "chapter"),
        ({"type": "dissertation"}, "thesis"),
        ({"type": "dataset"}, "dataset"),
        ({"type": "software"}, "software"),
    ],
)
def test_types(given: dict[str, Any], type_: str) -> None:
    assert read(**given).type == type_


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"type": "paratext"}, "type paratext"),
        ({"type": "article", "is_paratext": True}, "type paratext"),
        ({"type": "grant"}, "type grant"),
        ({"type": "other", "type_crossref": "component"}, "type component"),
        ({"type": "peer-review"}, "type peer-review"),
    ],
)
def test_what_is_no_paper_is_passed_over(given: dict[str, Any], kind: str) -> None:
    assert record({"id": "https://openalex.org/W7", "title": "x"} | given, "line 3") == PassedOver("line 3", kind)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"primary_location": at()}, "container", "Stones"),
        ({"primary_location": at()}, "publisher", "Pebble Press"),
        ({"primary_location": at()}, "issn", "1234-5679"),
        ({"primary_location": at("repository")}, "container", ""),
        ({"primary_location": at("repository")}, "publisher", ""),
        ({"primary_location": at("book series")}, "series", "Stones"),
        ({"primary_location": at("book series", raw_source_name="Sand")}, "container", "Sand"),
        (
            {"primary_location": {"source": None, "raw_source_name": "Proceedings of Sieving"}},
            "container",
            "Proceedings of Sieving",
        ),
        ({"host_venue": {"display_name": "Stones", "type": "journal", "publisher": "Pebble"}}, "container", "Stones"),
        ({"host_venue": {"display_name": "Stones", "type": "journal", "publisher": "Pebble"}}, "publisher", "Pebble"),
        ({"biblio": {"volume": "12"}}, "volume", "12"),
        ({"biblio": {"issue": "Spring"}}, "issue", "Spring"),
        ({"biblio": {"first_page": "3", "last_page": "9"}}, "pages", "3-9"),
        ({"biblio": {"first_page": "3", "last_page": "3"}}, "pages", "3"),
        ({"language": "en"}, "language", "en"),
        ({"keywords": [{"display_name": "Sand"}, {"keyword": "gravel"}]}, "keywords", ("Sand", "gravel")),
    ],
)
def test_particulars(given: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read(**given).details, field) == value


def test_where_the_work_is() -> None:
    paper = read(
        doi=DOI,
        primary_location=at(pdf_url="https://pebble.example/7.pdf", license="cc-by"),
        locations=[
            at("repository", landing_page_url="https://arxiv.org/abs/2001.00007", version="submittedVersion"),
            at("repository", landing_page_url="https://doi.org/10.5555/pre.1", version="submittedVersion"),
            at("repository", landing_page_url="https://doi.org/10.5555/copy", version="acceptedVersion"),
        ],
    )
    assert (paper.identifier, paper.type) == ("2001.00007", "article-journal")
    assert (paper.dois, paper.details.preprint_doi) == (("10.5555/x.1", "10.5555/pre.1"), "10.5555/pre.1")
    assert [tuple(url) for url in paper.details.urls] == [
        ("https://doi.org/10.5555/copy", "landing"),
        ("https://pebble.example/7.pdf", "pdf"),
    ]
    assert paper.license == "cc-by"


def test_a_preprint_has_its_own_doi() -> None:
    paper = read(
        type="preprint", doi=DOI, locations=[at("repository", landing_page_url=DOI, version="submittedVersion")]
    )
    assert (paper.dois, paper.details.preprint_doi) == (("10.5555/x.1",), "")


def test_arxivs_own_doi_gives_its_id() -> None:
    paper = read(type="preprint", doi="https://doi.org/10.48550/arxiv.2001.00007")
    assert (paper.identifier, paper.dois, paper.type) == ("2001.00007", (), "article")


@pytest.mark.parametrize(
    ("index", "abstract"),
    [
        ({"Stones": [0, 3], "warm": [1], "slowly.": [2], "cool.": [4]}, "Stones warm slowly. Stones cool."),
        ({"Stones": [0], "warm": [1_000_000_000]}, "Stones warm"),
        ({"Stones": [0], "warm": ["x"], "cool": 3}, "Stones"),
        ('{"InvertedIndex": {"Stones": [1], "Warm": [0]}}', "Warm Stones"),
        ({"H<sub>2</sub>O": [0]}, "H₂O"),
        (None, ""),
    ],
)
def test_abstracts(index: Any, abstract: str) -> None:
    assert read(abstract_inverted_index=index).abstract == abstract


def test_a_retracted_paper_says_so() -> None:
    assert (read(is_retracted=True).is_withdrawn, read(is_retracted=False).is_withdrawn) == (True, False)


def test_whose_word_of_which_day_it_is() -> None:
    paper = read(updated_date="2024-02-18T12:15:30.123456")
    assert (paper.source, paper.giver, paper.datestamp) == ("openalex", "W7", date(2024, 2, 18))


def test_what_is_not_read_is_named() -> None:
    assert read(concepts=[{"display_name": "x"}], cited_by_count=3, created_date="2020-01-01").unread == ("concepts",)


def test_what_is_no_work_is_refused() -> None:
    with pytest.raises(InvalidRecord, match=r"'https://openalex\.org/A7' is not the id of a work"):
        record({"id": "https://openalex.org/A7", "display_name": "Ada Example"})


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("openalex-page.json", ["PaperRecord", "PaperRecord", "PassedOver"]),
        ("openalex-work.json", ["PaperRecord"]),
        ("openalex-lines.jsonl", ["PaperRecord", "PassedOver"]),
    ],
)
def test_answers_of_every_shape(name: str, kinds: list[str]) -> None:
    with open_source(SAMPLES / name) as source:
        assert (source.format, [type(found).__name__ for _, _, found in source]) == ("openalex", kinds)


def test_of_very_many_places_the_first_are_kept() -> None:
    places = [{"landing_page_url": f"https://copies.example/{number}"} for number in range(300)]
    urls = read(locations=[{"landing_page_url": "https://orcid.org/0000-0002-1825-0097"}, *places]).details.urls
    assert [url.url for url in urls] == [f"https://copies.example/{number}" for number in range(20)]

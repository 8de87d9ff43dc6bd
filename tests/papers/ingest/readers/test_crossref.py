"""Crossref's works: a row a field, as it was registered and as it is here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.checks import InvalidRecord
from papers.ingest.readers import open_source
from papers.ingest.readers.crossref import record
from papers.ingest.records import PaperRecord, PassedOver

SAMPLES = Path(__file__).parent / "samples"


def read(**fields: Any) -> PaperRecord:
    found = record({"DOI": "10.5555/x.1", "type": "journal-article", "title": ["On Stones"]} | fields)
    assert isinstance(found, PaperRecord)
    return found


def day(*parts: Any) -> dict[str, Any]:
    return {"date-parts": [list(parts)]}


def names(paper: PaperRecord) -> list[tuple[str, str]]:
    return [(entry.name.forenames, entry.name.surname) for entry in paper.byline.entries]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"title": ["H<sub>2</sub>O &amp;\n   <i>stones</i>"]}, "H₂O & stones"),
        ({"title": ["Stones"], "subtitle": ["A second look"]}, "Stones: A second look"),
        ({"title": ["Why stones?"], "subtitle": ["A second look"]}, "Why stones? A second look"),
        ({"title": ["Stones: a second look"], "subtitle": ["A second look"]}, "Stones: a second look"),
        ({"title": [], "original-title": ["Steine"]}, "Steine"),
        ({"title": "Stones"}, "Stones"),  # as doi.org gives it
    ],
)
def test_titles(given: dict[str, Any], title: str) -> None:
    assert read(**given).title == title


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"given": "Ada", "family": "Example"}, ("Ada", "Example")),
        ({"given": "Bo", "family": "von Muster"}, ("Bo", "von Muster")),
        ({"family": "Cy Probe"}, ("Cy", "Probe")),  # all of the name in one field
        ({"family": "Suharto"}, ("", "Suharto")),
        ({"family": "-", "given": "Cy Probe"}, ("Cy", "Probe")),
        ({"family": "Suharto", "given": "-"}, ("", "Suharto")),
        ({"given": "J&ouml;rg", "family": "M&uuml;ller"}, ("Jörg", "Müller")),
    ],
)
def test_names(author: dict[str, Any], name: tuple[str, str]) -> None:
    assert names(read(author=[author])) == [name]


def test_what_is_known_of_an_author() -> None:
    author = {
        "given": "Ada",
        "family": "Example",
        "suffix": "Jr.",
        "ORCID": "http://orcid.org/0000-0002-1825-0097",
        "affiliation": [{"name": "University of Nowhere", "department": ["Stones"], "place": ["Graz"]}, {"name": ""}],
    }
    entry = read(author=[author]).byline.entries[0]
    assert (entry.name.suffix, entry.orcid) == ("Jr", "0000-0002-1825-0097")
    assert entry.affiliations == ("Stones, University of Nowhere, Graz",)


def test_groups_and_others() -> None:
    paper = read(author=[{"family": "Example"}, {"name": "Gravel Working Group"}, {"name": "et al."}])
    assert (len(paper.byline.entries), paper.byline.collaborations) == (1, ("Gravel Working Group",))
    assert not paper.byline.is_complete


def test_an_address_is_no_author() -> None:
    address = "Department of Stones, University of Nowhere, Graz, Austria"
    paper = read(author=[{"given": "Ada", "family": "Example"}, {"name": address}])
    assert [entry.affiliations for entry in paper.byline.entries] == [(address,)]
    assert paper.byline.collaborations == ()


def test_an_orcid_of_two_is_nobodys() -> None:
    orcid = "https://orcid.org/0000-0002-1825-0097"
    paper = read(
        author=[{"given": "A", "family": "One", "ORCID": orcid}, {"given": "B", "family": "Two", "ORCID": orcid}]
    )
    assert [entry.orcid for entry in paper.byline.entries] == ["", ""]
    assert paper.warnings == ("orcid: 0000-0002-1825-0097 is given to 2 authors, and was left out",)


@pytest.mark.parametrize(
    ("given", "issued"),
    [
        ({"issued": day(2019)}, "2019"),
        ({"issued": day(2019, 5)}, "2019-05"),
        ({"issued": day(2019, 5, 3)}, "2019-05-03"),
        ({"issued": day(2019, 5), "published-online": day(2019, 5, 3)}, "2019-05-03"),  # the more precise of one month
        ({"issued": day(2018, 11), "published-print": day(2019, 1)}, "2018-11"),
        ({"issued": {"date-parts": [[None]]}, "approved": day(2023, 2, 28)}, "2023-02-28"),
        ({"issued": day(2019, 13)}, "2019"),
        ({"issued": day(2019, 2, 31)}, "2019-02"),
        ({"issued": day(0)}, ""),
        ({"issued": {"date-parts": [2019]}}, "2019"),  # written by a program in a hurry
        ({"created": day(2020, 1, 1)}, ""),  # of the record
    ],
)
def test_dates(given: dict[str, Any], issued: str) -> None:
    found = read(**given).issued
    assert (found.iso() if found else "") == issued


def test_a_preprint_is_posted() -> None:
    paper = read(type="posted-content", subtype="preprint", posted=day(2020, 5, 4), issued=day(2020, 5, 4))
    assert paper.posted
    assert (paper.type, paper.posted.iso(), paper.issued) == ("article", "2020-05-04", None)


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ({"type": "journal-article"}, "article-journal"),
        ({"type": "proceedings-article"}, "paper-conference"),
        ({"type": "book-chapter"}, "chapter"),
        ({"type": "book-section"}, "chapter"),
        ({"type": "monograph"}, "book"),
        ({"type": "edited-book"}, "book"),
        ({"type": "reference-entry"}, "entry"),
        ({"type": "dissertation"}, "thesis"),
        ({"type": "report"}, "report"),
        ({"type": "standard"}, "standard"),
        ({"type": "dataset"}, "dataset"),
        ({"type": "database"}, "dataset"),
        ({"type": "posted-content"}, "article"),
        ({"type": "posted-content", "subtype": "report"}, "report"),
        ({"type": "posted-content", "subtype": "other"}, "document"),
        ({"type": "other"}, "document"),
        ({"type": "article-journal"}, "article-journal"),  # as doi.org gives it
    ],
)
def test_types(given: dict[str, Any], type_: str) -> None:
    paper = read(**given)
    assert (paper.type, paper.details.source_type) == (type_, given["type"])


@pytest.mark.parametrize("kind", ["component", "peer-review", "grant", "journal", "journal-issue", "book-series"])
def test_what_is_no_paper_is_passed_over(kind: str) -> None:
    assert record({"DOI": "10.5555/x", "type": kind, "title": ["x"]}, "line 3") == PassedOver("line 3", f"type {kind}")


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"container-title": ["Stones &amp; Sand", "Steine"]}, "container", "Stones & Sand"),
        ({"volume": "12"}, "volume", "12"),
        ({"volume": 12}, "volume", "12"),
        ({"issue": "3-4"}, "issue", "3-4"),
        ({"journal-issue": {"issue": "5"}}, "issue", "5"),
        ({"page": "101–110"}, "pages", "101-110"),
        ({"page": "7-7"}, "pages", "7"),
        ({"page": "n/a-n/a"}, "pages", ""),
        ({"article-number": "e7"}, "article_number", "e7"),
        ({"publisher": "Pebble &amp; Sons"}, "publisher", "Pebble & Sons"),
        (
            {"type": "dissertation", "publisher": "Library", "institution": [{"name": "Nowhere"}]},
            "publisher",
            "Nowhere",
        ),
        ({"publisher-location": "Graz"}, "place", "Graz"),
        ({"edition-number": "2"}, "edition", "2"),
        ({"ISBN": ["http://id.crossref.org/isbn/9783161484100"]}, "isbn", "9783161484100"),
        ({"ISSN": ["1234-5679", "2345-678X"]}, "issn", "1234-5679"),
        ({"language": "de"}, "language", "de"),
        ({"subject": ["Geology", "Geology", "Water"]}, "keywords", ("Geology", "Water")),
        ({"group-title": "Geology"}, "keywords", ("Geology",)),
    ],
)
def test_particulars(given: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read(**given).details, field) == value


@pytest.mark.parametrize(
    ("kind", "titles", "container", "series"),
    [
        ("book-chapter", ["Lecture Notes in Gravel", "Sand in Motion"], "Sand in Motion", "Lecture Notes in Gravel"),
        (
            "book-chapter",
            ["Sand in Motion", "Grazer Schriften zur Geologie"],
            "Sand in Motion",
            "Grazer Schriften zur Geologie",
        ),
        ("book-chapter", ["Gravel", "Sand"], "Sand", "Gravel"),
        ("monograph", ["Lecture Notes in Gravel"], "", "Lecture Notes in Gravel"),
        ("journal-article", ["Journal of Lecture Notes", "JLN"], "Journal of Lecture Notes", ""),
    ],
)
def test_books_and_series(kind: str, titles: list[str], container: str, series: str) -> None:
    details = read(type=kind, **{"container-title": titles}).details
    assert (details.container, details.series) == (container, series)


def test_editors() -> None:
    editors = read(editor=[{"given": "Eva", "family": "Redaktor"}, {"name": "Gravel Working Group"}]).details.editors
    assert [editor.name for editor in editors] == ["Eva Redaktor", "Gravel Working Group"]


def test_addresses() -> None:
    paper = read(
        URL="http://dx.doi.org/10.5555/x.1",
        resource={"primary": {"URL": "https://pebble.example/doi/10.5555/x.1"}},
        link=[
            {"URL": "https://pebble.example/1.pdf", "content-type": "application/pdf"},
            {"URL": "https://api.pebble.example/1", "content-type": "application/pdf"},  # for programs with a key
            {"URL": "https://api.pebble.example/1.xml", "content-type": "text/xml"},
            {"URL": "https://doi.org/10.5555/x.1", "content-type": "text/html"},
        ],
        relation={
            "is-supplemented-by": [
                {"id-type": "uri", "id": "https://github.com/example/stones"},
                {"id-type": "doi", "id": "10.5061/dryad.x"},
                {"id-type": "uri", "id": "https://pebble.example/more.zip"},
            ]
        },
    )
    assert [tuple(url) for url in paper.details.urls] == [
        ("https://pebble.example/doi/10.5555/x.1", "landing"),
        ("https://pebble.example/1.pdf", "pdf"),
        ("https://github.com/example/stones", "code"),
        ("https://doi.org/10.5061/dryad.x", "data"),
        ("https://pebble.example/more.zip", "other"),
    ]


@pytest.mark.parametrize(
    ("given", "license_"),
    [
        ([("http://creativecommons.org/licenses/by/4.0/", "vor")], "https://creativecommons.org/licenses/by/4.0/"),
        ([("https://x.example/tdm", "tdm"), ("https://x.example/vor", "vor")], "https://x.example/vor"),
        (
            [("https://x.example/vor", "vor"), ("https://creativecommons.org/licenses/by/4.0/", "am")],
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        ([("https://x.example/tdm", "tdm")], "https://x.example/tdm"),
    ],
)
def test_licences(given: list[tuple[str, str]], license_: str) -> None:
    assert read(license=[{"URL": url, "content-version": of} for url, of in given]).license == license_


@pytest.mark.parametrize(
    ("given", "abstract"),
    [
        ({"abstract": "<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>"}, "One.\nTwo."),
        ({"abstract": "<jats:p>Abstract. Stones warm.</jats:p>"}, "Stones warm."),
        ({"abstract": "Abstract meaning is &lt; all."}, "Abstract meaning is < all."),
        ({"description": "A package."}, "A package."),
    ],
)
def test_abstracts(given: dict[str, Any], abstract: str) -> None:
    assert read(**given).abstract == abstract


def relation(name: str, *ids: str) -> dict[str, Any]:
    return {"relation": {name: [{"id-type": "doi", "id": each, "asserted-by": "subject"} for each in ids]}}


def test_an_article_and_its_preprint_are_one_paper() -> None:
    article = read(**relation("has-preprint", "10.5555/pre.1", "10.5555/pre.2"))
    assert (article.dois, article.doi) == (("10.5555/x.1", "10.5555/pre.1", "10.5555/pre.2"), "10.5555/x.1")
    assert article.details.preprint_doi == "10.5555/pre.1"
    preprint = read(type="posted-content", **relation("is-preprint-of", "10.5555/art.1"))
    assert (preprint.dois, preprint.doi) == (("10.5555/art.1", "10.5555/x.1"), "10.5555/art.1")
    assert preprint.details.preprint_doi == "10.5555/x.1"


@pytest.mark.parametrize("name", ["10.48550/arXiv.2001.00007", "https://arxiv.org/abs/2001.00007v2", "2001.00007"])
def test_a_preprint_at_arxiv_gives_its_id(name: str) -> None:
    paper = read(**relation("has-preprint", name))
    assert (paper.identifier, paper.arxiv_id, paper.type) == ("2001.00007", "2001.00007", "article-journal")
    assert (paper.dois, paper.details.preprint_doi) == (("10.5555/x.1",), "")


def test_a_retracted_paper_says_so() -> None:
    assert read(**{"updated-by": [{"DOI": "10.5555/r", "type": "retraction"}]}).is_withdrawn
    assert not read(**{"updated-by": [{"DOI": "10.5555/r", "type": "correction"}]}).is_withdrawn


def test_whose_word_of_which_day_it_is() -> None:
    paper = read(
        DOI="10.5555/X.1",
        indexed={"date-time": "2024-03-05T07:20:50Z"},
        deposited={"date-time": "2024-03-01T07:20:50Z"},
    )
    assert (paper.source, paper.giver, paper.datestamp) == ("crossref", "10.5555/x.1", date(2024, 3, 5))
    assert read(deposited={"date-time": "2024-03-01T07:20:50Z"}).datestamp == date(2024, 3, 1)


def test_what_is_not_read_is_named() -> None:
    paper = read(reference=[{"key": "1"}], funder=[{"name": "Fund"}], score=1.0, member="98")
    assert sorted(paper.unread) == ["funder", "reference"]


def test_what_has_no_doi_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="DOI: the record has none, and is no work of Crossref's"):
        record({"title": ["x"], "type": "journal-article"})


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("crossref-page.json", ["PaperRecord", "PaperRecord", "PassedOver"]),
        ("crossref-work.json", ["PaperRecord"]),
        ("crossref-lines.jsonl", ["PaperRecord", "PassedOver"]),
    ],
)
def test_answers_of_every_shape(name: str, kinds: list[str]) -> None:
    with open_source(SAMPLES / name) as source:
        assert (source.format, [type(found).__name__ for _, _, found in source]) == ("crossref", kinds)


@pytest.mark.parametrize(
    "content",
    [
        '{"status":"ok","message-type":"work-list","message":{"items":[]}}',
        '{"items":[{"DOI":"10.5555/x","indexed":{},"deposited":{},"type":"book","title":["X"]}]}',
        '[\n {"DOI": "10.5555/x", "is-referenced-by-count" : 1, "type": "book", "title": ["X"]}\n]',
    ],
)
def test_an_answer_is_told_by_its_content(content: str, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text(content)
    with open_source(path) as source:
        assert source.format == "crossref"

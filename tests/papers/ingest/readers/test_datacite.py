"""DataCite's DOIs: a row a field, as it was registered and as it is here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.checks import InvalidRecord
from papers.ingest.readers import open_source
from papers.ingest.readers.datacite import record
from papers.ingest.records import PaperRecord, PassedOver

SAMPLES = Path(__file__).parent / "samples"


def read(**fields: Any) -> PaperRecord:
    attributes = {"doi": "10.5555/x.1", "types": {"resourceTypeGeneral": "Dataset"}, "titles": [{"title": "On Stones"}]}
    found = record({"id": "10.5555/x.1", "type": "dois", "attributes": attributes | fields})
    assert isinstance(found, PaperRecord)
    return found


def types(general: str, own: str = "") -> dict[str, Any]:
    return {"types": {"resourceTypeGeneral": general, "resourceType": own}}


def related(relation: str, identifier: str, kind: str = "DOI", general: str = "") -> dict[str, Any]:
    row = {"relationType": relation, "relatedIdentifier": identifier, "relatedIdentifierType": kind}
    return {"relatedIdentifiers": [row | {"resourceTypeGeneral": general}]}


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        ([{"title": "Grains of <em>sand</em> &amp; H<sub>2</sub>O"}], "Grains of sand & H₂O"),
        ([{"title": "Grains"}, {"title": "Measured", "titleType": "Subtitle"}], "Grains: Measured"),
        ([{"title": "Körner", "titleType": "TranslatedTitle"}, {"title": "Grains"}], "Grains"),
        ([{"title": "(:unav)"}, {"title": "Körner", "titleType": "AlternativeTitle"}], "Körner"),
    ],
)
def test_titles(titles: list[dict[str, str]], title: str) -> None:
    assert read(titles=titles).title == title


@pytest.mark.parametrize(
    ("creator", "people", "groups"),
    [
        ({"name": "Example, Ada", "givenName": "Ada", "familyName": "Example"}, ["Ada Example"], []),
        ({"name": "Example, Ada"}, ["Ada Example"], []),
        ({"name": "Ada Example"}, ["Ada Example"], []),
        ({"name": "Example, Ada, 1888-1980", "nameType": "Personal"}, ["Ada Example"], []),
        # Whom a registry calls a person is no group, whatever stands beside the name.
        (
            {"name": "Di Example, Ada Paola (University of Nowhere)", "nameType": "Personal"},
            ["Ada Paola Di Example"],
            [],
        ),
        ({"name": "Example, Ada, Fotograf, 1888-1968", "nameType": "Personal"}, ["Ada Example"], []),
        ({"name": "Example, Ada, -1968", "nameType": "Personal"}, ["Ada Example"], []),
        ({"name": ", Ada", "givenName": "Ada", "nameType": "Personal"}, ["Ada"], []),
        ({"name": "Suharto", "familyName": "Suharto", "nameType": "Personal"}, ["Suharto"], []),
        ({"name": "Sieve Works", "nameType": "Organizational"}, [], ["Sieve Works"]),
        ({"name": "Museum of Stones, Graz", "nameType": "Organizational"}, [], ["Museum of Stones, Graz"]),
        ({"name": "(:unav)"}, [], []),
        ({"name": ":(unav)", "nameType": "Organizational"}, [], []),
        ({"name": "[S.N.]"}, [], []),
        ({"name": "Unbekannt"}, [], []),
    ],
)
def test_names(creator: dict[str, str], people: list[str], groups: list[str]) -> None:
    byline = read(creators=[creator]).byline
    assert ([entry.name.name for entry in byline.entries], list(byline.collaborations)) == (people, groups)


@pytest.mark.parametrize(
    ("orcid", "affiliation"),
    [
        ({"nameIdentifier": "https://orcid.org/0000-0002-1825-0097", "nameIdentifierScheme": "ORCID"}, ["Nowhere"]),
        ({"nameIdentifier": "0000-0002-1825-0097", "nameIdentifierScheme": "orcid"}, [{"name": "Nowhere"}]),
        ({"nameIdentifier": "https://orcid.org/0000-0002-1825-0097"}, "(Nowhere)"),
    ],
)
def test_what_is_known_of_a_creator(orcid: dict[str, str], affiliation: Any) -> None:
    creator = {"name": "Example, Ada", "nameIdentifiers": [orcid], "affiliation": affiliation}
    entry = read(creators=[creator]).byline.entries[0]
    assert (entry.orcid, entry.affiliations) == ("0000-0002-1825-0097", ("Nowhere",))


def test_others() -> None:
    assert not read(creators=[{"name": "Example, Ada"}, {"name": "(:etal)"}]).byline.is_complete


def test_editors() -> None:
    people = [
        {"name": "Redaktor, Eva", "givenName": "Eva", "familyName": "Redaktor", "contributorType": "Editor"},
        {"name": "Datenpfleger, Udo", "contributorType": "DataManager"},
    ]
    assert [editor.name for editor in read(contributors=people).details.editors] == ["Eva Redaktor"]


def dates(**days: str) -> dict[str, Any]:
    return {"dates": [{"date": day, "dateType": kind} for kind, day in days.items()]}


@pytest.mark.parametrize(
    ("given", "issued"),
    [
        ({"publicationYear": 2019}, "2019"),
        ({"publicationYear": "2019"}, "2019"),
        (dates(Issued="2019-05") | {"publicationYear": 2019}, "2019-05"),
        (dates(Available="2019-05-03") | {"publicationYear": 2019}, "2019-05-03"),  # within the year
        (dates(Available="2020-05-03") | {"publicationYear": 2019}, "2019"),
        (dates(Issued="2019-05-03/2019-06") | {"publicationYear": 2019}, "2019-05-03"),
        (dates(Created="1950-05-03") | {"publicationYear": 2019}, "2019"),  # of what was published later
        (dates(Created="1950-05-03"), "1950-05-03"),
        (dates(Updated="2020-01-01T04:04:23Z"), ""),  # of the record
        (dates(Issued="0000") | {"publicationYear": 0}, ""),
        ({"publicationYear": "(:tba)"}, ""),
        ({"publication-year": "2016"}, "2016"),  # as content negotiation gave it once
    ],
)
def test_dates(given: dict[str, Any], issued: str) -> None:
    found = read(**given).issued
    assert (found.iso() if found else "") == issued


@pytest.mark.parametrize(
    ("general", "own", "type_"),
    [
        ("Dataset", "Table", "dataset"),
        ("Software", "", "software"),
        ("JournalArticle", "", "article-journal"),
        ("ConferencePaper", "", "paper-conference"),
        ("Dissertation", "", "thesis"),
        ("Preprint", "", "article"),
        ("Image", "", "graphic"),
        ("Audiovisual", "", "motion_picture"),
        ("Text", "Journal article", "article-journal"),
        ("Text", "Conference paper", "paper-conference"),
        ("Text", "Thesis (PhD)", "thesis"),
        ("Text", "BlogPosting", "post-weblog"),
        ("Text", "Preprint", "article"),
        ("Text", "", "document"),
        ("Collection", "Fileset", "collection"),
        ("Collection", "Book Chapter", "chapter"),
        ("Other", "Poster", "paper-conference"),
    ],
)
def test_types(general: str, own: str, type_: str) -> None:
    assert read(**types(general, own)).type == type_


def test_a_text_in_a_journal_is_an_article() -> None:
    assert read(**types("Text", "Beitrag"), container={"type": "Journal", "title": "Stones"}).type == "article-journal"


@pytest.mark.parametrize("general", ["PhysicalObject", "Award", "Instrument", "Journal", "PeerReview"])
def test_what_is_no_publication_is_passed_over(general: str) -> None:
    row = {"doi": "10.5555/x", "titles": [{"title": "x"}], "creators": []} | types(general)
    assert record(row, "line 3") == PassedOver("line 3", f"resource type {general}")


JOURNAL = {"type": "Journal", "title": "Stones", "volume": "1", "issue": "2", "firstPage": "3", "lastPage": "9"}
IN_BOOK = {
    "relationType": "IsPublishedIn",
    "titles": [{"title": "Proceedings"}],
    "volume": "2",
    "firstPage": "5",
    "number": "17",
    "numberType": "Article",
    "edition": "2",
    "relatedItemIdentifier": {"relatedItemIdentifier": "978-3-16-148410-0", "relatedItemIdentifierType": "ISBN"},
}


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        ({"container": JOURNAL}, "container", "Stones"),
        ({"container": JOURNAL}, "volume", "1"),
        ({"container": JOURNAL}, "issue", "2"),
        ({"container": JOURNAL}, "pages", "3-9"),
        ({"container": JOURNAL | {"identifier": "1234-5679", "identifierType": "ISSN"}}, "issn", "1234-5679"),
        ({"container": {"type": "Series", "title": "Notes"}} | types("Book"), "series", "Notes"),
        ({"container": {"type": "Series", "title": "Notes"}} | types("Book"), "container", ""),
        ({"relatedItems": [IN_BOOK]}, "container", "Proceedings"),
        ({"relatedItems": [IN_BOOK]}, "volume", "2"),
        ({"relatedItems": [IN_BOOK]}, "pages", "5"),
        ({"relatedItems": [IN_BOOK]}, "article_number", "17"),
        ({"relatedItems": [IN_BOOK]}, "edition", "2"),
        ({"relatedItems": [IN_BOOK]}, "isbn", "978-3-16-148410-0"),
        (related("IsPartOf", "2345-678X", "EISSN"), "issn", "2345-678X"),
        (related("References", "2345-678X", "ISSN"), "issn", ""),
        ({"publisher": "Nowhere Repository"}, "publisher", "Nowhere Repository"),
        ({"publisher": {"name": "Nowhere Repository"}}, "publisher", "Nowhere Repository"),
        ({"publisher": "(:unav)"}, "publisher", ""),
        ({"language": "en"}, "language", "en"),
        ({"subjects": [{"subject": "sand"}, {"subject": "550", "subjectScheme": "ddc"}]}, "keywords", ("sand",)),
        ({"subjects": [{"subject": "615 Pharmacy", "subjectScheme": "DDC"}]}, "keywords", ("Pharmacy",)),
        ({"subjects": [{"subject": "sand"}, {"subject": "FOS: Geology"}]}, "keywords", ("sand",)),
        ({"subjects": [{"subject": "FOS: Geology"}]}, "keywords", ("Geology",)),
    ],
)
def test_particulars(given: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read(**given).details, field) == value


def test_addresses() -> None:
    supplements = related("IsSupplementedBy", "https://github.com/example/x", "URL", "Software")["relatedIdentifiers"]
    supplements += related("IsSupplementedBy", "10.5555/data", "DOI", "Dataset")["relatedIdentifiers"]
    paper = read(
        url="https://x.example/1",
        contentUrl=["https://x.example/1.pdf", "https://x.example/1.csv"],
        relatedIdentifiers=supplements,
    )
    assert [tuple(url) for url in paper.details.urls] == [
        ("https://x.example/1", "landing"),
        ("https://x.example/1.pdf", "pdf"),
        ("https://github.com/example/x", "code"),
        ("https://x.example/1.csv", "data"),
        ("https://doi.org/10.5555/data", "data"),
    ]


BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("rights", "license_"),
    [
        ([{"rights": "CC BY", "rightsUri": f"{BY}legalcode"}], BY),
        ([{"rightsIdentifier": "CC-BY-4.0"}], BY),
        ([{"rightsIdentifier": "cc0-1.0"}], "https://creativecommons.org/publicdomain/zero/1.0/"),
        ([{"rights": "Open Access", "rightsUri": "info:eu-repo/semantics/openAccess"}, {"rightsUri": BY}], BY),
        ([{"rights": "Open Access", "rightsUri": "info:eu-repo/semantics/openAccess"}], "Open Access"),
        ([{"rights": "MIT License"}], "MIT License"),
    ],
)
def test_licences(rights: list[dict[str, str]], license_: str) -> None:
    assert read(rightsList=rights).license == license_


def test_a_licence_that_is_a_contract_is_cut() -> None:
    paper = read(rightsList=[{"rights": "All of it " * 100}])
    assert (len(paper.license) < 256, paper.license[-1]) == (True, "…")
    assert paper.warnings == ("license: has 999 characters, 255 are allowed, and was cut",)


@pytest.mark.parametrize(
    ("descriptions", "abstract"),
    [
        ([("Methods", "A sieve."), ("Abstract", "<p>Ten grains.</p><p>All of sand.</p>")], "Ten grains.\nAll of sand."),
        ([("Other", "Ten grains.")], "Ten grains."),
        ([("Methods", "A sieve.")], ""),
        ([("Abstract", ":unav")], ""),
    ],
)
def test_abstracts(descriptions: list[tuple[str, str]], abstract: str) -> None:
    assert (
        read(descriptions=[{"descriptionType": of, "description": text} for of, text in descriptions]).abstract
        == abstract
    )


def test_a_paper_at_arxiv() -> None:
    subjects = [
        {"subject": "Geophysics (physics.geo-ph)", "subjectScheme": "arXiv"},
        {"subject": "FOS: Physical sciences"},
    ]
    paper = read(
        doi="10.48550/arxiv.2001.00007",
        publisher="arXiv",
        subjects=subjects,
        **types("Text", "Article"),
        **dates(Submitted="2020-01-02T03:04:05Z", Available="2020-01", Issued="2020"),
        **related("IsVersionOf", "10.5555/art.1"),
    )
    assert (paper.identifier, paper.type, paper.categories) == ("2001.00007", "article", ("physics.geo-ph",))
    assert (paper.dois, paper.details.preprint_doi, paper.details.publisher) == (("10.5555/art.1",), "", "")
    assert paper.posted
    assert paper.posted.iso() == "2020-01-02"


def test_a_preprint_elsewhere_and_its_article_are_one_paper() -> None:
    paper = read(**types("Preprint"), **related("IsVersionOf", "10.5555/art.1"))
    assert (paper.dois, paper.details.preprint_doi) == (("10.5555/art.1", "10.5555/x.1"), "10.5555/x.1")


@pytest.mark.parametrize("relation", ["IsVersionOf", "IsSupplementTo", "IsPreviousVersionOf"])
def test_a_dataset_and_its_article_are_two(relation: str) -> None:
    assert read(**related(relation, "10.5555/art.1")).dois == ("10.5555/x.1",)


def test_what_is_identical_is_one() -> None:
    assert read(**related("IsIdenticalTo", "10.5555/same")).dois == ("10.5555/x.1", "10.5555/same")
    assert read(**related("IsIdenticalTo", "arXiv:2001.00007", "arXiv")).arxiv_id == "2001.00007"


@pytest.mark.parametrize(
    ("given", "doi", "arxiv_id"),
    [
        ({"doi": "", "identifiers": [{"identifier": "10.5555/y", "identifierType": "DOI"}]}, "10.5555/y", None),
        ({"doi": "", "identifier": {"identifier": "10.5555/y", "identifierType": "DOI"}}, "10.5555/y", None),
        ({"doi": "", "id": "https://doi.org/10.5555/y"}, "10.5555/y", None),
        ({"identifiers": [{"identifier": "arXiv:2001.00007", "identifierType": "arXiv"}]}, "10.5555/x.1", "2001.00007"),
    ],
)
def test_identifiers(given: dict[str, Any], doi: str, arxiv_id: str | None) -> None:
    paper = read(**given)
    assert (paper.doi, paper.giver, paper.arxiv_id) == (doi, doi, arxiv_id)


def test_whose_word_of_which_day_it_is() -> None:
    paper = read(doi="10.5555/X.1", updated="2024-04-05T06:07:08.000Z")
    assert (paper.source, paper.giver, paper.datestamp) == ("datacite", "10.5555/x.1", date(2024, 4, 5))


def test_what_is_not_read_is_named() -> None:
    assert read(sizes=["3 kB"], version="1.1", viewCount=3, state="findable").unread == ("sizes", "version")


def test_what_has_no_doi_is_refused() -> None:
    with pytest.raises(InvalidRecord, match="doi: the record has none, and is no DOI of DataCite's"):
        record({"attributes": {"titles": [{"title": "x"}]}})


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("datacite-page.json", ["PaperRecord", "PaperRecord", "PassedOver"]),
        ("datacite-bare.json", ["PaperRecord"]),
        ("datacite-lines.jsonl", ["PaperRecord", "PassedOver"]),
    ],
)
def test_answers_of_every_shape(name: str, kinds: list[str]) -> None:
    with open_source(SAMPLES / name) as source:
        assert (source.format, [type(found).__name__ for _, _, found in source]) == ("datacite", kinds)


def test_one_doi_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    attributes = '{"doi": "10.5555/x", "titles": [{"title": "X"}], "publicationYear": 2019, "types": {}}'
    path.write_text(f'{{"data": {{"id": "10.5555/x", "attributes": {attributes}}}}}')
    with open_source(path) as source:
        found = [found for _, _, found in source]
        assert source.format == "datacite"
    assert isinstance(found[0], PaperRecord)

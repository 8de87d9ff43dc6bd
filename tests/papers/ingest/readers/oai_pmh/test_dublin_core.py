"""What is read of Dublin Core as DSpace, OJS, EPrints, Zenodo, HAL and OpenEdition write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from papers.ingest.readers import open_source
from papers.ingest.readers.oai_pmh.responses import read_response
from papers.ingest.records import PaperRecord

SAMPLE = Path(__file__).parent.parent / "samples" / "oai-pmh-dublin-core.xml"
ANSWER = """<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header>
<identifier>oai:example.org:42</identifier><datestamp>2020-01-02</datestamp></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
{}</oai_dc:dc></metadata></record></ListRecords></OAI-PMH>"""


def record(*elements: tuple[str, str] | tuple[str, str, str]) -> PaperRecord:
    """The record with these elements, each a name and a text, perhaps with its language."""
    names = {element[0] for element in elements}
    elements = elements if "title" in names else (("title", "Some stones"), *elements)
    lines = (
        f"<dc:{name}{''.join(f' xml:lang={quoteattr(each)}' for each in language)}>{escape(text)}</dc:{name}>"
        for name, text, *language in elements
    )
    [found] = read_response(ANSWER.format("".join(lines)).encode()).items
    assert isinstance(found, PaperRecord), found
    return found


def said(found: PaperRecord) -> dict[str, Any]:
    """What the record says, without what is empty, its names of editors and addresses in short."""
    facts = {
        "arxiv_id": found.arxiv_id or "",
        "type": found.type,
        "title": found.title,
        "abstract": found.abstract,
        "names": [entry.name.name for entry in found.byline.entries],
        "posted": found.posted.iso() if found.posted else "",
        "issued": found.issued.iso() if found.issued else "",
        "dois": list(found.dois),
        "license": found.license,
        "warnings": list(found.warnings),
        "unread": sorted(found.unread),
        **found.details.as_json(),
        "editors": [editor.name for editor in found.details.editors],
        "urls": [url.url for url in found.details.urls],
    }
    return {name: value for name, value in facts.items() if value}


BY = "https://creativecommons.org/licenses/by/4.0/"


def test_every_field_that_the_platforms_have() -> None:
    with open_source(SAMPLE) as source:
        dspace, ojs, eprints, zenodo, hal, edition = (said(found) for _, _, found in source)
    assert dspace == {
        "type": "article-journal",
        "title": "Stones in rivers",
        "abstract": "We look at stones that lie in rivers.",  # not who submitted it
        "names": ["Ada M. Tester", "Ben Sample"],
        "posted": "2020-05-01",
        "issued": "2019-03",
        "dois": ["10.5555/stones.1"],  # a relation: that of the published version
        "license": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        "unread": ["contributor", "format"],
        "source_type": "Article",
        "container": "Journal of Things",
        "volume": "12",
        "issue": "3",
        "pages": "1-10",
        "publisher": "Stone Press",
        "isbn": "978-3-16-148410-0",
        "issn": "1234-5678",
        "language": "en_US",
        "keywords": ["stones", "rivers"],
        "urls": ["https://hdl.handle.net/1721.1/1"],
    }
    assert ojs == {
        "type": "article-journal",
        "title": "Stones in rivers & brooks",  # in the language of the article, as all the rest
        "abstract": "We look at stones.",
        "names": ["Ada Tester", "Ben Sample"],
        "posted": "2019-05-03",
        "dois": ["10.5555/things.v3i2.42"],  # not that of the issue
        "license": BY,
        "unread": ["format", "relation"],
        "source_type": "article",
        "container": "Journal of Things",
        "volume": "3",
        "issue": "2",
        "pages": "1-10",
        "publisher": "Society of Things",
        "issn": "1234-5678",
        "language": "eng",
        "keywords": ["stones", "rivers", "brooks"],
        "urls": ["https://ojs.example.org/index.php/things/article/view/42"],
    }
    assert eprints == {
        "type": "paper-conference",
        "title": "Sand on roads",
        "abstract": "Sand is looked at.",
        "names": ["Sam Sand"],
        "issued": "1998",
        "dois": ["10.5555/sand.7"],
        "license": BY,
        "unread": ["format"],
        "source_type": "Conference or Workshop Item",
        "container": "Proceedings of the Meeting on Sand",
        "pages": "11-19",
        "publisher": "Stone Press",
        "editors": ["Eva Editress"],
        "issn": "2234-567X",
        "language": "en",
        "keywords": ["Q Science (General)"],
        "urls": ["https://eprints.example.org/7/1/sand.pdf"],
    }
    assert zenodo == {
        "type": "article-journal",
        "title": "Grains of sand",
        "abstract": "A preprint.",
        "names": ["Ada Tester"],
        "posted": "2021-02-03",
        "dois": ["10.5555/zenodo.99"],  # not that of all its versions
        "license": BY,
        "unread": ["relation"],
        "source_type": "article",
        "container": "Journal of Things",
        "volume": "9",
        "issue": "3",
        "pages": "17-19",
        "publisher": "Zenodo",
    }
    assert hal == {
        "arxiv_id": "1306.2597",
        "type": "article-journal",
        "title": "Des pierres",
        "names": ["Ada Tester"],
        "issued": "2013-05",
        "dois": ["10.5555/pierres"],
        "source_type": "article",
        "container": "Journal of Things",
        "volume": "3",
        "issue": "2",
        "pages": "1-10",
        "issn": "1234-5678",
        "language": "fr",
        "urls": ["https://hal.example.org/hal-1"],
    }
    assert edition == {
        "type": "chapter",
        "title": "Chapitre des pierres",
        "names": ["Ada Tester"],
        "issued": "2015",
        "dois": ["10.5555/books.1"],  # not that of the book
        "unread": ["relation"],
        "source_type": "bookPart",
        "isbn": "978-3-16-148410-0",
        "urls": ["https://editions.example.org/books/1"],
    }


@pytest.mark.parametrize(
    ("identifiers", "dois", "urls"),
    [
        (["10.5555/a"], ["10.5555/a"], []),
        (["doi:10.5555/a", "DOI 10.5555/A"], ["10.5555/a"], []),
        (["http://dx.doi.org/10.5555/a", "info:doi/10.5555/b"], ["10.5555/a", "10.5555/b"], []),
        (["Doe, J.: Some stones. J. Things 3, 1-10. doi: 10.5555/a."], ["10.5555/a"], []),
        (["hdl:1721.1/42"], [], ["https://hdl.handle.net/1721.1/42"]),
        (["https://example.org/a.pdf", "https://example.org/a.pdf"], [], ["https://example.org/a.pdf"]),
        (["10.48550/arXiv.2101.00001"], [], []),
        (["urn:nbn:de:1-2", "hal-1", "42", "oai:example.org:1"], [], []),
    ],
)
def test_identifiers(identifiers: list[str], dois: list[str], urls: list[str]) -> None:
    found = record(*(("identifier", text) for text in identifiers))
    assert (list(found.dois), [url.url for url in found.details.urls], found.warnings) == (dois, urls, ())


def test_an_identifier_that_looks_like_one_of_arxivs_costs_no_record() -> None:
    found = record(("identifier", "arXiv:hello"))
    assert (found.arxiv_id, found.warnings) == (
        None,
        ("identifier: 'arXiv:hello' is not an arXiv identifier, and was left out",),
    )


@pytest.mark.parametrize(
    ("kind", "own", "relations", "dois", "arxiv_id"),
    [
        ("Article", "", ["info:eu-repo/semantics/altIdentifier/doi/10.5555/a"], ["10.5555/a"], None),
        ("Article", "", ["info:eu-repo/semantics/altIdentifier/doi/https://doi.org/10.5555/a"], ["10.5555/a"], None),
        (
            "Article",
            "10.5555/b",
            ["info:eu-repo/semantics/altIdentifier/doi/10.5555/a"],
            ["10.5555/b", "10.5555/a"],
            None,
        ),
        ("Article", "", ["info:eu-repo/semantics/reference/doi/10.5555/a"], [], None),
        ("Article", "", ["https://doi.org/10.5555/a"], ["10.5555/a"], None),
        ("Article", "", ["10.5555/a", "10.5555/b"], [], None),  # which of them isn't known
        ("Article", "10.5555/b", ["10.5555/a"], ["10.5555/b"], None),
        ("Dataset", "", ["10.5555/a", "https://arxiv.org/abs/2101.00001"], [], None),  # the paper that has the data
        ("Book chapter", "", ["10.5555/a"], [], None),  # the book
        ("Article", "", ["https://arxiv.org/abs/2101.00001"], [], "2101.00001"),
        ("Dataset", "", ["info:eu-repo/semantics/altIdentifier/arxiv/2101.00001"], [], "2101.00001"),
        ("Article", "", ["arXiv:2101.00001", "arXiv:2101.00002"], [], None),
    ],
)
def test_a_relation_is_the_paper_itself_where_the_record_says_so_or_has_nothing_else(
    kind: str, own: str, relations: list[str], dois: list[str], arxiv_id: str | None
) -> None:
    found = record(("type", kind), ("identifier", own), *(("relation", text) for text in relations))
    assert (list(found.dois), found.arxiv_id) == (dois, arxiv_id)


@pytest.mark.parametrize(
    ("rights", "license"),
    [
        (["info:eu-repo/semantics/openAccess"], ""),
        (["open access", "Open Access"], ""),
        (["info:eu-repo/semantics/openAccess", "CC BY-NC 4.0"], "https://creativecommons.org/licenses/by-nc/4.0/"),
        (["cc_by_nc_nd_4"], "https://creativecommons.org/licenses/by-nc-nd/4.0/"),
        (
            ["Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported"],
            "https://creativecommons.org/licenses/by-nc-sa/3.0/",
        ),
        (["CC0 1.0 Universal"], "https://creativecommons.org/publicdomain/zero/1.0/"),
        (["CC BY"], "CC BY"),  # of which version isn't said
        (["Copyright (c) 2019 Ada Tester", "https://creativecommons.org/licenses/by/4.0"], BY),
        (["MIT License", "https://opensource.org/licenses/MIT"], "https://opensource.org/licenses/MIT"),
        (["All rights reserved"], "All rights reserved"),
    ],
)
def test_the_licence_among_the_rights(rights: list[str], license: str) -> None:
    assert record(*(("rights", text) for text in rights)).license == license


@pytest.mark.parametrize(
    ("kind", "sources", "container"),
    [
        ("Article", ["Journal of Stones"], "Journal of Stones"),
        ("Article", ["Wiley"], ""),
        ("Article", ["reponame:Stones", "instname:University Journal"], ""),
        ("Thesis", ["Journal of Stones"], ""),
        ("Conference Paper", ["MEET2019, Meeting on Things 2019, Town"], "MEET2019, Meeting on Things 2019, Town"),
        ("Article", ["Journal of Stones", "Journal of Stones; Vol. 3 No. 2 (1998)"], "Journal of Stones"),
    ],
)
def test_a_source_in_words(kind: str, sources: list[str], container: str) -> None:
    found = record(("type", kind), *(("source", text) for text in sources))
    assert found.details.container == container


def test_a_title_in_the_place_of_a_journal_is_none() -> None:
    found = record(("type", "Article"), ("source", "Some stones, 133-150, (1998-05-03)"))
    assert (found.title, found.details.container, found.details.pages) == ("Some stones", "", "133-150")


@pytest.mark.parametrize(
    ("descriptions", "abstract"),
    [
        ([("Made available in DSpace on 2020-01-01.", ""), ("We look at stones.", "")], "We look at stones."),
        ([("Fil: Tester, Ada. University of Somewhere", ""), ("We look at stones.", "")], "We look at stones."),
        ([("12 p.", ""), ("We look at stones.", "")], "We look at stones."),
        ([("A note", ""), ("We look at stones that lie in rivers.", "")], "We look at stones that lie in rivers."),
        ([("Wir sehen Steine.", "de"), ("We see stones.", "en-US")], "We see stones."),
        ([("Wir sehen Steine.", "de"), ("Nous voyons des pierres.", "fr")], "Wir sehen Steine."),
        ([("We see H<sub>2</sub>O &amp; <i>stones</i>.", "en")], "We see H₂O & stones."),
    ],
)
def test_the_abstract_among_the_descriptions(descriptions: list[tuple[str, str]], abstract: str) -> None:
    elements = [
        ("description", text, language) if language else ("description", text) for text, language in descriptions
    ]
    assert record(("language", "en"), *elements).abstract == abstract


def test_a_paper_with_a_place_in_a_journal_and_no_type_is_an_article() -> None:
    place = ("source", "Journal of Stones; Vol. 3 No. 2 (1998)")
    assert record(place, ("type", "Peer-reviewed Article")).type == "article-journal"
    assert record(place, ("type", "Review")).type == "review"
    assert record(("type", "Peer-reviewed Article")).type == ""


@pytest.mark.parametrize(
    ("creator", "names", "affiliations"),
    [
        ("Janet Quillfeather", ["Janet Quillfeather"], ()),
        ("Quillfeather, Janet", ["Janet Quillfeather"], ()),
        ("Quillfeather, Janet; University of Nowhere", ["Janet Quillfeather"], ("University of Nowhere",)),
        ("Quillfeather, Janet (Editor)", ["Janet Quillfeather"], ()),
        ("Prof. Dr. Janet Quillfeather", ["Janet Quillfeather"], ()),
        ("Quillfeather, Janet A. (Janet Ann), 1809-1849", ["Janet A. Quillfeather"], ()),
        ("Quillfeather, Janet, Jr.", ["Janet Quillfeather Jr"], ()),
        ("Doe, J.; Roe, R.", ["J. Doe", "R. Roe"], ()),
        ("Anonymous", [], ()),
    ],
)
def test_a_creator_is_one_author(creator: str, names: list[str], affiliations: tuple[str, ...]) -> None:
    entries = record(("creator", creator)).byline.entries
    assert [entry.name.name for entry in entries] == names
    assert {entry.affiliations for entry in entries} <= {affiliations}

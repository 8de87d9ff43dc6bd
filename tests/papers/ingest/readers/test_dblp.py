"""What is read of dblp's XML: the dump, a person's page, a record; and that its DTD is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from papers.ingest.readers import SourceError, open_source
from papers.ingest.records import PaperRecord, PassedOver, Rejection

SAMPLES = Path(__file__).parent / "samples"


def read(path: Path) -> list[Any]:
    with open_source(path) as source:
        assert source.format == "dblp"
        return [found for _, _, found in source]


def read_text(path: Path, text: str) -> list[Any]:
    path.write_bytes(text.encode("latin-1"))
    return read(path)


def said(found: PaperRecord | PassedOver) -> dict[str, Any]:
    """What the record says, without what is empty."""
    if isinstance(found, PassedOver):
        return {"passed over": found.kind}
    facts = {
        "identifier": found.identifier,
        "giver": found.giver,
        "type": found.type,
        "title": found.title,
        "names": [f"{entry.name.name} {entry.orcid}".strip() for entry in found.byline.entries],
        "issued": found.issued.iso() if found.issued else "",
        "dois": list(found.dois),
        "comments": found.comments,
        "datestamp": str(found.datestamp or ""),
        "warnings": list(found.warnings),
        "unread": list(found.unread),
        **found.details.as_json(),
    }
    return {name: value for name, value in facts.items() if value}


def test_the_dump_with_its_dtd_and_named_characters() -> None:
    assert [said(found) for found in read(SAMPLES / "dblp-dump.xml")] == [
        {"passed over": "dblp's own note"},
        {
            "identifier": "tester-2019-h2o-in-o-n2-more-things",
            "giver": "journals/jthings/TesterMS19",
            "type": "article-journal",
            "title": 'H₂O in O(n²) & more: "Things"',
            "names": ["Ada Tester 0009-0000-0000-0017", "Jürgen Möller", "Ben Sample Jr"],
            "issued": "2019-07",
            "dois": ["10.5555/3447772"],
            "datestamp": "2020-04-02",
            "unread": ["cite"],
            "source_type": "article",
            "container": "J. Things",
            "volume": "51",
            "issue": "11",
            "pages": "58-65",
            "urls": [
                {"url": "https://things.example.org/51-11.pdf", "kind": "pdf"},
                {"url": "https://archive.example.org/51-11", "kind": "other"},
            ],
        },
        {
            "identifier": "1706.00001",
            "giver": "journals/corr/abs-1706-00001",
            "type": "article",
            "title": "All you need is...",
            "names": ["Wei Beispiel"],
            "issued": "2017",
            "comments": "Withdrawn",
            "datestamp": "2018-08-13",
            "unread": ["stream"],
            "source_type": "article",
        },
        {
            "identifier": "cs/0101001",
            "giver": "journals/corr/cs-AI-0101001",
            "type": "article",
            "title": "Old things",
            "names": ["Wei Beispiel"],
            "issued": "2001",
            "datestamp": "2018-08-13",
            "source_type": "article",
        },
        {
            "identifier": "tester-2018-stones",
            "giver": "conf/meet/Tester18",
            "type": "paper-conference",
            "title": "Stones",
            "names": ["Ada Tester"],
            "issued": "2018",
            "datestamp": "2020-04-02",
            "unread": ["crossref"],
            "source_type": "inproceedings",
            "container": "MEET (1)",
            "pages": "12:1-12:29",
        },
        {
            "identifier": "2018-the-meeting-on-things-meet-2018-8824fa",
            "giver": "conf/meet/2018-1",
            "type": "book",
            "title": "The Meeting on Things, MEET 2018, Nowhere, July 1-2, 2018",
            "issued": "2018",
            "datestamp": "2020-04-02",
            "source_type": "proceedings",
            "volume": "9",
            "publisher": "Stone Press",
            "editors": [{"name": "Eva Editress", "forenames": "Eva", "surname": "Editress"}],
            "series": "LNT",
            "isbn": "978-3-16-148410-0",
        },
        {
            "identifier": "sand-2014-sand",
            "giver": "reference/things/Sand14",
            "type": "entry-encyclopedia",
            "title": "Sand",
            "names": ["Sam Sand"],
            "issued": "2014",
            "datestamp": "2017-07-12",
            "source_type": "incollection",
            "container": "Encyclopedia of Things",
        },
        {
            "identifier": "sand-1992-on-sand",
            "giver": "phd/Sand92",
            "type": "thesis",
            "title": "On sand",
            "names": ["Sam Sand"],
            "issued": "1992",
            "datestamp": "2002-01-03",
            "unread": ["note source"],
            "source_type": "phdthesis",
            "publisher": "University of Somewhere",
        },
        {
            "identifier": "sand-2020-grains",
            "giver": "data/10/Sand20",
            "type": "dataset",
            "title": "Grains",
            "names": ["Sam Sand"],
            "issued": "2020-05",
            "dois": ["10.5555/grains"],
            "datestamp": "2023-01-01",
            "source_type": "data",
            "publisher": "Grain Store",
        },
        {"passed over": "entry type www"},
    ]


def test_a_persons_page() -> None:
    person, stones = read(SAMPLES / "dblp-person.xml")
    assert said(person) == {"passed over": "entry type person"}
    assert said(stones) == {
        "identifier": "tester-2018-stones",
        "giver": "conf/meet/Tester18",
        "type": "paper-conference",
        "title": "Stones",
        "names": ["Ada Tester 0009-0000-0000-0017", "Łukasz Sample"],
        "issued": "2018",
        "dois": ["10.5555/meet.18"],
        "datestamp": "2020-04-02",
        "unread": ["crossref"],
        "source_type": "inproceedings",
        "container": "MEET (1)",
        "pages": "1-9",
    }


ARTICLE = (
    '<article key="a/b/{0}" mdate="2020-01-01"><author>Ren&eacute; &Eacute;cole</author>'
    "<title>T&auml;&foo; {0}.</title></article>"
)


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("<dblp>", "</dblp>"),
        ('<?xml version="1.0"?><!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>', "</dblp>"),
        ('<?xml version="1.0"?><!DOCTYPE dblp SYSTEM "file:///etc/passwd">\n<dblp>', "</dblp>"),
        ('<?xml version="1.0"?><!DOCTYPE dblp PUBLIC "x" "http://127.0.0.1:9/x.dtd"><dblp>', "</dblp>"),
        ("", ""),  # two lines of the dump
    ],
)
def test_named_characters_are_those_of_html_and_no_dtd_is_read(before: str, behind: str, tmp_path: Path) -> None:
    """One that nobody knows stays as it is written."""
    found = read_text(tmp_path / "dblp.xml", before + ARTICLE.format(1) + ARTICLE.format(2) + behind)
    assert [(each.title, each.byline.text) for each in found] == [
        ("Tä&foo; 1", "René École"),
        ("Tä&foo; 2", "René École"),
    ]


@pytest.mark.parametrize(
    "declarations",
    [
        '<!ENTITY a "b">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;',
        '<!ENTITY eacute "e">',
        "",
    ],
)
@pytest.mark.parametrize("system", ["", ' SYSTEM "dblp.dtd"'])
def test_a_file_that_declares_entities_is_refused(declarations: str, system: str, tmp_path: Path) -> None:
    text = f'<?xml version="1.0"?>\n<!DOCTYPE dblp{system} [{declarations}]>\n<dblp>{ARTICLE.format(1)}&a;</dblp>'
    with pytest.raises(SourceError, match=r"in line 2: a document type declaration, which is not read"):
        read_text(tmp_path / "dblp.xml", text)


def test_two_answers_behind_one_another_and_a_broken_record_between(tmp_path: Path) -> None:
    """The record costs itself alone, and characters are still known behind it."""
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>'
    broken = '<article key="a/b/x"><title>Broken</article>'
    text = head + broken + ARTICLE.format(1) + "</dblp>\n" + head + ARTICLE.format(2) + "</dblp>"
    rejected, one, two = read_text(tmp_path / "dblp.xml", text)
    assert isinstance(rejected, Rejection) and "mismatched tag" in rejected.reason
    assert [one.title, two.title] == ["Tä&foo; 1", "Tä&foo; 2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<author>Wei Wang 0001</author>", "Wei Wang"),
        ("<author>Wei Wang\n 0001 </author>", "Wei Wang"),
    ],
)
def test_the_numbers_of_namesakes_are_no_part_of_names(text: str, expected: str, tmp_path: Path) -> None:
    [found] = read_text(tmp_path / "dblp.xml", f'<dblp><article key="x">{text}<title>T.</title></article></dblp>')
    assert found.byline.text == expected


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "dois", "urls"),
    [
        ("<ee>https://doi.org/10.48550/arXiv.2508.04024</ee>", "2508.04024", (), []),
        (
            "<ee>https://arxiv.org/abs/2508.04024</ee><ee>https://doi.org/10.5555/x</ee>",
            "2508.04024",
            ("10.5555/x",),
            [],
        ),
        ("<ee>http://doi.ieeecomputersociety.org/10.1109/TKDE.2012.77</ee>", None, ("10.1109/TKDE.2012.77",), []),
        ("<ee>https://doi.org/10.5555%2Fx</ee>", None, ("10.5555/x",), []),
        ("<url>https://books.example.org/1</url>", None, (), ["https://books.example.org/1"]),
        ("<url>db/journals/x.html</url>", None, (), []),
        ("<journal>CoRR</journal><volume>abs/1706.03762</volume>", "1706.03762", (), []),
        ("<journal>CoRR</journal><volume>abs/99</volume>", None, (), []),
    ],
)
def test_electronic_editions(
    fields: str, arxiv_id: str | None, dois: tuple[str, ...], urls: list[str], tmp_path: Path
) -> None:
    text = f'<dblp><article key="x"><title>Some things.</title>{fields}</article></dblp>'
    [found] = read_text(tmp_path / "dblp.xml", text)
    assert (found.arxiv_id, found.dois, [url.url for url in found.details.urls]) == (arxiv_id, dois, urls)


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ("<year>2019</year><month>July/August</month>", "2019-07"),
        ("<year>2019</year><month>7</month>", "2019"),
        ("<year>199a</year>", ""),
        ("<year>99999</year>", ""),
        ("<year></year>", ""),
        ("", ""),
    ],
)
def test_years_and_months(fields: str, issued: str, tmp_path: Path) -> None:
    text = f'<dblp><article key="x"><title>Some things.</title>{fields}</article></dblp>'
    [found] = read_text(tmp_path / "dblp.xml", text)
    assert (found.issued.iso() if found.issued else "") == issued

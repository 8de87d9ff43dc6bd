"""Every type of publication in every format, read again by the programs that people use."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import jsonschema
import pybtex.database
import pytest
import rispy
from csl_reference import Reference

from papers.bylines import Name
from papers.citations import FORMATS, Contributor, Work
from papers.citations.bibtex import ENTRY_TYPES
from papers.citations.ris import TYPES as RIS_TYPES
from papers.citations.styles import formatted
from papers.publications import Details, Url
from papers.taxonomy.types import TYPES
from papers.text.dates import PartialDate
from tests.papers.citations.test_formats import csl_schema
from tests.papers.citations.works import PREPRINT

QUILL = Contributor("Ada Quill", "Quill", "Ada")
EDITORS = (Name("Eva van der Moe", "Eva", "van der Moe"), Name("Gear Society", "", "Gear Society"))
BASE = Work("gears", "", "Gears of two kinds", "http://127.0.0.1:8000/papers/gears/", authors=(QUILL,))
MAY = PartialDate.of(2019, 5)


def work(type_: str, /, **details: Any) -> Work:
    given = {name: details.pop(name) for name in ("report_no", "doi", "comments") if name in details}
    return replace(BASE, type=type_, issued=MAY, published=MAY, details=Details(**details), **given)


JOURNAL = work(
    "article-journal",
    source_type="article",
    container=r"Zeitschrift f{\"u}r Zahnr\"ader",
    volume="12",
    issue="2133",
    pages="1-10",
    article_number="e77",
    publisher=r"Rand \& Sons",
    issn="1234-5679",
    language="german",
    keywords=("gears", "teeth, and their number"),
    urls=(Url("https://example.org/1"), Url("https://example.org/1.pdf", "pdf"), Url("https://example.org/2", "code")),
    doi="10.1000/1",
    comments=r"Best paper \& more",
)
TALK = work(
    "paper-conference",
    source_type="inproceedings",
    container="Proceedings of the Gear Conference",
    pages="7-12",
    publisher="Rand",
    place="Berlin",
    editors=EDITORS,
    series="Lectures on Gears",
    isbn="978-3-16-148410-0",
)
CHAPTER = work("chapter", source_type="incollection", container="Handbook of Gears", edition="2", publisher="Rand")
BOOK = work("book", source_type="book", publisher="Rand", edition="Second", volume="3", series="Gear Books")
THESIS = work("thesis", source_type="mastersthesis", publisher="University of Gears", place="Berlin")
REPORT = work("report", source_type="techreport", publisher="Gear Institute", report_no="TR-12")
UNKNOWN = work("document", source_type="talk", publisher="Rand")
TYPED = (JOURNAL, TALK, CHAPTER, BOOK, THESIS, REPORT, UNKNOWN)


def written(ending: str, works: Iterable[Work]) -> str:
    return "".join(FORMATS[ending].write(works))


def bibtex(work: Work) -> tuple[str, dict[str, str]]:
    (entry,) = pybtex.database.parse_string(written("bib", [work]), "bibtex").entries.values()
    people = {role: " and ".join(map(str, names)) for role, names in entry.persons.items()}
    return entry.type, {name: value for name, value in {**people, **entry.fields}.items() if name != "title"}


COMMON = {"author": "Quill, Ada", "year": "2019", "month": "May"}


@pytest.mark.parametrize(
    ("work", "kind", "fields"),
    [
        (
            JOURNAL,
            "article",
            {
                "journal": "Zeitschrift für Zahnräder",
                "volume": "12",
                "number": "2133",
                "pages": "1--10",
                "eid": "e77",
                "publisher": r"Rand \& Sons",
                "issn": "1234-5679",
                "language": "german",
                "keywords": "gears, {teeth, and their number}",
                "doi": "10.1000/1",
                "url": "https://example.org/1",
                "pdf": "https://example.org/1.pdf",
                "code": "https://example.org/2",
                "note": r"Best paper \& more",
            },
        ),
        (
            TALK,
            "inproceedings",
            {
                "editor": "van der Moe, Eva and {Gear Society}",
                "booktitle": "Proceedings of the Gear Conference",
                "pages": "7--12",
                "publisher": "Rand",
                "address": "Berlin",
                "series": "Lectures on Gears",
                "isbn": "978-3-16-148410-0",
            },
        ),
        (CHAPTER, "incollection", {"booktitle": "Handbook of Gears", "edition": "2", "publisher": "Rand"}),
        (BOOK, "book", {"publisher": "Rand", "edition": "Second", "volume": "3", "series": "Gear Books"}),
        (THESIS, "mastersthesis", {"school": "University of Gears", "address": "Berlin"}),
        (REPORT, "techreport", {"institution": "Gear Institute", "number": "TR-12"}),
        (UNKNOWN, "talk", {"publisher": "Rand"}),
        # Of a source with other words the type says which entry it is; a curator's type goes before a list's word.
        (work("thesis", source_type="dissertation", publisher="U"), "phdthesis", {"school": "U"}),
        (work("article-journal", source_type="journal-article", container="J"), "article", {"journal": "J"}),
        (work("thesis", source_type="misc", publisher="U"), "phdthesis", {"school": "U"}),
        (work("report", source_type="techreport", issue="4"), "techreport", {"number": "4"}),
    ],
)
def test_bibtex(work: Work, kind: str, fields: dict[str, str]) -> None:
    assert bibtex(work) == (kind, COMMON | fields)


def test_a_list_s_article_that_is_a_preprint_has_a_journal_as_articles_must() -> None:
    listed = replace(PREPRINT, details=Details(source_type="article"))
    kind, fields = bibtex(listed)
    assert (kind, fields["journal"], fields["eprint"]) == ("article", "arXiv preprint arXiv:0801.1021", "0801.1021")
    assert bibtex(PREPRINT)[0] == "misc"
    assert bibtex(replace(BASE, type="article", details=Details(source_type="article")))[0] == "misc"


def test_more_addresses_of_a_kind_are_counted() -> None:
    urls = (Url("https://a.org/1"), Url("https://a.org/2"), Url("https://a.org/3", "other"), Url("https://a.org/{4}"))
    text = written("bib", [replace(BASE, details=Details(urls=urls))])
    assert [line.strip(" ,") for line in text.splitlines() if "http" in line] == [
        "url = {https://a.org/1}",
        "url2 = {https://a.org/2}",
        "url3 = {https://a.org/%7B4%7D}",
        "other = {https://a.org/3}",
    ]


@pytest.mark.parametrize(
    ("work", "record"),
    [
        (
            JOURNAL,
            {
                "type_of_reference": "JOUR",
                "journal_name": "Zeitschrift für Zahnräder",
                "volume": "12",
                "number": "2133",
                "start_page": "1",
                "end_page": "10",
                "custom7": "e77",
                "publisher": "Rand & Sons",
                "issn": "1234-5679",
                "language": "german",
                "keywords": ["gears", "teeth, and their number"],
                "doi": "10.1000/1",
                "urls": ["https://example.org/1", "https://example.org/2"],
                "file_attachments1": "https://example.org/1.pdf",
                "notes": ["Best paper & more"],
            },
        ),
        (
            TALK,
            {
                "type_of_reference": "CPAPER",
                "secondary_authors": ["van der Moe, Eva", "Gear Society"],
                "secondary_title": "Proceedings of the Gear Conference",
                "start_page": "7",
                "end_page": "12",
                "publisher": "Rand",
                "place_published": "Berlin",
                "tertiary_title": "Lectures on Gears",
                "issn": "978-3-16-148410-0",
            },
        ),
        (
            CHAPTER,
            {"type_of_reference": "CHAP", "secondary_title": "Handbook of Gears", "edition": "2", "publisher": "Rand"},
        ),
        (THESIS, {"type_of_reference": "THES", "publisher": "University of Gears", "place_published": "Berlin"}),
        (REPORT, {"type_of_reference": "RPRT", "publisher": "Gear Institute", "number": "TR-12"}),
        (UNKNOWN, {"type_of_reference": "GEN", "publisher": "Rand"}),
    ],
)
def test_ris(work: Work, record: dict[str, Any]) -> None:
    (found,) = rispy.load(io.StringIO(written("ris", [work])))
    common = {"id": work.key, "title": work.title, "authors": ["Quill, Ada"], "year": "2019", "date": "2019/05//"}
    assert found == common | record


@pytest.mark.parametrize(
    ("day", "parts", "ris", "bib"),
    [
        (PartialDate.of(2019), [2019], ["PY  - 2019", "DA  - 2019///"], ["year = {2019}"]),
        (MAY, [2019, 5], ["PY  - 2019", "DA  - 2019/05//"], ["year = {2019}", "month = may"]),
        (
            PartialDate.of(2019, 5, 3),
            [2019, 5, 3],
            ["PY  - 2019", "DA  - 2019/05/03/"],
            ["year = {2019}", "month = may", "day = {3}"],
        ),
        (None, None, [], []),
    ],
)
def test_dates_are_as_precise_as_they_are_known(
    day: PartialDate | None, parts: list[int] | None, ris: list[str], bib: list[str]
) -> None:
    dated = replace(BASE, published=day, issued=day)
    assert json.loads(written("json", [dated]))[0].get("issued") == (parts and {"date-parts": [parts]})
    lines = written("ris", [dated]).splitlines()
    assert [line for line in lines if line[:2] in ("PY", "DA")] == ris
    lines = [line.strip(" ,") for line in written("bib", [dated]).splitlines()]
    assert [line for line in lines if line.startswith(("year", "month", "day"))] == bib
    assert ("n.d." in formatted(dated)["APA"]) == (day is None)
    assert ("2019" in formatted(dated)["Chicago"]) == (day is not None)


def test_csl_json() -> None:
    items = json.loads(written("json", TYPED))
    schema = csl_schema()
    schema["items"]["properties"]["editor"] = schema["items"]["properties"]["author"]
    jsonschema.validate(items, schema)
    assert [Reference(**item).csl_dump(exclude_defaults=False) for item in items] == items
    talk = items[1]
    del talk["id"], talk["custom"]
    assert talk == {
        "type": "paper-conference",
        "title": "Gears of two kinds",
        "author": [{"family": "Quill", "given": "Ada"}],
        "editor": [
            {"family": "Moe", "given": "Eva", "non-dropping-particle": "van der"},
            {"literal": "Gear Society"},
        ],
        "issued": {"date-parts": [[2019, 5]]},
        "container-title": "Proceedings of the Gear Conference",
        "collection-title": "Lectures on Gears",
        "page": "7-12",
        "publisher": "Rand",
        "publisher-place": "Berlin",
        "ISBN": "978-3-16-148410-0",
    }
    assert (items[4]["genre"], items[5]["number"], items[0]["number"]) == ("Master's thesis", "TR-12", "e77")


def test_every_type_has_its_words() -> None:
    assert set(ENTRY_TYPES) <= set(TYPES)
    assert set(RIS_TYPES) <= set(TYPES)
    for type_ in TYPES:
        (item,) = json.loads(written("json", [replace(BASE, type=type_)]))
        assert item["type"] == type_
        assert rispy.loads(written("ris", [replace(BASE, type=type_)]))[0]["title"] == BASE.title


def test_formatted() -> None:
    assert formatted(TALK)["Harvard"] == (
        "Quill, A. (2019) “Gears of two kinds”, in E. van der Moe and Gear Society (eds.) Proceedings of the Gear "
        "Conference. Berlin: Rand (Lectures on Gears), pp. 7–12."
    )
    assert formatted(THESIS)["APA"] == ("Quill, A. (2019). Gears of two kinds [Master's thesis]. University of Gears.")
    assert formatted(CHAPTER)["Chicago"] == (
        "Quill, Ada. 2019. “Gears of Two Kinds”. In Handbook of Gears, 2nd ed. Rand."
    )
    assert "arXiv:0801.1021. doi" in formatted(PREPRINT)["IEEE"]
    assert "arXiv: " not in formatted(PREPRINT)["IEEE"]
    assert "Preprint arXiv:0801.1021. arXiv, January 7." in formatted(PREPRINT)["Chicago"]


def test_a_withdrawn_paper_says_so() -> None:
    withdrawn = replace(PREPRINT, is_withdrawn=True)
    assert "  note = {Withdrawn},\n" in written("bib", [withdrawn])
    assert "N1  - Withdrawn\r\n" in written("ris", [withdrawn])
    assert json.loads(written("json", [withdrawn]))[0]["note"] == "Withdrawn"
    assert written("csv", [withdrawn]).splitlines()[1].endswith(",yes")
    assert all(text.endswith(" Withdrawn.") for text in formatted(withdrawn).values())

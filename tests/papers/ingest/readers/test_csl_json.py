"""CSL-JSON as reference managers, citation processors and doi.org write it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.readers import SourceError, csl_json, open_source
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.records import PaperRecord, Rejection

SAMPLES = Path(__file__).parent / "samples"


def read(content: bytes) -> list[PaperRecord | Rejection]:
    return [found for _, _, found in csl_json.read(Stream(BytesIO(content), "list.json", len(content)), 0)]


def one(**fields: Any) -> PaperRecord:
    item = {"id": "x", "type": "article-journal", "title": "Gears of many kinds", **fields}
    (found,) = read(json.dumps([item]).encode())
    assert isinstance(found, PaperRecord), found
    return found


def names(record: PaperRecord) -> list[str]:
    return [entry.name.name for entry in record.byline.entries]


def test_what_reference_managers_export() -> None:
    with open_source(SAMPLES / "csl-json-managers.json") as source:
        assert source.format == "csl-json"
        located = list(source)
    assert [place for _, place, _ in located] == [f"record {number}" for number in range(1, 8)]
    article, chapter, thesis, preprint, report, untitled, text = [found for _, _, found in located]

    assert isinstance(article, PaperRecord)
    assert article.title == "Gears of two kinds: DNA and H₂O"
    assert names(article) == ["Ada Quill", "Bert van der Moe Jr"]
    assert [entry.orcid for entry in article.byline.entries] == ["0000-0002-1825-0097", ""]
    assert len(article.byline.collaborations) == 1
    assert (article.giver, article.type, article.dois) == ("quill1999", "article-journal", ("10.1000/gears.1",))
    assert article.issued and article.issued.iso() == "1999-05-03"
    assert article.abstract == "Gears turn.\nTeeth bite."
    assert article.comments == "Best paper"
    assert article.details.as_json() == {
        "source_type": "article-journal",
        "container": "Journal of Gears",
        "volume": "12",
        "issue": "3",
        "pages": "101-110",
        "publisher": "Rand & Sons",
        "place": "Town",
        "editors": [
            {"name": "Eve Roe", "forenames": "Eve", "surname": "Roe"},
            {"name": "Max Loe", "forenames": "Max", "surname": "Loe"},
        ],
        "series": "Things that turn",
        "issn": "1234-5679, 2187-5626",
        "language": "en",
        "keywords": ["gears", "teeth"],
        "urls": [{"url": "https://gears.example/1", "kind": "landing"}],
    }
    assert article.unread == ("accessed", "custom.shelf")

    assert isinstance(chapter, PaperRecord)
    assert (chapter.type, chapter.details.container, chapter.details.edition) == ("chapter", "Handbook of Gears", "2")
    assert chapter.issued and chapter.issued.iso() == "2013-05"
    assert (chapter.details.pages, chapter.details.isbn) == ("40", "978-3-16-148410-0")

    assert isinstance(thesis, PaperRecord)
    assert (thesis.giver, thesis.type, thesis.details.source_type) == ("7", "thesis", "phdthesis")
    assert names(thesis) == ["Max Loe"]
    assert thesis.issued and thesis.issued.iso() == "2010"

    assert isinstance(preprint, PaperRecord)
    assert (preprint.arxiv_id, preprint.type, preprint.details.publisher) == ("2001.00017", "article", "")
    assert (names(preprint), preprint.byline.is_complete) == (["Ada Quill"], False)
    assert preprint.issued and preprint.issued.iso() == "2020-01-02"

    assert isinstance(report, PaperRecord)
    assert (report.dois, report.report_no, report.comments) == (("10.1000/report",), "TR-12", "Status: draft")
    assert report.details.publisher == "Gear Institute"
    assert report.issued and report.issued.iso() == "2012-02"
    assert report.warnings == ("issued: '2012-2-30' is not a date of the calendar; 2012-02 was kept",)

    assert isinstance(untitled, Rejection)
    assert isinstance(text, Rejection)
    assert text.reason == "record: there is a text in the place of an object with fields"


def test_what_doi_org_answers() -> None:
    with open_source(SAMPLES / "csl-json-registries.json") as source:
        assert source.format == "csl-json"
        ((_, _, found),) = list(source)
    assert isinstance(found, PaperRecord)
    assert (found.type, found.giver, found.dois) == ("article-journal", "", ("10.1000/gears.2",))
    assert [(entry.name.name, entry.orcid, entry.affiliations) for entry in found.byline.entries] == [
        ("Ada Quill", "0000-0002-1825-0097", ("University of Gears",))
    ]
    assert len(found.byline.collaborations) == 1
    assert found.issued and found.issued.iso() == "2019-06"
    assert found.details.urls == ()
    assert found.unread == ("indexed", "created", "source")


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ({"issued": {"date-parts": [[2019, 5, 3], [2019, 5, 9]]}}, "2019-05-03"),
        ({"issued": {"date-parts": [["2019", "05"]]}}, "2019-05"),
        ({"issued": {"date-parts": [[2019, 0, 0]]}}, "2019"),
        ({"issued": {"date-parts": [2019, 5]}}, "2019-05"),
        ({"issued": {"date-parts": [["2019-05-03"]]}}, "2019-05-03"),
        ({"issued": {"date-parts": [[None]]}}, None),
        ({"issued": {"date-parts": [[]]}}, None),
        ({"issued": {"date-parts": [[2019]], "circa": True}}, "2019"),
        ({"issued": {"date-parts": [[2019]], "season": 1}}, "2019"),
        ({"issued": {"raw": "2019-05-03"}}, "2019-05-03"),
        ({"issued": {"literal": "Spring 2019"}}, "2019"),
        ({"issued": {"literal": "in press"}}, None),
        ({"issued": {"year": 2019, "month": "5"}}, "2019-05"),
        ({"issued": {"date-time": "2019-05-03T12:00:00Z"}}, "2019-05-03"),
        ({"issued": "2019-05-03/2019-05-09"}, "2019-05-03"),
        ({"issued": "2019-05~"}, "2019-05"),
        ({"issued": "2019?"}, "2019"),
        ({"issued": "2019-21"}, "2019"),
        ({"issued": "2019-XX-XX"}, "2019"),
        ({"issued": 2019}, "2019"),
        ({"issued": [{"date-parts": [[2019]]}]}, None),
        ({"published-print": {"date-parts": [[2019, 6]]}}, "2019-06"),
        ({"event-date": {"date-parts": [[2019, 6, 7]]}}, "2019"),
        ({"note": "issued: 2019-05"}, "2019-05"),
        ({"accessed": {"date-parts": [[2019]]}}, None),
    ],
)
def test_dates(fields: dict[str, Any], issued: str | None) -> None:
    record = one(**fields)
    assert (record.issued.iso() if record.issued else None, record.warnings) == (issued, ())


@pytest.mark.parametrize("parts", [[[2019, 13, 40]], [[-100, 7]], [["soon"]], [["9" * 40]]])
def test_a_date_that_cannot_be_is_told(parts: Any) -> None:
    record = one(issued={"date-parts": parts})
    assert len(record.warnings) == 1
    assert record.warnings[0].startswith("issued: ")


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ([{"family": "Quill", "given": "Ada"}], ["Ada Quill"]),
        ([{"family": "van der Moe", "given": "Bert"}], ["Bert van der Moe"]),
        ([{"family": "Moe", "given": "Bert", "non-dropping-particle": "van der"}], ["Bert van der Moe"]),
        ([{"family": "Moe", "given": "Bert", "dropping-particle": "von"}], ["Bert von Moe"]),
        ([{"family": "Moe", "given": "Bert", "suffix": "III"}], ["Bert Moe III"]),
        ([{"family": "Plato"}], ["Plato"]),
        ([{"literal": "Ada Quill"}], ["Ada Quill"]),
        (["Quill, Ada", "Bert Moe"], ["Ada Quill", "Bert Moe"]),
        ("Ada Quill", ["Ada Quill"]),
        ([{"family": ""}, None, {"family": "Quill", "given": "Ada"}], ["Ada Quill"]),
        ([{"family": "Quill", "given": "Ada"}, {"literal": "others"}], ["Ada Quill"]),
    ],
)
def test_names(author: Any, expected: list[str]) -> None:
    assert names(one(author=author)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "article"}, ("preprint", "article")),
        ({"type": "article", "container-title": "bioRxiv"}, ("preprint", "article")),
        ({"type": "article", "container-title": "J. Gears", "volume": "1"}, ("article", "article-journal")),
        (
            {"type": "article", "container-title": "J. Gears", "volume": "1", "genre": "Preprint"},
            ("preprint", "article"),
        ),
        ({"type": "thesis"}, ("thesis", "thesis")),
        ({"type": "thesis", "genre": "Master's thesis"}, ("mastersthesis", "thesis")),
        ({"type": "thesis", "genre": "Something"}, ("thesis", "thesis")),
        ({"type": "journal-article"}, ("journal-article", "article-journal")),
        ({"type": "paper-conference"}, ("paper-conference", "paper-conference")),
        ({"type": "article-journal", "container-title": "arXiv:2001.00017 [cs]"}, ("article-journal", "article")),
        ({"type": "unheard-of"}, ("unheard-of", "document")),
    ],
)
def test_types(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    record = one(**fields)
    assert (record.details.source_type, record.type) == expected


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "dois"),
    [
        ({"number": "arXiv:2001.00017"}, "2001.00017", ()),
        ({"note": "arXiv: 2001.00017 [cs.LG]"}, "2001.00017", ()),
        ({"note": "arXiv:hep-th/9901001"}, "hep-th/9901001", ()),
        ({"URL": "https://arxiv.org/pdf/2001.00017v2"}, "2001.00017", ()),
        ({"DOI": "10.48550/arXiv.2001.00017"}, "2001.00017", ()),
        ({"id": "https://doi.org/10.48550/arxiv.2001.00017"}, "2001.00017", ()),
        ({"archive": "arXiv", "archive_location": "arXiv:2001.00017"}, "2001.00017", ()),
        ({"DOI": ["10.1000/1"]}, None, ("10.1000/1",)),
        ({"DOI": "https://doi.org/10.1000/1"}, None, ("10.1000/1",)),
        ({"note": "DOI: 10.1000/1"}, None, ("10.1000/1",)),
        ({"DOI": "10/abc", "URL": "https://doi.org/10.1000/1"}, None, ("10.1000/1",)),
        ({"number": "12"}, None, ()),
    ],
)
def test_identifiers(fields: dict[str, Any], arxiv_id: str | None, dois: tuple[str, ...]) -> None:
    record = one(**fields)
    assert (record.arxiv_id, record.dois, record.warnings) == (arxiv_id, dois, ())


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"container-title": ["Journal of Gears", "J. Gears"]}, {"container": "Journal of Gears"}),
        ({"journalAbbreviation": "J. Gears"}, {"container": "J. Gears"}),
        ({"keyword": "gears; teeth, and their number"}, {"keywords": ["gears", "teeth, and their number"]}),
        ({"keyword": ["gears", "teeth"]}, {"keywords": ["gears", "teeth"]}),
        ({"container-title": "J. Gears", "number": "e12"}, {"container": "J. Gears", "article_number": "e12"}),
        ({"volume": 1.5, "issue": True}, {"volume": "1.5"}),
        ({"event-place": "Town"}, {"place": "Town"}),
        ({"note": "publisher: Rand\nSpecial: yes"}, {"publisher": "Rand"}),
        ({"publisher": "Rand", "note": "publisher: Sons"}, {"publisher": "Rand"}),
    ],
)
def test_fields(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert one(**fields).details.as_json() == {"source_type": "article-journal", **expected}


ITEM = {"id": "x", "type": "book", "title": "Handbook of Gears"}


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ([ITEM, ITEM], 2),
        ({"items": [ITEM, ITEM]}, 2),
        (ITEM, 1),
    ],
)
def test_documents(document: Any, count: int) -> None:
    content = json.dumps(document, indent=1).encode()
    assert csl_json.recognizes(content)
    assert sum(isinstance(found, PaperRecord) for found in read(content)) == count


def test_an_item_a_line() -> None:
    content = b"\n".join([json.dumps(ITEM).encode(), b"{broken", json.dumps(ITEM).encode()])
    assert csl_json.recognizes(content)
    assert [type(found) for found in read(content)] == [PaperRecord, Rejection, PaperRecord]


@pytest.mark.parametrize(
    "other",
    [
        {
            "id": "https://openalex.org/W1",
            "display_name": "Gears",
            "title": "Gears",
            "type": "article",
            "authorships": [],
        },
        {"id": "2001.00017", "submitter": "A", "title": "Gears", "authors": "A", "versions": []},
        {"status": "ok", "message": {"DOI": "10.1000/1", "type": "book", "title": ["Gears"]}},
        {"data": {"attributes": {"titles": [{"title": "Gears"}], "types": {"citeproc": "book"}}}},
        {"put-code": 1, "type": "book", "title": {"title": {"value": "Gears"}}},
        {"title": "Gears"},
        {"type": "book"},
        {"items": [{"itemType": "book", "title": "Gears"}]},
        ["book", "title"],
    ],
)
def test_other_documents_are_not_taken_for_it(other: Any) -> None:
    assert not csl_json.recognizes(json.dumps(other).encode())
    assert not csl_json.recognizes(json.dumps([other]).encode())


def test_what_stops_being_json_is_told_behind_what_was_read() -> None:
    content = json.dumps([ITEM, ITEM]).encode()[:-20]
    found = csl_json.read(Stream(BytesIO(content), "list.json", len(content)), 0)
    assert isinstance(next(found)[2], PaperRecord)
    with pytest.raises(SourceError, match="stops being JSON behind record 1"):
        next(found)

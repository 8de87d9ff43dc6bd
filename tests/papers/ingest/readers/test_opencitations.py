"""OpenCitations Meta as its files are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from papers.ingest.readers import SourceError, open_source, opencitations
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.records import PaperRecord, PassedOver, Rejection

SAMPLE = Path(__file__).parent / "samples" / "opencitations-meta.csv"
HEADER = "id,title,author,pub_date\n"


def read(text: str, skip: int = 0) -> list[PaperRecord | Rejection | PassedOver]:
    content = text.encode()
    return [found for _, _, found in opencitations.read(Stream(BytesIO(content), "meta.csv", len(content)), skip)]


def test_the_sample() -> None:
    with open_source(SAMPLE) as source:
        assert source.format == "opencitations"
        located = list(source)
    assert [place for _, place, _ in located] == [f"line {line}" for line in (2, 3, 5, 6, 7, 9)]
    article, book, journal, untitled, short, preprint = [found for _, _, found in located]

    assert isinstance(article, PaperRecord)
    assert [(entry.name.name, entry.orcid) for entry in article.byline.entries] == [
        ("Ada Quill", "0000-0002-1825-0097"),
        ("Bert Moe", ""),
    ]
    assert len(article.byline.collaborations) == 1
    assert (article.giver, article.type, article.dois) == ("omid:br/0601", "article-journal", ("10.1000/gears.1",))
    assert article.issued and article.issued.iso() == "1999-05-03"
    assert article.details.as_json() == {
        "source_type": "journal article",
        "container": "Journal of Gears",
        "volume": "12",
        "issue": "3",
        "pages": "101-110",
        "publisher": "Rand & Sons",
        "editors": [{"name": "Eve Roe", "forenames": "Eve", "surname": "Roe"}],
        "issn": "1234-5679",
    }
    assert (article.warnings, article.unread) == ((), ("shelf",))

    assert isinstance(book, PaperRecord)
    assert (book.title, book.type, book.details.series) == ("Handbook of Gears", "book", "Lectures on Gears")
    assert (book.details.isbn, book.details.issn, book.details.container) == ("9783161484100", "2187-5626", "")
    assert [editor.name for editor in book.details.editors] == ["Eve Roe", "Max Loe"]

    assert journal == PassedOver("line 5", "type journal")
    assert isinstance(untitled, Rejection)
    assert untitled.reason.startswith("title: ")
    assert isinstance(short, Rejection)
    assert short.reason.startswith("columns: the row has 3, the header has 12; ")

    assert isinstance(preprint, PaperRecord)
    assert (preprint.arxiv_id, preprint.type, preprint.details.container) == ("2001.00017", "article", "")
    assert preprint.giver == "omid:br/0606"
    assert [entry.name.name for entry in preprint.byline.entries] == ["Woong Moe", "Max Loe"]
    assert preprint.warnings == ("pub_date: '2020-13' is not a date of the calendar, and was left out",)


def test_a_semicolon_in_an_identifier_divides_no_names() -> None:
    (found,) = read(HEADER + 'omid:br/1,Gears,"Quill, Ada [doi:10.1/a;2]; Moe, Bert",2019\n')
    assert isinstance(found, PaperRecord)
    assert [entry.name.surname for entry in found.byline.entries] == ["Quill", "Moe"]


def test_a_quotation_mark_that_is_missing_costs_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opencitations, "LARGEST_FIELD", 200)
    rows = "".join(f"omid:br/{number},Gears {number},,2019\n" for number in range(30))
    found = read(HEADER + 'omid:br/x,"Gears,,2019\n' + rows)
    assert isinstance(found[0], Rejection)
    assert found[0].reason == "not CSV: field larger than field limit (200)"
    assert sum(isinstance(each, PaperRecord) for each in found) > 20


def test_a_table_of_something_else() -> None:
    with pytest.raises(SourceError, match="doesn't begin with the columns of OpenCitations Meta: author, "):
        read("citing,cited\na,b\n")
    assert not opencitations.recognizes(b"citing,cited\n")
    assert not opencitations.recognizes(b"")


def test_reading_goes_on_behind_a_row() -> None:
    rows = "".join(f"omid:br/{number},Gears {number},,2019\n" for number in range(3))
    (found,) = read(HEADER + rows, 2)
    assert isinstance(found, PaperRecord)
    assert found.giver == "omid:br/2"
    with pytest.raises(SourceError, match="ends with row 3"):
        read(HEADER + rows, 4)

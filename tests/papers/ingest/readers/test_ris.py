"""RIS as publishers, indexes and reference managers write it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.readers import open_source, ris
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.records import PaperRecord, Rejection

SAMPLE = Path(__file__).parent / "samples" / "ris-managers.ris"


def read(text: str | bytes) -> list[PaperRecord | Rejection]:
    content = text if isinstance(text, bytes) else text.encode()
    return [found for _, _, found in ris.read(Stream(BytesIO(content), "list.ris", len(content)), 0)]


def one(*lines: str) -> PaperRecord:
    (found,) = read("\n".join(["TY  - JOUR", "TI  - Gears of many kinds", *lines, "ER  - "]))
    assert isinstance(found, PaperRecord), found
    return found


def names(record: PaperRecord) -> list[str]:
    return [entry.name.name for entry in record.byline.entries]


def test_the_sample() -> None:
    with open_source(SAMPLE) as source:
        assert source.format == "ris"
        found = list(source)
    article, chapter, thesis, report, preprint, scholars, talk, nothing = [each for _, _, each in found]
    assert [number for number, _, _ in found] == list(range(1, 9))
    assert [place for _, place, _ in found][:3] == ["line 5", "line 41", "line 55"]

    assert isinstance(article, PaperRecord)
    assert names(article) == ["Ada Quill", "Bert van der Moe Jr"]
    assert len(article.byline.collaborations) == 1
    assert (article.giver, article.type, article.dois) == ("quill1999", "article-journal", ("10.1000/gears.1",))
    assert article.issued and article.issued.iso() == "1999-05-03"
    assert article.abstract == "Gears turn.\nTeeth bite."
    assert article.comments == "Best paper"
    assert article.details.as_json() == {
        "source_type": "JOUR",
        "container": "Journal of Gears and their Teeth",
        "volume": "12",
        "issue": "3",
        "pages": "101-110",
        "publisher": "Rand & Sons",
        "place": "Town",
        "editors": [{"name": "Eve Roe", "forenames": "Eve", "surname": "Roe"}],
        "issn": "1234-5679",
        "language": "eng",
        "keywords": ["gears", "teeth"],
        "urls": [
            {"url": "https://gears.example/1", "kind": "other"},
            {"url": "https://gears.example/1.pdf", "kind": "pdf"},
        ][::-1],
    }
    assert (article.warnings, article.unread) == ((), ("Y2", "AD"))

    assert isinstance(chapter, PaperRecord)
    assert (chapter.type, chapter.details.container, chapter.details.series) == (
        "chapter",
        "Handbook of Gears",
        "Lectures on Gears",
    )
    assert [editor.surname for editor in chapter.details.editors] == ["Roe", "Loe"]
    assert chapter.issued and chapter.issued.iso() == "2013-05-03"
    assert (chapter.details.pages, chapter.details.edition) == ("40-52", "2nd ed.")
    assert (chapter.details.isbn, chapter.details.issn) == ("978-3-16-148410-0", "1234-5679")

    assert isinstance(thesis, PaperRecord)
    assert (thesis.type, thesis.details.source_type, thesis.details.publisher) == (
        "thesis",
        "phdthesis",
        "University of Gears",
    )
    assert thesis.issued and thesis.issued.iso() == "2010-11"

    assert isinstance(report, PaperRecord)
    assert (report.type, report.report_no, report.dois) == ("report", "TR-12", ("10.1000/report",))
    assert report.issued and report.issued.iso() == "2012"

    assert isinstance(preprint, PaperRecord)
    assert (preprint.arxiv_id, preprint.type, preprint.details.publisher) == ("2001.00017", "article", "")
    assert isinstance(scholars, PaperRecord)
    assert (scholars.arxiv_id, scholars.type, scholars.details.container) == ("2001.00018", "article", "")

    assert isinstance(talk, PaperRecord)
    assert (talk.byline.is_complete, talk.issued, talk.details.urls) == (False, None, ())
    assert (talk.details.container, talk.details.article_number) == ("Proceedings of the Conference on Gears", "12")
    assert talk.details.keywords == ("one", "two", "three")

    assert isinstance(nothing, Rejection)
    assert nothing.reason == "title: the entry has no arXiv id and no title that could name it"


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["PY  - 2019"], "2019"),
        (["PY  - 2019///"], "2019"),
        (["PY  - 2019/05/"], "2019-05"),
        (["PY  - 2019/5//"], "2019-05"),
        (["PY  - 2019/05/03/Spring"], "2019-05-03"),
        (["PY  - 2019///Spring"], "2019"),
        (["PY  - 2001/00/00/"], "2001"),
        (["Y1  - 2015/october"], "2015-10"),
        (["PY  - 2019", "DA  - 2019-05-03"], "2019-05-03"),
        (["PY  - 2019", "DA  - MAY 3"], "2019-05-03"),
        (["PY  - 2019", "DA  - May-Jun"], "2019-05"),
        (["PY  - 2019", "DA  - 2018/12/31/"], "2019"),  # put on line before
        (["DA  - 3 May 2019"], "2019-05-03"),
        (["PY  - 2013/02/15/received", "PY  - 2013/04/18"], "2013-04-18"),
        (["PY  - 2019/20"], "2019"),
        (["PY  - ///"], None),
        (["PY  - in press"], None),
        (["Y2  - 2019/05/03/"], None),  # when somebody looked at it
    ],
)
def test_dates(lines: list[str], issued: str | None) -> None:
    record = one(*lines)
    assert (record.issued.iso() if record.issued else None, record.warnings) == (issued, ())


def test_a_date_that_cannot_be_is_left_out() -> None:
    record = one("PY  - 99", "DA  - 2019/13/40/")
    assert (record.issued, len(record.warnings)) == (None, 2)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["SP  - 7", "EP  - 12"], {"pages": "7-12"}),
        (["SP  - 7-12", "EP  - 12"], {"pages": "7-12"}),
        (["SP  - S1", "EP  - S10"], {"pages": "S1-S10"}),
        (["SP  - e0815341"], {"pages": "e0815341"}),
        (["EP  - 423"], {"pages": "423"}),
        (["SP  - Article 106321"], {"article_number": "106321"}),
        (["SP  - Art. No. 12"], {"article_number": "12"}),
        (["C7  - 20170001"], {"article_number": "20170001"}),
        (["M1  - 5"], {"issue": "5"}),
        (["M1  - 1008150341"], {}),
        (["IS  - ", "M1  - Copyright"], {}),
        (["SN  - 0915-5287", "SN  - 2187-5626"], {"issn": "0915-5287, 2187-5626"}),
        (["SN  - 03029743 (ISSN); 9783161484100 (ISBN)"], {"isbn": "9783161484100", "issn": "03029743"}),
        (["SN  - 1932-6208 2187-5626"], {"issn": "1932-6208, 2187-5626"}),
        (["JA  - J. Gears"], {"container": "J. Gears"}),
        (["JA  - J. Gears", "T2  - Journal of Gears"], {"container": "Journal of Gears"}),
        (["ET  - 2016/01/30"], {}),
        (["KW  - gears; teeth"], {"keywords": ["gears", "teeth"]}),
        (["KW  - gears", "teeth"], {"keywords": ["gears", "teeth"]}),
        (["KW  - gears, and their teeth"], {"keywords": ["gears, and their teeth"]}),
        (["KW  - Distributed, Parallel, and Cluster"], {"keywords": ["Distributed, Parallel, and Cluster"]}),
        (["KW  - gears, teeth", "KW  - wheels"], {"keywords": ["gears, teeth", "wheels"]}),
    ],
)
def test_fields(lines: list[str], expected: dict[str, Any]) -> None:
    assert one(*lines).details.as_json() == {"source_type": "JOUR", **expected}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["AU  - Quill, Ada", "AU  - Moe, B. C."], ["Ada Quill", "B. C. Moe"]),
        (["AU  - Quill,Ada"], ["Ada Quill"]),
        (["AU  - Ada Quill"], ["Ada Quill"]),
        (["AU  - Moe, Bert, Jr."], ["Bert Moe Jr"]),
        (["AU  - Moe, Jr., Bert"], ["Bert Moe Jr"]),
        (["AU  - *Quill, Ada"], ["Ada Quill"]),
        (["AU  - Quill, Ada", "Moe, Bert", "Loe, Max"], ["Ada Quill", "Bert Moe", "Max Loe"]),
        (["AU  - Quill, Ada Maria", "   Bella"], ["Ada Maria Bella Quill"]),
        (["A1  - Quill, Ada", "AU  - Moe, Bert"], ["Bert Moe", "Ada Quill"]),
    ],
)
def test_names(lines: list[str], expected: list[str]) -> None:
    assert names(one(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "arxiv_id", "dois"),
    [
        (["UR  - https://arxiv.org/abs/2001.00017v2"], "2001.00017", ()),
        (["AN  - arXiv:2001.00017 [cs.LG]"], "2001.00017", ()),
        (["M1  - arXiv:2001.00017"], "2001.00017", ()),
        (["DO  - 10.48550/arXiv.2001.00017"], "2001.00017", ()),
        (["DP  - arXiv.org", "AN  - 2001.00017"], "2001.00017", ()),
        (["AN  - 2001.00017"], None, ()),
        (["DO  - doi:10.1000/1", "UR  - https://arxiv.org/abs/2001.00017"], "2001.00017", ("10.1000/1",)),
        (["M3  - doi: 10.1000/1"], None, ("10.1000/1",)),
        (["L3  - 10.1000/1"], None, ("10.1000/1",)),
        (["N1  - doi: 10.1000/1"], None, ("10.1000/1",)),
        (["N1  - Corrects doi:10.1000/1"], None, ()),
        (["UR  - http://dx.doi.org/10.1000/1"], None, ("10.1000/1",)),
    ],
)
def test_identifiers(lines: list[str], arxiv_id: str | None, dois: tuple[str, ...]) -> None:
    record = one(*lines)
    assert (record.arxiv_id, record.dois) == (arxiv_id, dois)


@pytest.mark.parametrize(
    "content",
    [
        "TY  - JOUR\r\nTI  - Größe der Räder\r\nER  - \r\n".encode(),
        "TY  - JOUR\rTI  - Größe der Räder\rER  - \r".encode(),
        "\ufeffTY  - JOUR\nTI  - Größe der Räder\nER  - \n".encode(),
        "TY  - JOUR\nTI  - Größe der Räder\nER  - \n".encode("cp1252"),
        "TY  - JOUR\nTI  - Größe der Räder\nER  - \n".encode("utf-16"),
        "TY  -JOUR\n  TI  - Größe der Räder".encode(),
        "TY  - JOUR\nTI  - Größe der\nRäder\n\n".encode(),
    ],
)
def test_encodings_and_ends_of_lines(content: bytes) -> None:
    assert ris.recognizes(content.removeprefix(b"\xef\xbb\xbf"))
    (record,) = read(content)
    assert isinstance(record, PaperRecord)
    assert (record.title, record.type) == ("Größe der Räder", "article-journal")


def test_a_line_that_only_looks_like_a_tag_goes_on_with_the_abstract() -> None:
    record = one("AB  - Gears of the", "US - and others -", "an - old - kind", "AI-made", "e-mails")
    assert record.abstract == "Gears of the US - and others - an - old - kind AI-made e-mails"


def test_an_entry_without_type_is_kept() -> None:
    (record,) = read("JF  - J. Gears\nT1  - Gears of two kinds\nVL  - 6\nER  -\n")
    assert isinstance(record, PaperRecord)
    assert (record.type, record.details.container) == ("", "J. Gears")
    assert record.warnings == ("type: the entry has no TY line",)


def test_an_entry_that_is_too_large_is_rejected_and_the_next_one_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris, "LARGEST_ENTRY", 100)
    large, record = read("TY  - JOUR\nTI  - " + "x" * 200 + "\nAU  - A, B\nER  - \nTY  - JOUR\nTI  - Gears\nER  - \n")
    assert isinstance(large, Rejection)
    assert large.reason.startswith("entry: has 2")
    assert isinstance(record, PaperRecord)


def test_reading_goes_on_behind_an_entry() -> None:
    content = SAMPLE.read_bytes()
    found = [place for _, place, _ in ris.read(Stream(BytesIO(content), "list.ris", len(content)), 6)]
    assert len(found) == 2

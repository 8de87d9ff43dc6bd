"""arXiv's JSON snapshot: whole records, and each thing that can be wrong with a line."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from papers.bylines import parse_byline
from papers.ingest.readers import SourceError, arxiv_json, open_source
from papers.ingest.records import PaperRecord, Rejection, Version
from papers.publications import Details
from papers.text.dates import PartialDate

ROW = {
    "id": "0705.0101",
    "submitter": "Ada Example",
    "authors": "Ada Example, B. J\\'onsson and C.-D. Yuan",
    "title": "Counting $k$-regular things with a title that is\n  wrapped",
    "comments": "12 pages,\n  3 figures",
    "journal-ref": "J. Things 12 (2008) 1-10; Erratum-ibid. 13 (2009) 4",
    "doi": "10.1000/xyz123 10.1000/xyz124",
    "report-no": "EX-07-1",
    "categories": "math.CO cs.CG",
    "license": "http://creativecommons.org/licenses/by/4.0",
    "abstract": "  We count things which\nare regular.\n  And others.\n",
    "versions": [
        {"version": "v1", "created": "Tue, 1 May 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Sat, 05 Jan 2008 00:00:01 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Example", "Ada", ""], ["Jónsson", "B.", ""], ["Yuan", "C. -D.", ""]],
}
RECORD = PaperRecord(
    identifier="0705.0101",
    arxiv_id="0705.0101",
    title="Counting $k$-regular things with a title that is wrapped",
    abstract="We count things which are regular.\nAnd others.",
    abstract_is_cut=False,
    authors_text="Ada Example, B. J\\'onsson and C.-D. Yuan",
    byline=parse_byline(ROW["authors"], hint=ROW["authors_parsed"]),
    categories=("math.CO", "cs.CG"),
    posted=PartialDate(date(2007, 5, 1)),
    issued=None,
    updated=date(2008, 1, 5),
    versions=(
        Version("v1", datetime(2007, 5, 1, 19, 18, 42, tzinfo=UTC)),
        Version("v2", datetime(2008, 1, 5, 0, 0, 1, tzinfo=UTC)),
    ),
    type="article",
    details=Details(),
    dois=("10.1000/xyz123", "10.1000/xyz124"),
    journal_ref="J. Things 12 (2008) 1-10; Erratum-ibid. 13 (2009) 4",
    comments="12 pages, 3 figures",
    license="https://creativecommons.org/licenses/by/4.0/",
    report_no="EX-07-1",
    msc_class="",
    acm_class="",
    submitter="Ada Example",
    source="arxiv-snapshot",
    datestamp=date(2008, 11, 26),
)


def line(**changes: object) -> bytes:
    """The row as a line, with these fields changed; `...` takes a field away."""
    row = {key.replace("_", "-") if key in ("journal_ref", "report_no") else key: v for key, v in changes.items()}
    return orjson.dumps({key: value for key, value in (ROW | row).items() if value is not ...}) + b"\n"


def read(path: Path, content: bytes) -> list[tuple[int, str, object]]:
    path.write_bytes(content)
    with open_source(path) as source:
        return list(source)


def test_a_line_is_a_whole_record(tmp_path: Path) -> None:
    assert read(tmp_path / "a.json", line()) == [(1, "line 1", RECORD)]


def test_fields_that_another_edition_lacks_are_empty(tmp_path: Path) -> None:
    [(_, _, record)] = read(
        tmp_path / "a.json",
        line(authors_parsed=..., submitter=..., license=..., journal_ref=..., report_no=..., doi=None, comments=None),
    )
    assert record == replace(
        RECORD,
        byline=parse_byline(ROW["authors"]),
        dois=(),
        journal_ref="",
        comments="",
        license="",
        report_no="",
        submitter="",
    )


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("0704.0010", "0704.0010"),
        ("0704.0010v2", "0704.0010"),
        ("math.CA/0611800", "math/0611800"),
        ("1501.00001", "1501.00001"),
    ],
)
def test_identifiers_are_texts_and_keep_their_zeros(tmp_path: Path, printed: str, canonical: str) -> None:
    [(_, _, record)] = read(tmp_path / "a.json", line(id=printed))
    assert record.identifier == canonical


def test_categories_in_a_list_as_the_first_editions_had_them(tmp_path: Path) -> None:
    [(_, _, record)] = read(tmp_path / "a.json", line(categories=["math.CO cs.CG"]))
    assert record == RECORD


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"id": 704.001},
            "id: 704.001 is a number, not a text in quotes; as a number it has lost its zeros",
        ),
        ({"id": ...}, "id: None is missing or null, not a text in quotes"),
        ({"title": None}, "title: the record has no title"),
        ({"title": ["A"]}, "title: \"['A']\" is a list, not a text"),
        ({"authors": None}, "authors: the authors are missing or null, not a text"),
        ({"authors": ["Ada"]}, "authors: the authors are a list, not a text"),
        ({"versions": "v1"}, "versions: the versions are a text, not a list"),
        ({"versions": ["v1"]}, "versions: v1 is not a version with a label"),
        ({"versions": [{"version": "v1"}]}, "versions: v1 has missing or null for its date"),
        ({"update_date": 2008}, "update_date: 2008 is a number, not a text"),
        ({"categories": 7}, "categories: '7' is a number, not a text"),
        ({"doi": True}, "doi: 'True' is true or false, not a text"),
        (
            {"authors_parsed": [["Example"]]},
            "authors_parsed: the parsed authors are not lists of texts (surname, forenames, suffix)",
        ),
    ],
)
def test_a_wrong_field_rejects_its_record_only(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    bad = line(**changes)
    assert read(tmp_path / "a.json", line() + bad + line()) == [
        (1, "line 1", RECORD),
        (2, "line 2", Rejection("line 2", reason, bad.decode().rstrip())),
        (3, "line 3", RECORD),
    ]


@pytest.mark.parametrize(
    ("bad", "reason", "raw"),
    [
        (b'{"id": "0705.0102", "ti', "not JSON: unexpected end of data: line 1 column 24 (char 23)", None),
        (b'{"id": "\xff"}', "not UTF-8", '{"id": "\\xff"}'),
        (
            b'{"id": "a\0"}',
            "not JSON: unexpected control character in string: line 1 column 10 (char 9)",
            '{"id": "a\\x00"}',
        ),
        (b"[1]", "record: the line holds a list, not an object with fields", None),
        (b"null", "record: the line holds missing or null, not an object with fields", None),
    ],
)
def test_a_line_that_is_no_object_is_rejected(tmp_path: Path, bad: bytes, reason: str, raw: str | None) -> None:
    expected = (2, "line 2", Rejection("line 2", reason, bad.decode() if raw is None else raw))
    assert read(tmp_path / "a.json", line() + bad + b"\n" + line()) == [
        (1, "line 1", RECORD),
        expected,
        (3, "line 3", RECORD),
    ]
    assert read(tmp_path / "b.json", line() + bad) == [(1, "line 1", RECORD), expected]  # cut off as the last line


def test_blank_lines_are_counted_and_a_byte_order_mark_is_none_of_the_record(tmp_path: Path) -> None:
    assert read(tmp_path / "a.json", b"\xef\xbb\xbf" + line() + b"\n  \r\n" + line()) == [
        (1, "line 1", RECORD),
        (4, "line 4", RECORD),
    ]


def test_a_line_beyond_the_limit_is_rejected_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_json, "LONGEST_LINE", 100_000)
    long = line(abstract="x" * 5_000_000)
    [first, (_, _, rejection), last] = read(tmp_path / "a.json", line() + long + line())
    assert (first, last) == ((1, "line 1", RECORD), (3, "line 3", RECORD))
    assert rejection.reason == f"the line has {len(long):,} bytes; a record may have 100,000"
    assert rejection.raw == long[:65536].decode() + " [cut here: the first 65,536 of 100,001]"


def test_going_on_behind_a_line_parses_nothing_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(line() + b"not looked at\n" + line() + line(id="0705.0102"))
    with open_source(path, "arxiv-json") as source:
        source.skip_to(2)
        assert source.position == 2
        assert list(source) == [
            (3, "line 3", RECORD),
            (4, "line 4", replace(RECORD, identifier="0705.0102", arxiv_id="0705.0102")),
        ]
        assert source.position == 4


def test_going_on_behind_the_end_is_told_and_at_the_end_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(line() * 2)
    with open_source(path) as source:
        source.skip_to(2)
        assert list(source) == []
    with open_source(path) as source, pytest.raises(SourceError) as caught:
        source.skip_to(3)
        list(source)
    assert str(caught.value) == (
        f"{path} ends with line 2, but the import to be resumed had got to line 3. "
        "Is it the same file? Start anew with --restart."
    )

"""Records of JSON sources: documents of every shape, lines, and what is none."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import Any

import pytest

from papers.ingest.checks import InvalidRecord
from papers.ingest.readers.documents.json_documents import Row, records
from papers.ingest.readers.documents.streams import SourceError, Stream
from papers.ingest.records import Rejection

PLACES = ("message", "message.items.item")


def read(folder: Path, content: bytes) -> tuple[list[tuple[str, Any]], str]:
    """What is read of the content, and the sentence that ends it."""
    path = folder / "file.json"
    path.write_bytes(content)
    stream = Stream.open(path)
    found: list[tuple[str, Any]] = []
    try:
        found += iter(records(stream, PLACES))
    except SourceError as error:
        return found, str(error).removeprefix(f"{path} ").removeprefix(f"{path}: ")
    finally:
        stream.close()
    return found, ""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # A page of records, one record, none.
        (
            b'{"status": "ok",\n "message": {"n": 2, "items": [{"a": 1}, {"b": [1, {"c": 2}]}]}}',
            [{"a": 1}, {"b": [1, {"c": 2}]}],
        ),
        (
            b'{"status": "ok",\n "message": {"title": ["x"], "author": [{"given": "a"}]}}',
            [{"title": ["x"], "author": [{"given": "a"}]}],
        ),
        (b'{"status": "ok",\n "message": {"items": []}}', []),
        # A list, and what is in it and no object, which isn't lost.
        (b'[{"a": 1},\n{"b": 2}, 3, [1]]', [{"a": 1}, {"b": 2}, 3, [1]]),
        (b'{\n"a": 1}', [{"a": 1}]),
        (b'{\n"a": 1}{"b": 2}\n [{"c": 3}]', [{"a": 1}, {"b": 2}, {"c": 3}]),
        # Numbers that no computer counts with.
        (b'[{"a": 99999999999999999999999, "b": 1e999, "c": 0.5, "d": 3}]', [{"a": 1e23, "b": inf, "c": 0.5, "d": 3}]),
        # Lines, each a record or a page.
        (b'{"a": 1}\n\n{"b": 2}\n', [{"a": 1}, {"b": 2}]),
        (b'{"message": {"items": [{"a": 1}, {"b": 2}]}}\n{"message": {"c": 3}}', [{"a": 1}, {"b": 2}, {"c": 3}]),
        (b'\xef\xbb\xbf[{"a": 1}]', [{"a": 1}]),
    ],
)
def test_records_stand_in_documents_of_every_shape(content: bytes, expected: list[Any], tmp_path: Path) -> None:
    found, end = read(tmp_path, content)
    assert ([value for _, value in found], end) == (expected, "")
    assert len({place for place, _ in found}) == len(expected)


def test_a_line_that_is_no_json_costs_that_line(tmp_path: Path) -> None:
    found, end = read(tmp_path, b'{"a": 1}\n{broken\n{"b": 2}\n')
    assert (found[0], found[2], end) == (("line 1", {"a": 1}), ("line 3", {"b": 2}), "")
    assert isinstance(found[1][1], Rejection)
    assert (found[1][1].place, found[1][1].raw) == ("line 2", "{broken")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b'[{"a": 1}, {"b":',
            "stops being JSON behind record 1: parse error: premature EOF. What comes before was read; get the file again "
            "and import it.",
        ),
        (
            b'[{"a": 1}, {"b": ' + b"[" * 200,
            "record 2 has more than 16,777,216 characters, or lists more than 100 deep in one another. What comes before "
            "was read; take it out and import the rest.",
        ),
    ],
)
def test_a_document_that_breaks_off_gives_what_came_before(content: bytes, sentence: str, tmp_path: Path) -> None:
    assert read(tmp_path, content) == ([("record 1", {"a": 1})], sentence)


def test_a_field_of_another_form_is_left_out_with_a_warning() -> None:
    warnings: list[str] = []
    row = Row(
        {
            "title": ["On", 3, {"x": 1}, None, ""],
            "year": 2019,
            "by": "A",
            "in": [{"name": "J"}, 1],
            "more": 1,
            "no": "",
        },
        warnings,
    )
    assert (row.texts("title"), row.text("none", "year"), row.row("by").text("name")) == (["On", "3"], "2019", "")
    assert [each.text("name") for each in row.rows("in")] == ["J"]
    assert list(row.unread) == ["more"]
    assert warnings == [
        "title: there is an object where a text is meant, and it was left out",
        "by: there is a text where an object is meant, and it was left out",
        "in: there is a number where an object is meant, and it was left out",
    ]
    with pytest.raises(InvalidRecord, match="record: there is a list in the place of an object with fields"):
        Row([], warnings)

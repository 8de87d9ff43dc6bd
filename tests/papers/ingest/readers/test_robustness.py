"""Files cut at any byte, with any byte changed, with any field of any type, in every format: no reader ends in an error.

Each file of samples/ is a small one in the format that its name begins with. What is broken is a rejection or the sentence of a
SourceError; the net under the readers (read_or_reject), for what nobody foresaw, is never needed.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import lzma
import random
import sys
import time
from collections.abc import Callable, Iterator
from html.entities import entitydefs
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import zstandard

from papers.ingest.import_summary import ImportSummary
from papers.ingest.readers import FORMATS, SourceError, open_source
from papers.ingest.records import Item, PaperRecord, Rejection
from papers.ingest.runs import import_source
from papers.models import Build

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
FORESEEN = "the record can't be read"
CUTS, CHANGES, FIELDS = 250, 250, 700  # of each file, drawn by lot where there are more
HANGS = 10  # seconds of CPU for a file of a few kilobytes
VALUES = [None, True, 0, -1, 2**70, 1.5, "", " ", "x", "\x00\ud7ff", [], [[]], [None, 7], {}, {"a": 1}, "1" * 5000]


def format_of(path: Path) -> str:
    """The format that the name of a sample begins with."""
    return next(name for name in sorted(FORMATS, key=len, reverse=True) if path.name.startswith(name))


def named(path: Path) -> str:
    return path.name


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes, str], tuple[list[Item], str]]:
    path = tmp_path / "broken"

    def read_broken(content: bytes, format: str) -> tuple[list[Item], str]:
        """What is given out of the content, and the sentence in which reading ends; fails where a reader was surprised."""
        path.write_bytes(content)
        started = time.process_time()
        items: list[Item] = []
        end = ""
        try:
            with open_source(path, format) as source:
                items += (item for _, _, item in source)
        except SourceError as error:
            end = str(error)
        surprises = [item.reason for item in items if isinstance(item, Rejection) and item.reason.startswith(FORESEEN)]
        assert not surprises, (content, surprises)
        assert time.process_time() - started < HANGS, content
        return items, end

    return read_broken


def some(found: list[Any], most: int, seed: str) -> list[Any]:
    return found if len(found) <= most else random.Random(seed).sample(found, most)


def test_every_format_has_a_sample() -> None:
    assert {format_of(path) for path in SAMPLES} == set(FORMATS)


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_is_told_by_its_content_and_read_whole(path: Path, read: Any) -> None:
    with open_source(path) as source:
        assert source.format == format_of(path)
        items = [item for _, _, item in source]
    assert any(isinstance(item, PaperRecord) for item in items)
    assert read(path.read_bytes(), format_of(path)) == (items, "")


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_sample_is_the_same_packed_and_from_standard_input(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = path.read_bytes()
    with open_source(path) as source:
        expected = list(source)
    for pack in (gzip.compress, lzma.compress, zstandard.compress):
        packed = tmp_path / "packed"
        packed.write_bytes(pack(whole))
        with open_source(packed) as source:
            assert list(source) == expected
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(pack(whole))))
        with open_source("-") as source:
            assert list(source) == expected


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_a_file_may_be_cut_at_any_byte(path: Path, read: Any) -> None:
    whole = path.read_bytes()
    for at in some(list(range(len(whole))), CUTS, path.name):
        read(whole[:at], format_of(path))


@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_any_byte_may_be_another(path: Path, read: Any) -> None:
    whole = path.read_bytes()
    chance = random.Random(path.name)
    for at in some(list(range(len(whole))), CHANGES, path.name):
        other = chance.choice(
            [b"\x00", b"\xff", b"{", b"}", b'"', b"<", b"&", b"\\", b"\n", b",", bytes([chance.randrange(256)])]
        )
        read(whole[:at] + other + whole[at + 1 :], format_of(path))


@pytest.mark.parametrize("path", [path for path in SAMPLES if "json" in path.suffix], ids=named)
def test_any_field_of_json_may_be_of_any_type(path: Path, read: Any) -> None:
    text = path.read_text()
    documents = [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else [json.loads(text)]
    cases = [
        (number, place, value) for number, one in enumerate(documents) for place in places(one) for value in VALUES
    ]
    for number, place, value in some(cases, FIELDS, path.name):
        changed = copy.deepcopy(documents)
        changed[number] = with_value(changed[number], place, value)
        read("\n".join(map(json.dumps, changed)).encode(), format_of(path))


def places(value: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document."""
    yield here
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inside:
        yield from places(each, (*here, name))


def with_value(document: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if not place:
        return value
    inside = document
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    return document


@pytest.mark.parametrize("path", [path for path in SAMPLES if path.suffix == ".xml"], ids=named)
def test_any_element_of_xml_may_be_missing_empty_twice_or_another(path: Path, read: Any) -> None:
    parser = ElementTree.XMLParser()  # noqa: S314
    parser.entity.update(entitydefs)
    whole = ElementTree.parse(path, parser).getroot()  # noqa: S314
    count = sum(1 for _ in whole.iter())
    cases = [(number, change) for number in range(1, count) for change in CHANGES_OF_XML]
    for number, change in some(cases, FIELDS, path.name):
        changed = copy.deepcopy(whole)
        parents = {child: parent for parent in changed.iter() for child in parent}
        element = list(changed.iter())[number]
        change(parents[element], element)
        read(ElementTree.tostring(changed), format_of(path))


def remove(parent: ElementTree.Element, element: ElementTree.Element) -> None:
    parent.remove(element)


def empty(_parent: ElementTree.Element, element: ElementTree.Element) -> None:
    element.clear()


def double(parent: ElementTree.Element, element: ElementTree.Element) -> None:
    parent.append(copy.deepcopy(element))


def rename(_parent: ElementTree.Element, element: ElementTree.Element) -> None:
    element.tag = "other"


def nest(_parent: ElementTree.Element, element: ElementTree.Element) -> None:
    element.append(copy.deepcopy(element))


def retell(_parent: ElementTree.Element, element: ElementTree.Element) -> None:
    element.text = " 9999-99-99 \u202e, and ; ((("
    for name in element.attrib:
        element.attrib[name] = "?"


CHANGES_OF_XML = (remove, empty, double, rename, nest, retell)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", SAMPLES, ids=named)
def test_what_is_read_of_a_broken_file_is_the_sum_of_what_is_told(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    chance = random.Random(path.name)
    broken = tmp_path / "broken"
    read = 0
    for _ in range(6):
        at = chance.randrange(len(whole) // 2, len(whole))
        broken.write_bytes(chance.choice([whole[:at], whole[:at] + b"}" + whole[at + 1 :], whole + whole[at:]]))
        try:
            done = import_source(str(broken), format=format_of(path), restart=True).summary
        except SourceError:  # what came before its end is stored, and counted
            done = ImportSummary.from_json(Build.objects.latest("id").progress.get("summary", {}))
        told = done.created + done.updated + done.unchanged + done.older + done.deleted + done.without_effect
        assert done.read == told + done.left_out + done.rejected
        read += done.read
    assert read

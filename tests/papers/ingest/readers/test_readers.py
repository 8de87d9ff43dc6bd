"""Where the bytes come from: files and pipes, plain and compressed, and everything that can be wrong with them."""

import gzip
import io
import lzma
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from papers.ingest.readers import FORMATS, SourceError, open_source
from papers.ingest.readers.documents.streams import raw_excerpt
from papers.ingest.records import PaperRecord, Rejection, SourceFields
from tests.papers.ingest.readers.test_arxiv_json import RECORD, line

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "zstandard": zstandard.ZstdCompressor().compress,
}


def noisy_lines(count: int) -> bytes:
    """Lines that don't compress to nothing, so that a file can be cut in the middle."""
    return b"".join(line(id=f"0705.{number:04}", abstract=os.urandom(600).hex()) for number in range(1, count + 1))


@pytest.mark.parametrize("packing", PACKERS)
def test_packing_is_told_by_the_content_and_not_by_the_name(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "records.txt"
    path.write_bytes(PACKERS[packing](line() * 3))
    with open_source(path) as source:
        assert (source.format, source.total_bytes) == ("arxiv-json", path.stat().st_size)
        assert list(source) == [(number, f"line {number}", RECORD) for number in (1, 2, 3)]
        assert source.bytes_read == source.total_bytes


def test_a_source_goes_on_where_an_earlier_loop_left_it(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(line() * 3)
    with open_source(path) as source:
        assert next(iter(source)) == (1, "line 1", RECORD)
        assert list(source) == [(2, "line 2", RECORD), (3, "line 3", RECORD)]


@pytest.mark.parametrize("packing", ["gzip", "xz", "zstandard"])
def test_packed_files_behind_one_another_are_one(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "records"
    path.write_bytes(PACKERS[packing](line()) + PACKERS[packing](line()))
    with open_source(path) as source:
        assert list(source) == [(1, "line 1", RECORD), (2, "line 2", RECORD)]


@pytest.mark.parametrize("packing", ["gzip", "xz", "zstandard"])
@pytest.mark.parametrize("what", ["bytes", "a damaged head"])
def test_what_stands_behind_a_packed_file_is_told(tmp_path: Path, packing: str, what: str) -> None:
    path = tmp_path / "records"
    packed = PACKERS[packing](line())
    path.write_bytes(packed + (b"anything else" if what == "bytes" else packed[:2] + b"\xff" + packed[3:]))
    with open_source(path) as source:
        items = iter(source)
        assert next(items) == (1, "line 1", RECORD)
        with pytest.raises(SourceError, match="the compressed file is cut short or damaged"):
            next(items)


def test_zeros_that_fill_up_an_xz_file_mean_nothing(tmp_path: Path) -> None:
    path = tmp_path / "records"
    path.write_bytes(lzma.compress(line()) + b"\0" * 4096 + lzma.compress(line()) + b"\0" * 8)
    with open_source(path) as source:
        assert [place for _, place, _ in source] == ["line 1", "line 2"]


@pytest.mark.parametrize("packing", PACKERS)
def test_a_pipe_that_gives_a_few_bytes_at_a_time(monkeypatch: pytest.MonkeyPatch, packing: str) -> None:
    content = PACKERS[packing](line() * 2)
    reading, writing = os.pipe()

    def trickle() -> None:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for start in range(0, len(content), 3):
                pipe.write(content[start : start + 3])

    writer = threading.Thread(target=trickle)
    writer.start()
    with os.fdopen(reading, "r") as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        with open_source("-") as source:
            assert (source.name, source.total_bytes) == ("standard input", None)
            assert list(source) == [(1, "line 1", RECORD), (2, "line 2", RECORD)]
            assert source.bytes_read == len(content)
        assert not pipe.closed
    writer.join()


@pytest.mark.parametrize("packing", ["gzip", "xz", "zstandard"])
@pytest.mark.parametrize("lines", [20, 800])
def test_a_packed_file_cut_short_gives_what_is_readable_and_then_says_so(
    tmp_path: Path, packing: str, lines: int
) -> None:
    path = tmp_path / "records"
    whole = PACKERS[packing](noisy_lines(lines))
    path.write_bytes(whole[: len(whole) * 9 // 10])
    found = []
    with pytest.raises(SourceError) as caught, open_source(path) as source:
        for located in source:
            found.append(located)
    assert [position for position, _, _ in found] == list(range(1, len(found) + 1))
    assert {type(record) for _, _, record in found} <= {PaperRecord}
    assert str(caught.value).startswith(f"{path}: the compressed file is cut short or damaged (")
    assert str(caught.value).endswith("What comes before the damage was read; get the file again and import it.")
    if packing != "zstandard" or lines > 20:  # zstandard gives out blocks of 128 kB or nothing
        assert lines * 0.5 < len(found) < lines * 0.95


@pytest.mark.parametrize("packing", ["gzip", "xz", "zstandard"])
def test_a_damaged_packed_file_is_told(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "records"
    whole = bytearray(PACKERS[packing](noisy_lines(800)))
    middle = len(whole) // 2
    whole[middle : middle + 2000] = bytes(2000)
    path.write_bytes(whole)
    with open_source(path) as source, pytest.raises(SourceError, match="the compressed file is cut short or damaged"):
        list(source)


def test_what_cant_be_opened_is_named_with_what_to_do(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    blank = tmp_path / "blank.gz"
    blank.write_bytes(gzip.compress(b" \n\n"))
    missing = tmp_path / "missing.json"
    cases = {
        missing: f"{missing} does not exist. Check the path (it is taken from {Path.cwd()}).",
        tmp_path: f"{tmp_path} is a directory. Name one of the files in it.",
        empty: f"{empty} is empty. Was it fetched completely?",
        blank: f"{blank} is empty. Was it fetched completely?",
    }
    for path, message in cases.items():
        with pytest.raises(SourceError) as caught:
            open_source(path)
        assert str(caught.value) == message


def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(line())
    path.chmod(0)
    monkeypatch.chdir(tmp_path)  # the folders above may be closed to others; the path is then taken from here
    tmp_path.chmod(0o755)
    if os.getuid() == 0:  # root may read everything, so somebody else asks
        os.seteuid(65534)
    try:
        with pytest.raises(SourceError, match="can't be opened: Permission denied"):
            open_source("a.json")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)


def test_a_file_that_fails_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(io.BytesIO):
        def read1(self, size: int = -1) -> bytes:
            if data := super().read1(size):
                return data
            raise OSError(5, "Input/output error")

    class Standard:
        buffer = Failing(line() * 2)

    monkeypatch.setattr(sys, "stdin", Standard)
    found = []
    with pytest.raises(SourceError) as caught:
        for located in open_source("-"):
            found.append(located)
    assert found == [(1, "line 1", RECORD), (2, "line 2", RECORD)]
    assert str(caught.value) == "standard input can't be read: Input/output error."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b' {"id": "0704.0001"}', "arxiv-json"),
        (b'ken line"}\n{"id": "0704.0001"}\n', "arxiv-json"),
        (b'<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">', "oai-pmh"),
        (b"<record><header/></record>", "oai-pmh"),
        (b'<oai:record xmlns:oai="http://www.openarchives.org/OAI/2.0/">', "oai-pmh"),
        (b'\xef\xbb\xbf<feed xmlns="http://www.w3.org/2005/Atom">', "atom"),
        (b"% our papers\n\n  @Article{a,", "bibtex"),
        (b"@comment(x)", "bibtex"),
    ],
)
def test_the_format_is_told_by_the_content(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with open_source(path) as source:
        assert source.format == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<!DOCTYPE html><html>", " is a web page, perhaps one that tells an error. Open it in a browser."),
        (
            b"id,title\n1,x\n",
            f" is in none of the formats known here ({', '.join(sorted(FORMATS))}). If it is in one of them all the"
            " same, name it with --format.",
        ),
    ],
)
def test_what_is_in_no_known_format_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        open_source(path)
    assert str(caught.value) == f"{path}{message}"


@pytest.mark.parametrize(
    "content",
    [b'{\n  "message": "Resource not found.",\n  "status": 404\n}', b'[\n {"title": "T", "year": 2020}\n]', b"[]"],
)
def test_other_json_is_refused_as_a_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is in none of the formats known here"):
        open_source(path)


def test_a_format_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(tmp_path, "marc")
    assert str(caught.value) == f"'marc' is not a format. Formats are {', '.join(sorted(FORMATS))}."


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a\0\xe9\n", "a\\x00\\xe9"),
        ("é\0\r\n", "é\\x00"),
        (b"x" * 70_000, "x" * 65_536 + " [cut here: the first 65,536 of 70,000]"),
    ],
)
def test_what_is_kept_of_a_reject(raw: bytes | str, expected: str) -> None:
    assert raw_excerpt(raw) == expected


ENTRY = (
    '<entry xmlns="http://www.w3.org/2005/Atom"><id>http://arxiv.org/abs/2001.0000{n}v1</id><title>Paper {n}</title>'
    "<updated>2020-01-01T00:00:00Z</updated><published>2020-01-01T00:00:00Z</published></entry>"
)
OAI_RECORD = (
    "<record><header><identifier>oai:example.org:{n}</identifier><datestamp>2020-01-01</datestamp></header><metadata>"
    '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"><title>Paper {n}</title></dc></metadata></record>'
)


@pytest.mark.parametrize(
    ("format", "one"),
    [
        ("arxiv-json", '{{"id": "2001.0000{n}", "title": "Paper {n}", "authors": "A. Byron"}}\n'),
        ("bibtex", "@article{{k{n}, title={{Paper {n}}}}}\n"),
        ("atom", ENTRY),
        ("oai-pmh", OAI_RECORD),
    ],
)
def test_an_error_that_no_reader_foresaw_rejects_the_record_it_comes_from(
    format: str, one: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "source"
    path.write_text("".join(one.format(n=number) for number in (1, 2, 3)))
    from_source = PaperRecord.from_source.__func__

    def failing(cls: type[PaperRecord], given: SourceFields) -> PaperRecord:
        if given.title == "Paper 2":
            raise ZeroDivisionError("no such thing")
        return from_source(cls, given)

    monkeypatch.setattr(PaperRecord, "from_source", classmethod(failing))
    with open_source(path, format) as source:
        found = [item for _, _, item in source]
    assert [type(item) for item in found] == [PaperRecord, Rejection, PaperRecord]
    assert found[1].reason.startswith("the record can't be read: ZeroDivisionError: no such thing")
    assert "Paper 2" in found[1].raw
    assert found[1].place

"""Atom as arXiv's API gives it: whole records, errors, foreign classes, several feeds in a file."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from papers.bylines import parse_byline
from papers.ingest.readers import SourceError, open_source
from papers.ingest.records import PaperRecord, Rejection
from papers.publications import Details
from papers.text.dates import PartialDate

ENTRY = """<entry>
<id>http://arxiv.org/abs/math.CA/0611800v2</id><published>2006-11-27T09:00:00Z</published>
<updated>2007-01-03T23:59:59-05:00</updated>
<title>Things and
  more things</title><summary>  In this paper
we do $x &lt; y$.
</summary>
<author><name>Ada Example</name><arxiv:affiliation>Dept. of Things, Town</arxiv:affiliation></author>
<author><name>Ben Sample</name></author>
<arxiv:comment>15 pages</arxiv:comment><arxiv:journal_ref>J. Things 1 (2008)</arxiv:journal_ref>
<arxiv:doi>10.1000/1.23</arxiv:doi><link title="doi" href="http://dx.doi.org/10.1000/1.23" rel="related"/>
<arxiv:primary_category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>
<category term="cs.CG" scheme="http://arxiv.org/schemas/atom"/>
<category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>
<category term="05C15" scheme="http://arxiv.org/schemas/atom"/>
<category term="F.2.2; I.2.7" scheme="http://arxiv.org/schemas/atom"/></entry>
"""
ERROR = """<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_12</id><title>Error</title>
<summary>incorrect id format for 12</summary><updated>2024-01-01T00:00:00Z</updated>
<author><name>arXiv api core</name></author></entry>
"""
BYLINE = parse_byline("Ada Example, Ben Sample")
RECORD = PaperRecord(
    identifier="math/0611800",
    arxiv_id="math/0611800",
    title="Things and more things",
    abstract="In this paper we do $x < y$.",
    abstract_is_cut=False,
    authors_text="Ada Example, Ben Sample",
    byline=replace(
        BYLINE, entries=(replace(BYLINE.entries[0], affiliations=("Dept. of Things, Town",)), BYLINE.entries[1])
    ),
    categories=("math.CO", "cs.CG"),
    posted=PartialDate(date(2006, 11, 27)),
    issued=None,
    updated=date(2007, 1, 4),
    versions=(),
    type="article",
    details=Details(),
    dois=("10.1000/1.23",),
    journal_ref="J. Things 1 (2008)",
    comments="15 pages",
    license="",
    report_no="",
    msc_class="",
    acm_class="",
    submitter="",
    source="arxiv-api",
    datestamp=date(2007, 1, 4),
)


def feed(*entries: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>'
        f"<updated>2024-01-01T00:00:00Z</updated>{''.join(entries)}</feed>\n"
    ).encode()


def read(path: Path, content: bytes) -> list[tuple[int, str, object]]:
    path.write_bytes(content)
    with open_source(path) as source:
        return list(source)


def test_entries_are_whole_records_and_feeds_may_stand_behind_one_another(tmp_path: Path) -> None:
    assert read(tmp_path / "a.xml", feed(ENTRY, ENTRY) + feed() + feed(ENTRY)) == [
        (1, "record 1", RECORD),
        (2, "record 2", RECORD),
        (3, "record 3", RECORD),
    ]


@pytest.mark.parametrize("printed", ["http://arxiv.org/abs/math/0611800", "https://arxiv.org/abs/math/0611800v11"])
def test_identifiers_come_with_and_without_version(tmp_path: Path, printed: str) -> None:
    entry = ENTRY.replace("http://arxiv.org/abs/math.CA/0611800v2", printed)
    assert read(tmp_path / "a.xml", feed(entry)) == [(1, "record 1", RECORD)]


def test_authors_in_one_element_are_told_apart(tmp_path: Path) -> None:
    entry = ENTRY.replace("<name>Ben Sample</name>", "<name>Ben Sample, Cy Third</name>")
    [(_, _, found)] = read(tmp_path / "a.xml", feed(entry))
    assert [one.name.name for one in found.byline.entries] == ["Ada Example", "Ben Sample", "Cy Third"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (ERROR, "entry: arXiv answered with an error: incorrect id format for 12"),
        (ENTRY.replace("math.CA/0611800v2", "12"), "id: "),
        ("<entry/>", "id: the record has no identifier"),
        (
            ENTRY.replace("In this", "In\x0cthis"),
            "malformed XML in line 22, column 35: not well-formed (invalid token)",
        ),
    ],
)
def test_what_is_no_paper_is_rejected_by_itself(tmp_path: Path, entry: str, reason: str) -> None:
    first, (position, place, rejection), last = read(tmp_path / "a.xml", feed(ENTRY, entry, ENTRY))
    assert (first, last) == ((1, "record 1", RECORD), (3, "record 3", RECORD))
    assert (position, place) == (2, "record 2")
    assert isinstance(rejection, Rejection)
    assert rejection.reason.startswith(reason)
    assert "entry" in rejection.raw


def test_going_on_behind_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(feed(ERROR, ENTRY))
    with open_source(path) as source:
        source.skip_to(1)
        assert list(source) == [(2, "record 2", RECORD)]
    with open_source(path) as source, pytest.raises(SourceError, match=r"ends with record 2, but .* record 3"):
        source.skip_to(3)
        list(source)

"""OAI-PMH: the three formats, responses behind one another, what is deleted, broken or meant to harm, and memory."""

import gc
import re
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from papers.bylines import Byline, Entry, name_from_parts, parse_byline
from papers.field_rules import MOST
from papers.ingest.checks import InvalidRecord
from papers.ingest.readers import SourceError, open_source
from papers.ingest.readers.oai_pmh.dublin_core import slug_of_name
from papers.ingest.readers.oai_pmh.responses import OaiPage, read_response
from papers.ingest.records import Deletion, PaperRecord, Rejection, Version, iso_of
from papers.publications import Details, Url
from papers.text.dates import PartialDate, iso

HEADER = """<header><identifier>oai:arXiv.org:{id}</identifier><datestamp>2014-12-15</datestamp>
<setSpec>cs:cs:LG</setSpec><setSpec>stat:stat:ML</setSpec></header>"""
ARXIV = """<record>{header}<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://arxiv.org/OAI/arXiv/ http://arxiv.org/OAI/arXiv.xsd">
<id>{id}</id><created>2008-06-25</created><updated>2014-12-12</updated><authors>
<author><keyname>Example</keyname><forenames>Ada</forenames><ORCID>0000-0002-1825-0097</ORCID></author>
<author><keyname>Sample</keyname><forenames>Ben A.</forenames><suffix>Jr</suffix>
<affiliation>Dept. of Things,
  Town</affiliation></author></authors>
<title>Things &amp; more
  things</title><categories>cs.LG math.MP</categories><comments>15 pages</comments>
<msc-class>15A66</msc-class><acm-class>15A66</acm-class><report-no>EX-1</report-no>
<journal-ref>J. Things 1:466-477,2010</journal-ref><doi>10.1000/1.23</doi>
<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
<abstract>  In this paper
we do $x &lt; y$.
</abstract></arXiv></metadata></record>
"""
RAW = """<record>{header}<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
<id>{id}</id><submitter>Ada Example</submitter>
<version version="v1"><date>Wed, 25 Jun 2008 15:29:38 GMT</date><size>14kb</size><source_type>D</source_type></version>
<version version="v2"><date>Fri, 12 Dec 2014 13:15:28 GMT</date><size>15kb</size></version>
<title>Things &amp; more things</title><authors>Ada Example, Ben A. Sample Jr</authors>
<categories>cs.LG math.MP</categories><msc-class>15A66</msc-class><acm-class>F.2.2</acm-class>
<abstract>In this paper we do $x &lt; y$.</abstract></arXivRaw></metadata></record>
"""
DUBLIN_CORE = """<record>{header}<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Things &amp; more things</dc:title><dc:creator>Example, Ada</dc:creator>
<dc:creator>Sample Jr, Ben A.</dc:creator><dc:subject>Computer Science - Machine Learning</dc:subject>
<dc:subject>Mathematical Physics</dc:subject><dc:subject>15A66</dc:subject><dc:subject>F.2.2</dc:subject>
<dc:description>In this paper we do $x &lt; y$.</dc:description><dc:description>Comment: 15 pages</dc:description>
<dc:date>2008-06-25</dc:date><dc:date>2014-12-12</dc:date><dc:type>text</dc:type>
<dc:identifier>http://arxiv.org/abs/{id}</dc:identifier><dc:identifier>J. Things 1:466-477,2010</dc:identifier>
<dc:identifier>doi:10.1000/1.23</dc:identifier></oai_dc:dc></metadata></record>
"""
DELETED = """<record><header status="deleted"><identifier>oai:arXiv.org:{id}</identifier>
<datestamp>2014-12-16</datestamp></header></record>
"""

PLAIN_BYLINE = parse_byline("Ada Example, Ben A. Sample Jr")
FROM_ARXIV = PaperRecord(
    identifier="0806.4129",
    arxiv_id="0806.4129",
    title="Things & more things",
    abstract="In this paper we do $x < y$.",
    abstract_is_cut=False,
    authors_text="Ada Example, Ben A. Sample Jr",
    byline=replace(
        PLAIN_BYLINE,
        entries=(
            replace(PLAIN_BYLINE.entries[0], orcid="0000-0002-1825-0097"),
            replace(PLAIN_BYLINE.entries[1], affiliations=("Dept. of Things, Town",)),
        ),
    ),
    categories=("cs.LG", "math.MP"),
    posted=PartialDate(date(2008, 6, 25)),
    issued=None,
    updated=date(2014, 12, 12),
    versions=(),
    type="article",
    details=Details(),
    dois=("10.1000/1.23",),
    journal_ref="J. Things 1:466-477,2010",
    comments="15 pages",
    license="https://arxiv.org/licenses/nonexclusive-distrib/1.0/",
    report_no="EX-1",
    msc_class="15A66",
    acm_class="",
    submitter="",
    source="arxiv-oai",
    datestamp=date(2014, 12, 15),
)
FROM_RAW = replace(
    FROM_ARXIV,
    byline=PLAIN_BYLINE,
    versions=(
        Version("v1", datetime(2008, 6, 25, 15, 29, 38, tzinfo=UTC), "14kb", "D"),
        Version("v2", datetime(2014, 12, 12, 13, 15, 28, tzinfo=UTC), "15kb"),
    ),
    type="article",
    details=Details(),
    dois=(),
    journal_ref="",
    comments="",
    license="",
    report_no="",
    acm_class="F.2.2",
    submitter="Ada Example",
)
FROM_DUBLIN_CORE = replace(
    FROM_ARXIV,
    byline=Byline(
        "Ada Example, Ben A. Sample Jr",
        (Entry(name_from_parts("Ada", "Example")), Entry(name_from_parts("Ben A.", "Sample", "Jr"))),
    ),
    categories=("cs.LG", "math-ph"),
    license="",
    report_no="",
    acm_class="F.2.2",
)


def record(form: str, identifier: str = "0806.4129") -> str:
    return form.format(header=HEADER.format(id=identifier), id=identifier)


def response(*records: str, after: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2025-01-02T03:04:05Z</responseDate><request verb='ListRecords'>https://example.org/oai</request>"
        f"<ListRecords>{''.join(records)}{after}</ListRecords></OAI-PMH>\n"
    ).encode()


def read(path: Path, content: bytes) -> list[tuple[int, str, object]]:
    path.write_bytes(content)
    with open_source(path) as source:
        return list(source)


@pytest.mark.parametrize(
    ("form", "expected"),
    [(ARXIV, FROM_ARXIV), (RAW, FROM_RAW), (DUBLIN_CORE, FROM_DUBLIN_CORE)],
    ids=["arXiv", "arXivRaw", "oai_dc"],
)
def test_each_format_gives_a_whole_record(form: str, expected: PaperRecord) -> None:
    assert read_response(response(record(form))) == OaiPage(
        items=[expected],
        resumption_token="",
        errors=[],
        response_date=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        last_datestamp=date(2014, 12, 15),
    )


def test_a_page_with_deletions_and_a_token() -> None:
    token = "<resumptionToken expires='2025-01-03'>\n xyz|2 </resumptionToken>"
    page = read_response(
        response(record(ARXIV), DELETED.format(id="math.CA/0611800"), DELETED.format(id="0806.9999"), after=token)
    )
    assert page == OaiPage(
        items=[
            FROM_ARXIV,
            Deletion("math/0611800", date(2014, 12, 16)),
            Deletion("0806.9999", date(2014, 12, 16)),
        ],
        resumption_token="xyz|2",
        errors=[],
        response_date=datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),
        last_datestamp=date(2014, 12, 16),
    )


@pytest.mark.parametrize("last", ["", "<resumptionToken/>", "<resumptionToken> </resumptionToken>"])
def test_the_last_page_has_no_token_or_an_empty_one(last: str) -> None:
    assert read_response(response(record(ARXIV), after=last)).resumption_token == ""


def test_errors_of_the_protocol_come_as_codes() -> None:
    content = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2025-01-02</responseDate>
    <error code="badResumptionToken">The token
    is old</error><error code="noRecordsMatch"/></OAI-PMH>"""
    assert read_response(content) == OaiPage(
        items=[],
        resumption_token="",
        errors=[("badResumptionToken", "The token is old"), ("noRecordsMatch", "")],
        response_date=datetime(2025, 1, 2, tzinfo=UTC),
        last_datestamp=None,
    )


def test_an_error_response_in_a_file_is_a_rejection(tmp_path: Path) -> None:
    content = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badVerb">No such verb</error></OAI-PMH>'
    )
    [(_, _, rejection)] = read(tmp_path / "a.xml", content)
    assert (rejection.place, rejection.reason) == ("record 1", "the repository answered badVerb: No such verb")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1, column 1: no element found"),
        (b"<OAI-PMH>\n<ListRecords>\n</OAI-PMH>", "line 3, column 3: mismatched tag"),
        (response(record(ARXIV))[:900], "line 10, column 21: unclosed token"),
        (b"Service unavailable", "line 1, column 1: syntax error"),
        (b"<OAI-PMH>\n\xff</OAI-PMH>", "line 2, column 1: not well-formed (invalid token)"),
        (
            response(record(ARXIV)).partition(b"<comments>")[0] + response(),
            "the XML document breaks off before its end, and another one begins in line 12",
        ),
        (
            b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///somewhere">]><OAI-PMH>&b;</OAI-PMH>',
            "line 1: a document type declaration, which is not read because it may define entities",
        ),
    ],
)
def test_a_malformed_response_says_where(content: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_response(content)
    assert str(caught.value) == f"The server's response is not the XML it should be: {message}."


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (record(ARXIV).replace("<title>Things &amp; more\n  things</title>", ""), "title: the record has no title"),
        (record(ARXIV, "0806.0000"), "id: '0806.0000': numbers begin with 1"),
        ("<record><metadata/></record>", "header: the record has none"),
        (
            f"<record>{HEADER.format(id='0806.4129')}</record>",
            "metadata: the record has none, and is not marked as deleted",
        ),
        (
            f"<record>{HEADER.format(id='1')}<metadata><marc xmlns='urn:marc'/></metadata></record>",
            "metadata: {urn:marc}marc is not one of the formats arXiv, arXivRaw and oai_dc",
        ),
        (DELETED.format(id="x"), "identifier: 'x': "),
    ],
)
def test_a_record_that_is_none_is_rejected_by_itself(bad: str, reason: str) -> None:
    first, rejection, last = read_response(response(record(ARXIV), bad, record(RAW))).items
    assert (first, last) == (FROM_ARXIV, FROM_RAW)
    assert isinstance(rejection, Rejection)
    assert rejection.place == "record 2"
    assert rejection.reason.startswith(reason)
    assert "record" in rejection.raw


@pytest.mark.parametrize(
    "content",
    [
        response(record(ARXIV), record(RAW)),
        response(record(ARXIV)) + response(record(RAW)),
        response(record(ARXIV)).split(b"?>\n")[1] + response(record(RAW)).split(b"?>\n")[1],
        (record(ARXIV) + record(RAW)).encode(),
        response(record(ARXIV)) + record(RAW).encode(),
    ],
    ids=["one response", "two responses", "without declarations", "bare records", "mixed"],
)
def test_a_file_may_hold_responses_or_records_behind_one_another(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path / "a.xml", content) == [(1, "record 1", FROM_ARXIV), (2, "record 2", FROM_RAW)]


def test_documents_that_meet_at_any_place_in_a_piece_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = response(record(RAW)) + response(record(ARXIV)) + record(RAW).encode()
    for step in range(1, 90):
        monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.STEP", step)
        assert [found for _, _, found in read(tmp_path / "a.xml", content)] == [FROM_RAW, FROM_ARXIV, FROM_RAW]


@pytest.mark.parametrize("step", [1, 7, 64, 65536])
@pytest.mark.parametrize(
    ("fault", "lines_on", "message"),
    [
        (b"\xff", 0, "column 1: not well-formed (invalid token)"),
        (b"\x0c", 0, "column 1: not well-formed (invalid token)"),
        (b"&nbsp;", 0, "column 1: undefined entity"),
        (b"<b>", 1, "column 3: mismatched tag"),
    ],
)
def test_a_malformed_record_in_a_file_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, fault: bytes, lines_on: int, message: str
) -> None:
    monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.STEP", step)
    bad = record(ARXIV).encode().replace(b"we do", fault + b"we do")
    content = response(record(RAW), "@", record(RAW), "@", record(ARXIV)).replace(b"@", bad) + response(record(RAW))
    found = read(tmp_path / "a.xml", content)
    assert [located[:2] for located in found] == [(number, f"record {number}") for number in range(1, 7)]
    records = [one for _, _, one in found]
    assert [records[at] for at in (0, 2, 4, 5)] == [FROM_RAW, FROM_RAW, FROM_ARXIV, FROM_RAW]
    faults = [content.index(fault + b"we do"), content.rindex(fault + b"we do")]
    lines = [content.count(b"\n", 0, at) + 1 + lines_on for at in faults]
    assert [records[at].reason for at in (1, 3)] == [f"malformed XML in line {line}, {message}" for line in lines]
    assert records[1].raw.startswith("<record><header><identifier>oai:arXiv.org:0806.4129</identifier>")


def test_a_response_that_was_cut_off_anywhere_before_the_next_is_a_rejection(tmp_path: Path) -> None:
    whole = response(record(RAW), record(ARXIV))
    for cut in range(whole.rindex(b"<record>") + 8, whole.rindex(b"</record>"), 11):
        first, (position, place, rejection), last = read(tmp_path / "a.xml", whole[:cut] + response(record(ARXIV)))
        assert (first, last) == ((1, "record 1", FROM_RAW), (3, "record 3", FROM_ARXIV))
        assert (position, place) == (2, "record 2")
        assert isinstance(rejection, Rejection)


def test_a_prefix_that_nothing_binds_rejects_each_record_that_has_it(tmp_path: Path) -> None:
    found = read(tmp_path / "a.xml", response(record(RAW), "<record><x:y/></record>" * 2, record(ARXIV)))
    assert [type(one) for _, _, one in found] == [PaperRecord, Rejection, Rejection, PaperRecord]
    assert found[1][2].reason.endswith("unbound prefix")


def test_a_file_cut_short_gives_its_records_and_then_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(response(record(RAW), record(ARXIV), record(RAW))[:-300])
    found = []
    with open_source(path) as source, pytest.raises(SourceError) as caught:
        for located in source:
            found.append(located)
    assert found == [(1, "record 1", FROM_RAW), (2, "record 2", FROM_ARXIV)]
    assert str(caught.value) == (
        f"{path}: the XML is at fault in line 31, column 82: unclosed token. What comes before was read; mend or fetch "
        "it again."
    )


def test_an_entity_bomb_is_refused_when_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]><record>&e9;</record>')
    with open_source(path) as source, pytest.raises(SourceError, match="line 1: a document type declaration"):
        list(source)


LARGE = {
    "names": record(ARXIV).replace("<authors>", "<authors>" + "".join(f"<n{n}/>" for n in range(150))),
    "a tag": record(ARXIV).replace("<authors>", f'<authors a="{"x" * 20_000}">'),
    "characters": record(ARXIV).replace("we do", "we do\n" * 5_000),
    "elements": record(ARXIV).replace("<authors>", "<authors>" + "<author/>" * 300),
    "attributes": record(ARXIV).replace("<authors>", "<authors " + " ".join(f'a{n}=""' for n in range(300)) + ">"),
}


@pytest.mark.parametrize("what", LARGE)
@pytest.mark.parametrize("step", [100, 65536])
def test_a_record_beyond_the_limits_is_rejected_and_those_around_it_read(
    what: str, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.STEP", step)
    monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.BIGGEST_ELEMENT", 10_000)
    monkeypatch.setitem(MOST, "elements", 200)
    monkeypatch.setitem(MOST, "attributes", 200)
    if what == "a tag":
        monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.LONGEST_TAG", 5_000)
    if what == "names":
        monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.MOST_NAMES", 100)
    first, (_, place, rejection), last = read(
        tmp_path / "a.xml", response(record(RAW), LARGE[what], record(RAW).replace("0705.0101", "0705.0102"))
    )
    assert (first[2], place, isinstance(last[2], PaperRecord)) == (FROM_RAW, "record 2", True)
    assert isinstance(rejection, Rejection)
    reasons = {
        "names": "more than 100 different names of elements, attributes and namespaces",
        "a tag": "a tag longer than 5,000 bytes",
    }
    if what in reasons and rejection.reason.startswith("malformed"):
        assert re.fullmatch(rf"malformed XML in line [\d,]+: {reasons[what]}", rejection.reason)
    else:  # a tag that came in one piece
        named = "characters" if what == "a tag" else what
        assert re.fullmatch(rf"record: has more than [\d,]+ {named}, in line [\d,]+", rejection.reason)
        assert "oai:arXiv.org:0806.4129" in rejection.raw or what == "a tag"


@pytest.mark.parametrize("step", [100, 65536])
def test_elements_within_one_another_without_end_cost_one_record(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.STEP", step)
    deep = record(ARXIV).replace("<authors>", "<authors>" + "<a>" * 5_000)
    closed = record(ARXIV).replace("<authors>", "<authors>" + "<a>" * 1_000 + "</a>" * 1_000)
    found = read(tmp_path / "a.xml", response(record(RAW), deep, closed, record(ARXIV)))
    assert [type(one) for _, _, one in found] == [PaperRecord, Rejection, Rejection, PaperRecord]
    assert re.search(r"line [\d,]+: more than 100 elements within one another", found[1][2].reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<a>" * 101 + "<record/>", r"line 1: more than 100 elements within one another"),
        ("<a><!-- " + "x" * 1_200_000 + "--><record/></a>", r"line 1: a tag longer than 1,048,576 bytes"),
        (
            "<a>" + "".join(f"<n{n}/>" for n in range(10_001)) + "<record/></a>",
            r"line 1: more than 10,000 different names",
        ),
    ],
)
def test_a_document_that_no_memory_holds_is_refused(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(content)
    with open_source(path, "oai-pmh") as source, pytest.raises(SourceError, match=reason):
        list(source)


def test_going_on_behind_a_record(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(response(record(RAW), "<record/>", record(ARXIV)))
    with open_source(path) as source:
        source.skip_to(2)
        assert list(source) == [(3, "record 3", FROM_ARXIV)]
    with open_source(path) as source, pytest.raises(SourceError, match=r"ends with record 3, but .* record 4"):
        source.skip_to(4)
        list(source)


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("<author><keyname>Plato</keyname></author>", parse_byline("Plato")),
        ("<author><keyname>ABCD Collaboration</keyname></author>", parse_byline("ABCD Collaboration")),
        (
            "<author><keyname>Example</keyname><forenames>Ada</forenames>"
            "<affiliation>the ABCD Collaboration</affiliation></author>",
            replace(parse_byline("Ada Example"), collaborations=("ABCD Collaboration",)),
        ),
        (
            "<author><keyname>Bloggs,</keyname><forenames>Fred</forenames><suffix>Jr</suffix></author>"
            "<author><keyname>Serre</keyname><forenames>J. -P.</forenames></author>"
            "<author><keyname>Garcia Marquez</keyname><forenames>Gabriel</forenames></author>"
            "<author><keyname>al.</keyname><forenames>J. Example et</forenames></author>"
            "<author><keyname>Collaboration</keyname><forenames>for the ABCD</forenames></author>",
            Byline(
                "Fred Bloggs Jr, J. -P. Serre, Gabriel Garcia Marquez, J. Example et al., for the ABCD Collaboration",
                (
                    Entry(name_from_parts("Fred", "Bloggs", "Jr")),
                    Entry(name_from_parts("J.-P.", "Serre")),
                    Entry(name_from_parts("Gabriel", "Garcia Marquez")),
                    Entry(name_from_parts("J.", "Example")),
                ),
                ("ABCD Collaboration",),
                is_complete=False,
            ),
        ),
        (
            "<author><keyname>IEEE</keyname></author><author><keyname>Plato</keyname></author>",
            Byline("IEEE, Plato", (Entry(name_from_parts("", "Plato")),), problems=("junk: IEEE",)),
        ),
        ("", Byline("", ())),
    ],
)
def test_authors_in_parts(authors: str, expected: Byline) -> None:
    start, _, rest = record(ARXIV).partition("<authors>")
    content = f"{start}<authors>{authors}</authors>{rest.partition('</authors>')[2]}"
    [found] = read_response(response(content)).items
    assert found.byline == expected


GENERIC = """<record><header><identifier>{id}</identifier><datestamp>2020-01-02T03:04:05Z</datestamp></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>A thesis</dc:title><dc:creator>Example, Ada</dc:creator><dc:subject>fungi</dc:subject>{more}
<dc:identifier>https://example.org/42</dc:identifier>
<dc:identifier>https://doi.org/10.1000/42</dc:identifier>
<dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights></oai_dc:dc></metadata></record>"""


def elements(**given: list[str]) -> str:
    return "".join(f"<dc:{name}>{text}</dc:{name}>" for name, texts in given.items() for text in texts)


def generic(**given: list[str]) -> PaperRecord:
    """The record of a repository that says this, too."""
    [found] = read_response(response(GENERIC.format(id="oai:example.org:42", more=elements(**given)))).items
    assert isinstance(found, PaperRecord), found
    return found


def test_a_record_of_another_repository() -> None:
    found = generic(
        date=["2019", "2019-05-06"],
        type=["Text", "info:eu-repo/semantics/doctoralThesis"],
        publisher=["University of Towns"],
        language=["en", "de"],
        subject=["mushrooms; ", "ddc:580", "Mathematics - Combinatorics"],
        identifier=["urn:isbn:978-3-16-148410-0", "https://example.org/42/thesis.pdf"],
    )
    assert found == PaperRecord(
        identifier="example-org-42",
        arxiv_id=None,
        title="A thesis",
        abstract="",
        abstract_is_cut=False,
        authors_text="Ada Example",
        byline=Byline("Ada Example", (Entry(name_from_parts("Ada", "Example")),)),
        categories=("math.CO",),
        posted=PartialDate(date(2019, 5, 6)),
        issued=PartialDate.of(2019),
        updated=date(2019, 5, 6),
        versions=(),
        type="thesis",
        details=Details(
            source_type="doctoralThesis",
            publisher="University of Towns",
            language="en",
            keywords=("fungi", "mushrooms"),
            isbn="978-3-16-148410-0",
            urls=(Url("https://example.org/42/thesis.pdf", "pdf"), Url("https://example.org/42", "landing")),
        ),
        dois=("10.1000/42",),
        journal_ref="",
        comments="",
        license="https://creativecommons.org/licenses/by/4.0/",
        report_no="",
        msc_class="",
        acm_class="",
        submitter="",
        source="oai-pmh",
        datestamp=date(2020, 1, 2),
    )
    assert (found.giver, found.base_url, found.warnings) == ("example-org-42", "https://example.org/oai", ())


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2019"], ("", "", "2019")),
        (["2019-05"], ("", "", "2019-05")),
        (["2019-05-03"], ("2019-05-03", "2019-05-03", "")),
        (["2019-05-03", "2021-01-02", "2020-01-02"], ("2019-05-03", "2021-01-02", "")),
        # What DSpace says of an old report: put there, to be had, published.
        (["2023-05-01T12:00:00Z", "2023-05-02T12:00:00Z", "1998"], ("2023-05-01", "2023-05-02", "1998")),
        (["2023-05-01T12:00:00Z", "2023-05-01T12:00:00Z", "1998-06-03"], ("2023-05-01", "2023-05-01", "1998-06-03")),
        (["1998", "1998-06"], ("", "", "1998-06")),
        (["Published in 1983"], ("", "", "1983")),
        (["in press"], ("", "", "")),
        (["info:eu-repo/date/embargoEnd/2099-01-01", "2019"], ("", "", "2019")),
    ],
)
def test_what_the_dates_of_a_repository_are(dates: list[str], expected: tuple[str, str, str]) -> None:
    found = generic(date=dates)
    assert (iso_of(found.posted), iso(found.updated), iso_of(found.issued)) == expected
    assert found.warnings == ()


NEXT_YEAR = datetime.now(UTC).year + 1


@pytest.mark.parametrize(
    ("wrong", "warning"),
    [
        ("9999-01-01", "date: 9999 is not between 1665 and"),
        ("0000-00-00", "date: '0000-00-00' is not a date of the calendar, and was left out"),
        ("2019-02-30", "date: '2019-02-30' is not a date of the calendar, and was left out"),
        (f"{NEXT_YEAR}-12-31", f"date: {NEXT_YEAR}-12-31 is still to come, and was left out"),
    ],
)
def test_a_date_that_cant_be_is_left_out_and_the_record_kept(wrong: str, warning: str) -> None:
    for dates in (["2019-05-03", "2020-01-02", wrong], [wrong, "2020-01-02", "2019-05-03"]):
        found = generic(date=dates)
        assert (iso_of(found.posted), iso(found.updated), found.issued) == ("2019-05-03", "2020-01-02", None)
        assert len(found.warnings) == 1
        assert found.warnings[0].startswith(warning)


@pytest.mark.parametrize(
    ("printed", "source_type", "type"),
    [
        (["Text"], "", ""),
        (["Text", "Article", "PeerReviewed"], "Article", "article-journal"),
        (
            ["info:eu-repo/semantics/draft", "info:eu-repo/semantics/conferenceObject"],
            "conferenceObject",
            "paper-conference",
        ),
        (["http://purl.org/coar/resource_type/c_db06"], "doctoral thesis", "thesis"),
        (["Conference Paper"], "Conference Paper", "paper-conference"),
        (["publication-preprint"], "preprint", "article"),
        (["Image"], "", ""),
    ],
)
def test_what_a_repository_calls_a_paper(printed: list[str], source_type: str, type: str) -> None:
    found = generic(type=printed)
    assert (found.details.source_type, found.type) == (source_type, type)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Journal of Things; Vol. 3 No. 2 (1998): On Stones; 1-10", ("Journal of Things", "3", "2", "1-10")),
        ("Zeitschrift für Dinge; Bd. 3 Nr. 2/3 (1998)", ("Zeitschrift für Dinge", "3", "2/3", "")),
        ("J. Things 12 (1999) 1-10", ("J. Things", "12", "", "1-10")),
        ("Doe, J. (1998) Things of a kind. Journal of Things, 3, and more", ("", "", "", "")),
        ("https://example.org/42", ("", "", "", "")),
    ],
)
def test_a_source_is_a_journal_where_all_of_it_is_understood(source: str, expected: tuple[str, str, str, str]) -> None:
    details = generic(source=[source, "1234-567x"]).details
    assert (details.container, details.volume, details.issue, details.pages) == expected
    assert details.issn == "1234-567X"


def test_a_server_that_names_itself_is_no_publisher() -> None:
    assert generic(publisher=["HAL CCSD", "Books and Sons"]).details.publisher == "Books and Sons"
    assert generic(publisher=["arXiv"]).details.publisher == ""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("https://example.org/oai", "https://example.org/oai"),
        (" https://example.org/oai?verb=ListRecords ", "https://example.org/oai"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_address_of_the_repository_is_what_its_answer_says(answer: str, expected: str, tmp_path: Path) -> None:
    content = response(GENERIC.format(id="oai:example.org:42", more="")).replace(
        b">https://example.org/oai<", f">{answer}<".encode()
    )
    [(position, _, from_file)] = read(tmp_path / "a.xml", content)
    assert (position, from_file.base_url) == (1, expected)
    [asked] = read_response(content, "https://example.org/asked").items
    assert asked.base_url == (expected or "https://example.org/asked")
    [(_, _, of_arxiv)] = read(tmp_path / "b.xml", response(record(DUBLIN_CORE)))
    assert of_arxiv.base_url == ""


def test_each_answer_in_a_file_has_its_own_address(tmp_path: Path) -> None:
    one = response(GENERIC.format(id="oai:example.org:1", more=""))
    two = response(GENERIC.format(id="oai:example.org:2", more="")).replace(b"example.org/oai<", b"example.net/oai<")
    (tmp_path / "a.xml").write_bytes(one + two)
    with open_source(tmp_path / "a.xml") as source:
        assert [found.base_url for _, _, found in source] == ["https://example.org/oai", "https://example.net/oai"]
    with open_source(tmp_path / "a.xml") as source:
        source.skip_to(1)
        assert [found.base_url for _, _, found in source] == ["https://example.net/oai"]


@pytest.mark.parametrize(
    ("printed", "orcid", "warnings"),
    [
        ("<ORCID>https://orcid.org/0000-0002-1825-0097</ORCID>", "0000-0002-1825-0097", 0),
        ("<orcid>0000000218250097</orcid>", "0000-0002-1825-0097", 0),
        ("<ORCID>0000-0002-1825-0098</ORCID>", "", 1),
        ("<ORCID/>", "", 0),
    ],
)
def test_an_orcid_stands_with_its_person(printed: str, orcid: str, warnings: int) -> None:
    content = record(ARXIV).replace("<ORCID>0000-0002-1825-0097</ORCID>", printed)
    [found] = read_response(response(content)).items
    assert [entry.orcid for entry in found.byline.entries] == [orcid, ""]
    assert len(found.warnings) == warnings
    rows = found.byline.as_json()
    assert [row.get("orcid", "none") for row in rows] == [orcid or "none", "none"]
    assert Byline.from_json(found.byline.text, rows, (), True, ()) == found.byline


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("oai:example.org:42", "example-org-42"),
        ("oai:example.org:a/1", "example-org-a-1-6f6ecc37"),
        ("oai:example.org:a-1", "example-org-a-1-b1acbecc"),
        ("oai:Example.org:42", "example-org-42-29233108"),
    ],
)
def test_slugs_keep_identifiers_apart(name: str, expected: str) -> None:
    assert slug_of_name(name) == expected


def test_a_slug_needs_letters() -> None:
    with pytest.raises(InvalidRecord, match="'oai:::' is not an OAI identifier"):
        slug_of_name("oai:::")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak_of(count: int) -> int:
        path = tmp_path / f"{count}.xml"
        page = response(*[record(RAW)] * 500)
        path.write_bytes(page * (count // 500))
        gc.collect()
        tracemalloc.start()
        with open_source(path) as source:
            assert sum(isinstance(found, PaperRecord) for _, _, found in source) == count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    peak_of(500)  # what is made once is made now
    assert peak_of(4_000) < 1.2 * peak_of(500)


@pytest.mark.parametrize("step", [1, 2, 7, 100, 65536])
def test_xml_declarations_and_blank_lines_where_none_may_be_are_nothing_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr("papers.ingest.readers.documents.xml_stream.STEP", step)
    declaration = '<?xml version="1.0"?>'
    titled = record(ARXIV).replace("<title>Things &amp; more", "<title><![CDATA[On <?xml version='1.0'?><b>]]>")
    content = response(
        record(RAW), declaration, record(RAW), record(ARXIV).replace("<metadata>", f"<metadata>{declaration} "), titled
    )
    found = [one for _, _, one in read(tmp_path / "a.xml", b"\xef\xbb\xbf\r\n \n" + content + b"\n" + content)]
    assert [found[0], found[1], found[2]] == [found[4], found[5], found[6]] == [FROM_RAW, FROM_RAW, FROM_ARXIV]
    assert [found[3].title, found[7].title] == ["On <?xml version='1.0'?><b> things"] * 2
    assert len(found) == 8


def test_a_fault_before_the_first_record_costs_none_in_a_file(tmp_path: Path) -> None:
    content = response(record(RAW), record(ARXIV)).replace(b"org/oai<", b"org/oai?a&b<")
    first, *records = [one for _, _, one in read(tmp_path / "a.xml", content)]
    assert records == [FROM_RAW, FROM_ARXIV]
    assert first.reason == "malformed XML in line 2, column 159: not well-formed (invalid token)"


def test_a_rejected_record_may_be_nested_as_deep_as_it_likes(tmp_path: Path) -> None:
    deep = f"<record><metadata>{'<a>' * 3000}text{'</a>' * 3000}</metadata></record>"
    rejection, good = [one for _, _, one in read(tmp_path / "a.xml", response(deep, record(RAW)))]
    assert good == FROM_RAW
    assert isinstance(rejection, Rejection)


@pytest.mark.parametrize(
    "content",
    [
        b"<?xml version='1.0' encoding='nonsense'?><record></record>",
        b"<?xml version='1.0' encoding='utf-7'?><record></record>",
    ],
)
def test_an_encoding_that_nobody_knows_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xml").write_bytes(content)
    with open_source(tmp_path / "a.xml") as source, pytest.raises(SourceError, match="the XML is at fault in line 1: "):
        list(source)

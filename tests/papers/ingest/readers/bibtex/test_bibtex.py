"""BibTeX: a lab's own list, with and without arXiv ids, by BibTeX's rules for names, strings and broken entries."""

from dataclasses import replace
from pathlib import Path

import pytest

from papers.bylines import Byline, Entry, name_from_parts
from papers.bylines.names import Name
from papers.ingest.checks import InvalidRecord
from papers.ingest.readers import SourceError, bibtex, open_source
from papers.ingest.readers.bibtex import encodings, file
from papers.ingest.readers.bibtex.braces import without_outer_braces
from papers.ingest.readers.bibtex.details import KINDS
from papers.ingest.records import PaperRecord, PassedOver, Rejection, iso_of
from papers.publications import Details, Url
from papers.text.dates import PartialDate

LIST = r"""Text outside of entries is a comment, smith@example.org too.
@string{jt = "Journal of Things"}
@comment{@article{not_me, title = {Nothing}}}
@preamble{"\newcommand{\noop}[1]{}"}

@article{example2019,
  author    = {Example, Ada and van der Sample, Jr, Ben A. and {ABCD Collaboration} and others},
  title     = {{The {Things} of $\mathbb{Z}_{n}$ and {\'E}t{\'e}}},
  journal   = jt # " B",
  volume = 12, number = {3}, pages = {1--10}, year = 2019, month = mar,
  doi       = {https://doi.org/10.1000/1_2}, publisher = {Example Press},
  note      = {Best paper},
  abstract  = {We do
               things.},
}

@misc{preprint,
  author = "Ada Example",
  title = "More {Things}", eprint = {math.CA/0611800v2}, archivePrefix = "arXiv", primaryClass = {math.CO},
  journal = {arXiv preprint arXiv:math/0611800}, date = {2006-11-27}
}
"""
FIRST = PaperRecord(
    identifier="example-2019-the-things-of-z-n-and-840ed5",
    arxiv_id=None,
    title="The Things of $\\mathbb{Z}_{n}$ and Été",
    abstract="We do things.",
    abstract_is_cut=False,
    authors_text="Ada Example, Ben A. van der Sample Jr, ABCD Collaboration et al.",
    byline=Byline(
        "Ada Example, Ben A. van der Sample Jr, ABCD Collaboration et al.",
        (Entry(name_from_parts("Ada", "Example")), Entry(name_from_parts("Ben A.", "van der Sample", "Jr"))),
        ("ABCD Collaboration",),
        is_complete=False,
    ),
    categories=(),
    posted=None,
    issued=PartialDate.of(2019, 3),
    updated=None,
    versions=(),
    type="article-journal",
    details=Details(
        source_type="article",
        container="Journal of Things B",
        volume="12",
        issue="3",
        pages="1-10",
        publisher="Example Press",
    ),
    dois=("10.1000/1_2",),
    journal_ref="",
    comments="Best paper",
    license="",
    report_no="",
    msc_class="",
    acm_class="",
    submitter="",
    source="bibtex",
    datestamp=None,
)
SECOND = replace(
    FIRST,
    identifier="math/0611800",
    arxiv_id="math/0611800",
    title="More Things",
    abstract="",
    authors_text="Ada Example",
    byline=Byline("Ada Example", (Entry(name_from_parts("Ada", "Example")),)),
    categories=("math.CO",),
    issued=PartialDate.of(2006, 11, 27),
    type="article",
    details=Details(source_type="misc"),
    dois=(),
    comments="",
)


def read(path: Path, content: str | bytes) -> list[tuple[int, str, object]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_source(path) as source:
        return list(source)


def fields(**changes: str) -> dict[str, str]:
    return {"author": "Example, Ada", "title": "Things", "year": "2019"} | changes


def test_a_list_gives_whole_records(tmp_path: Path) -> None:
    expected = [(1, "entry example2019", FIRST), (2, "entry preprint", SECOND)]
    assert read(tmp_path / "a.bib", LIST) == expected
    assert read(tmp_path / "b.bib", LIST.replace("\n", "\r\n")) == expected
    assert read(tmp_path / "c.bib", b"\xef\xbb\xbf" + LIST.encode()) == expected


def test_broken_entries_are_rejected_and_those_around_them_read(tmp_path: Path) -> None:
    good = "@misc{good, author = {Example, Ada}, title = {Things}, year = 2019}\n"
    broken = "@misc{bad, author = {Example, title = {Things}\n"
    untitled = "@misc{untitled, author = {Example, Ada}}\n"
    unkeyed = "@misc{, author = {Example, Ada}, pages = {1}}\n"
    found = read(tmp_path / "a.bib", good + broken + good + untitled + unkeyed + "@misc{cut, title = {x")
    paper = bibtex.record(fields(), "misc")
    assert found == [
        (1, "entry good", paper),
        (
            2,
            "line 2",
            Rejection(
                "line 2",
                "not BibTeX: the field author is not closed",
                broken.rstrip(),
            ),
        ),
        (3, "entry good", paper),
        (
            4,
            "entry untitled",
            Rejection(
                "entry untitled",
                "title: the entry has no arXiv id and no title that could name it (line 4)",
                untitled.rstrip(),
            ),
        ),
        (
            5,
            "line 5",
            Rejection(
                "line 5", "title: the entry has no arXiv id and no title that could name it (line 5)", unkeyed.rstrip()
            ),
        ),
        (6, "line 6", Rejection("line 6", "not BibTeX: the field title is not closed", "@misc{cut, title = {x")),
    ]


def test_a_key_or_field_given_twice_loses_no_entry(tmp_path: Path) -> None:
    entries = "@misc{a, title = {One}}\n@misc{a, title = {Two}}\n@misc{b, title = {Three}, Title = {Not this}}\n"
    assert [record.title for _, _, record in read(tmp_path / "a.bib", entries)] == ["One", "Two", "Three"]


def test_strings_may_use_others_and_months_are_known(tmp_path: Path) -> None:
    text = """@string{inner = {Things}} @string(OUTER = "J. " # inner)
    @article{a, title = "A # B" # { C#}, journal = outer # { \\& Co}, month = dec # "~24", year = "2019"}"""
    [(_, _, record)] = read(tmp_path / "a.bib", text)
    assert (record.title, record.details.container, record.issued, record.warnings) == (
        "A # B C#",
        "J. Things & Co",
        PartialDate.of(2019, 12, 24),
        (),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"eprint": "0704.0001"}, "0704.0001"),
        ({"eprint": "0704.0001v3", "eprinttype": "arXiv"}, "0704.0001"),
        ({"eprint": "27182", "eprinttype": "pubmed"}, None),
        ({"eprint": "0611800", "archiveprefix": "arXiv", "primaryclass": "math.CO"}, "math/0611800"),
        ({"eprint": "0704.0001 [math.CO]", "archiveprefix": "arXiv"}, "0704.0001"),
        ({"arxiv": "0704.0001"}, "0704.0001"),
        ({"doi": "10.48550/arXiv.0704.0001"}, "0704.0001"),
        ({"url": "https://arxiv.org/abs/hep-th/9901001v2"}, "hep-th/9901001"),
        ({"url": "http://arxiv.org/pdf/0704.0001.pdf"}, "0704.0001"),
        ({"url": "https://arxiv.org/html/0704.0001v1"}, "0704.0001"),
        ({"url": "https://ar5iv.labs.arxiv.org/html/0704.0001"}, "0704.0001"),
        ({"url": "https://doi.org/10.48550/arXiv.0704.0001"}, "0704.0001"),
        ({"url": "https://www.alphaxiv.org/abs/0704.0001"}, "0704.0001"),
        ({"url": "https://alphaxiv.org/overview/0704.0001v2"}, "0704.0001"),
        ({"url": "http://xxx.lanl.gov/abs/hep-th/9901001"}, "hep-th/9901001"),
        ({"url": "https://example.org/0704.0001"}, None),
        ({"pdf": "https://arxiv.org/pdf/0704.0001"}, "0704.0001"),
        ({"journal": "arXiv preprint arXiv:0704.0001"}, "0704.0001"),
        ({"journal": "CoRR", "volume": "abs/0704.0001"}, "0704.0001"),
        ({"journal": "arXiv e-prints", "eid": "arXiv:0704.0001"}, "0704.0001"),
        ({"journal": "arXiv e-prints", "pages": "arXiv:0704.0001"}, "0704.0001"),
        ({"howpublished": "\\url{https://arxiv.org/abs/0704.0001}"}, "0704.0001"),
        ({"note": "(https://arxiv.org/abs/0704.0001, accepted)"}, "0704.0001"),
        ({"note": "arXiv:0704.0001."}, "0704.0001"),
        ({"note": "arXiv:9913.0001 is no id"}, None),
        ({"eprint": "0611800", "archiveprefix": "arXiv", "primaryclass": "math"}, "math/0611800"),
        ({"eprint": "9901001", "archiveprefix": "hep-th"}, "hep-th/9901001"),
        ({"eprint": "0704.0001", "archiveprefix": "arXiv e-prints"}, "0704.0001"),
        ({"eprint": "0704.0001, 0704.0002", "archiveprefix": "arXiv"}, "0704.0001"),
        ({"doi": "arXiv:0704.0001"}, "0704.0001"),
        ({"journal": "arXiv e-prints", "eid": "0704.0001"}, "0704.0001"),
        ({"journal": "arXiv", "pages": "0704.0001v2"}, "0704.0001"),
        ({"journal": "J. Things", "eid": "0704.0001"}, None),
        ({"howpublished": "\\href{http://arxiv.org/abs/0704.0001}{{\\tt arXiv:0704.0001}}"}, "0704.0001"),
    ],
)
def test_where_the_arxiv_id_stands(given: dict[str, str], expected: str | None) -> None:
    record = bibtex.record(fields(**given))
    assert (record.arxiv_id, record.identifier) == (expected, expected or "example-2019-things")
    assert record.dois == ()
    assert record.warnings == () or "categories" in record.warnings[0]
    if expected:
        assert (record.type, record.details) == ("article", Details(source_type="article"))


def test_an_eprint_may_have_several_classes() -> None:
    found = bibtex.record(fields(eprint="2101.00001", archiveprefix="arXiv", primaryclass="cs.LG, stat.ML"), "misc")
    assert (found.categories, found.warnings) == (("cs.LG", "stat.ML"), ())


def test_an_eprint_of_arxiv_that_is_none_is_told_and_left_out() -> None:
    record = bibtex.record(fields(eprint="12", archiveprefix="arXiv"))
    assert (record.identifier, record.arxiv_id) == ("example-2019-things", None)
    assert record.warnings == ("eprint: '12' is not an arXiv id, and was left out",)


SICI = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM969>3.0.CO;2-3"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"doi": "10.1000/978-3{\\_}53"}, "10.1000/978-3_53"),
        ({"doi": "10.1000/978-3\\_53"}, "10.1000/978-3_53"),
        ({"doi": SICI}, SICI),
        ({"doi": SICI.replace("<", "&lt;").replace(">", "&gt;")}, SICI),
        ({"doi": SICI.replace("<", "$<$").replace(">", "\\textgreater{}")}, SICI),
        ({"doi": "https://doi.org/10.1000/S0022\\%2800\\%2900115-1"}, "10.1000/S0022(00)00115-1"),
        ({"doi": "(https://dx.doi.org/10.1000/1_2)."}, "10.1000/1_2"),
        ({"url": "https://doi.org/10.1000/1{\\_}2"}, "10.1000/1_2"),
        ({"url": 'doi:<a href="https://doi.org/10.1000/1_2">10.1000/1_2</a>'}, "10.1000/1_2"),
        ({"url": "http://dx.doi.org/10.1000/1_2, http://dx.doi.org/10.1000/1_2"}, "10.1000/1_2"),
        ({"eprint": "https://doi.org/10.1000/1_2"}, "10.1000/1_2"),
        ({"eid": "doi: 10.1000/1_2"}, "10.1000/1_2"),
        ({"doi": "\\url{https://doi.org/10.1000/1\\_2}"}, "10.1000/1_2"),
        ({"doi": "https://publisher.org/doi/full/10.1000/1_2"}, "10.1000/1_2"),
        ({"doi": "https://publisher.org/10.1000/1_2/abstract?a=b"}, "10.1000/1_2"),
        ({"doi": "info:doi/10.1000/1_2"}, "10.1000/1_2"),
        ({"howpublished": "\\href{https://doi.org/10.1000/1\\_2}{here}"}, "10.1000/1_2"),
        ({"note": "doi:10.1000/1_2, best paper"}, "10.1000/1_2"),
        ({"note": "Available online at https://doi.org/10.1000/1_2."}, "10.1000/1_2"),
        ({"bdsk-url-1": "https://doi.org/10.1000/1_2"}, "10.1000/1_2"),
        ({"note": "Erratum: doi:10.1000/1_2"}, None),  # of another work
        ({"url": "https://example.org/10.1000/1_2"}, None),
    ],
)
def test_where_the_doi_stands(given: dict[str, str], expected: str | None) -> None:
    record = bibtex.record(fields(**given))
    assert record.dois == ((expected,) if expected else ())
    assert record.warnings == ()
    if expected:
        assert record.details.urls == ()


@pytest.mark.parametrize(
    ("entry_type", "given", "details"),
    [
        ("article", {"journal": "J. Things", "pages": "1 -- 10"}, {"container": "J. Things", "pages": "1-10"}),
        (
            "article",
            {"journaltitle": "J", "journalsubtitle": "Of {T}hings", "pages": "p. 7"},
            {"container": "J: Of Things", "pages": "7"},
        ),
        (
            "article",
            {"journal": "J", "volume": "376", "number": "2133", "eid": "20170001"},
            {"container": "J", "volume": "376", "issue": "2133", "article_number": "20170001"},
        ),
        (
            "article",
            {"journal": "J", "issue": "Winter", "pages": "12\\textendash 13,15–16"},
            {"container": "J", "issue": "Winter", "pages": "12-13,15-16"},
        ),
        (
            "inproceedings",
            {"booktitle": "Proc. {THINGS}", "organization": "Soc. of Things", "address": "Town", "series": "LNT"},
            {"container": "Proc. THINGS", "publisher": "Soc. of Things", "place": "Town", "series": "LNT"},
        ),
        (
            "book",
            {
                "booktitle": "Things",
                "maintitle": "All Things",
                "publisher": "A \\& B",
                "edition": "2",
                "volume": "1",
                "number": "12",
                "isbn": "978-3-16-148410-0",
            },
            {
                "container": "All Things",
                "publisher": "A & B",
                "edition": "2",
                "volume": "1",
                "issue": "12",
                "isbn": "978-3-16-148410-0",
            },
        ),
        (
            "phdthesis",
            {"school": "Univ. of Town", "location": "Town", "language": "german"},
            {"publisher": "Univ. of Town", "place": "Town", "language": "german"},
        ),
        ("article", {"journal": "CoRR", "volume": "abs/0704.0001", "publisher": "arXiv"}, {}),
        ("misc", {"issn": "1234-5678", "langid": "english"}, {"issn": "1234-5678", "language": "english"}),
        # Dashes of TeX between numbers; journals by the macros of astronomers' styles.
        ("article", {"volume": "3--4", "number": "1 -- 2"}, {"volume": "3-4", "issue": "1-2"}),
        ("article", {"journal": r"{\apj}", "volume": "5"}, {"container": "The Astrophysical Journal", "volume": "5"}),
        ("article", {"journal": r"\nobodys"}, {"container": r"\nobodys"}),
        ("misc", {}, {}),
    ],
)
def test_where_it_appeared(entry_type: str, given: dict[str, str], details: dict[str, str]) -> None:
    record = bibtex.record(fields(**given), entry_type)
    assert record.details == Details(source_type=entry_type, **details)  # type: ignore[arg-type]
    assert (record.journal_ref, record.report_no) == ("", "")


def test_the_number_of_a_report_is_its_own() -> None:
    report = bibtex.record(fields(institution="Town Lab", number="TR-1"), "TechReport")
    assert (report.report_no, report.type) == ("TR-1", "report")
    assert report.details == Details(source_type="techreport", publisher="Town Lab")
    in_series = bibtex.record(fields(institution="Town Lab", number="TR-1", issue="2"), "techreport")
    assert (in_series.report_no, in_series.details.issue) == ("TR-1", "2")
    assert bibtex.record(fields(number="93--09--06"), "techreport").report_no == "93-09-06"
    patent = bibtex.record(fields(number="US123"), "patent")
    assert (patent.report_no, patent.type, patent.details.issue) == ("US123", "patent", "")


@pytest.mark.parametrize(
    ("entry_type", "given", "type"),
    [
        ("article", {"journal": "J. Things"}, "article-journal"),
        ("article", {"journal": "J. Things", "eprint": "0704.0001"}, "article-journal"),
        ("article", {"journal": "arXiv preprint"}, "article"),
        ("article", {"journal": "bioRxiv"}, "article"),
        ("misc", {"eprint": "0704.0001"}, "article"),
        ("unpublished", {"eprint": "0704.0001"}, "article"),
        ("online", {"eprint": "0704.0001"}, "article"),
        ("inproceedings", {"booktitle": "Proc. Things", "eprint": "0704.0001"}, "paper-conference"),
        ("misc", {"howpublished": "Cryptology ePrint Archive, Paper 2019/1"}, "article"),
        ("misc", {"eprint": "hal-0123", "eprinttype": "hal"}, "article"),
        ("misc", {}, "document"),
        ("unpublished", {}, "manuscript"),
        ("online", {}, "webpage"),
        ("thesis", {"type": "phdthesis"}, "thesis"),
        ("mastersthesis", {}, "thesis"),
        ("Incollection", {}, "chapter"),
        ("software", {}, "software"),
        ("poem", {}, "document"),
    ],
)
def test_what_it_is(entry_type: str, given: dict[str, str], type: str) -> None:
    record = bibtex.record(fields(**given), entry_type)
    assert (record.type, record.details.source_type) == (type, entry_type.lower())


def test_editors_are_names_and_groups() -> None:
    editors = bibtex.record(
        fields(editor="Sample, Ben and {Things Collaboration} and van Dop, Cee and others")
    ).details.editors
    assert editors == (
        name_from_parts("Ben", "Sample"),
        name_from_parts("Cee", "van Dop"),
        Name("Things Collaboration", "", "Things Collaboration"),
    )


@pytest.mark.parametrize(
    ("printed", "keywords"),
    [
        ("one, {two}, three", ("one", "two", "three")),
        ("one, too; two;", ("one, too", "two")),
        ("{one, too}, two; {and; more}", ("one, too, two", "and; more")),
        ("{one, too}, {two; more}, one", ("one, too", "two; more", "one")),
        (" , ", ()),
    ],
)
def test_keywords_stand_between_commas_or_semicolons(printed: str, keywords: tuple[str, ...]) -> None:
    found = bibtex.record(fields(keywords=printed)).details.keywords
    assert found == tuple(dict.fromkeys(keywords))


def test_addresses_have_their_kinds() -> None:
    found = bibtex.record(
        fields(
            doi="10.1000/1_2",
            eprint="0704.0001",
            html="https://example.org/{\\textasciitilde}me/",
            url="\\url{https://example.org/a\\_b?c=1\\&d=2}",
            pdf="things.pdf",
            url_pdf="https://example.org/things.pdf.",
            code="https://example.org/code",
            dataset="https://example.org/data",
            slides="https://example.org/slides",
            url_poster="https://example.org/poster",
            video="https://example.org/video",
            supp="https://example.org/more",
            url2="https://example.org/2",
            file=":home/me/things.pdf:PDF",
            note="https://example.org/note",
            link="https://doi.org/10.1000/1\\_2",
            preprint="https://arxiv.org/pdf/0704.0001v2",
            bad="https://example.org/bad",
            website="www.example.org https://example.org/<x>",
        )
    )
    assert found.details.urls == (
        Url("https://example.org/~me/", "landing"),
        Url("https://example.org/a_b?c=1&d=2", "landing"),
        Url("https://example.org/2", "landing"),
        Url("http://www.example.org", "landing"),
        Url("https://example.org/%3Cx%3E", "landing"),
        Url("https://example.org/things.pdf", "pdf"),
        Url("https://example.org/code", "code"),
        Url("https://example.org/data", "data"),
        Url("https://example.org/slides", "slides"),
        Url("https://example.org/poster", "poster"),
        Url("https://example.org/video", "video"),
        Url("https://example.org/more", "other"),
    )
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("given", "urls", "comments"),
    [
        ({"howpublished": "\\url{https://example.org/x}"}, (Url("https://example.org/x", "landing"),), ""),
        ({"howpublished": "Talk in Town"}, (), "Talk in Town"),
        ({"howpublished": "Talk in Town", "note": "Best talk"}, (), "Best talk"),
        ({"howpublished": "arXiv preprint"}, (), ""),
        ({"eprint": "https://example.org/doi/pdf/1"}, (Url("https://example.org/doi/pdf/1", "pdf"),), ""),
        (
            {"url": "https://other.org/doi/10.1000/1_2", "doi": "10.1000/1_2"},
            (Url("https://other.org/doi/10.1000/1_2"),),
            "",
        ),
    ],
)
def test_addresses_that_stand_elsewhere(given: dict[str, str], urls: tuple[Url, ...], comments: str) -> None:
    found = bibtex.record(fields(**given), "misc")
    assert (found.details.urls, found.comments) == (urls, comments)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "2019"),
        ({"year": "{2019}"}, "2019"),
        ({"year": "c2019"}, "2019"),
        ({"year": "[2019]"}, "2019"),
        ({"year": "2019a"}, "2019"),
        ({"year": "2019/2020"}, "2019"),
        ({"year": "2019--20"}, "2019"),
        ({"year": "2010-11"}, "2010"),
        ({"year": "Spring 2019"}, "2019"),
        ({"year": "May 2019"}, "2019-05"),
        ({"year": "3. Mai 2019"}, "2019-05-03"),
        ({"year": "in press"}, ""),
        ({"year": "n.d."}, ""),
        ({"year": "forthcoming"}, ""),
        ({"year": "", "month": "mar"}, ""),
        ({"month": "mar"}, "2019-03"),
        ({"month": "3"}, "2019-03"),
        ({"month": "03"}, "2019-03"),
        ({"month": 'M{\\"a}rz'}, "2019-03"),
        ({"month": "Dezember"}, "2019-12"),
        ({"month": "Sept."}, "2019-09"),
        ({"month": "May/June"}, "2019-05"),
        ({"month": "Fall"}, "2019"),
        ({"month": "mar", "day": "7"}, "2019-03-07"),
        ({"month": "mar~21"}, "2019-03-21"),
        ({"month": "March 7"}, "2019-03-07"),
        ({"month": "1~jan"}, "2019-01-01"),
        ({"month": "June 3--7"}, "2019-06-03"),
        ({"month": "28 July -- 2 August"}, "2019-07-28"),
        ({"month": "2019-06-03T00:00:00"}, "2019-06-03"),
        ({"month": "3", "day": "07"}, "2019-03-07"),
        ({"day": "7"}, "2019"),
        ({"date": "2018-02-28"}, "2018-02-28"),
        ({"date": "2018-02-28T12:00"}, "2018-02-28"),
        ({"date": "2018-02"}, "2018-02"),
        ({"date": "2018", "month": "feb"}, "2018-02"),
        ({"date": "2018-02-01/2018-02-03"}, "2018-02-01"),
        ({"date": "2018/2019"}, "2018"),
        ({"date": "2018-21"}, "2018"),
        ({"date": "2018~"}, "2018"),
        ({"date": "2018-02?"}, "2018-02"),
        ({"date": "03.05.2018"}, "2018-05-03"),
        ({"date": "3/5/2018"}, "2018"),
        ({"date": "13/5/2018"}, "2018-05-13"),
        ({"year": "", "eventdate": "2018-02-01/2018-02-03"}, "2018"),
        ({"year": "", "urldate": "2018-02-01", "origdate": "1918"}, ""),
    ],
)
def test_a_date_is_as_precise_as_the_entry_says(given: dict[str, str], expected: str) -> None:
    record = bibtex.record(fields(**given))
    assert (iso_of(record.issued), record.posted, record.warnings) == (expected, None, ())
    assert record.published == record.issued


@pytest.mark.parametrize(
    ("given", "expected", "warning"),
    [
        ({"year": "0"}, "", "year: '0' is not a year, and was left out"),
        ({"year": "0000"}, "", "year: '0000' is not a date of the calendar, and was left out"),
        ({"year": "99999"}, "", "year: '99999' is not a year, and was left out"),
        ({"year": "9" * 100}, "", f"year: '{'9' * 79} is not a year, and was left out"),
        ({"year": "1564"}, "", "issued: 1564 is before there were any papers to read, and was left out"),
        ({"date": "2018-02-30"}, "2019", "date: '2018-02-30' is not a date of the calendar, and was left out"),
        ({"date": "2018-13"}, "2019", "date: '2018-13' is not a date of the calendar, and was left out"),
        ({"month": "13"}, "2019", "month: '13' is not a month, and was left out"),
        ({"month": "may", "day": "33"}, "2019-05", "day: 2019-05 has no day 33, and it was left out"),
    ],
)
def test_a_date_that_cant_be_is_told_and_left_out(given: dict[str, str], expected: str, warning: str) -> None:
    record = bibtex.record(fields(**given))
    assert (iso_of(record.issued), record.warnings) == (expected, (warning,))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"title": "{}"}, "title: the entry has no arXiv id and no title that could name it"),
        ({"author": "x" * 500_001}, "author: has 500,001 characters, 500,000 are allowed"),
        ({"editor": "x" * 1_000_000}, "editor: has 1,000,000 characters, 500,000 are allowed"),
        ({"title": "x" * 1_000_000}, "title: has 1,000,000 characters, 10,000 are allowed"),
        ({"pages": "1" * 1_000_000}, "pages: has 1,000,000 characters, 10,000 are allowed"),
        ({"publisher": "x" * 1_000_000}, "publisher: has 1,000,000 characters, 10,000 are allowed"),
        ({"keywords": "x, " * 300_000}, "keywords: the record has 300,000, 1,000 are allowed"),
        (
            {"url": " ".join(f"https://example.org/{n}" for n in range(201))},
            "urls: the record has 201, 200 are allowed",
        ),
    ],
)
def test_an_entry_that_is_no_paper_names_the_field(given: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        bibtex.record(fields(**given))
    assert str(caught.value) == reason


def test_an_entry_with_every_field_empty_is_a_title_and_no_more() -> None:
    names = [*fields(), *KINDS, *"date month day editor journal volume pages doi eprint keywords crossref".split()]
    record = bibtex.record(dict.fromkeys(names, "") | {"title": "Things"}, "misc")
    assert (record.issued, record.details, record.dois, record.warnings) == (None, Details(source_type="misc"), (), ())


CROSSREFS = r"""
@inproceedings{child, author = {Example, Ada}, title = {Things}, crossref = {Conf19}, pages = {1--2}}
@inproceedings{own, author = {Example, Ada}, title = {Things of its own}, crossref = {conf19}, year = 2018,
  xdata = {here, nowhere}}
@proceedings{conf19, editor = {Sample, Ben}, title = {Proceedings}, subtitle = {of Things}, year = 2019, month = may,
  publisher = {Press}, doi = {10.1000/whole}, url = {https://example.org/whole}, pages = {1--300},
  isbn = {978-3-16-148410-0}, crossref = {child}}
@xdata{here, location = {Town}, publisher = {Press of Town}, xdata = {here}}
@article{part, author = {Example, Ada}, title = {Things of a journal}, crossref = {special}}
@periodical{special, title = {Journal of Things}, volume = 7, date = {2019-05}}
@inbook{lost, author = {Example, Ada}, title = {Things of nothing}, crossref = {gone}}
"""


def test_entries_take_fields_from_those_they_refer_to(tmp_path: Path) -> None:
    found = {place: record for _, place, record in read(tmp_path / "a.bib", CROSSREFS)}
    # What nobody wrote or edited is no paper by itself; what others share is none either.
    assert found.pop("entry here") == PassedOver("entry here", "entry type xdata")
    assert found.pop("entry special") == PassedOver("entry special", "volume that only its papers name")
    assert list(found) == [f"entry {key}" for key in ("child", "own", "conf19", "part", "lost")]
    child, own, _, part, lost = found.values()
    ben = (name_from_parts("Ben", "Sample"),)
    shared = Details(
        source_type="inproceedings", container="Proceedings: of Things", editors=ben, isbn="978-3-16-148410-0"
    )
    assert (iso_of(child.issued), child.dois) == ("2019-05", ())
    assert child.details == replace(shared, pages="1-2", publisher="Press")
    assert child.identifier == "example-things"  # as without its parent, so that it is the same paper
    assert iso_of(own.issued) == "2018"
    assert own.details == replace(shared, publisher="Press of Town", place="Town")
    assert own.warnings == ("xdata: no entry has the key 'nowhere'",)
    assert (iso_of(part.issued), part.details.container, part.details.volume) == ("2019-05", "Journal of Things", "7")
    assert lost.warnings == ("crossref: no entry has the key 'gone'",)


def test_entries_that_refer_to_each_other_end(tmp_path: Path) -> None:
    ring = [f"@misc{{k{n}, title = {{{n}}}, author = {{Ada}}, crossref = {{k{(n + 1) % 50}}}}}\n" for n in range(50)]
    itself = "@misc{self, title = {self}, author = {Ada}, xdata = {self}, crossref = {self}}"
    found = [record.title for _, _, record in read(tmp_path / "a.bib", "".join(ring) + itself)]
    assert found == [*map(str, range(50)), "self"]


def test_an_abbreviation_that_nobody_defines_is_told_and_kept(tmp_path: Path) -> None:
    text = "@article{a, title = {Things}, journal = jot # { B}, month = sept, year = 2019, volume = 7}"
    [(_, _, record)] = read(tmp_path / "a.bib", text)
    assert (record.details.container, record.details.volume, iso_of(record.issued)) == ("jot B", "7", "2019-09")
    assert record.warnings == ("journal: the file doesn't say what 'jot' stands for, and it was kept as it is",)


def test_an_abbreviation_that_nobody_defines_is_told_once(tmp_path: Path) -> None:
    text = "".join(f"@article{{a{n}, title = {{Things {n}}}, journal = jot, publisher = p{n}}}\n" for n in range(3))
    warnings = [record.warnings for _, _, record in read(tmp_path / "a.bib", text)]
    assert warnings[0] == (
        "journal: the file doesn't say what 'jot' stands for, and it was kept as it is",
        "publisher: the file doesn't say what 'p0' stands for, and it was kept as it is",
    )
    assert [len(each) for each in warnings] == [2, 1, 1]


def test_what_is_not_read_is_told(tmp_path: Path) -> None:
    text = (
        "@misc{a, title = {Things}, file = {x}, Abbr = {y}, note = {z}, month = {}, bibtex_show = {}, url2 = {}}\n"
        "@Set{b, entryset = {a, c}}\n@control{REVTEX}\n%@misc{c, title = {Nothing}}\n"
        '@IEEEtranBSTCTL{d, CTLuse_article_number = "yes"}'
    )
    (_, _, record), *others = read(tmp_path / "a.bib", text)
    assert record.unread == ("file", "abbr")
    assert others == [
        (2, "entry b", PassedOver("entry b", "entry type set")),
        (3, "entry REVTEX", PassedOver("entry REVTEX", "entry type control")),
        (4, "line 4", PassedOver("line 4", "entry in a comment")),
        (5, "entry d", PassedOver("entry d", "entry type ieeetranbstctl")),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"author+an": '1:orcid="0000-0002-1825-0097"'},
        {"author+an:orcid": '1="0000-0002-1825-0097"; 3="0000-0002-1825-0097"'},
        {"orcid-numbers": "Example, Ada/0000-0002-1825-0097\n Nobody, N/0000-0002-1825-0097"},
    ],
)
def test_an_orcid_stands_with_its_person(given: dict[str, str]) -> None:
    record = bibtex.record(fields(author="Example, Ada and Sample, Ben") | given)
    assert [entry.orcid for entry in record.byline.entries] == ["0000-0002-1825-0097", ""]
    assert record.warnings == ()


def test_an_orcid_with_a_wrong_digit_is_told_and_left_out() -> None:
    record = bibtex.record(fields() | {"author+an:orcid": '1="0000-0002-1825-0098"'})
    assert [entry.orcid for entry in record.byline.entries] == [""]
    assert record.warnings == (
        "orcid: '0000-0002-1825-0098': the check digit is wrong, so there is a typing error, and was left out",
    )


def test_the_key_is_what_its_list_calls_it_and_paragraphs_are_kept(tmp_path: Path) -> None:
    text = "@misc{Some:Key, title = {Things}, abstract = {One\n    wrapped line.\n\n  {Two} \\& more.}}"
    [(_, _, record)] = read(tmp_path / "a.bib", text)
    assert (record.giver, record.abstract) == ("Some:Key", "One wrapped line.\nTwo & more.")


@pytest.mark.parametrize(
    ("author", "names", "collaborations", "is_complete"),
    [
        ("Ada Example and Ben A. Sample", ["Ada Example", "Ben A. Sample"], (), True),
        ("Example, Ada\n  and  Sample, III, Ben", ["Ada Example", "Ben Sample III"], (), True),
        ("Example, Ada and others", ["Ada Example"], (), False),
        ("Example, Ada, and Sample, Ben,", ["Ada Example", "Ben Sample"], (), True),
        ("{ABCD Collaboration} and Example, Ada", ["Ada Example"], ("ABCD Collaboration",), True),
        ("Sand, George and And{\\'e}, Ren{\\'e}", ["George Sand", "René Andé"], (), True),
        ("", [], (), True),
    ],
)
def test_names_by_the_rules(author: str, names: list[str], collaborations: tuple[str, ...], is_complete: bool) -> None:
    byline = bibtex.record(fields(author=author)).byline
    assert ([entry.name.name for entry in byline.entries], byline.collaborations, byline.is_complete) == (
        names,
        collaborations,
        is_complete,
    )


@pytest.mark.parametrize(
    "author", ["Example A., Sample B., Dummy C.", "Example, A., Sample, B., Dummy, C.", "Example, A, B, C"]
)
def test_a_byline_that_no_rule_divides_is_kept_and_flagged(author: str) -> None:
    byline = bibtex.record(fields(author=author)).byline
    assert byline.entries and (byline.problems or all(entry.flags for entry in byline.entries))


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("{The Whole}", "The Whole"),
        ("{The} {Parts}", "The Parts"),
        ("The {W}ords' {C}apitals", "The Words' Capitals"),
        ("$x^{2}_{i}$ and \\emph{this}", "$x^{2}_{i}$ and \\emph{this}"),
        ("{\\'E}t\\'{e}", "Ét\\'{e}"),
        ("{{Twice}}", "Twice"),
        ("{{{Thrice}} and {{Twice}}} {O}nce", "Thrice and Twice Once"),
        ("Location {{Based Handshake}} for {$k$}-means", "Location Based Handshake for $k$-means"),
        ("{${\\rm GCH}$} and {O($n^4$)}", "${\\rm GCH}$ and O($n^4$)"),
        ("{The $\\{x_{1}\\}$ of {Y}}", "The $\\{x_{1}\\}$ of Y"),
        ("\\emph{A {B}} of {\\emph{the {C}}}", "\\emph{A B} of \\emph{the C}"),
        ("\\href{http://x.org}{{A} b}", "\\href{http://x.org}{A b}"),
        ("In\\textsubscript{x}Ga {As}", "In\\textsubscript{x}Ga As"),
        ("{\\&} at 50{\\%} of a{\\_}b, a\\_{B}", "\\& at 50\\% of a\\_b, a\\_B"),
        ("{Sets, \\{A\\}}, {and, more}", "Sets, \\{A\\}, and, more"),
    ],
)
def test_braces_that_guard_capitals_go_and_latex_stays(printed: str, title: str) -> None:
    assert bibtex.record(fields(title=printed)).title == title


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({}, "example-2019-things"),
        ({"year": ""}, "example-things"),
        ({"author": ""}, "2019-things"),
        ({"author": "{ABCD Collaboration}"}, "abcd-2019-things"),
        ({"author": "Müller-Straße, Ö."}, "muller-strasse-2019-things"),
        ({"title": "O'Neill's {\\'E}t\\'e: a $k$-th"}, "example-2019-oneills-ete-a-k-th"),
        ({"title": "Things of a kind that is common, Part I"}, "example-2019-things-of-a-kind-that-is-8e89b2"),
        ({"title": "Things of a kind that is common, Part II"}, "example-2019-things-of-a-kind-that-is-6ff886"),
    ],
)
def test_slugs_say_who_when_and_what(given: dict[str, str], slug: str) -> None:
    assert bibtex.record(fields(**given)).identifier == slug


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bib"
    monkeypatch.setattr(encodings, "LARGEST_FILE", 2**20)
    with pytest.raises(SourceError) as caught:
        read(path, b"@misc{a}" + b" " * 2**20)
    assert str(caught.value) == f"{path} is larger than 1 MB of BibTeX, which is read as a whole. Split it."


UMLAUTS = "@misc{a, author = {M\u00fcller, Ada}, title = {\u201eThings\u201c}, year = 2019}\n@misc{b, title = {More}}\n"
CHINESE = "@misc{a, author = {\u5f20\u4f1f}, title = {\u7a00\u758f\u8868\u793a\u5b66\u4e60\u65b9\u6cd5}, year = 2019}\n"


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (UMLAUTS.encode(), ()),
        (UMLAUTS.encode("utf-8-sig"), ()),
        (UMLAUTS.encode("utf-16"), ()),
        (b"\xfe\xff" + UMLAUTS.encode("utf-16-be"), ()),
        (b"% Encoding: Cp1252\n" + UMLAUTS.encode("cp1252"), ()),
        (b"% Encoding: GBK\n" + UMLAUTS.encode(), ()),  # what is UTF-8 is no other encoding by chance
        (b"% -*- coding: mac-roman -*-\n" + UMLAUTS.encode("mac-roman"), ()),
        (
            UMLAUTS.encode("cp1252"),
            ("encoding: the file is not UTF-8 (line 1 has the byte 0xFC), and was read as Windows-1252",),
        ),
        (  # put together of two files
            UMLAUTS.splitlines()[0].encode() + b"\n@misc{c, title = {Na\xefve}}",
            ("encoding: the file is not UTF-8 (line 2 has the byte 0xEF), and was read as Windows-1252",),
        ),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, warnings: tuple[str, ...]) -> None:
    first, second = (record for _, _, record in read(tmp_path / "a.bib", content))
    assert (first.byline.text, first.title) == ("Ada M\u00fcller", "\u201eThings\u201c")
    assert second.title in ("More", "Na\u00efve")
    assert (first.warnings, second.warnings) == (warnings, ())


def test_an_encoding_is_never_guessed_from_text_that_is_not_western(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    [(_, _, record)] = read(path, b"% Encoding: GBK\n" + CHINESE.encode("gbk"))
    assert record.title == "\u7a00\u758f\u8868\u793a\u5b66\u4e60\u65b9\u6cd5"
    with pytest.raises(SourceError) as caught:
        read(path, CHINESE.encode("gbk"))
    assert str(caught.value) == (
        f"{path} is not UTF-8: line 1 has the byte 0xD5. Say in its first line which encoding it has, as in: "
        "% Encoding: GBK. Or convert it with iconv."
    )


def test_going_on_behind_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_text(LIST, encoding="utf-8")
    with open_source(path) as source:
        source.skip_to(1)
        assert list(source) == [(2, "entry preprint", SECOND)]
    with open_source(path) as source, pytest.raises(SourceError, match=r"ends with entry 2, but .* entry 3"):
        source.skip_to(3)
        list(source)


def test_nothing_is_said_on_the_side_about_broken_entries(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    read(tmp_path / "a.bib", "@misc{bad, author = {Example, title = {Things}\n")
    assert capfd.readouterr() == ("", "")


def test_abbreviations_that_double_each_other_are_told_where_they_are_used(tmp_path: Path) -> None:
    doubling = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 40))
    text = '@string{a0 = "twenty signs are here"}\n' + doubling + "@misc{x, title = a39}\n@misc{y, title = a2}\n"
    [(_, place, refused), (_, _, taken)] = read(tmp_path / "a.bib", text)
    assert (place, isinstance(refused, Rejection)) == ("entry x", True)
    assert refused.reason == "field: its abbreviations come to more than 100,000 characters (line 41)"  # type: ignore[attr-defined]
    assert taken.title == "twenty signs are here" * 4  # type: ignore[attr-defined]


def test_an_abbreviation_serves_entries_before_and_behind_it(tmp_path: Path) -> None:
    text = (
        '@misc{a, title = b # " One"}\n@string{b = "Two"} @misc{c, title = b} @string{b = "Three"}\n@misc{d, title = b}'
    )
    assert [found.title for _, _, found in read(tmp_path / "a.bib", text)] == ["Two One", "Two", "Two"]  # type: ignore[attr-defined]


def test_more_abbreviations_than_any_list_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_ABBREVIATIONS", 14)
    text = "".join(f'@string{{s{n}="x"}}\n' for n in range(3)) + "@misc{a, title={A}}"
    with pytest.raises(SourceError, match=r"its @string abbreviations are more than 14 or come to more"):
        read(tmp_path / "a.bib", text)


def test_an_entry_of_many_fields_or_characters_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "LARGEST_ENTRY", 20_000)
    many = "@misc{many," + ",".join(f"f{n}=1" for n in range(1001)) + "}\n"
    long = "@misc{long, title={" + "x" * 20_000 + "}}\n"
    found = read(tmp_path / "a.bib", many + long + "@misc{good, title={Good}}")
    assert [(place, item.reason) for _, place, item in found[:2]] == [  # type: ignore[attr-defined]
        ("entry many", "fields: the record has 1,001, 1,000 are allowed (line 1)"),
        ("line 2", "entry: has 20,021 characters, 20,000 are allowed"),
    ]
    assert found[2][2].title == "Good"  # type: ignore[attr-defined]


NESTED = "{" * 20_000 + "x" + "}" * 20_000


def test_braces_within_braces_are_taken_off_in_one_go() -> None:
    assert without_outer_braces(NESTED) == "x"
    assert without_outer_braces("{ {a} }") == "a"

"""BibTeX: a lab's own list, with and without arXiv ids, by BibTeX's rules for names, strings and broken entries."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from papers.bylines import Byline, Entry, name_from_parts
from papers.ingest.readers import SourceError, bibtex, open_source
from papers.ingest.records import InvalidRecord, PaperRecord, Rejection

LIST = r"""Text outside of entries is a comment, smith@example.org too.
@string{jt = "Journal of Things"}
@comment{@article{not_me, title = {Nothing}}}
@preamble{"\newcommand{\noop}[1]{}"}

@article{example2019,
  author    = {Example, Ada and van der Sample, Jr, Ben A. and {ABCD Collaboration} and others},
  title     = {{The {Things} of $\mathbb{Z}_{n}$ and {\'E}t{\'e}}},
  journal   = jt # " B",
  volume = 12, number = {3}, pages = {1--10}, year = 2019, month = mar,
  doi       = {https://doi.org/10.1000/1_2},
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
    title="The Things of $\\mathbb{Z}_{n}$ and {\\'E}t{\\'e}",
    abstract="We do things.",
    abstract_is_cut=False,
    authors_text="Ada Example, Ben A. van der Sample Jr, ABCD Collaboration et al.",
    byline=Byline(
        "Ada Example, Ben A. van der Sample Jr, ABCD Collaboration et al.",
        (Entry(name_from_parts("Ada", "Example")), Entry(name_from_parts("Ben A.", "van der Sample", "Jr"))),
        ("ABCD",),
        is_complete=False,
    ),
    categories=(),
    published=None,
    updated=None,
    versions=(),
    dois=("10.1000/1_2",),
    journal_ref="Journal of Things B 12(3) (2019) 1-10",
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
    published=date(2006, 11, 27),
    updated=date(2006, 11, 27),
    dois=(),
    journal_ref="",
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
    unkeyed = "@misc{, author = {Example, Ada}, eprint = {12}, archivePrefix = {arXiv}, title = {T}}\n"
    found = read(tmp_path / "a.bib", good + broken + good + untitled + unkeyed + "@misc{cut, title = {x")
    paper = bibtex.record(fields())
    assert found == [
        (1, "entry good", paper),
        (
            2,
            "line 2",
            Rejection(
                "line 2",
                "not BibTeX: Unexpected block start: `@misc`. Was still looking for field-value closing `}`",
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
        (5, "line 5", Rejection("line 5", found[4][2].reason, unkeyed.rstrip())),
        (6, "line 6", Rejection("line 6", "not BibTeX: Unexpectedly reached end of file.", "@misc{cut, title = {x")),
    ]
    assert found[4][2].reason.startswith("id: '12': ")
    assert found[4][2].reason.endswith(" (line 5)")


def test_a_key_or_field_given_twice_loses_no_entry(tmp_path: Path) -> None:
    entries = "@misc{a, title = {One}}\n@misc{a, title = {Two}}\n@misc{b, title = {Three}, Title = {Not this}}\n"
    assert [record.title for _, _, record in read(tmp_path / "a.bib", entries)] == ["One", "Two", "Three"]


def test_strings_may_use_others_and_months_are_known(tmp_path: Path) -> None:
    text = """@string{inner = {Things}} @string(OUTER = "J. " # inner)
    @article{a, title = "A # B" # { C#}, journal = outer # { \\& Co}, month = dec # "~24", year = "2019"}"""
    [(_, _, record)] = read(tmp_path / "a.bib", text)
    assert (record.title, record.journal_ref, record.published) == (
        "A # B C#",
        "J. Things & Co (2019)",
        date(2019, 12, 24),
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"eprint": "0704.0001"}, "0704.0001"),
        ({"eprint": "0704.0001v3", "eprinttype": "arXiv"}, "0704.0001"),
        ({"eprint": "27182", "eprinttype": "pubmed"}, None),
        ({"doi": "10.48550/arXiv.0704.0001"}, "0704.0001"),
        ({"url": "https://arxiv.org/abs/hep-th/9901001v2"}, "hep-th/9901001"),
        ({"url": "http://arxiv.org/pdf/0704.0001.pdf"}, "0704.0001"),
        ({"url": "https://example.org/0704.0001"}, None),
        ({"journal": "arXiv preprint arXiv:0704.0001"}, "0704.0001"),
        ({"journal": "CoRR", "volume": "abs/0704.0001"}, "0704.0001"),
        ({"note": "arXiv:9913.0001 is no id"}, None),
    ],
)
def test_where_the_arxiv_id_stands(given: dict[str, str], expected: str | None) -> None:
    record = bibtex.record(fields(**given))
    assert (record.arxiv_id, record.identifier) == (expected, expected or "example-2019-things")
    assert record.dois == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"journal": "J. Things", "volume": "12", "pages": "1 -- 10"}, "J. Things 12 (2019) 1-10"),
        ({"journal": "J. Things", "number": "3"}, "J. Things 3 (2019)"),
        ({"booktitle": "Proc. {THINGS}", "pages": "7"}, "Proc. THINGS (2019) 7"),
        ({"journal": "CoRR", "volume": "abs/0704.0001"}, ""),
        ({}, "2019"),
        ({"year": ""}, ""),
    ],
)
def test_where_it_appeared_in_one_line(given: dict[str, str], expected: str) -> None:
    assert bibtex.record(fields(**given)).journal_ref == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, None),
        ({"month": "mar"}, None),
        ({"month": "mar", "day": "7"}, date(2019, 3, 7)),
        ({"month": "March 7"}, date(2019, 3, 7)),
        ({"month": "3", "day": "07"}, date(2019, 3, 7)),
        ({"date": "2018-02-28"}, date(2018, 2, 28)),
        ({"date": "2018-02"}, None),
        ({"date": "2018-02-01/2018-02-03"}, None),
    ],
)
def test_a_day_is_given_in_full_or_not_at_all(given: dict[str, str], expected: date | None) -> None:
    assert bibtex.record(fields(**given)).published == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"date": "2018-02-30"}, "date: '2018-02-30' is not a day"),
        ({"year": "9" * 100, "month": "3", "day": "1"}, f"date: '{'9' * 79} is not a day"),
        ({"author": "Example, A, B, C"}, "author: 'Example, A, B, C': Too many commas"),
        ({"title": "{}"}, "title: the entry has no arXiv id and no title that could name it"),
    ],
)
def test_an_entry_that_is_no_paper_names_the_field(given: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        bibtex.record(fields(**given))
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("author", "names", "collaborations", "is_complete"),
    [
        ("Ada Example and Ben A. Sample", ["Ada Example", "Ben A. Sample"], (), True),
        ("Example, Ada\n  and  Sample, III, Ben", ["Ada Example", "Ben Sample III"], (), True),
        ("Example, Ada and others", ["Ada Example"], (), False),
        ("{ABCD Collaboration} and Example, Ada", ["Ada Example"], ("ABCD",), True),
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
    ("printed", "title"),
    [
        ("{The Whole}", "The Whole"),
        ("{The} {Parts}", "The Parts"),
        ("The {W}ords' {C}apitals", "The Words' Capitals"),
        ("$x^{2}_{i}$ and \\emph{this}", "$x^{2}_{i}$ and \\emph{this}"),
        ("{\\'E}t\\'{e}", "{\\'E}t\\'{e}"),
        ("{{Twice}}", "Twice"),
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


def test_a_file_that_is_too_large_or_not_utf8_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bib"
    with pytest.raises(SourceError) as caught:
        read(path, b"@misc{a,\n title = {\xe9}}")
    assert str(caught.value) == (
        f"{path} is not UTF-8: line 2 has the byte 0xE9. Convert it, for instance by: iconv -f latin1 -t utf-8"
    )
    monkeypatch.setattr(bibtex, "LARGEST_FILE", 2**20)
    with pytest.raises(SourceError) as caught:
        read(path, b"@misc{a}" + b" " * 2**20)
    assert str(caught.value) == f"{path} is larger than 1 MB of BibTeX, which is read as a whole. Split it."


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
    monkeypatch.setattr(bibtex, "MOST_ABBREVIATIONS", 14)
    text = "".join(f'@string{{s{n}="x"}}\n' for n in range(3)) + "@misc{a, title={A}}"
    with pytest.raises(SourceError, match=r"its @string abbreviations are more than 14 or come to more"):
        read(tmp_path / "a.bib", text)


def test_an_entry_of_many_fields_or_characters_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bibtex, "LARGEST_ENTRY", 20_000)
    many = "@misc{many," + ",".join(f"f{n}=1" for n in range(1001)) + "}\n"
    long = "@misc{long, title={" + "x" * 20_000 + "}}\n"
    found = read(tmp_path / "a.bib", many + long + "@misc{good, title={Good}}")
    assert [(place, item.reason) for _, place, item in found[:2]] == [  # type: ignore[attr-defined]
        ("entry many", "fields: the record has 1,001, 1,000 are allowed (line 1)"),
        ("line 2", "entry: has 20,028 characters, 20,000 are allowed"),
    ]
    assert found[2][2].title == "Good"  # type: ignore[attr-defined]


def test_entries_are_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0

    def noting(text: str, parse_stack: list) -> object:
        nonlocal longest
        longest = max(longest, len(text))
        return parse(text, parse_stack=parse_stack)

    parse = bibtex.parse_string
    monkeypatch.setattr(bibtex, "parse_string", noting)
    path = tmp_path / "a.bib"
    path.write_text("@misc{a,}\n" * 1000)
    with open_source(path) as source:
        assert [number for number, _, _ in source] == list(range(1, 1001))
    assert longest < 100


NESTED = "{" * 20_000 + "x" + "}" * 20_000


def test_braces_within_braces_are_taken_off_in_one_go() -> None:
    assert bibtex._without_outer_braces(NESTED) == "x"
    assert bibtex._without_outer_braces("{ {a} }") == "a"

"""What a source says about a paper, made a checked record: no database is needed for any of it."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from papers.bylines import Byline, Entry, Name, parse_byline
from papers.field_rules import LONGEST, MOST
from papers.ingest.checks import InvalidRecord, clean, one_line, paragraphs, possible_day
from papers.ingest.machine_dates import read_day, read_moment
from papers.ingest.records import PaperRecord, SourceFields, Version
from papers.publications import Details, Url
from papers.text.dates import PartialDate, as_date, iso

FIRST = Version("v1", datetime(1999, 1, 2, 3, 4, 5, tzinfo=UTC), "12kb", "D")
SECOND = Version("v2", datetime(2001, 5, 6, 7, 8, 9, tzinfo=UTC))


def test_a_record_comes_out_checked_and_normalised() -> None:
    found = PaperRecord.from_source(
        SourceFields(
            source="a source",
            arxiv_id="arXiv:hep-th/9901001v2",
            title=" A\n  title\x00 with $x^2$ ",
            abstract="  One\ntwo.\n  Three\tfour.\n\nFive",
            authors="Ada Byron,\n  C. Babbage",
            categories="hep-th  cs.LG hep-th",
            versions=[FIRST, SECOND],
            dois="10.1000/A and 10.1000/b; nonsense",
            journal_ref="J. Things\n 12",
            comments="12  pages",
            license="http://creativecommons.org/licenses/by/4.0",
            report_no=" EX-1",
            msc_class="14A10 ",
            acm_class=" F.2.2 ",
            submitter="Ada\nByron",
            datestamp=date(2002, 2, 3),
        )
    )
    assert found == PaperRecord(
        identifier="hep-th/9901001",
        arxiv_id="hep-th/9901001",
        title="A title with $x^2$",
        abstract="One two.\nThree four.\nFive",
        abstract_is_cut=False,
        authors_text="Ada Byron, C. Babbage",
        byline=Byline(
            "Ada Byron, C. Babbage",
            (Entry(Name("Ada Byron", "Ada", "Byron")), Entry(Name("C. Babbage", "C.", "Babbage"))),
        ),
        categories=("hep-th", "cs.LG"),
        posted=PartialDate(date(1999, 1, 2)),
        issued=None,
        updated=date(2001, 5, 6),
        versions=(FIRST, SECOND),
        type="article",
        details=Details(),
        dois=("10.1000/A", "10.1000/b"),
        journal_ref="J. Things 12",
        comments="12 pages",
        license="https://creativecommons.org/licenses/by/4.0/",
        report_no="EX-1",
        msc_class="14A10",
        acm_class="F.2.2",
        submitter="Ada Byron",
        source="a source",
        datestamp=date(2002, 2, 3),
    )
    assert found.warnings == ("doi: 'nonsense' is not a DOI and was left out",)


def test_what_a_source_leaves_out_stays_unknown() -> None:
    found = PaperRecord.from_source(
        SourceFields(
            source="list", slug="a-paper", title="A paper", abstract=None, authors=None, categories=None, dois=None
        )
    )
    assert found == PaperRecord(
        identifier="a-paper",
        arxiv_id=None,
        title="A paper",
        abstract="",
        abstract_is_cut=False,
        authors_text="",
        byline=parse_byline(""),
        categories=(),
        posted=None,
        issued=None,
        updated=None,
        versions=(),
        type="",
        details=Details(),
        dois=(),
        journal_ref="",
        comments="",
        license="",
        report_no="",
        msc_class="",
        acm_class="",
        submitter="",
        source="list",
        datestamp=None,
    )
    assert found.byline == Byline("", ())
    assert found.warnings == ()


def test_what_is_doubtful_is_kept_or_left_out_with_a_warning() -> None:
    found = PaperRecord.from_source(
        SourceFields(source="x", slug="a", title="A", categories="cs.LG 68T05 alg-geom", dois="x; 10.1/y")
    )
    assert (found.categories, found.dois) == (("cs.LG", "68T05", "alg-geom"), ())
    assert found.warnings == (
        "doi: 'x' is not a DOI and was left out",
        "doi: '10.1/y' is not a DOI and was left out",
        "categories: '68T05' is not in the taxonomy and was kept",
    )


@pytest.mark.parametrize("code", ["a/b", "..", "c" * 65, "é", "-", "a?b"])
def test_a_code_that_can_be_no_address_is_left_out_with_a_warning(code: str) -> None:
    found = PaperRecord.from_source(
        SourceFields(source="x", slug="a", title="A", categories=["cs.LG", code, "odd.x-1"])
    )
    assert found.categories == ("cs.LG", "odd.x-1")
    [left_out, kept] = found.warnings
    assert left_out.startswith(f"categories: {code!r:.80} ")
    assert left_out.endswith(", and was left out")
    assert kept == "categories: 'odd.x-1' is not in the taxonomy and was kept"


def test_marks_behind_a_letter_are_limited() -> None:
    text, limited = "e" + "\u0301" * 5000 + " z\u0301", "é" + "\u0301" * 29 + " ź"
    found = PaperRecord.from_source(
        SourceFields(source="x", slug="a", title=text, abstract=text, authors=f"A. {text}", comments=text)
    )
    assert (found.title, found.abstract, found.comments) == (limited, limited, limited)
    assert found.authors_text == f"A. {limited}"


def test_names_given_in_parts_are_taken_as_they_are() -> None:
    byline = Byline("van der Waerden, Bartel", (Entry(Name("Bartel van der Waerden", "Bartel", "van der Waerden")),))
    found = PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", authors=byline))
    assert (found.byline, found.authors_text) == (byline, "van der Waerden, Bartel")


@pytest.mark.parametrize(
    ("given", "dates"),
    [
        ({}, (date(1999, 1, 2), date(2001, 5, 6))),
        ({"posted": date(1998, 1, 1)}, (date(1998, 1, 1), date(2001, 5, 6))),
        ({"updated": date(2003, 1, 1)}, (date(1999, 1, 2), date(2003, 1, 1))),
        ({"versions": [FIRST]}, (date(1999, 1, 2), date(1999, 1, 2))),
        ({"versions": [Version("v1", None), SECOND]}, (date(2001, 5, 6), date(2001, 5, 6))),
        ({"versions": [Version("v1", None)]}, (None, None)),
        ({"versions": [], "posted": date(1998, 1, 1)}, (date(1998, 1, 1), date(1998, 1, 1))),
    ],
)
def test_dates_come_from_the_versions_unless_the_source_gives_them(given: dict, dates: tuple) -> None:
    found = PaperRecord.from_source(
        SourceFields(source="x", slug="a", title="A", **{"versions": [FIRST, SECOND], **given})
    )
    assert (found.published and found.published.first, found.updated) == dates


def by_groups(count: int) -> Byline:
    return Byline("", (), tuple(f"Group {number}" for number in range(count)))


def at_places(places: list[str], people: int = 1) -> Byline:
    return Byline("", (Entry(Name("Ada Byron", "Ada", "Byron"), tuple(places)),) * people)


TODAY = datetime.now(UTC).date()
LAST_YEAR = TODAY.year + 2


@pytest.mark.parametrize(
    ("given", "warning"),
    [
        ({"posted": date(1664, 12, 31)}, "published: 1664-12-31 is before there were any papers to read"),
        ({"updated": date(LAST_YEAR + 1, 1, 1)}, f"updated: {LAST_YEAR + 1} is not between 1665 and {LAST_YEAR}"),
        ({"issued": PartialDate.of(9999)}, f"issued: 9999 is not between 1665 and {LAST_YEAR}"),
        ({"issued": PartialDate.of(1, 5)}, "issued: 0001-05 is before there were any papers to read"),
        (
            {"datestamp": TODAY + timedelta(days=4)},
            f"datestamp: {TODAY + timedelta(days=4)} lies in the future",
        ),
        (
            {"versions": [FIRST, Version("v2", date(1, 1, 1)), SECOND]},
            "versions: 0001-01-01 is before there were any papers to read",
        ),
    ],
)
def test_a_date_that_can_not_be_is_left_out_with_a_warning(given: dict, warning: str) -> None:
    found = PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", **given))
    assert found.warnings == (f"{warning}, and was left out",)
    [name] = given
    if name == "versions":
        assert [version.created for version in found.versions] == [FIRST.created, None, SECOND.created]
    else:
        assert getattr(found, name) is None


@pytest.mark.parametrize(
    ("posted", "issued", "published"),
    [
        (date(2019, 5, 3), None, "2019-05-03"),
        (None, PartialDate.of(2019), "2019"),
        (date(2019, 5, 3), PartialDate.of(2019), "2019-05-03"),  # of two whose periods overlap the more precise one
        (date(2019, 5, 3), PartialDate.of(2019, 5), "2019-05-03"),
        (date(2019, 5, 3), PartialDate.of(2019, 4), "2019-04"),
        (date(2019, 5, 3), PartialDate.of(2018), "2018"),
        (date(2019, 5, 3), PartialDate.of(2021, 1, 1), "2019-05-03"),
        (PartialDate.of(2019), PartialDate.of(2019, 2), "2019-02"),
    ],
)
def test_published_is_the_earliest_date_known(posted: Any, issued: Any, published: str) -> None:
    found = PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", posted=posted, issued=issued))
    assert found.published and found.published.iso() == published


@pytest.mark.parametrize(
    ("given", "is_withdrawn"),
    [
        ({}, False),
        ({"comments": "This paper has been withdrawn by the authors"}, True),
        ({"comments": "Withdrawn due to an error"}, True),
        ({"comments": "The author has withdrawn this paper"}, True),
        ({"comments": "12 pages; a claim of v1 was withdrawn"}, False),
        ({"versions": [FIRST, Version("v2", None, "0kb", "I")]}, True),
        ({"versions": [Version("v1", None, "0kb", "I"), SECOND]}, False),  # it came back
    ],
)
def test_a_paper_that_its_authors_took_back_is_withdrawn(given: dict, is_withdrawn: bool) -> None:
    assert PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", **given)).is_withdrawn is is_withdrawn


@pytest.mark.parametrize(
    ("given", "shown_type"),
    [
        ({"arxiv_id": "2001.00001"}, "article"),
        ({"arxiv_id": "2001.00001", "journal_ref": "Phys. Rev. D 76, 013009 (2007)"}, "article-journal"),
        ({"arxiv_id": "2001.00001", "journal_ref": "To appear somewhere"}, "article"),
        ({"details": Details(source_type="phdthesis")}, "thesis"),
        ({"details": Details(source_type="Quilt")}, "document"),
        ({}, ""),
    ],
)
def test_the_type_is_what_the_sources_word_means(given: dict, shown_type: str) -> None:
    assert PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", **given)).shown_type == shown_type


def test_details_are_in_one_line_and_addresses_can_be_addresses() -> None:
    given = Details(
        container=" J.\n of  Things ",
        keywords=("a", " a", "", "b"),
        urls=(
            Url("https://example.org/a.pdf", "pdf"),
            Url("javascript:alert(1)"),
            Url("https://example.org/b", "song"),
        ),
    )
    found = PaperRecord.from_source(SourceFields(source="x", slug="a", title="A", details=given))
    assert found.details == Details(
        container="J. of Things",
        keywords=("a", "b"),
        urls=(Url("https://example.org/a.pdf", "pdf"), Url("https://example.org/b", "other")),
    )
    assert found.warnings == (
        "url: 'javascript:alert(1)' is not an address that begins with http:// or https://, and was left out",
    )


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"slug": ""}, "id", "id: the record has no identifier"),
        (
            {"arxiv_id": "2113.00001"},
            "id",
            "id: '2113.00001': there is no month 13",
        ),
        ({"title": ""}, "title", "title: the record has no title"),
        ({"title": None}, "title", "title: the record has no title"),
        ({"title": " \n\x00\t "}, "title", "title: the record has no title"),
        ({"slug": "s" * 201}, "identifier", "identifier: has 201 characters, 200 are allowed"),
        (
            {"slug": "a/b"},
            "identifier",
            "identifier: is neither an arXiv id without version nor small letters, digits and hyphens",
        ),
        ({"slug": "feed"}, "identifier", "identifier: is an address of the site's own"),
        *[
            (
                {name: "x" * (LONGEST[name] + 1)},
                name,
                f"{name}: has {LONGEST[name] + 1:,} characters, {LONGEST[name]:,} are allowed",
            )
            for name in ("license", "title", "abstract", "journal_ref", "comments", "authors", "categories", "dois")
        ],
        (
            {"authors": ", ".join(["A. Byron"] * (MOST["authors"] + 1))},
            "authors",
            "authors: the record has 10,001, 10,000 are allowed",
        ),
        ({"authors": by_groups(1001)}, "collaborations", "collaborations: the record has 1,001, 1,000 are allowed"),
        ({"authors": at_places(["x"] * 201)}, "affiliations", "affiliations: the record has 201, 200 are allowed"),
        (
            {"authors": at_places(["x" * 10_001])},
            "affiliation",
            "affiliation: has 10,001 characters, 10,000 are allowed",
        ),
        (
            {"authors": at_places(["x" * 10_000] * 101, people=5)},
            "affiliations",
            "affiliations: have 5,050,000 characters together, 5,000,000 are allowed",
        ),
        (
            {"categories": [f"c{number}" for number in range(101)]},
            "categories",
            "categories: the record has 101, 100 are allowed",
        ),
        ({"dois": "no " * 101}, "dois", "dois: the record has 101, 100 are allowed"),
        (
            {"dois": " ".join(f"10.1000/{number}" for number in range(101))},
            "dois",
            "dois: the record has 101, 100 are allowed",
        ),
        ({"versions": [FIRST] * 1001}, "versions", "versions: the record has 1,001, 1,000 are allowed"),
        (
            {"versions": [FIRST, Version("../x", None)]},
            "versions",
            "versions: version '../x' is not a version, such as v1",
        ),
        (
            {"versions": [Version("v1", None, "s" * 33)]},
            "versions",
            f"versions: size '{'s' * 33}' has 33 characters, 32 are allowed",
        ),
    ],
)
def test_what_can_not_be_a_paper_is_refused_with_field_and_reason(given: dict, field: str, message: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        PaperRecord.from_source(SourceFields(**{"source": "x", "slug": "a", "title": "A", **given}))
    assert (refused.value.field, str(refused.value)) == (field, message)


def test_a_record_can_not_be_changed() -> None:
    found = PaperRecord.from_source(SourceFields(source="x", slug="a", title="A"))
    with pytest.raises(AttributeError):
        found.title = "B"  # type: ignore[misc]


WHOLE = PaperRecord.from_source(
    SourceFields(
        source="x",
        slug="a",
        title="A",
        abstract="B",
        authors="Ada Byron",
        categories="cs.LG",
        versions=[FIRST],
        dois="10.1000/a",
        journal_ref="J",
        comments="C",
        license="L",
        report_no="R",
        msc_class="M",
        acm_class="K",
        submitter="S",
        datestamp=date(2002, 2, 3),
    )
)
CHANGED = {
    "title": "A2",
    "abstract": "B2",
    "abstract_is_cut": True,
    "authors_text": "Ada  Byron",
    "byline": parse_byline("A. Byron"),
    "categories": ("cs.CL",),
    "posted": PartialDate(date(1999, 1, 3)),
    "issued": PartialDate.of(1998),
    "type": "thesis",
    "details": Details(container="J"),
    "updated": date(1999, 1, 3),
    "versions": (FIRST, SECOND),
    "dois": ("10.1000/b",),
    "journal_ref": "J2",
    "comments": "C2",
    "license": "L2",
    "report_no": "R2",
    "msc_class": "M2",
    "acm_class": "K2",
    "submitter": "S2",
    "source": "y",
}
NO_FACTS = {
    "identifier": "b",  # what is compared has the same one
    "arxiv_id": "2001.00001",
    "datestamp": date(2002, 2, 4),
    "warnings": ("doubtful",),
    "unread": ("file",),
    "giver": "example-org-1",  # who gave it is told apart by the importer
    "base_url": "https://example.org/oai",
    "other_dates": (),
}


def test_every_field_either_counts_in_the_digest_or_is_named_here() -> None:
    assert {field.name for field in fields(PaperRecord)} == {*CHANGED, *NO_FACTS}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_fact_changes_the_digest(name: str) -> None:
    assert len(WHOLE.digest()) == 16
    assert replace(WHOLE, **{name: CHANGED[name]}).digest() != WHOLE.digest()


@pytest.mark.parametrize("name", NO_FACTS)
def test_what_is_no_fact_leaves_the_digest(name: str) -> None:
    assert replace(WHOLE, **{name: NO_FACTS[name]}).digest() == WHOLE.digest()


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (None, ""),
        ("", ""),
        ("plain", "plain"),
        ("  both ends\n", "both ends"),
        ("Jo\u0301nsson", "Jónsson"),
        ("no\x00 con\x1ftrol\x7f\ufffe\uffff", "no control"),
        ("tab\tand\nbreak stay", "tab\tand\nbreak stay"),
        ("an emoji 🙂 and 数学", "an emoji 🙂 and 数学"),
    ],
)
def test_clean(text: str | None, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, ""),
        ("one", "one"),
        ("a title that\n  is wrapped", "a title that is wrapped"),
        ("tabs\t\tand\r\nbreaks \u2028 of any\u00a0kind", "tabs and breaks of any kind"),
        ("$a\n+b$ \\alpha", "$a +b$ \\alpha"),
    ],
)
def test_one_line(text: str | None, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        (None, ""),
        ("  One  line. ", "One line."),
        ("wrapped\nlines", "wrapped lines"),
        ("one\n  two\nand more\n\tthree", "one\ntwo and more\nthree"),
        ("one\n\n\n \ntwo", "one\ntwo"),
        ("windows\r\nlines", "windows lines"),
    ],
)
def test_paragraphs(text: str | None, joined: str) -> None:
    assert paragraphs(text) == joined


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 6 Jan 2020 10:00:01 GMT", datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC)),
        ("6 Jan 2020 10:00:01 GMT", datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC)),
        (" Mon, 06 Jan 2020 10:00:01 GMT\n", datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC)),
        ("Mon, 6 Jan 2020 10:00:01 +0200", datetime(2020, 1, 6, 8, 0, 1, tzinfo=UTC)),
        ("2020-01-06", datetime(2020, 1, 6, tzinfo=UTC)),
        ("2020-01-06T10:00:01", datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC)),
        ("2020-01-06T10:00:01Z", datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC)),
        ("2020-01-06T23:00:01-05:00", datetime(2020, 1, 7, 4, 0, 1, tzinfo=UTC)),
    ],
)
def test_read_moment(text: str, moment: datetime) -> None:
    found = read_moment("versions", text)
    assert (found, found.tzinfo) == (moment, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2020",
        "2020-13-01",
        "Mon, 31 Feb 2020 10:00:00 GMT",
        "Mon, 1 Abc 2020 10:00:00 GMT",
        "Mon, 1 Jan 2020 25:00:00 GMT",
        "1 Jan 99999 00:00:00 GMT",
        "0001-01-01T00:00:00+05:00",  # in UTC before the first day there is
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_a_text_that_names_no_moment_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_moment("versions", text)
    assert str(refused.value) == f"versions: {text!r} is not a date"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (None, None),
        ("", None),
        ("2020-01-06", date(2020, 1, 6)),
        (" 2020-01-06\n", date(2020, 1, 6)),
        ("2020-01-06T23:00:00Z", date(2020, 1, 6)),
    ],
)
def test_read_day(text: str | None, day: date | None) -> None:
    assert read_day("update_date", text) == day


@pytest.mark.parametrize("text", ["2020-02-30", "06.01.2020", "2020", "0000-00-00"])
def test_a_text_that_names_no_day_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_day("update_date", text)
    assert str(refused.value) == f"update_date: {text!r} is not a date"


def test_the_edges_of_the_days_a_paper_may_have() -> None:
    today = datetime.now(UTC).date()
    for day in (None, date(1665, 1, 1), today, date(today.year + 2, 12, 31)):
        warnings: list[str] = []
        assert (possible_day("published", day, warnings), warnings) == (day, [])


@pytest.mark.parametrize(
    ("moment", "day", "text"),
    [
        (date(2020, 1, 6), date(2020, 1, 6), "2020-01-06"),
        (datetime(2020, 1, 6, 10, 0, 1, tzinfo=UTC), date(2020, 1, 6), "2020-01-06T10:00:01Z"),
        (
            datetime(2020, 1, 6, 23, 0, 1, tzinfo=timezone(timedelta(hours=-5))),
            date(2020, 1, 7),
            "2020-01-06T23:00:01-05:00",
        ),
    ],
)
def test_days_and_texts_of_moments(moment: date, day: date, text: str) -> None:
    assert (as_date(moment), iso(moment)) == (day, text)


def test_the_text_of_no_moment_is_empty() -> None:
    assert iso(None) == ""


@pytest.mark.parametrize(
    ("version", "row"),
    [
        (FIRST, {"version": "v1", "created": "1999-01-02T03:04:05Z", "size": "12kb", "source_type": "D"}),
        (SECOND, {"version": "v2", "created": "2001-05-06T07:08:09Z"}),
        (Version("v3", None), {"version": "v3"}),
    ],
)
def test_a_version_keeps_only_what_is_known(version: Version, row: dict[str, str]) -> None:
    assert version.as_json() == row

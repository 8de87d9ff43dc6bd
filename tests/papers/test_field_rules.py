"""What a field may be: what may stand in an address, be a name, be a date."""

import re
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest

from papers import field_rules, taxonomy
from papers.field_rules import LONGEST, MOST, RULES, too_many
from papers.ingest.readers import arxiv_json
from papers.ingest.readers.bibtex import encodings, file
from papers.ingest.readers.documents import streams, xml_stream
from papers.text.normalization import MOST_MARKS

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules' clock stands still, so that a run of the tests may go past midnight."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=tz)

    monkeypatch.setattr(field_rules, "datetime", Clock)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("category", code) for code in taxonomy.ALL],
        ("category", "68T05"),
        ("category", "F.2.2"),
        ("category", "c" * 64),
        ("identifier", "2001.00001"),
        ("identifier", "hep-th/9901001"),
        ("identifier", "byron-1843-notes"),
        ("identifier", "example--1a2b"),
        ("identifier", "s" * 200),
        ("doi", "10.1002/(SICI)1097-4571(1999)50:4<327::AID-JOS41>3.0.CO;2-2"),
        ("doi", "10.1000/a#b?c"),
        ("orcid", "0000-0002-1825-0097"),
        ("arxiv_author_id", "warner_s_1"),
        ("arxiv_author_id", "0000-0002-1825-0097"),
        ("homepage", "https://example.org"),
        ("homepage", "http://münchen.example/~ada/?a=b&c=d#e"),
        ("homepage", "http://127.0.0.1:8000/"),
        ("homepage", "http://[::1]:8000/ada"),
        ("name", "Ł"),
        ("name", "김"),
        ("name", "n" * 255),
        ("surname", "van der Waerden"),
        ("suffix", ""),
        ("author_slug", "ada-byron"),
        ("author_slug", "Ada_2"),
        ("public_id", "abcdefghi2"),
        ("title", "$x$"),
        ("abstract", "one\ntwo"),
        ("license", ""),
        ("source", "arxiv-oai"),
        ("version", "v12"),
        ("day", date(1665, 1, 1)),
        ("day", date(TODAY.year + 2, 12, 31)),
        ("year", 1665),
        ("year", TODAY.year + 2),
        ("moment", datetime(2199, 12, 31, tzinfo=UTC)),
        ("moment", datetime(1666, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_may_be(name: str, value: object) -> None:
    assert RULES[name](value) == ""


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        *[
            ("category", code, "is not letters, digits, dots and hyphens, a letter or digit first")
            for code in ("a/b", "", ".", "..", "-", "a b", "a\u202eb", "é", "a_b", "a?b", "a#b", "a%2Fb", "cs.LG\n")
        ],
        ("category", "c" * 65, "has 65 characters, 64 are allowed"),
        *[
            ("identifier", text, "is neither an arXiv id without version nor small letters, digits and hyphens")
            for text in ("", "a/b", "..", "2001.00001v1", "Byron", "a b", "a\n", "-a", "arXiv:2001.00001")
        ],
        ("identifier", "feed", "is an address of the site's own"),
        ("identifier", "s" * 201, "has 201 characters, 200 are allowed"),
        ("arxiv_id", "arXiv:2001.00001", "is written 2001.00001"),
        ("doi", "doi:10.1000/a", "is written 10.1000/a"),
        ("doi", "10.1000/\u202ea", "is written 10.1000/a"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097", "is written 0000-0002-1825-0097"),
        ("orcid", "0000-0002-1825-0098", "'0000-0002-1825-0098': the check digit is wrong, so there is a typing error"),
        ("arxiv_author_id", "../warner", "'../warner': not an arXiv author id, such as warner_s_1"),
        *[
            ("homepage", text, "is not an address that begins with http:// or https://")
            for text in ("", "javascript:alert(1)", "//example.org", "example.org", "ftp://example.org/", "data:,x")
        ],
        *[
            ("homepage", text, "has signs that an address can't have")
            for text in (
                "https://example.org/a b",
                'https://example.org/"x',
                "https://example.org/<b>",
                "https://e\u202e.org",
            )
        ],
        ("homepage", "https://ada@example.org/", "names no host, or more than a host"),
        ("homepage", "https:///path", "names no host, or more than a host"),
        ("homepage", "https://a:b/", "is not an address"),
        ("homepage", "http://[", "is not an address"),
        *[("name", text, "has no letter, so it is no name") for text in ("", "-", "12345", "\u200b", "😀", "?")],
        ("name", "n" * 256, "has 256 characters, 255 are allowed"),
        ("surname", "a\x00b", "has control characters"),
        ("suffix", "s" * 33, "has 33 characters, 32 are allowed"),
        *[
            ("author_slug", text, "may have letters without accents, digits, hyphens and underscores")
            for text in ("", "a/b", "..", "é", "-a", "a b")
        ],
        ("author_slug", "papers", "is an address of the site's own"),
        ("public_id", "abc", "is not ten small letters and digits"),
        ("title", " ", "the record has no title"),
        ("abstract", "\ud800", "has control characters"),
        ("source", "A/b", "may have small letters, digits and hyphens"),
        ("version", "../1", "is not a version, such as v1"),
        ("day", date(1664, 12, 31), "1664-12-31 is before there were any papers to read"),
        ("day", date(TODAY.year + 3, 1, 1), f"{TODAY.year + 3} is not between 1665 and {TODAY.year + 2}"),
        ("moment", datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00+00:00 is not between 1666 and 2199"),
        ("moment", datetime(9999, 12, 31, tzinfo=UTC), "9999-12-31T00:00:00+00:00 is not between 1666 and 2199"),
        ("year", 0, f"0 is not between 1665 and {TODAY.year + 2}"),
    ],
)
def test_what_may_not_be(name: str, value: object, reason: str) -> None:
    assert RULES[name](value) == reason


@pytest.mark.parametrize("name", sorted(LONGEST.keys() & RULES.keys()))
def test_every_text_has_a_limit(name: str) -> None:
    assert RULES[name]("x" * (LONGEST[name] + 1))


def test_the_numbers_are_those_that_the_docs_give() -> None:
    text = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    said = set(re.findall(r"\d[\d,]*\d|\d", text))
    counts = {*MOST.values(), MOST_MARKS, file.LARGEST_ENTRY, file.MOST_ABBREVIATIONS, file.MOST_ABBREVIATED}
    counts |= {xml_stream.BIGGEST_ELEMENT, xml_stream.LONGEST_TAG, xml_stream.MOST_NAMES}
    sizes = {encodings.LARGEST_FILE, arxiv_json.LONGEST_LINE, streams.XZ_MEMORY}
    named = (
        "title",
        "abstract",
        "authors",
        "affiliation",
        "affiliations",
        "journal_ref",
        "comments",
        "categories",
        "dois",
    )
    counts |= {
        LONGEST[name] for name in (*named, "license", "expanded", "identifier", "category", "doi", "suffix", "slug")
    }
    assert {f"{count:,}" for count in counts} | {str(size // 2**20) for size in sizes} <= said


def test_how_many_there_may_be() -> None:
    assert too_many("categories", MOST["categories"]) == ""
    assert too_many("categories", 101) == "the record has 101, 100 are allowed"

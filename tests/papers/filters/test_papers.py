"""What papers can be asked for, one parameter after the other, and what is said about values that make no sense."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from justhtml import JustHTML

from papers.database.keyset import Order
from papers.filters.papers import NEWEST, NEWEST_OF_LIST, OLDEST, OLDEST_OF_LIST, PaperFilter
from papers.ingest.records import PaperRecord, SourceFields, Version
from papers.models import Category, Paper
from papers.people import Nobody, UnknownPerson
from papers.publications import Details
from papers.taxonomy.types import TYPES
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper, store_papers
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db


class ByFirstName(Nobody):
    """Takes the first name on a paper for its author's address."""

    def papers_by(self, papers: Any, who: str) -> Any:
        if who not in ("ada", "carl"):
            raise UnknownPerson(f"There is no author {who!r}.")
        return papers.filter(byline__0__forenames=who.title())


def versions(*days: str) -> list[Version]:
    return [Version(f"v{n}", datetime.fromisoformat(day).replace(tzinfo=UTC)) for n, day in enumerate(days, 1)]


@pytest.fixture
def papers(store: Store, settings: Any) -> None:
    settings.PEOPLE = f"{__name__}.ByFirstName"
    Category.objects.create(code="stat.AP", name="Applications")
    store(
        paper("1901.00001", title="Lattice engines", authors="Ada Byron", versions=versions("2018-12-31")),
        paper("1901.00002", title="Looms", authors="Ada Byron", categories="alg-geom", versions=versions("2019-01-01")),
        paper("2001.00003", title="Steam engines", authors="Carl Gauss", versions=versions("2019-12-31", "2020-05-05")),
        paper("hep-th/9901004", title="Strings", categories="hep-th cs.LG", versions=versions("2020-01-01")),
        PaperRecord.from_source(
            SourceFields(source="list", slug="undated", title="Undated engines", categories="cs.LG")
        ),
    )


def answer(query: str) -> tuple[str, dict[str, list[str]]]:
    """The last digits of the papers found, in the order asked for, and what is wrong with the question."""
    found = PaperFilter(QueryDict(query), Paper.objects.visible())
    if not found.is_valid():
        return "", {name: list(map(str, errors)) for name, errors in found.form.errors.items()}
    assert found.order is not None
    return "".join(each.identifier[-1] for each in found.order.applied(found.qs)), {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "4321d"),
        ("ordering=-published", "4321d"),
        ("ordering=published", "d1234"),
        ("category=cs.LG", "431d"),
        ("category=cs.LG&ordering=published", "d134"),
        ("category= cs.LG ", "431d"),
        ("category=alg-geom", "2"),
        ("category=math.AG", "2"),
        ("category=stat.AP", ""),
        ("author=ada", "421"),
        ("author=%20carl%20", "3"),
        ("year=2019", "32"),
        ("year=2018", "1"),
        ("year=1", ""),  # where the undated are sorted is no year of theirs
        ("year=9999", ""),
        ("year_min=2019", "432"),
        ("year_max=2019", "321"),
        ("year_min=2019&year_max=2019", "32"),
        ("year_min=2021&year_max=2019", ""),
        ("published_min=2019-12-31", "43"),
        ("published_max=2018-12-31", "1"),
        ("published_min=2019-01-01&published_max=2019-12-31", "32"),
        ("id__in=1901.00001,hep-th/9901004", "41"),
        ("id__in=1901.00001", "1"),
        ("id__in=nobody", ""),
        ("id__in=" + ",".join(f"1901.{n:05}" for n in range(100)), "21"),
        ("q=title:engines&ordering=-published", "31d"),
        ("search=title:engines&ordering=published", "d13"),
        ("q=engines&ordering=-published", "4321d"),  # also those that appeared in J. Engines
        ("q=engines&search=steam&ordering=-published", "3"),
        ("q=zyzzyva&ordering=-published", ""),
        ("q=engines&category=cs.LG&author=ada&year=2018&ordering=-published", "1"),
        ("q=&category=&author=&year=&year_min=&published_min=&id__in=&ordering=", "4321d"),
    ],
)
def test_every_parameter_and_what_it_finds(query: str, found: str, papers: None) -> None:
    assert answer(query) == (found, {})


CHOICE = "Select a valid choice. {} is not one of the available choices."


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("category=nope", {"category": ["There is no category 'nope'. The codes are listed at /categories/."]}),
        (
            "category=" + "x" * 100,
            {"category": [f"There is no category '{'x' * 60}'. The codes are listed at /categories/."]},
        ),
        ("category=x%00y", {"category": ["Null characters are not allowed."]}),
        ("author=nobody", {"author": ["There is no author 'nobody'."]}),
        ("author=x%00y", {"author": ["Null characters are not allowed."]}),
        ("year=twenty", {"year": ["Enter a number."]}),
        ("year=2020.5", {"year": ["Ensure that there are no more than 0 decimal places."]}),
        ("year=0", {"year": ["Ensure this value is greater than or equal to 1."]}),
        ("year=-5", {"year": ["Ensure this value is greater than or equal to 1."]}),
        ("year=10000", {"year": ["Ensure this value is less than or equal to 9999."]}),
        ("year=1e9", {"year": ["Ensure this value is less than or equal to 9999."]}),
        ("year=NaN", {"year": ["Enter a number."]}),
        ("year_min=x&year_max=y", {"year_min": ["Enter a number."], "year_max": ["Enter a number."]}),
        ("published_min=2020-02-30", {"published_min": ["Enter a valid date."]}),
        ("published_max=yesterday", {"published_max": ["Enter a valid date."]}),
        ("ordering=title", {"ordering": [CHOICE.format("title")]}),
        ("ordering=relevance", {"ordering": ["Best match first needs words to match: give q."]}),
        (
            "id__in=" + ",".join(map(str, range(101))),
            {"id__in": ["At most 100 ids at once, not 101."]},
        ),
        ("type=Article", {"type": [f"There is no type 'Article'. Allowed are: {', '.join(TYPES)}."]}),
        ("type=" + "x" * 99, {"type": [f"There is no type '{'x' * 60}'. Allowed are: {', '.join(TYPES)}."]}),
        ("type=x%00y", {"type": ["Null characters are not allowed."]}),
        ("q=x%00y", {"q": ["Null characters are not allowed."]}),
    ],
)
def test_values_that_make_no_sense_are_named_with_the_reason(
    query: str, errors: dict[str, list[str]], papers: None
) -> None:
    assert answer(query) == ("", errors)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", NEWEST),
        ("ordering=published", OLDEST),
        ("category=cs.LG", NEWEST_OF_LIST),
        ("category=cs.LG&ordering=published", OLDEST_OF_LIST),
        ("q=engines", None),
        ("search=engines", None),
        ("q=engines&ordering=relevance", None),
        ("q=engines&ordering=-published", NEWEST),
        ("q=engines&category=cs.LG&ordering=published", OLDEST_OF_LIST),
    ],
)
def test_the_order_follows_from_what_is_asked(query: str, order: Order | None, papers: None) -> None:
    found = PaperFilter(QueryDict(query), Paper.objects.visible())
    assert found.is_valid()
    assert found.order == order


def test_the_parameters_there_are() -> None:
    assert sorted(PaperFilter.base_filters) == [
        "author",
        "author__in",
        "category",
        "category__in",
        "coauthor",
        "exclude_author",
        "exclude_category",
        "exclude_year",
        "id__in",
        "ordering",
        "published_max",
        "published_min",
        "q",
        "search",
        "type",
        "updated_since",
        "year",
        "year__in",
        "year_max",
        "year_min",
    ]


# --- Dates of which only the year or the month is known, and types --------------------------------------------------------

DATES = {
    "a": "2018-12-31",
    "b": "2019",
    "c": "2019-01",
    "d": "2019-01-01",
    "e": "2019-06",
    "f": "2019-06-30",
    "g": "2019-12",
}
DATES |= {"h": "2019-12-31", "i": "2020", "j": "2020-01-01", "k": ""}
KINDS = {"a": "book", "b": "phdthesis", "g": "book", "h": "phdthesis", "k": "misc"}


@prepared_site
def partly_dated() -> None:
    """Papers of a list, each called by a letter, with dates as DATES and types as KINDS have them; the others are articles."""
    Category.objects.create(code="cs.LG", name="Machine Learning")
    store_papers(
        *(
            PaperRecord.from_source(
                SourceFields(
                    source="bibtex",
                    slug=f"p-{letter}",
                    title=f"Common words {letter}",
                    issued=PartialDate.from_iso(day) if day else None,
                    categories="cs.LG",
                    details=Details(source_type=KINDS.get(letter, "article"), container=f"Journal {letter}"),
                )
            )
            for letter, day in DATES.items()
        )
    )


# Newest first a year stands behind the days and months of it, a month behind its days.
OF_DATES = [
    ("", "jihgfedcbak"),
    ("ordering=published", "kabcdefghij"),
    ("year=2019", "hgfedcb"),
    ("year=2018", "a"),
    ("year=2020", "ji"),
    ("year_min=2019&year_max=2019", "hgfedcb"),
    ("year_min=2020", "ji"),
    ("year_max=2018", "a"),
    ("year__in=2018,2020", "jia"),
    ("exclude_year=2019", "jiak"),
    ("published_min=2019-01-01&published_max=2019-01-01", "dcb"),
    ("published_min=2019-01-02&published_max=2019-01-31", "cb"),
    ("published_min=2019-06-15&published_max=2019-06-15", "eb"),
    ("published_min=2019-06-30&published_max=2019-06-30", "feb"),
    ("published_min=2019-07-01&published_max=2019-11-30", "b"),
    ("published_min=2019-12-31", "jihgb"),
    ("published_max=2019-01-01", "dcba"),
    ("published_min=2020-02-01", "i"),
    ("published_max=2018-12-31&published_min=2018-01-01", "a"),
    ("year=2019&published_min=2019-12-01", "hgb"),
]


@pytest.mark.parametrize(
    "also", ["", "category=cs.LG", "q=common&ordering=-published", "q=venue:journal&ordering=-published"]
)
@pytest.mark.parametrize(("query", "found"), OF_DATES)
def test_a_date_lies_where_its_year_or_month_may_lie(also: str, query: str, found: str, partly_dated: None) -> None:
    query = f"{query}&{also}" if "ordering" not in query else f"{query}&{also.partition('&')[0]}"
    assert answer(query) == (found, {})


@pytest.mark.parametrize(("query", "found"), [row for row in OF_DATES if "ordering" not in row[0]])
def test_words_rank_what_may_lie_in_a_time(
    query: str, found: str, partly_dated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.search.find.FEW", 2)
    asked = PaperFilter(QueryDict(f"q=common&{query}"), Paper.objects.visible())
    assert asked.is_valid()
    ranked = Paper.objects.filter(pk__in=asked.ranked()).values_list("identifier", flat=True)
    assert sorted(ranked) == sorted(f"p-{letter}" for letter in found)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=thesis", "hb"),
        ("type=thesis&ordering=published", "bh"),
        ("type=book", "ga"),
        ("type=document", "k"),
        ("type=article", ""),
        ("type=article-journal&year=2019", "fedc"),
        ("type= thesis &year=2020", ""),
        ("type=thesis&category=cs.LG", "hb"),
        ("type=thesis&category=cs.LG&ordering=published", "bh"),
        ("type=article-journal&category=cs.LG&year_max=2019&published_min=2019-06-30", "fe"),
        ("type=thesis&q=common&ordering=-published", "hb"),
        ("type=book&q=common&category=cs.LG&ordering=published", "ag"),
        ("type=book&published_max=2019-01-01", "a"),
        ("type=", "jihgfedcbak"),
    ],
)
@pytest.mark.parametrize("few", [1, 1_000])
def test_papers_of_a_type(
    query: str, found: str, few: int, partly_dated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.search.find.FEW", few)
    assert answer(query) == (found, {})


def test_of_a_type_the_best_are_ranked_however_many_newer_papers_match(partly_dated: None, few_ranked: None) -> None:
    asked = PaperFilter(QueryDict("q=common&type=book"), Paper.objects.visible())
    assert asked.is_valid()
    assert sorted(Paper.objects.filter(pk__in=asked.ranked()).values_list("identifier", flat=True)) == ["p-a", "p-g"]


def test_papers_of_a_type_are_read_along_an_index() -> None:
    if connection.vendor == "postgresql":  # it reads a table of no rows whole
        return
    for query in ("type=thesis", "type=thesis&ordering=published", "type=thesis&year=2019"):
        found = PaperFilter(QueryDict(query), Paper.objects.visible())
        assert found.is_valid()
        assert found.order is not None
        plan = found.order.applied(found.qs)[:25].explain()
        assert "USING INDEX papers_by_type (type=?" in plan
        assert len(plan.splitlines()) == 1  # nothing is sorted


def test_papers_that_were_taken_back_are_in_no_list(papers: None) -> None:
    Paper.objects.filter(identifier="2001.00003").update(is_deleted=True)
    assert answer("year=2019") == ("2", {})


def test_the_dates_a_year_has_are_its_own(papers: None) -> None:
    days = PaperFilter(QueryDict("year=2019"), Paper.objects.visible()).qs.values_list("published", flat=True)
    assert sorted(days) == [date(2019, 1, 1), date(2019, 12, 31)]


# --- Words with a year or a category ----------------------------------------------------------------------------------


@pytest.fixture
def few_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so small that a dozen papers are more than is looked at."""
    monkeypatch.setattr("papers.search.find.FEW", 2)
    for name, value in (("sqlite.RANKED", 4), ("sqlite.WINDOW", 3), ("postgres.RANKED", 4)):
        monkeypatch.setattr(f"papers.search.{name}", value)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year=2001", "01 02 03"),
        ("year_max=2001", "01 02 03"),
        ("year_min=2001&year_max=2001", "01 02 03"),
        ("published_max=2001-12-31", "01 02 03"),
        ("published_min=2001-01-01&published_max=2002-12-31", "01 02 03 04"),
        ("category=hep-th", "02 04"),
        ("category=math.MP", "05"),  # a second name of math-ph
        ("category=astro-ph", "03"),  # the old category and not the archive that has its name
        ("category=hep-th&year=2001", "02"),
        ("category=cs.ZZ", "01"),
        ("year=1999", ""),
        ("year=2001&category=math-ph", ""),
        ("year=1", ""),
    ],
)
def test_a_common_word_is_found_in_a_year_or_category_however_many_newer_papers_have_it(
    query: str, found: str, store: Store, categories: None, few_ranked: None
) -> None:
    codes = {1: "cs.ZZ cs.LG", 2: "hep-th", 3: "astro-ph", 4: "cs.LG hep-th", 5: "math-ph", 6: "astro-ph.CO"}
    store(
        *(
            paper(
                f"0704.{number:04}",
                title="Common words",
                categories=codes.get(number, "stat.ML"),
                versions=versions(f"{2001 if number < 4 else 1998 + number}-03-04"),
            )
            for number in range(1, 16)
        )
    )
    for words in ("q=common", "search=common+words"):
        asked = PaperFilter(QueryDict(f"{words}&{query}"), Paper.objects.visible())
        assert asked.is_valid(), asked.form.errors
        names = dict(Paper.objects.values_list("pk", "identifier"))
        assert " ".join(sorted(names[pk][-2:] for pk in asked.ranked())) == found
        listed = PaperFilter(QueryDict(f"{words}&{query}&ordering=-published"), Paper.objects.visible())
        assert listed.is_valid()
        assert listed.order is not None
        assert " ".join(sorted(each.identifier[-2:] for each in listed.order.applied(listed.qs))) == found


# --- The order in the form ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", [("", "newest first"), ("published", "oldest first")]),
        ("ordering=-published", [("", "newest first"), ("published", "oldest first")]),
        ("ordering=published", [("", "newest first"), ("published", "oldest first")]),
        ("q=engine", [("", "best match first"), ("-published", "newest first"), ("published", "oldest first")]),
        (
            "ordering=modified",
            [
                ("", "newest first"),
                ("published", "oldest first"),
                ("modified", "in the order of changes here"),
            ],
        ),
    ],
)
def test_the_usual_order_needs_no_parameter(query: str, options: list[tuple[str, str]]) -> None:
    found = PaperFilter(QueryDict(query), Paper.objects.all())
    select = JustHTML(str(found.form["ordering"]), sanitize=False, fragment=True)
    shown = [(option.attrs.get("value", ""), option.to_text().strip()) for option in select.query("option")]
    assert shown == options
    (chosen,) = (option.attrs.get("value", "") for option in select.query("option[selected]"))
    wanted = QueryDict(query).get("ordering", "")
    assert chosen == ("" if wanted == "-published" else wanted)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("year_min=2020&year_max=2010", "“From year” (2020) is later than “to year” (2010): swap them."),
        (
            "year=2005&year_min=2010",
            "The year 2005 is not among the years asked for besides: take one of the two away.",
        ),
        ("year=2012&year_min=2010&year_max=2012", ""),
        ("year_min=2010", ""),
    ],
)
def test_why_nothing_can_fit_is_said(query: str, said: str, categories: None, client: Client) -> None:
    response = client.get(f"/papers/?{query}")
    assert response.status_code == 200
    assert (said or "No paper fits all of this.") in response.content.decode()

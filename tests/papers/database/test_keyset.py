"""Pages by keyset: walked forwards and backwards in any size they are the whole list, and a wrong cursor is said to be one."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from django.db.models import QuerySet
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.database.keyset import (
    InvalidPage,
    Order,
    Pager,
    Query,
    capped_count,
    field_kind,
    keyset_pager,
    numbered_pager,
    read_page,
)
from papers.filters.papers import NEWEST, NEWEST_OF_LIST, OLDEST, OLDEST_OF_LIST
from papers.models import Category, Paper, PaperCategory
from papers.text.dates import place_of_day

pytestmark = pytest.mark.django_db

BY_CODE = Order(("code",), descending=False)
BY_CODE_DOWN = Order(("code",), descending=True)
BY_NAME = Order(("name", "id"), descending=False)
DAYS = [date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 1), None, date(2020, 1, 1), date(2020, 1, 3), None]


@pytest.fixture
def papers() -> None:
    """Seven papers with ties and without dates, of which all but one are in a category."""
    category = Category.objects.create(code="cs.LG", name="Machine Learning")
    for number, day in enumerate(DAYS):
        paper = Paper.objects.create(
            identifier=f"p{number}", title="A", published=day, source="x", read_at=datetime(2020, 1, 6, tzinfo=UTC)
        )
        if number != 4:
            PaperCategory.objects.create(paper=paper, category=category, position=0, sort_day=place_of_day(day))
    for code, name in (("b", "ä"), ("a", "z"), ("d", "z"), ("c", "'quoted\\"), ("Z", "")):
        Category.objects.create(code=code, name=name or "?")


def listed(name: str) -> QuerySet[Any]:
    return {
        "papers": Paper.objects.all(),
        "in category": Paper.objects.in_category(Category.objects.get(code="cs.LG")),
        "categories": Category.objects.all(),
        "none": Paper.objects.none(),
        "one": Paper.objects.filter(identifier="p3"),
    }[name]


LISTS = [
    ("papers", NEWEST),
    ("papers", OLDEST),
    ("in category", NEWEST_OF_LIST),
    ("in category", OLDEST_OF_LIST),
    ("categories", BY_CODE),
    ("categories", BY_CODE_DOWN),
    ("categories", BY_NAME),
    ("none", NEWEST),
    ("one", NEWEST),
]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(("name", "order"), LISTS)
def test_pages_forwards_and_backwards_are_the_whole_list(name: str, order: Order, size: int, papers: None) -> None:
    whole = list(order.applied(listed(name)))
    pages = [read_page(listed(name), order, "", size)]
    while cursor := pages[-1].next:
        pages.append(read_page(listed(name), order, cursor, size))
    assert [row for page in pages for row in page.rows] == whole
    assert [len(page.rows) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert [bool(page.previous) for page in pages] == [number > 0 for number in range(len(pages))]
    backwards = [pages[-1]]
    while cursor := backwards[-1].previous:
        backwards.append(read_page(listed(name), order, cursor, size))
    assert [page.rows for page in backwards] == [page.rows for page in reversed(pages)]
    assert [bool(page.next) for page in backwards] == [False] + [True] * (len(pages) - 1)


def test_the_orders_of_papers(papers: None) -> None:
    def names(order: Order) -> list[str]:
        return list(order.applied(Paper.objects.all()).values_list("identifier", flat=True))

    assert names(NEWEST) == ["p5", "p1", "p4", "p2", "p0", "p6", "p3"]
    assert names(OLDEST) == ["p3", "p6", "p0", "p2", "p4", "p1", "p5"]


def test_a_page_stays_where_it_is_while_rows_come_and_go_before_it(papers: None) -> None:
    first = read_page(Paper.objects.all(), NEWEST, "", 3)
    second = read_page(Paper.objects.all(), NEWEST, first.next, 3)
    Paper.objects.filter(identifier="p1").delete()
    Paper.objects.filter(identifier="p4").delete()  # the row that the cursor names
    for number in range(3):
        Paper.objects.create(
            identifier=f"new{number}", title="A", published=date(2021, 1, 1), source="x", read_at=datetime.now(UTC)
        )
    assert read_page(Paper.objects.all(), NEWEST, first.next, 3) == second


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_costs_one_query_at_any_depth(size: int, papers: None, django_assert_num_queries: Any) -> None:
    cursor = ""
    for _page in range(3):
        with django_assert_num_queries(1):  # the rows of the page and one more, by their place in the index
            cursor = read_page(Paper.objects.all(), NEWEST, cursor, size).next


def cursor_of(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode().rstrip("=")


WRONG = "This page doesn't exist: its cursor is not one that this list gave. Start at the first page."


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "äöü",
        "=",
        "%%%",
        "A" * 5000,
        base64.urlsafe_b64encode(b"not JSON").decode(),
        base64.urlsafe_b64encode(b"{}").decode(),
        base64.urlsafe_b64encode(b"7").decode(),
        base64.urlsafe_b64encode(b"null").decode(),
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor_of(">"),
        cursor_of(">", 20200101),
        cursor_of(">", 20200101, 1, 2),
        cursor_of("=", 20200101, 1),
        cursor_of(1, 20200101, 1),
        cursor_of([], 20200101, 1),
        cursor_of(">", 2020.5, 1),
        cursor_of(">", True, 1),
        cursor_of(">", "2020-01-01", 1),
        cursor_of(">", "20200101", 1),
        cursor_of(">", None, 1),
        cursor_of(">", 20200101, "1"),
        cursor_of(">", 20200101, 1.5),
        cursor_of(">", 20200101, True),
        cursor_of(">", 20200101, None),
        cursor_of(">", 20200101, [1]),
        cursor_of(">", 20200101, {}),
        cursor_of(">", 20200101, 2**63),
        cursor_of(">", 20200101, -(2**63)),
    ],
)
@pytest.mark.parametrize(("name", "order"), LISTS[:3])
def test_a_cursor_that_the_list_never_gave_is_refused(cursor: str, name: str, order: Order, papers: None) -> None:
    with pytest.raises(InvalidPage) as refused:
        read_page(listed(name), order, cursor, 3)
    assert str(refused.value) == WRONG


@pytest.mark.parametrize("value", [1, None, True, 1.5, [], "NUL\0"])
def test_a_cursor_of_texts_takes_only_texts(value: Any, papers: None) -> None:
    with pytest.raises(InvalidPage) as refused:
        read_page(Category.objects.all(), BY_CODE, cursor_of(">", value), 3)
    assert str(refused.value) == WRONG


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()),
        st.lists(
            st.one_of(st.sampled_from("<>"), st.integers(), st.dates().map(str), st.floats(allow_nan=False), st.text()),
            max_size=4,
        ).map(lambda values: base64.urlsafe_b64encode(orjson.dumps([str(v) for v in values])).decode()),
    )
)
def test_any_text_is_a_page_or_refused(papers: None, cursor: str) -> None:
    try:
        page = read_page(Paper.objects.all(), NEWEST, cursor, 2)
    except InvalidPage as error:
        assert str(error) == WRONG
    else:
        assert set(page.rows) <= set(Paper.objects.all())


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("papers", "sort_day", int),
        ("papers", "published", date),
        ("papers", "id", int),
        ("papers", "pk", int),
        ("papers", "title", str),
        ("papers", "modified_at", datetime),
        ("papers", "author_count", int),
        ("in category", "list_day", int),
        ("in category", "list_id", int),
        ("in category", "memberships__position", int),
        ("in category", "memberships__category__code", str),
        ("categories", "canonical", int),
    ],
)
def test_the_kind_of_values_that_a_cursor_holds(name: str, path: str, kind: type, papers: None) -> None:
    assert field_kind(listed(name), path) is kind


# --- Pages with a number, and their addresses ---------------------------------------------------------------------------


def asked(address: str) -> Any:
    return RequestFactory().get(address)


def names(pager: Pager) -> list[str]:
    return [paper.identifier for paper in pager.items]


def test_the_first_pages_can_be_asked_for_by_number(papers: None) -> None:
    def page(address: str) -> tuple[list[str], str, str, str, int | None]:
        pager = keyset_pager(asked(address), Paper.objects.all(), NEWEST, 3)
        assert (pager.count, pager.count_is_capped) == (7, False)
        return names(pager), pager.previous_url, pager.next_url, pager.first_url, pager.number

    assert page("/papers/?q=a&page=1") == (["p5", "p1", "p4"], "", "/papers/?q=a&page=2", "", 1)
    assert page("/papers/?page=2&q=a") == (
        ["p2", "p0", "p6"],
        "/papers/?q=a",
        "/papers/?q=a&page=3",
        "/papers/?q=a",
        2,
    )
    assert page("/papers/?page=3") == (["p3"], "/papers/?page=2", "", "/papers/", 3)


def test_a_pager_by_cursor_keeps_all_else_that_was_asked_for(papers: None) -> None:
    first = keyset_pager(asked("/papers/?q=a%26b&empty=&category=x&category=y"), Paper.objects.all(), NEWEST, 4)
    assert (names(first), first.previous_url, first.first_url, first.number) == (["p5", "p1", "p4", "p2"], "", "", None)
    kept = "/papers/?q=a%26b&category=x&category=y"
    cursor = cursor_of(">", 20200101, first.items[-1].pk)
    assert first.next_url == f"{kept}&page={cursor}"
    second = keyset_pager(asked(first.next_url), Paper.objects.all(), NEWEST, 4)
    assert (names(second), second.next_url, second.first_url) == (["p0", "p6", "p3"], "", kept)
    back = keyset_pager(asked(second.previous_url), Paper.objects.all(), NEWEST, 4)
    assert (names(back), back.previous_url) == (names(first), "")


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("0", "There is no page 0: the list ends before it. Start at the first one."),
        ("4", "There is no page 4: the list ends before it. Start at the first one."),
        ("999999999", "There is no page 999999999: the list ends before it. Start at the first one."),
        ("9" * 30, WRONG),
        ("-1", WRONG),
        ("1.5", WRONG),
        ("two", WRONG),
        (cursor_of("<", 20300101, 1), "There is nothing on this page. Start at the first one."),
        (cursor_of(">", 0, 0), "There is nothing on this page. Start at the first one."),
    ],
)
def test_a_page_that_is_not_there(page: str, message: str, papers: None) -> None:
    with pytest.raises(InvalidPage) as refused:
        keyset_pager(asked(f"/papers/?page={page}"), Paper.objects.all(), NEWEST, 3)
    assert str(refused.value) == message


def test_the_first_page_of_nothing_is_empty(papers: None) -> None:
    for address in ("/papers/", "/papers/?page=1", "/papers/?page="):
        pager = keyset_pager(asked(address), Paper.objects.none(), NEWEST, 3)
        assert (pager.items, pager.next_url, pager.previous_url, pager.count) == ([], "", "", 0)


def test_a_count_that_is_known_is_not_counted(papers: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):  # the rows alone
        assert keyset_pager(asked("/papers/"), Paper.objects.all(), NEWEST, 3, 7).count == 7


@pytest.mark.parametrize(("cap", "counted"), [(6, (6, True)), (7, (7, False)), (8, (7, False))])
def test_counting_stops_at_a_cap(
    cap: int, counted: tuple[int, bool], papers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.database.keyset.COUNTED_TO", cap)
    assert capped_count(NEWEST.applied(Paper.objects.all())) == counted


def test_a_ranked_list_has_numbered_pages() -> None:
    rows = list("abcdefg")
    assert [numbered_pager(asked(f"/search/?q=x{page}"), rows, 3, 7) for page in ("", "&page=2", "&page=3")] == [
        Pager(["a", "b", "c"], "/search/?q=x&page=2", "", "", 7, False, 1),
        Pager(["d", "e", "f"], "/search/?q=x&page=3", "/search/?q=x", "/search/?q=x", 7, False, 2),
        Pager(["g"], "", "/search/?q=x&page=2", "/search/?q=x", 7, False, 3),
    ]
    assert numbered_pager(asked("/search/"), [], 3, 0) == Pager([], "", "", "", 0, False, 1)
    assert numbered_pager(asked("/search/?page="), rows, 3, 7).items == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("0", "There is no page 0: the list ends before it. Start at the first one."),
        ("4", "There is no page 4: the list ends before it. Start at the first one."),
        ("x", "'x' is not a page number."),
        ("1" * 50, f"'{'1' * 40}' is not a page number."),
    ],
)
def test_a_numbered_page_that_is_not_there(page: str, message: str) -> None:
    with pytest.raises(InvalidPage) as refused:
        numbered_pager(asked(f"/search/?page={page}"), list("abcdefg"), 3, 7)
    assert str(refused.value) == message


def test_addresses_of_pages() -> None:
    query = Query.of(asked("/papers/?q=caf%C3%A9+%26&page=3&year="))
    assert [query.url(None), query.url("abc"), query.url(2), Query("/papers/").url(None), Query("/").url(3)] == [
        "/papers/?q=caf%C3%A9+%26",
        "/papers/?q=caf%C3%A9+%26&page=abc",
        "/papers/?q=caf%C3%A9+%26&page=2",
        "/papers/",
        "/?page=3",
    ]

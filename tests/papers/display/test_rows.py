"""Papers read as rows, JSON columns, and the fragments that draw lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.template import engines as template_engines
from django.utils import translation
from jinja2 import UndefinedError

from papers.api.serializers import paper_json
from papers.database.keyset import Order, read_page
from papers.display.cards import cards
from papers.display.rows import PaperRow, rows_of
from papers.models import Paper
from papers.publications.details import NO_DETAILS
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(store: Store) -> list[Paper]:
    store(
        paper("2001.00001", title="Looms", dois="10.1000/a(b)<c>", authors="Ada Byron (London), Carl Friedrich"),
        paper("hep-th/9901001", authors="The Engine Collaboration", abstract=""),
        paper("2001.00003", title="An <blink>engine</blink> of $x < y$", authors="A. Bee & C. Dee et al."),
    )
    return list(Paper.objects.order_by("id"))


def test_a_row_has_what_the_paper_has(three: list[Paper]) -> None:
    rows = rows_of([each.pk for each in three])
    assert len(rows) == 3
    for row, each in zip(rows, three, strict=True):
        for name in (*PaperRow._fields[:-1], "source_url"):
            assert getattr(row, name) == getattr(each, name), name
        assert row.get_absolute_url() == each.get_absolute_url()
    as_rows, as_models = cards(rows, fold=False), cards(three, fold=False)
    assert [paper_json(card, NO_DETAILS) for card in as_rows] == [paper_json(card, NO_DETAILS) for card in as_models]


def test_rows_come_in_the_order_asked_for_and_without_those_that_are_not_here(
    three: list[Paper], django_assert_num_queries: Any
) -> None:
    ids = [each.pk for each in three]
    with django_assert_num_queries(1):
        assert [row.pk for row in rows_of([ids[2], 10**9, ids[0]])] == [ids[2], ids[0]]
    with django_assert_num_queries(0):
        assert rows_of([]) == []


def test_a_page_of_rows_is_the_page_of_models(three: list[Paper]) -> None:
    order, papers, cursor = Order(("sort_day", "id"), descending=True), Paper.objects.visible(), ""
    for _page in range(3):
        models, rows = read_page(papers, order, cursor, 1), read_page(papers, order, cursor, 1, rows_of)
        assert [row.pk for row in rows.rows] == [each.pk for each in models.rows]
        assert (rows.next, rows.previous) == (models.next, models.previous)
        cursor = rows.next
    assert cursor == ""


@pytest.mark.parametrize("descending", [True, False])
def test_places_are_compared_by_row_value_on_either_database(descending: bool) -> None:
    order = Order(("sort_day", "id"), descending=descending)
    sql = str(order.beyond(Paper.objects.visible(), [20200101, 7], backwards=False).query)
    assert f'("papers_paper"."sort_day", "papers_paper"."id") {"<" if descending else ">"} (' in sql
    assert " OR " not in sql


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "ä"]}, [], 123456789012345678901234567890, "text"])
def test_json_comes_back_as_it_was_stored(value: Any, three: list[Paper]) -> None:
    Paper.objects.filter(pk=three[0].pk).update(versions=value)
    found = Paper.objects.get(pk=three[0].pk).versions
    assert found == (float(value) if isinstance(value, int) else value)
    assert list(Paper.objects.filter(pk=three[0].pk).values_list("byline__0__name", flat=True)) == ["Ada Byron"]


# --- Fragments --------------------------------------------------------------------------------------------------------


def drawn(template: str, **values: Any) -> str:
    return Template("{% load fragments %}" + template).render(Context(values))


def test_what_papers_say_is_text_in_a_fragment(three: list[Paper]) -> None:
    answer = drawn('{% fragment "papers/cards.html" cards=cards %}', cards=cards(rows_of([three[2].pk])))
    assert "An &lt;blink&gt;engine&lt;/blink&gt; of <math>" in answer
    assert "<blink>" not in answer
    assert '<span class="quiet">et al.</span>' in answer


def test_a_fragment_speaks_the_language_of_its_page(three: list[Paper]) -> None:
    shown = cards(rows_of([three[0].pk]))
    for language, day in (("en", "Jan. 6, 2020"), ("de", "6. Januar 2020"), ("en", "Jan. 6, 2020")):
        with translation.override(language):
            assert f">{day}</time>" in drawn('{% fragment "papers/cards.html" cards=cards %}', cards=shown)


def test_a_value_that_was_forgotten_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        template_engines["fragments"].get_template("papers/cards.html").render({})


def test_the_database_gives_json_as_text() -> None:
    """What rows_of relies on, in either database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT byline FROM papers_paper LIMIT 1")
        assert all(isinstance(row[0], str) for row in cursor.fetchall())

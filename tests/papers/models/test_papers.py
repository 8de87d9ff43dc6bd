"""The rules that the code relies on stand in the database, each by its name; and what records say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from papers.models import (
    Build,
    Category,
    Collaboration,
    DistinctPapers,
    EarlierIdentifier,
    Paper,
    PaperCategory,
    PaperCollaboration,
    PaperCount,
    PaperDoi,
    PaperQuerySet,
    PaperSuggestion,
    SourceRecord,
    SupersededRecord,
    TypeCount,
    next_revision,
)
from papers.text.dates import PartialDate, place_of_day

pytestmark = pytest.mark.django_db

READ_AT = datetime(2020, 1, 6, tzinfo=UTC)


def a_paper(identifier: str = "2001.00001", **fields: Any) -> Paper:
    given = {"identifier": identifier, "title": "A paper", "source": "list", "read_at": READ_AT}
    return Paper.objects.create(**given | fields)


def a_category(code: str = "cs.LG", **fields: Any) -> Category:
    return Category.objects.create(**{"code": code, "name": code} | fields)


def place(paper: Paper, category: Category, position: int) -> PaperCategory:
    return PaperCategory.objects.create(paper=paper, category=category, position=position)


def doi(paper: Paper, position: int, text: str = "10.1000/a") -> PaperDoi:
    return PaperDoi.objects.create(paper=paper, position=position, doi=text, key=text)


def mention(paper: Paper, group: Collaboration) -> PaperCollaboration:
    return PaperCollaboration.objects.create(paper=paper, collaboration=group)


def word(paper: Paper) -> SourceRecord:
    return SourceRecord.objects.create(paper=paper, source="bibtex", giver="byron1843", read_at=READ_AT)


def alike(one: Paper, two: Paper) -> PaperSuggestion:
    build, _made = Build.objects.get_or_create(stage="duplicate_papers", defaults={"started_at": READ_AT})
    return PaperSuggestion.objects.create(one=one, two=two, score=0.5, build=build)


def count(category: Category | None, year: int) -> PaperCount:
    return PaperCount.objects.create(category=category, year=year)


def of_type(category: Category | None, name: str, year: int = 2020) -> TypeCount:
    return TypeCount.objects.create(category=category, type=name, year=year)


class Rows:
    """What the bad rows refer to."""

    def __init__(self) -> None:
        self.paper, self.other_paper = a_paper(citation_key="key"), a_paper("2001.00002")
        self.category, self.other_category = a_category(), a_category("stat.ML")
        self.group = Collaboration.objects.create(name="ATLAS", key="atlas")
        place(self.paper, self.category, 0)
        doi(self.paper, 0)
        mention(self.paper, self.group)
        count(self.category, 2020)
        count(None, 2020)
        of_type(self.category, "thesis")
        of_type(None, "thesis")
        EarlierIdentifier.objects.create(identifier="a", paper=self.paper)
        SupersededRecord.objects.create(paper=self.paper, digest=b"a")
        word(self.paper)
        self.third_paper = a_paper("2001.00009")
        DistinctPapers.objects.create(one=self.paper, two=self.other_paper)
        alike(self.paper, self.other_paper)


# For each constraint a row that it lets in, and one that differs from it only in breaking the rule.
Make = Callable[[Rows], Any]
RULES: dict[str, list[tuple[Make, Make]]] = {
    "only_other_names_have_a_canonical_category": [
        (
            lambda rows: a_category("math.MP", kind="alias", canonical=rows.category),
            lambda rows: a_category("math.MP", kind="alias"),
        ),
        (
            lambda rows: a_category("alg-geom", kind="subsumed", canonical=rows.category),
            lambda rows: a_category("alg-geom", kind="subsumed"),
        ),
        (
            lambda rows: a_category("cs.ZZ", kind="unknown"),
            lambda rows: a_category("cs.ZZ", kind="unknown", canonical=rows.category),
        ),
        (
            lambda rows: a_category("astro-ph", kind="legacy"),
            lambda rows: a_category("astro-ph", kind="legacy", canonical=rows.category),
        ),
        (lambda rows: a_category("x", kind="category"), lambda rows: a_category("x", kind="unheard-of")),
    ],
    "one_paper_per_identifier": [(lambda rows: a_paper("2001.00003"), lambda rows: a_paper("2001.00002"))],
    "one_paper_per_earlier_identifier": [
        (
            lambda rows: EarlierIdentifier.objects.create(identifier="b", paper=rows.paper),
            lambda rows: EarlierIdentifier.objects.create(identifier="a", paper=rows.other_paper),
        ),
    ],
    "superseded_once": [
        (
            lambda rows: SupersededRecord.objects.create(paper=rows.other_paper, digest=b"a"),
            lambda rows: SupersededRecord.objects.create(paper=rows.paper, digest=b"a"),
        ),
    ],
    "arxiv_id_is_the_identifier": [
        (
            lambda rows: a_paper("2001.00003", arxiv_id="2001.00003"),
            lambda rows: a_paper("2001.00003", arxiv_id="2001.00004"),
        ),
    ],
    "paper_has_a_title": [
        (lambda rows: a_paper("2001.00003"), lambda rows: a_paper("2001.00003", title="")),
    ],
    "one_paper_per_citation_key": [
        (lambda rows: a_paper("2001.00003", citation_key="a"), lambda rows: a_paper("2001.00003", citation_key="key")),
    ],
    "merged_or_hidden_papers_are_not_shown": [
        (
            lambda rows: a_paper("2001.00003", is_hidden=True, is_deleted=True),
            lambda rows: a_paper("2001.00003", is_hidden=True),
        ),
        (
            lambda rows: a_paper("2001.00003", merged_into=rows.paper, is_deleted=True),
            lambda rows: a_paper("2001.00003", merged_into=rows.paper),
        ),
    ],
    "one_word_of_a_source_on_a_paper": [
        (lambda rows: word(rows.other_paper), lambda rows: word(rows.paper)),
    ],
    "one_word_per_pair_of_papers": [
        (
            lambda rows: DistinctPapers.objects.create(one=rows.paper, two=rows.third_paper),
            lambda rows: DistinctPapers.objects.create(one=rows.paper, two=rows.other_paper),
        ),
    ],
    "a_pair_of_papers_has_an_order": [
        (
            lambda rows: DistinctPapers.objects.create(one=rows.other_paper, two=rows.third_paper),
            lambda rows: DistinctPapers.objects.create(one=rows.third_paper, two=rows.other_paper),
        ),
    ],
    "one_suggestion_per_pair_of_papers": [
        (lambda rows: alike(rows.paper, rows.third_paper), lambda rows: alike(rows.paper, rows.other_paper)),
    ],
    "a_suggested_pair_of_papers_has_an_order": [
        (lambda rows: alike(rows.other_paper, rows.third_paper), lambda rows: alike(rows.third_paper, rows.paper)),
    ],
    "paper_has_an_identifier": [(lambda rows: a_paper("slug"), lambda rows: a_paper(""))],
    "one_category_per_position": [
        (
            lambda rows: place(rows.paper, rows.other_category, 1),
            lambda rows: place(rows.paper, rows.other_category, 0),
        ),
    ],
    "one_place_per_category": [
        (lambda rows: place(rows.other_paper, rows.category, 1), lambda rows: place(rows.paper, rows.category, 1)),
    ],
    "one_doi_per_position": [
        (lambda rows: doi(rows.paper, 1), lambda rows: doi(rows.paper, 0, "10.1000/b")),
    ],
    "one_mention_of_a_collaboration": [
        (lambda rows: mention(rows.other_paper, rows.group), lambda rows: mention(rows.paper, rows.group)),
    ],
    "one_count_per_category_and_year": [
        (lambda rows: count(rows.category, 2021), lambda rows: count(rows.category, 2020)),
    ],
    "one_site_count_per_year": [(lambda rows: count(None, 2021), lambda rows: count(None, 2020))],
    "one_count_per_category_type_and_year": [
        (lambda rows: of_type(rows.category, "book"), lambda rows: of_type(rows.category, "thesis")),
        (lambda rows: of_type(rows.category, "thesis", 2021), lambda rows: of_type(rows.category, "thesis")),
    ],
    "one_site_count_per_type_and_year": [
        (lambda rows: of_type(None, "book"), lambda rows: of_type(None, "thesis")),
    ],
}


def named_constraints() -> dict[str, models.BaseConstraint]:
    return {
        constraint.name: constraint
        for model in apps.get_app_config("papers").get_models()
        for constraint in model._meta.constraints
    }


def test_every_named_constraint_is_tried_here() -> None:
    assert sorted(RULES) == sorted(named_constraints())


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [pytest.param(name, *pair, id=f"{name}-{n}") for name, pairs in RULES.items() for n, pair in enumerate(pairs)],
)
def test_the_database_refuses_what_breaks_a_rule(name: str, good: Make, bad: Make) -> None:
    rows = Rows()
    with transaction.atomic():
        good(rows)
        transaction.set_rollback(True)  # so that the bad row is the only one to break anything
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        bad(rows)
    assert named_by(str(refused.value), name)


def named_by(message: str, name: str) -> bool:
    """Whether the database says that it was this constraint; SQLite names the columns of a unique one."""
    constraint = named_constraints()[name]
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        model = next(m for m in apps.get_app_config("papers").get_models() if constraint in m._meta.constraints)
        columns = [model._meta.get_field(field).column for field in constraint.fields]
        wanted = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
        return message == f"UNIQUE constraint failed: {wanted}"
    return name in message


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_category(),
        lambda: a_paper("2001.00001", arxiv_id=None),
        lambda: a_paper("new", revision=Paper.objects.first().revision),
        lambda: Collaboration.objects.create(name="Atlas", key="atlas"),
    ],
    ids=["code", "identifier", "revision", "collaboration"],
)
def test_what_names_a_record_names_one(make: Callable[[], Any]) -> None:
    Rows()
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_category_in_use_can_not_be_deleted() -> None:
    rows = Rows()
    with pytest.raises(models.ProtectedError):
        rows.category.delete()


def test_what_hangs_on_a_paper_goes_with_it() -> None:
    rows = Rows()
    rows.paper.delete()
    assert [model.objects.count() for model in (PaperCategory, PaperDoi, PaperCollaboration, Collaboration)] == [
        0,
        0,
        0,
        1,
    ]


def test_a_form_says_which_rule_was_broken() -> None:
    with pytest.raises(ValidationError) as refused:
        Paper(identifier="2001.00001", arxiv_id="2001.00002", title="A", source="x", read_at=READ_AT).full_clean()
    assert refused.value.messages == ["Constraint “arxiv_id_is_the_identifier” is violated."]


def test_every_change_gets_the_next_number() -> None:
    assert next_revision() == 1
    first = a_paper().revision
    assert (first, a_paper("2001.00002").revision, next_revision()) == (1, 2, 3)


DATES = ("2018", "2019", "2019-01", "2019-01-01", "2019-03", "2019-03-31", "2019-04", "2019-04-02", "2019-12")
DATES += ("2019-12-31", "2020", "2020-01", "2020-01-01", "1665-03-06", "0001", "9999-12-31", "")


def dated(text: str) -> Paper:
    day = PartialDate.from_iso(text) if text else None
    return a_paper(f"p-{text}", published=day and day.first, published_precision=day.precision if day else "")


def test_papers_sort_by_their_date_and_its_precision_and_the_undated_behind_all_others() -> None:
    papers = [dated(text) for text in DATES]
    for paper in papers:
        paper.refresh_from_db()
        assert paper.sort_day == (paper.published_date.place if paper.published_date else 0)
    newest = [str(paper.published_date.iso() if paper.published_date else "") for paper in Paper.objects.newest_first()]
    assert newest == sorted(DATES, reverse=True)  # a year stands behind its months and days, a month behind its days


LIMITS = [None, *(date.fromisoformat(each) for each in ("2019-01-01", "2019-03-01", "2019-03-31", "2019-04-02"))]
LIMITS += [date(2019, 12, 31), date(2020, 1, 1), date(1, 1, 1), date(9999, 12, 31), date(2019, 1, 31)]


@pytest.mark.parametrize("in_category", [False, True])
def test_papers_of_a_time_are_those_whose_date_may_lie_in_it(in_category: bool) -> None:
    category = a_category()
    for paper in map(dated, DATES):
        paper.refresh_from_db()
        PaperCategory.objects.create(paper=paper, category=category, position=0, sort_day=paper.sort_day)
    dates = {f"p-{text}": PartialDate.from_iso(text) for text in DATES if text}
    papers = Paper.objects.in_category(category) if in_category else Paper.objects.all()
    for first in LIMITS:
        for last in LIMITS:
            found = set(papers.published_between(first, last).values_list("identifier", flat=True))
            expected = {
                name
                for name, day in dates.items()
                if day.last >= (first or date.min) and day.first <= (last or date.max)
            }
            assert found == (expected if first or last else {*dates, "p-"}), (first, last)


def test_papers_of_a_time_are_read_along_an_index_newest_first() -> None:
    if connection.vendor == "postgresql":  # it reads a table of no rows whole
        return
    category = a_category()
    visible = Paper.objects.visible()
    for first, last in ((date(2019, 5, 3), None), (date(2019, 5, 1), date(2019, 6, 2)), (None, date(2019, 6, 2))):
        plan = visible.published_between(first, last).newest_first()[:25].explain()
        assert "SEARCH papers_paper USING INDEX papers_by_date (sort_day" in plan
        assert "TEMP B-TREE" not in plan  # nothing is sorted
        plan = visible.in_category(category).published_between(first, last).newest_first()[:25].explain()
        assert "USING COVERING INDEX category_papers_by_date (category_id=? AND sort_day" in plan
        assert "TEMP B-TREE" not in plan


def test_papers_are_found_by_their_keys_along_the_index() -> None:
    if connection.vendor == "postgresql":  # it reads a table of no rows whole
        return
    plan = Paper.objects.visible().with_citation_keys(["quill2019", "rand2020"]).explain()
    assert "SEARCH papers_paper USING INDEX one_paper_per_citation_key (citation_key=?)" in plan


def test_papers_by_their_names() -> None:
    rows = Rows()
    old = a_paper("hep-th/9901001", arxiv_id="hep-th/9901001", title="On engines")
    assert (str(old), old.natural_key(), old.get_absolute_url(), old.source_url) == (
        "hep-th/9901001 On engines",
        ("hep-th/9901001",),
        "/papers/hep-th/9901001/",
        "https://arxiv.org/abs/hep-th/9901001",
    )
    assert rows.paper.source_url == ""
    assert Paper.objects.get_by_natural_key("hep-th/9901001") == old
    assert Category.objects.get_by_natural_key("cs.LG") == rows.category
    assert [
        str(rows.category),
        str(Category(code="cs.LG", name="Machine Learning")),
        rows.category.natural_key(),
        rows.category.get_absolute_url(),
        str(rows.group),
        rows.group.natural_key(),
        str(PaperDoi.objects.get()),
        str(PaperCount.objects.first()),
        str(TypeCount.objects.first()),
        str(PaperCategory.objects.get()),
        str(PaperCollaboration.objects.get()),
    ] == [
        "cs.LG",
        "cs.LG (Machine Learning)",
        ("cs.LG",),
        "/categories/cs.LG/",
        "ATLAS",
        ("atlas",),
        "10.1000/a",
        "0 in 2020",
        "0 of type thesis in 2020",
        f"{rows.category.pk} at 0",
        str(rows.group.pk),
    ]


def test_questions_to_papers() -> None:
    dated = {
        "a": date(2019, 12, 31),
        "b": date(2020, 1, 1),
        "c": date(2020, 12, 31),
        "d": None,
        "e": date(2020, 1, 1),
    }
    papers = {name: a_paper(name, published=day) for name, day in dated.items()}
    gone = a_paper("gone", published=date(2020, 6, 1), is_deleted=True)

    def names(found: models.QuerySet[Paper]) -> str:
        return "".join(found.values_list("identifier", flat=True))

    visible = Paper.objects.visible()
    assert gone not in visible
    assert [
        names(visible.newest_first()),
        names(visible.newest_first().published_between(date(2020, 1, 1), None)),
        names(visible.newest_first().published_between(None, date(2020, 1, 1))),
        names(visible.newest_first().published_between(date(2020, 1, 1), date(2020, 1, 1))),
        names(visible.newest_first().published_between(None, None)),
    ] == ["cebad", "ceb", "eba", "eb", "cebad"]
    category, other = a_category(), a_category("stat.ML")
    for name, position in (("a", 0), ("c", 1)):
        PaperCategory.objects.create(
            paper=papers[name], category=category, position=position, sort_day=place_of_day(dated[name])
        )
    place(papers["b"], other, 0)
    found = visible.in_category(category).order_by("list_day", "list_id")
    assert list(found.values_list("identifier", "list_day", "list_id")) == [
        ("a", 20191231, papers["a"].pk),
        ("c", 20201231, papers["c"].pk),
    ]


def test_questions_to_categories() -> None:
    category = a_category()
    a_category("old", kind="subsumed", canonical=category)
    empty = a_category("stat.ML")
    for year, papers in ((2019, 2), (2020, 3)):
        PaperCount.objects.create(category=category, year=year, papers=papers)
    assert [(c, c.paper_count) for c in Category.objects.current().with_counts().order_by("id")] == [
        (category, 5),
        (empty, 0),
    ]


def test_a_card_needs_no_column_that_was_left_behind(django_assert_num_queries: Any) -> None:
    a_paper(abstract="Long", comments="3 pages")
    with django_assert_num_queries(1):  # the papers; their large columns stay where they are
        found = Paper.objects.for_cards().get()
        for name in PaperQuerySet.CARD:
            getattr(found, name)
    with django_assert_num_queries(1):  # the column that a list doesn't show
        assert found.comments == "3 pages"


def test_builds_are_listed_newest_first() -> None:
    made = [Build.objects.create(stage="import", started_at=READ_AT) for _ in range(3)]
    assert list(Build.objects.all()) == made[::-1]

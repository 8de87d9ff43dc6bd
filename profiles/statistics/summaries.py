"""Figures of a profile: papers, years, categories, co-authors, places in the byline. Kept on the author when data come in.

Linking marks the authors whose papers changed; `refresh` counts those again from scratch, so that incremental and full
runs can't differ. `differences` says where kept and true figures part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeVar

from django.db.models import QuerySet

from papers.database import builds, bulk
from papers.database.changes import next_moment
from papers.display.origin import Origin, is_arxivs, origin_of_papers
from papers.models import Build, Category, Paper
from profiles.models import Author, AuthorCategory, Authorship, CoauthorNetwork
from profiles.statistics import author_counts

STAGE = "statistics"
BATCH_SIZE = 500
# On a paper of more people than this, "wrote together" says little; INSPIRE and others draw a line as well.
LARGEST_TEAM = 100
TOP_COAUTHORS = 30


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What of a paper an author's figures depend on. `people` are the ids of its authors, hidden ones included."""

    sort_day: int
    author_count: int
    categories: tuple[str, ...]
    people: tuple[int, ...]
    is_arxivs: bool = True


@dataclass(slots=True)
class Figures:
    """An author's figures. Years are those of first versions; undated papers have none."""

    papers: int = 0
    first: int = 0
    last: int = 0
    sole: int = 0
    elsewhere: int = 0  # papers that are not arXiv's
    years: dict[int, int] = field(default_factory=dict)
    main_years: dict[str, dict[int, int]] = field(default_factory=dict)  # by main category; "" for papers without one
    categories: dict[str, int] = field(default_factory=dict)
    coauthors: dict[int, int] = field(default_factory=dict)
    team_sizes: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, author: int, papers: Iterable[tuple[int | None, PaperFacts]]) -> Figures:
        """The figures over (position, paper); a position of None is a place in the byline that nobody knows."""
        figures = cls()
        # Plain dicts: a Counter costs more to make than most authors, who have one paper, need of it.
        years, categories, coauthors = figures.years, figures.categories, figures.coauthors
        for position, paper in papers:
            figures.papers += 1
            figures.elsewhere += not paper.is_arxivs
            if paper.sort_day:
                year = paper.sort_day // 10_000
                years[year] = years.get(year, 0) + 1
                of_main = figures.main_years.setdefault(paper.categories[0] if paper.categories else "", {})
                of_main[year] = of_main.get(year, 0) + 1
            for code in paper.categories:
                categories[code] = categories.get(code, 0) + 1
            if position is not None:
                figures.team_sizes.append(paper.author_count)
                figures.sole += paper.author_count == 1
                # A sole author is not counted again as first and last.
                figures.first += position == 1 < paper.author_count
                figures.last += 1 < paper.author_count == position
            if paper.author_count <= LARGEST_TEAM:
                for person in paper.people:
                    coauthors[person] = coauthors.get(person, 0) + 1
        coauthors.pop(author, None)
        return figures

    @property
    def top_coauthors(self) -> list[tuple[int, int]]:
        """Ids of those most often written with, and on how many papers."""
        return most_first(self.coauthors)[:TOP_COAUTHORS]

    def as_json(self, public_ids: Mapping[int, str]) -> dict[str, Any]:
        """What is kept on the author; lists are ordered, so that equal figures are equal texts.

        A co-author whom an authorship names and who is not there (profiles/curation/dangling_references.py) is left out.
        """
        return {
            "first": self.first,
            "last": self.last,
            "sole": self.sole,
            "median_authors": median(self.team_sizes) if self.team_sizes else None,
            "years": sorted(self.years.items()),
            "main_years": [(code, sorted(self.main_years[code].items())) for code in sorted(self.main_years)],
            "categories": most_first(self.categories),
            "coauthors": [
                (public_ids[person], papers) for person, papers in self.top_coauthors if person in public_ids
            ],
            **({"elsewhere": self.elsewhere} if self.elsewhere else {}),
        }


Key = TypeVar("Key", int, str)


def most_first(counts: dict[Key, int]) -> list[tuple[Key, int]]:
    """The counts, the largest first, equal ones in the order of their keys."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0])) if len(counts) > 1 else list(counts.items())


@dataclass(slots=True)
class StatisticsSummary:
    """What a statistics run did."""

    authors: int = 0

    def as_json(self) -> dict[str, int]:
        return {"authors": self.authors}


COLUMNS = (
    "paper_count",
    "coauthor_count",
    "first_year",
    "last_year",
    "statistics",
    "statistics_are_stale",
    "modified_at",
)


def refresh(
    *, every: bool = False, on_batch: Callable[[StatisticsSummary], None] | None = None, batch_size: int = BATCH_SIZE
) -> StatisticsSummary:
    """Count the authors whose papers changed (or all) again; gives how many. Call it under builds.stage_lock."""
    summary = StatisticsSummary()
    if every:
        Author.objects.filter(statistics_are_stale=False).update(statistics_are_stale=True)
    if not is_owed():
        return summary
    build = builds.begin(STAGE, parameters={"origin": origin_of_papers()})
    category_ids = dict(Category.objects.values_list("code", "id"))
    with builds.ending(build):
        bulk.tell_planner(1, {Author: ["id", "statistics_are_stale"], Authorship: ["author_id", "paper_id"]})
        while ids := list(_stale().values_list("id", flat=True)[:batch_size]):
            with bulk.one_writer():
                _store(figures_of(ids), category_ids)
            summary.authors += len(ids)
            if on_batch:
                on_batch(summary)
        with bulk.one_writer():
            author_counts.bring_up_to_date()
            build.results = {**summary.as_json(), "authors_listed": Author.objects.listed().count()}
            builds.finish(build)
    return summary


def is_owed() -> bool:
    """Whether authors wait to be counted, or what follows from counting was never done: the last run is not finished."""
    last = Build.objects.filter(stage=STAGE).order_by("-id").values_list("status", flat=True).first()
    return last not in (None, Build.Status.FINISHED) or Author.objects.filter(statistics_are_stale=True).exists()


def count_again(author_ids: Iterable[int]) -> None:
    """Count these authors from scratch inside the caller's transaction: after a decision about them."""
    category_ids = dict(Category.objects.values_list("code", "id"))
    _store(figures_of(sorted(set(author_ids))), category_ids)


def mark_those_on(paper_ids: Iterable[int]) -> None:
    """Everybody on these papers is to be counted again, except on papers of teams too large to make co-authors."""
    papers = Paper.objects.filter(pk__in=sorted(set(paper_ids)), author_count__lte=LARGEST_TEAM)
    people = Authorship.objects.filter(paper__in=papers).values("author")
    Author.objects.filter(pk__in=people, statistics_are_stale=False).update(statistics_are_stale=True)
    CoauthorNetwork.objects.filter(author__in=people).delete()


def _stale() -> QuerySet[Author]:
    return Author.objects.filter(statistics_are_stale=True).order_by("id")


def figures_of(author_ids: Sequence[int]) -> dict[int, Figures]:
    """The true figures of these authors, counted from their papers: three queries, whatever their number."""
    places: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    paper_ids: set[int] = set()
    for author, paper, position in bulk.select(
        Authorship, ("author_id", "paper_id", "position"), "author_id", author_ids
    ):
        places[author].append((paper, position))
        paper_ids.add(paper)
    papers = _paper_facts(sorted(paper_ids))
    return {
        author: Figures.of(author, [(at, papers[paper]) for paper, at in places[author] if paper in papers])
        for author in author_ids
    }


def _paper_facts(paper_ids: Sequence[int]) -> dict[int, PaperFacts]:
    columns = ("id", "sort_day", "author_count", "categories", "arxiv_id", "source", "is_deleted")
    rows = [row for row in bulk.select(Paper, columns, "id", paper_ids) if not row[-1]]
    people: dict[int, list[int]] = defaultdict(list)
    small = [pk for pk, _, count, *_ in rows if count <= LARGEST_TEAM]
    for paper, author in bulk.select(Authorship, ("paper_id", "author_id"), "paper_id", small):
        people[paper].append(author)
    return {
        pk: PaperFacts(day, count, tuple(bulk.loads(categories)), tuple(people[pk]), is_arxivs(arxiv_id, source))
        for pk, day, count, categories, arxiv_id, source, _ in rows
    }


def _store(figures: dict[int, Figures], category_ids: dict[str, int]) -> None:
    now = bulk.moment(next_moment(Author))
    public_ids = _public_ids(figures)
    bulk.update(Author, COLUMNS, [(*_row(found, public_ids), False, now, author) for author, found in figures.items()])
    bulk.delete(AuthorCategory, "author_id", list(figures))
    bulk.insert(
        AuthorCategory,
        ("author_id", "category_id", "papers"),
        [
            (author, category_ids[code], papers)
            for author, found in figures.items()
            for code, papers in found.categories.items()
        ],
    )


def _public_ids(figures: Mapping[int, Figures]) -> dict[int, str]:
    people = {person for found in figures.values() for person, _ in found.top_coauthors}
    return dict(bulk.select(Author, ("id", "public_id"), "id", people))


def _row(figures: Figures, public_ids: Mapping[int, str]) -> tuple[Any, ...]:
    years = sorted(figures.years)
    return (
        figures.papers,
        len(figures.coauthors),
        years[0] if years else None,
        years[-1] if years else None,
        bulk.dumps(figures.as_json(public_ids)),
    )


def differences() -> list[tuple[Author, str, Any, Any]]:
    """Where an author's kept figures are not the true ones: (author, what, kept, true); empty when all is well."""
    wrong: list[tuple[Author, str, Any, Any]] = []
    ids = list(Author.objects.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), BATCH_SIZE):
        chunk = ids[start : start + BATCH_SIZE]
        true = figures_of(chunk)
        public_ids = _public_ids(true)
        subjects: dict[int, dict[str, int]] = defaultdict(dict)
        for pk, code, papers in AuthorCategory.objects.filter(author__in=chunk).values_list(
            "author_id", "category__code", "papers"
        ):
            subjects[pk][code] = papers
        for author in Author.objects.filter(id__in=chunk):
            found = true[author.pk]
            paper_count, coauthor_count, first_year, last_year, statistics = _row(found, public_ids)
            for what, kept, right in (
                ("paper_count", author.paper_count, paper_count),
                ("coauthor_count", author.coauthor_count, coauthor_count),
                ("first_year", author.first_year, first_year),
                ("last_year", author.last_year, last_year),
                (
                    "statistics",
                    author.statistics,
                    bulk.loads(statistics),
                ),  # PostgreSQL has an order of its own for keys
                ("categories", subjects[author.pk], dict(found.categories)),
            ):
                if kept != right:
                    wrong.append((author, what, kept, right))
    return wrong


def origin_at(build: Build | None) -> Origin:
    """Which papers were arXiv's when they were last counted; asked of the papers where that was not noted."""
    return Origin(build.parameters["origin"]) if build and "origin" in build.parameters else origin_of_papers()

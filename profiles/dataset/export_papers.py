"""Rows about papers: what their sources say, with names through papers.display.cards.shown_byline, and who wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db.models import F

from papers.database.chunks import CHUNK, by_id
from papers.display.cards import ShownName, shown_byline
from papers.filters.papers import BY_CHANGE
from papers.models import EarlierIdentifier, Paper, PaperDoi
from papers.people import people
from profiles.dataset.rows import Row, moment
from profiles.models import Author, Authorship

SAID = (
    "title",
    "abstract",
    "abstract_is_cut",
    "byline_is_complete",
    "collaborations",
    "versions",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
)


def papers() -> Iterator[tuple[str, list[Row], list[Row]]]:
    """Papers and their authorships in the order of the papers' changes: a day, rows of papers and rows of authorships."""
    after: tuple[datetime, int] | None = None
    while True:
        found = Paper.objects.all() if after is None else BY_CHANGE.beyond(Paper.objects.all(), after, backwards=False)
        chunk = list(BY_CHANGE.applied(found)[:CHUNK])
        if not chunk:
            return
        after = chunk[-1].modified_at, chunk[-1].pk
        known = people().on_papers([paper.pk for paper in chunk if not paper.is_deleted])
        dois: dict[int, list[str]] = defaultdict(list)
        printed = PaperDoi.objects.filter(paper__in=chunk).order_by("paper", "position")
        for pk, doi in printed.values_list("paper", "doi"):
            dois[pk].append(doi)
        claims = _claims(chunk)
        for day, of_day in _by_day(chunk):
            rows = [_paper(paper, shown_byline(paper, known.get(paper.pk, {})), dois[paper.pk]) for paper in of_day]
            yield day, rows, [row for paper in of_day for row in claims[paper.pk]]


def _by_day(chunk: Sequence[Paper]) -> Iterator[tuple[str, list[Paper]]]:
    days: dict[str, list[Paper]] = {}
    for paper in chunk:
        days.setdefault(paper.modified_at.astimezone(UTC).date().isoformat(), []).append(paper)
    yield from days.items()


def _paper(paper: Paper, byline: Sequence[ShownName], dois: list[str]) -> Row:
    facts: Row = {name: getattr(paper, name) for name in SAID}
    if paper.is_deleted:
        facts = {name: type(value)() for name, value in facts.items()}
        byline, dois = [], []
    return {
        "identifier": paper.identifier,
        "arxiv_id": paper.arxiv_id,
        **facts,
        "byline": [_entry(shown) for shown in byline if shown.position is not None],
        "categories": paper.categories,
        "categories_text": paper.categories_text,
        "published": paper.published if not paper.is_deleted else None,
        "updated": paper.updated if not paper.is_deleted else None,
        "dois": dois,
        "source": paper.source,
        "datestamp": paper.datestamp,
        "read_at": moment(paper.read_at),
        "modified_at": moment(paper.modified_at),
        "is_deleted": paper.is_deleted,
    }


def _entry(shown: ShownName) -> Row:
    return {
        "name": shown.name,
        "forenames": shown.forenames,
        "surname": shown.surname,
        "suffix": shown.suffix,
        "affiliations": shown.affiliations,
    }


def _claims(chunk: Sequence[Paper]) -> dict[int, list[Row]]:
    """By paper its authorships; those of somebody who was merged name them as they were, for `merged` says who they are."""
    live = {paper.pk: paper.identifier for paper in chunk if not paper.is_deleted}
    found: dict[int, list[Row]] = defaultdict(list)
    claims = (
        Authorship.objects.shown().filter(paper__in=live).order_by("paper_id", F("position").asc(nulls_last=True), "pk")
    )
    columns = (
        "paper_id",
        "position",
        "author__public_id",
        "basis",
        "decided_by_human",
        "decided_at",
        "author_id",
        "author__merged_into_id",
    )
    rows = list(claims.values_list(*columns))
    survivors = Author.objects.survivors_of({pk for *_, pk, into in rows if into})
    for paper, position, author, basis, decided, at, pk, into in rows:
        if into and (pk not in survivors or survivors[pk].is_hidden):
            continue
        found[paper].append(
            {
                "paper": live[paper],
                "position": position,
                "author": author,
                "basis": basis,
                "decided_by_human": decided,
                "decided_on": at.astimezone(UTC).date() if at else None,
            }
        )
    return found


def earlier_identifiers() -> Iterator[Row]:
    for chunk in by_id(EarlierIdentifier.objects.select_related("paper")):
        for row in chunk:
            yield {
                "identifier": row.identifier,
                "paper": row.paper.identifier,
                "was_given_out": row.was_given_out,
                "categories": row.categories,
                "modified_at": moment(row.modified_at),
            }

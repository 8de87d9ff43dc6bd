"""The rows of each table, read from the database a thousand at a time and in an order that a loaded site has again.

Nothing here is read but what visitors see: visible authors, public names, links that are shown, names of bylines through
papers.cards.shown_byline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import orjson
from django.db.models import F, Model, QuerySet, TextField
from django.db.models.functions import Cast

from papers import bulk
from papers.cards import Shown, shown_byline
from papers.folding import squeezed
from papers.models import Build, Paper, PaperDoi
from papers.oai.lists import BY_CHANGE
from papers.people import people
from profiles.models import (
    Author,
    AuthorIdentifier,
    AuthorName,
    Authorship,
    Decision,
    EarlierSlug,
    SimilarityLink,
)  # fmt: skip

CHUNK = 1000
# Runs of these stages stand behind what is in the tables.
STAGES = ("link", "statistics", "similarity", "similarity_update", "evaluate_similarity")
# What people are called, called themselves before, and who is not to be seen: nobody's business, nor that it was decided.
NOT_PUBLIC = {
    Decision.Kind.SET_VISIBILITY, Decision.Kind.HIDE, Decision.Kind.RENAME, Decision.Kind.ADD_NAME, Decision.Kind.ADDRESS,
}  # fmt: skip

Row = dict[str, Any]
M = TypeVar("M", bound=Model)


def moment(value: datetime | None) -> str | None:
    """The moment in UTC, with what it has of a second, as both databases keep it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def by_id(queryset: QuerySet[M]) -> Iterator[list[M]]:
    """The rows in the order of their ids, in chunks, each one query that costs the same wherever it begins."""
    last = 0
    while chunk := list(queryset.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def builds() -> Iterator[Row]:
    named = SimilarityLink.objects.exclude(build=None).order_by().values_list("build", flat=True).distinct()
    latest = (Build.objects.latest_finished(stage) for stage in STAGES)
    wanted = {*named, *(build.pk for build in latest if build)}
    for build in Build.objects.filter(pk__in=wanted).order_by("pk"):
        yield {
            "number": build.pk,
            "stage": build.stage,
            "started_at": moment(build.started_at),
            "finished_at": moment(build.finished_at),
            "code_version": build.code_version,
            "parameters": build.parameters,
            "results": build.results,
        }


AUTHOR = (
    "slug", "name", "forenames", "surname", "suffix", "name_decided_by_human", "standing", "affiliation", "bio",
    "in_similarity", "shares_name_on_a_paper", "paper_count", "coauthor_count", "first_year", "last_year",
)  # fmt: skip


def authors() -> Iterator[Row]:
    for chunk in by_id(Author.objects.visible()):
        named = {pid for author in chunk for pid, _ in author.statistics.get("coauthors", [])}
        rows = bulk.select(Author, ("public_id", "is_hidden", "merged_into_id"), "public_id", named)
        visible = {public_id for public_id, is_hidden, into in rows if not is_hidden and into is None}
        for author in chunk:
            kept = author.statistics
            if "coauthors" in kept:
                kept = {**kept, "coauthors": [row for row in kept["coauthors"] if row[0] in visible]}
            yield {
                "id": author.public_id,
                **{name: getattr(author, name) for name in AUTHOR},
                "statistics": kept,
                "modified_at": moment(author.modified_at),
            }


def names() -> Iterator[Row]:
    shown = AuthorName.objects.filter(
        visibility=AuthorName.Visibility.PUBLIC, author__is_hidden=False, author__merged_into=None
    )
    for chunk in by_id(shown.annotate(whose=F("author__public_id"))):
        for row in chunk:
            yield {"author": row.whose, "name": row.name, "decided_by_human": row.decided_by_human}  # type: ignore[attr-defined]


def identifiers() -> Iterator[Row]:
    shown = AuthorIdentifier.objects.filter(author__is_hidden=False, author__merged_into=None)
    for chunk in by_id(shown.annotate(whose=F("author__public_id"))):
        for row in chunk:
            yield {"author": row.whose, "scheme": row.scheme, "value": row.value}  # type: ignore[attr-defined]


def _merged() -> Iterator[tuple[Author, Author]]:
    """Every merged author with the one whom they have become, if visitors see that one."""
    for chunk in by_id(Author.objects.exclude(merged_into=None).select_related("merged_into")):
        for author in chunk:
            survivor = author
            while survivor.merged_into:
                survivor = survivor.merged_into
            if not survivor.is_hidden:
                yield author, survivor


def merged() -> Iterator[Row]:
    for author, _ in _merged():
        yield {"id": author.public_id, "into": author.merged_into.public_id if author.merged_into else ""}


def addresses() -> Iterator[Row]:
    """Earlier addresses that lead somewhere; one that spells a hidden name is left out even where it still does."""
    for author, survivor in _merged():
        if author.slug != author.public_id and not spells(author.slug, [*author.hidden_forms, *survivor.hidden_forms]):
            yield {"slug": author.slug, "author": author.public_id}
    shown = EarlierSlug.objects.filter(is_retired=False, author__is_hidden=False, author__merged_into=None)
    for chunk in by_id(shown.select_related("author")):
        for row in chunk:
            if not spells(row.slug, row.author.hidden_forms):
                yield {"slug": row.slug, "author": row.author.public_id}


def spells(slug: str, forms: Sequence[str]) -> bool:
    """Whether an address has the letters of one of these names in it."""
    letters = squeezed(slug.replace("-", " "))
    return any(form in letters for form in forms if form)


SAID = (
    "title", "abstract", "abstract_is_cut", "byline_is_complete", "collaborations", "versions", "journal_ref", "comments",
    "license", "report_no", "msc_class", "acm_class",
)  # fmt: skip


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


def _paper(paper: Paper, byline: Sequence[Shown], dois: list[str]) -> Row:
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


def _entry(shown: Shown) -> Row:
    return {
        "name": shown.name, "forenames": shown.forenames, "surname": shown.surname, "suffix": shown.suffix,
        "affiliations": shown.affiliations,
    }  # fmt: skip


def _claims(chunk: Sequence[Paper]) -> dict[int, list[Row]]:
    """By paper its authorships; those of somebody who was merged name them as they were, for `merged` says who they are."""
    hidden = set(Author.objects.filter(merged_into__is_hidden=True).values_list("pk", flat=True))
    live = {paper.pk: paper.identifier for paper in chunk if not paper.is_deleted}
    found: dict[int, list[Row]] = defaultdict(list)
    claims = (
        Authorship.objects.shown().filter(paper__in=live).order_by("paper_id", F("position").asc(nulls_last=True), "pk")
    )
    columns = ("paper_id", "position", "author__public_id", "basis", "decided_by_human", "decided_at", "author_id")
    for paper, position, author, basis, decided, at, pk in claims.values_list(*columns):
        if pk in hidden:
            continue
        found[paper].append({
            "paper": live[paper], "position": position, "author": author, "basis": basis, "decided_by_human": decided,
            "decided_on": at.astimezone(UTC).date() if at else None,
        })  # fmt: skip
    return found


LINK = (
    "pk", "author__public_id", "other__public_id", "build_id", "score", "rank", "is_coauthor", "verdict", "note", "text",
)  # fmt: skip


def similarity_links() -> Iterator[Row]:
    """Links as plain rows, with evidence read by orjson: there are ten or twenty of each author."""
    shown = SimilarityLink.objects.shown().filter(author__is_listed=True).order_by("pk")
    shown = shown.annotate(text=Cast("evidence", TextField()))
    last = 0
    while chunk := list(shown.filter(pk__gt=last).values_list(*LINK)[:CHUNK]):
        last = chunk[-1][0]
        evidence = [orjson.loads(text) for *_, text in chunk]
        persons = _shown_people({pk for found in evidence for pk in found.get("shared_coauthors", [])})
        pairs = [found.get("closest_papers") or {} for found in evidence]
        titles = _shown_papers({pair[side] for pair in pairs for side in ("mine", "theirs") if side in pair})
        for (_, author, other, build, score, rank, is_coauthor, verdict, note, _), found, pair in zip(
            chunk, evidence, pairs, strict=True
        ):
            mine, theirs = titles.get(pair.get("mine", 0)), titles.get(pair.get("theirs", 0))
            yield {
                "author": author,
                "other": other,
                "build": build,
                "score": score,
                "rank": rank,
                "is_coauthor": is_coauthor,
                "pinned": verdict == SimilarityLink.Verdict.PINNED,
                "note": note,
                "evidence": {
                    "parts": found.get("parts", []),
                    "shared_coauthors": [persons[pk] for pk in found.get("shared_coauthors", []) if pk in persons],
                    "shared_categories": found.get("shared_categories", []),
                    "closest_papers": {"mine": mine, "theirs": theirs, "score": pair["score"]}
                    if mine and theirs
                    else None,
                },
            }


def _shown_people(ids: set[int]) -> dict[int, str]:
    rows = bulk.select(Author, ("id", "public_id", "is_hidden", "merged_into_id"), "id", ids)
    return {pk: public_id for pk, public_id, hidden, merged in rows if not hidden and merged is None}


def _shown_papers(ids: set[int]) -> dict[int, str]:
    rows = bulk.select(Paper, ("id", "identifier", "is_deleted"), "id", ids)
    return {pk: identifier for pk, identifier, is_deleted in rows if not is_deleted}


def public_decisions() -> QuerySet[Decision]:
    """Decisions that visitors may know of: about who wrote what and who is like whom, none about names."""
    kept_back = set(Decision.objects.filter(kind__in=NOT_PUBLIC).values_list("pk", flat=True))
    undone = kept_back
    while undone := set(Decision.objects.filter(undoes__in=undone).values_list("pk", flat=True)):
        kept_back |= undone
    return Decision.objects.exclude(pk__in=kept_back)


def decisions() -> Iterator[Row]:
    for chunk in by_id(public_decisions().prefetch_related("subjects")):
        named = {subject.public_id for decision in chunk for subject in decision.subjects.all()}
        shown = visible_ids(named)
        for decision in chunk:
            yield {
                "number": decision.pk,
                "kind": decision.kind,
                "made_at": moment(decision.made_at),
                "authors": sorted({subject.public_id for subject in decision.subjects.all()} & shown),
                "undoes": decision.undoes_id,
                "in_force": decision.is_in_force,
            }


def visible_ids(public_ids: Iterable[str]) -> set[str]:
    """Those of the public ids that lead somewhere: of visible authors and of those merged into one."""
    rows = Author.objects.filter(public_id__in=set(public_ids), is_hidden=False).select_related("merged_into")
    return {author.public_id for author in rows if author.merged_into is None or not author.merged_into.is_hidden}


WHOLE: dict[str, Callable[[], Iterator[Row]]] = {
    "builds": builds,
    "authors": authors,
    "names": names,
    "identifiers": identifiers,
    "merged": merged,
    "addresses": addresses,
    "similarity_links": similarity_links,
    "decisions": decisions,
}


def in_chunks(rows: Iterable[Row], size: int = CHUNK) -> Iterator[list[Row]]:
    """The rows, so many at a time."""
    wanted = iter(rows)
    while chunk := list(islice(wanted, size)):
        yield chunk

"""Authors and similarity links as JSON; see papers/api/serializers.py for why there are two of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from papers.api.serializers import PersonShape, author_url, person_json
from papers.http.addresses import absolute_url
from papers.models import Paper
from profiles.display.similar_authors import evidence_records
from profiles.models import Author, AuthorIdentifier, AuthorName, Decision, SimilarityLink


class IdentifierShape(serializers.Serializer[Any]):
    scheme = serializers.CharField()
    value = serializers.CharField()
    url = serializers.URLField()


class CategoryCountShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    count = serializers.IntegerField()


class AuthorShape(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Permanent, ten characters.")
    slug = serializers.CharField()
    name = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField(), help_text="All public names, the preferred one first.")
    standing = serializers.ChoiceField(choices=Author.Standing.choices)
    identifiers = IdentifierShape(many=True)
    affiliation = serializers.CharField(allow_null=True)
    bio = serializers.CharField(allow_null=True)
    paper_count = serializers.IntegerField()
    coauthor_count = serializers.IntegerField()
    first_year = serializers.IntegerField(allow_null=True)
    last_year = serializers.IntegerField(allow_null=True)
    categories = CategoryCountShape(many=True)
    modified = serializers.DateTimeField(help_text="When the record last changed here.")
    url = serializers.URLField()


class YearCountShape(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    count = serializers.IntegerField()


class StatisticsShape(serializers.Serializer[Any]):
    papers = serializers.IntegerField()
    first_year = serializers.IntegerField(allow_null=True)
    last_year = serializers.IntegerField(allow_null=True)
    coauthors = serializers.IntegerField()
    first_authorships = serializers.IntegerField()
    last_authorships = serializers.IntegerField()
    sole_authorships = serializers.IntegerField()
    median_authors = serializers.FloatField(allow_null=True)
    years = YearCountShape(many=True)
    categories = CategoryCountShape(many=True)


class CoauthorShape(serializers.Serializer[Any]):
    author = PersonShape()
    papers = serializers.IntegerField(help_text="Papers in common, those of more than 100 people left out.")


class CoauthorsShape(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = CoauthorShape(many=True)


class FoundAuthorsShape(serializers.Serializer[Any]):
    results = PersonShape(many=True, help_text="Best match first, at most ten.")


class PartShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["term", "category", "graph", "other"])
    label = serializers.CharField()  # type: ignore[assignment]
    contribution = serializers.FloatField()


class PaperReferenceShape(serializers.Serializer[Any]):
    identifier = serializers.CharField()
    title = serializers.CharField()
    url = serializers.URLField()


class ClosestPapersShape(serializers.Serializer[Any]):
    mine = PaperReferenceShape()
    theirs = PaperReferenceShape()
    score = serializers.FloatField()


class EvidenceShape(serializers.Serializer[Any]):
    parts = PartShape(many=True, help_text="Their contributions add up to the score.")
    shared_coauthors = PersonShape(many=True)
    shared_categories = serializers.ListField(child=serializers.CharField())
    closest_papers = ClosestPapersShape(allow_null=True)


class SimilarAuthorShape(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    score = serializers.FloatField()
    is_coauthor = serializers.BooleanField()
    pinned = serializers.BooleanField()
    note = serializers.CharField(allow_null=True)
    build = serializers.IntegerField(allow_null=True)
    author = PersonShape()
    evidence = EvidenceShape()


class SimilarityLinkShape(SimilarAuthorShape):
    of = PersonShape(help_text="The author whose list this link is in.")


class MergedShape(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Of the author who is no longer one of their own.")
    merged_into = PersonShape()


def author_person(author: Author) -> dict[str, str]:
    return person_json(author.public_id, author.slug, author.name)


def authors_json(authors: Sequence[Author]) -> list[dict[str, Any]]:
    """The authors with their public names and identifiers; two queries.

    Not by prefetch_related, which makes a manager and a queryset for each author and took two thirds of an answer.
    """
    ids = [author.pk for author in authors]
    names: dict[int, set[str]] = defaultdict(set)
    public = AuthorName.objects.filter(author__in=ids, visibility=AuthorName.Visibility.PUBLIC).order_by()
    for pk, name in public.values_list("author_id", "name"):
        names[pk].add(name)
    identifiers: dict[int, list[AuthorIdentifier]] = defaultdict(list)
    for row in AuthorIdentifier.objects.filter(author__in=ids).order_by("scheme", "id"):
        identifiers[row.author_id].append(row)
    return [_author_json(author, names[author.pk] - {author.name}, identifiers[author.pk]) for author in authors]


def _author_json(author: Author, others: set[str], identifiers: list[AuthorIdentifier]) -> dict[str, Any]:
    return {
        "id": author.public_id,
        "slug": author.slug,
        "name": author.name,
        "names": [author.name, *sorted(others)],
        "standing": author.standing,
        "identifiers": [{"scheme": i.scheme, "value": i.value, "url": i.url} for i in identifiers],
        "affiliation": author.affiliation or None,
        "bio": author.bio or None,
        "paper_count": author.paper_count,
        "coauthor_count": author.coauthor_count,
        "first_year": author.first_year,
        "last_year": author.last_year,
        "categories": [{"code": code, "count": n} for code, n in author.statistics.get("categories", [])],
        "modified": author.modified_at,
        "url": author_url(author.slug),
    }


def statistics_json(author: Author) -> dict[str, Any]:
    kept = author.statistics
    return {
        "papers": author.paper_count,
        "first_year": author.first_year,
        "last_year": author.last_year,
        "coauthors": author.coauthor_count,
        "first_authorships": kept.get("first", 0),
        "last_authorships": kept.get("last", 0),
        "sole_authorships": kept.get("sole", 0),
        "median_authors": kept.get("median_authors"),
        "years": [{"year": year, "count": n} for year, n in kept.get("years", [])],
        "categories": [{"code": code, "count": n} for code, n in kept.get("categories", [])],
    }


def link_json(link: SimilarityLink, people: dict[int, Author], papers: dict[int, Paper]) -> dict[str, Any]:
    """The link from one author's view; `people` and `papers` are those that the evidence names."""
    evidence = link.evidence
    pair = evidence.get("closest_papers") or {}
    mine, theirs = papers.get(pair.get("mine", 0)), papers.get(pair.get("theirs", 0))
    return {
        "rank": link.rank,
        "score": link.score,
        "is_coauthor": link.is_coauthor,
        "pinned": link.verdict == SimilarityLink.Verdict.PINNED,
        "note": link.note or None,
        "build": link.build_id,
        "author": author_person(link.other),
        "evidence": {
            "parts": evidence.get("parts", []),
            "shared_coauthors": [
                author_person(people[pk]) for pk in evidence.get("shared_coauthors", []) if pk in people
            ],
            "shared_categories": evidence.get("shared_categories", []),
            "closest_papers": {"mine": reference_json(mine), "theirs": reference_json(theirs), "score": pair["score"]}
            if mine and theirs
            else None,
        },
    }


def reference_json(paper: Paper) -> dict[str, str]:
    return {"identifier": paper.identifier, "title": paper.title, "url": absolute_url(paper.get_absolute_url())}


# --- Decisions --------------------------------------------------------------------------------------------------------


class DecisionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Decision.Kind.choices)
    made_at = serializers.DateTimeField()
    authors = serializers.ListField(child=serializers.CharField(), help_text="Public ids of those it is about.")
    papers = serializers.ListField(
        child=serializers.CharField(), help_text="Identifiers of the papers whose record it is about."
    )
    in_force = serializers.BooleanField(help_text="Whether it stands: it is not undone, or that was undone again.")
    undoes = serializers.IntegerField(allow_null=True, help_text="The decision that this one undoes.")
    undone_by = serializers.ListField(child=serializers.IntegerField(), help_text="The decisions that undo this one.")
    summary = serializers.CharField(allow_null=True, help_text="For curators.")
    reason = serializers.CharField(allow_null=True, help_text="For curators.")
    made_by = serializers.CharField(allow_null=True, help_text="For curators.")
    changes = serializers.IntegerField(allow_null=True, help_text="For curators: how much was changed.")
    conflicts = serializers.IntegerField(
        allow_null=True, help_text="For curators: what an undo could not put back, because later decisions stand on it."
    )


class DecisionMadeShape(DecisionShape):
    pass


class MovedPaperShape(serializers.Serializer[Any]):
    identifier = serializers.CharField()
    title = serializers.CharField()
    before = serializers.CharField(help_text="Whose it is now.")
    after = serializers.CharField(help_text="Whose it would be.")


class RedirectedShape(serializers.Serializer[Any]):
    address = serializers.CharField()
    to = serializers.CharField()


class EffectsShape(serializers.Serializer[Any]):
    summary = serializers.CharField()
    papers_moved = serializers.IntegerField()
    papers = MovedPaperShape(many=True, help_text="The first fifty of them.")
    redirected = RedirectedShape(many=True)
    gone = serializers.ListField(child=serializers.CharField(), help_text="Addresses that would answer 410.")
    names = serializers.ListField(child=serializers.CharField())
    others = serializers.ListField(child=serializers.CharField())
    similar_lists = serializers.IntegerField(help_text="Lists of similar authors that the next build would change.")
    conflicts = serializers.ListField(child=serializers.CharField())
    changes = serializers.IntegerField()


class PreviewShape(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    effects = EffectsShape()


class ReasonShape(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    weight = serializers.FloatField()


class SuggestionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="Valid until the next run of find_duplicates.")
    score = serializers.FloatField(help_text="0 to 1: the estimated probability that they are one person.")
    payoff = serializers.FloatField(help_text="Score × papers of the smaller record.")
    reasons = ReasonShape(many=True, help_text="What the score is made of.")
    authors = PersonShape(many=True)
    skipped_at = serializers.DateTimeField(allow_null=True, help_text="When a curator looked and could not tell.")
    build = serializers.IntegerField()


def links_json(links: list[SimilarityLink]) -> list[dict[str, Any]]:
    """The links with the people and papers of their evidence; two queries for all."""
    people, papers = evidence_records(links)
    return [link_json(link, people, papers) for link in links]

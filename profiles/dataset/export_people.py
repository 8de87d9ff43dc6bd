"""Rows about people: visible authors, their public names, what other registers call them, and who they were before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import F

from papers.database import bulk
from papers.database.chunks import by_id
from papers.text.folding import squeezed
from profiles.dataset.rows import Row, moment
from profiles.models import Author, AuthorIdentifier, AuthorName, EarlierSlug

AUTHOR = (
    "slug",
    "name",
    "forenames",
    "surname",
    "suffix",
    "name_decided_by_human",
    "standing",
    "affiliation",
    "bio",
    "in_similarity",
    "shares_name_on_a_paper",
    "paper_count",
    "coauthor_count",
    "first_year",
    "last_year",
)


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
            yield {"author": row.whose, "name": row.name, "decided_by_human": row.decided_by_human}


def identifiers() -> Iterator[Row]:
    shown = AuthorIdentifier.objects.filter(author__is_hidden=False, author__merged_into=None)
    for chunk in by_id(shown.annotate(whose=F("author__public_id"))):
        for row in chunk:
            yield {"author": row.whose, "scheme": row.scheme, "value": row.value}


def _merged() -> Iterator[tuple[Author, Author]]:
    """Every merged author with the one whom they have become, if visitors see that one."""
    for chunk in by_id(Author.objects.exclude(merged_into=None).select_related("merged_into")):
        survivors = Author.objects.survivors_of(author.pk for author in chunk)
        for author in chunk:
            if author.pk in survivors and not survivors[author.pk].is_hidden:
                yield author, survivors[author.pk]


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

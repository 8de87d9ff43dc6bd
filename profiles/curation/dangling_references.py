"""References between people that lead nowhere: merges in a circle, and rows that name an author who is not there.

No command of this site makes them; they come with a database that was mended by hand or restored in part. Pages answer
without them; `verify_counts` names them and mends them.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet

from papers.database import bulk
from papers.models import Paper, next_revision
from profiles import search
from profiles.models import Author, Authorship, IdentityKey


def problems() -> list[str]:
    """A sentence for each, with what mending does; nothing when all is well."""
    return [
        *(
            f"author {author.public_id} ({author.name}) was merged in a circle or into nobody; to be an author again"
            for author in Author.objects.merged_into_nobody().order_by("pk")
        ),
        *(
            f"paper {paper}: position {position or '–'} of its byline is an author who is not there; to be linked again"
            for paper, position in _without_author(Authorship).values_list("paper__identifier", "position")
        ),
        *(
            f"the name {key!r} leads to an author who is not there; to be given anew"
            for key in _without_author(IdentityKey).values_list("key", flat=True)
        ),
    ]


def mend() -> None:
    """Let merged authors stand for themselves again, and the names be linked again by the next link_authors."""
    with bulk.one_writer():
        alone = list(Author.objects.merged_into_nobody().values_list("pk", flat=True))
        Author.objects.filter(pk__in=alone).update(merged_into=None)
        search.index_authors(connection, alone)
        papers = sorted(set(_without_author(Authorship).values_list("paper_id", flat=True)))
        for model in (Authorship, IdentityKey):
            bulk.delete(model, "id", list(_without_author(model).values_list("pk", flat=True)))
        for revision, paper in enumerate(papers, next_revision()):
            Paper.objects.filter(pk=paper).update(revision=revision)


def _without_author(model: type[Model]) -> QuerySet[Model]:
    there = Exists(Author.objects.filter(pk=OuterRef("author_id")))
    return model._default_manager.exclude(author_id=None).filter(~there).order_by("pk")

"""What follows from a decision: names, hidden forms, ranks of similar authors, counts and search indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

import papers.search
from papers.database import bulk
from papers.database.changes import next_moment, touch
from papers.models import Paper
from papers.text.folding import squeezed
from profiles import search
from profiles.curation.row_changes import Change, Scope
from profiles.linking.matching import names_of
from profiles.models import Author, AuthorName, Authorship, SimilarityLink, UnassignedName
from profiles.names import best_name, sort_key
from profiles.similarity import link_store
from profiles.statistics import summaries

Forms = dict[int, dict[str, Any]]  # by author the names that their papers print
LARGE_PAPERS = 20  # papers of large teams that are linked again at once; more would keep the curator waiting


def bring_up_to_date(changes: Sequence[Change], scope: Scope) -> None:
    """Search indexes and counts. Whoever merely wrote with those concerned is counted with the next link_authors."""
    search.index_authors(connection, sorted(scope.authors))
    present = set(Author.objects.filter(pk__in=scope.authors).values_list("pk", flat=True))
    judged = SimilarityLink.objects.filter(pk__in=[change["row"] for change in changes if change["table"] == "link"])
    gone = {
        values["author_id"]
        for change in changes
        if change["table"] == "link" and (values := change["before"]) and "author_id" in values
    }
    link_store.rank_again(gone | set(judged.values_list("author_id", flat=True)))
    claims = [change["row"] for change in changes if change["table"] == "authorship"]
    moved = set(Authorship.objects.filter(pk__in=claims).values_list("paper_id", flat=True)) | scope.papers
    if claims:
        summaries.mark_those_on(moved)
        summaries.count_again(present)
    else:
        Author.objects.filter(pk__in=present).update(modified_at=next_moment(Author))
    # Papers are found by the names they show.
    hiding = set(Author.objects.filter(pk__in=present).exclude(hidden_forms=[]).values_list("pk", flat=True))
    for change in changes:
        if change["table"] == "author" and change["group"] == "hidden forms":
            hiding.add(change["row"])
    theirs = Q(authorships__author__in=hiding) | Q(authorships__author__merged_into__in=hiding)
    found = Paper.objects.visible().filter(theirs | Q(pk__in=moved if hiding else [])).distinct().order_by("id")
    papers.search.index_papers(connection, papers.search.stored_rows(found))
    # And for those who mirror this site their records are others now.
    touch(found.values_list("pk", flat=True) if hiding else [])


def printed_forms(authors: Iterable[int]) -> Forms:
    found: Forms = defaultdict(dict)
    claims = Authorship.objects.filter(author__in=sorted(authors), position__isnull=False)
    by_paper: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for paper, position, author in claims.order_by().values_list("paper_id", "position", "author_id"):
        by_paper[paper].append((position or 0, author))
    for paper, byline in bulk.select(Paper, ("id", "byline"), "id", list(by_paper)):
        entries = bulk.loads(byline)
        for position, author in by_paper[paper]:
            if position <= len(entries):
                [name] = names_of(entries[position - 1 : position])
                found[author][name.name] = name
    return found


def forget_unprinted(before: Forms, after: Forms) -> None:
    """Names that a machine gathered go with the papers that printed them, and the name shown is then the best of those left."""
    lost = {author: gone for author, forms in before.items() if (gone := forms.keys() - after.get(author, {}).keys())}
    for row in Author.objects.filter(pk__in=sorted(author for author in lost if after.get(author)), merged_into=None):
        AuthorName.objects.filter(author=row, name__in=lost[row.pk], decided_by_human=False).delete()
        if not row.name_decided_by_human and row.name in lost[row.pk]:
            show_best_name(row, list(after[row.pk].values()))


def forget_gathered(printed: Forms) -> None:
    """Names that linking gathered while a decision stood, and that none of the author's papers prints now."""
    names = AuthorName.objects.filter(author__in=list(printed), author__merged_into=None, decided_by_human=False)
    rows = names.order_by().values_list("pk", "author_id", "name")
    AuthorName.objects.filter(pk__in=[pk for pk, author, name in rows if name not in printed[author]]).delete()


def show_best_name(author: Author, names: Sequence[Any]) -> None:
    hidden = set(author.names.filter(visibility=AuthorName.Visibility.MATCH_ONLY).values_list("name", flat=True))
    shown = [name for name in names if name.name not in hidden]
    if shown:
        best = best_name(shown)
        Author.objects.filter(pk=author.pk).update(
            name=best.name, forenames=best.forenames, surname=best.surname, suffix=best.suffix, sort_key=sort_key(best)
        )


def keep_hidden_forms(authors: Iterable[int]) -> None:
    """Make `hidden_forms` what the match-only names say, except those that papers go on showing."""
    forms: dict[int, set[str]] = defaultdict(set)
    hidden = AuthorName.objects.filter(
        author__in=sorted(authors), visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False
    )
    for author, name in hidden.values_list("author_id", "name"):
        forms[author].add(squeezed(name))
    for pk, kept in Author.objects.filter(pk__in=sorted(authors)).values_list("pk", "hidden_forms"):
        if kept != sorted(forms[pk]):
            Author.objects.filter(pk=pk).update(hidden_forms=sorted(forms[pk]))


def papers_to_link(scope: Scope) -> set[int]:
    """Papers whose machine-made claims an undo may have made wrong."""
    waiting = UnassignedName.objects.filter(key__key__in=scope.keys).values_list("paper_id", flat=True)
    concerned = Paper.objects.filter(
        Q(authorships__author__in=scope.authors) | Q(pk__in=scope.papers) | Q(pk__in=list(waiting))
    )
    small = set(concerned.filter(author_count__lte=summaries.LARGEST_TEAM).values_list("pk", flat=True))
    large = concerned.filter(author_count__gt=summaries.LARGEST_TEAM).order_by("-revision")
    return small | set(large.values_list("pk", flat=True)[:LARGE_PAPERS])

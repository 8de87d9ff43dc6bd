"""Consequences of a decision: names, hidden forms, ranks of similar authors, counts and search indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q

from papers import search as papers_search
from papers.bylines import Name
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

# By author the names that their papers print, by their whole text; None for one that only stands beside another.
PrintedNames = dict[int, dict[str, Name | None]]
LARGE_PAPERS = 20  # papers of large teams that are linked again at once; more would keep the curator waiting


# --- When the decision is made ----------------------------------------------------------------------------------------


def bring_up_to_date(changes: Sequence[Change], scope: Scope) -> None:
    """Search indexes, ranks and counts. Whoever merely wrote with those concerned is counted with the next link_authors."""
    search.index_authors(connection, sorted(scope.everybody))
    _rank_again(changes)
    present = set(Author.objects.filter(pk__in=scope.everybody).values_list("pk", flat=True))
    claims = [change["row"] for change in changes if change["table"] == "authorship"]
    papers = set(Authorship.objects.filter(pk__in=claims).values_list("paper_id", flat=True))
    papers |= scope.papers | scope.records
    if claims or scope.records:
        summaries.mark_those_on(papers)
        summaries.count_again(present)
    else:
        Author.objects.filter(pk__in=present).update(modified_at=next_moment(Author))
    _index_papers(changes, present, papers)


def _rank_again(changes: Sequence[Change]) -> None:
    """Number the lists of similar authors anew that have, or had, one of the links that were judged."""
    links = [change for change in changes if change["table"] == "link"]
    of_removed = {values["author_id"] for change in links if (values := change["before"]) and "author_id" in values}
    judged = SimilarityLink.objects.filter(pk__in=[change["row"] for change in links])
    link_store.rank_again(of_removed | set(judged.values_list("author_id", flat=True)))


def _index_papers(changes: Sequence[Change], authors: set[int], papers: set[int]) -> None:
    """Have papers be found by the names that they show now, where somebody hides or hid one."""
    hiding = set(Author.objects.filter(pk__in=authors).exclude(hidden_forms=[]).values_list("pk", flat=True))
    hiding |= {row["row"] for row in changes if row["table"] == "author" and row["group"] == "hidden forms"}
    theirs = Q(authorships__author__in=hiding) | Q(authorships__author__merged_into__in=hiding)
    to_index = Paper.objects.visible().filter(theirs | Q(pk__in=papers if hiding else [])).distinct().order_by("id")
    papers_search.index_papers(connection, papers_search.stored_rows(to_index))
    # And for those who mirror this site their records are others now.
    touch(to_index.values_list("pk", flat=True) if hiding else [])


# --- Before it is made ------------------------------------------------------------------------------------------------


def printed_names(authors: Iterable[int]) -> PrintedNames:
    """What the papers of these authors print at their places; an author of no such paper is left out."""
    names: PrintedNames = defaultdict(dict)
    claims = Authorship.objects.filter(author__in=sorted(authors), position__isnull=False)
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for paper, position, author in claims.order_by().values_list("paper_id", "position", "author_id"):
        places[paper].append((position or 0, author))
    for paper, byline in bulk.select(Paper, ("id", "byline"), "id", list(places)):
        entries = bulk.loads(byline)
        for position, author in places[paper]:
            if position <= len(entries):
                [name] = names_of(entries[position - 1 : position])
                names[author][name.name] = name
                for other in entries[position - 1].get("other_names", ()):
                    names[author].setdefault(other, None)
    return names


def forget_unprinted(before: PrintedNames, after: PrintedNames) -> None:
    """Names that a machine gathered go with the papers that printed them, and the name shown is then the best of those left."""
    lost = {author: gone for author, names in before.items() if (gone := names.keys() - after.get(author, {}).keys())}
    for row in Author.objects.filter(pk__in=sorted(author for author in lost if after.get(author)), merged_into=None):
        AuthorName.objects.filter(author=row, name__in=lost[row.pk], decided_by_human=False).delete()
        if not row.name_decided_by_human and row.name in lost[row.pk]:
            _show_best_name(row, [name for name in after[row.pk].values() if name])


def forget_gathered(printed: PrintedNames) -> None:
    """Names that linking gathered while a decision stood, and that none of the author's papers prints now."""
    names = AuthorName.objects.filter(author__in=list(printed), author__merged_into=None, decided_by_human=False)
    rows = names.order_by().values_list("pk", "author_id", "name")
    AuthorName.objects.filter(pk__in=[pk for pk, author, name in rows if name not in printed[author]]).delete()


def _show_best_name(author: Author, names: Sequence[Name]) -> None:
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

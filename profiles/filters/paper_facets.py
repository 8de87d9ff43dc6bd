"""Facets of an author's papers: years, types, categories and co-authors, with counts.

Of the whole list the counts stand on the author's row, but for types; for these and of a narrowed list the newest papers are
read (papers/filters/facets.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from papers.database.keyset import Query
from papers.filters import facets
from papers.filters.facets import Facet
from papers.filters.papers import PaperFilter
from profiles.models import Author, Authorship
from profiles.statistics.summaries import LARGEST_TEAM

COAUTHORS = 30
PAPERS_READ = 200  # of a narrowed list, the newest, whose people are counted


def facets_of(
    author: Author, found: PaperFilter, query: Query, names: Mapping[str, str], coauthors: Mapping[str, Author]
) -> dict[str, Facet]:
    """The facets of a valid filter over the author's papers; `coauthors` are the kept ones by public id."""

    def kept(kind: str, others: Mapping[str, Any]) -> dict[Any, int] | None:
        figures = {"year": "years", "category": "categories"}
        return dict(author.statistics.get(figures[kind], [])) if kind in figures and not others else None

    wanted = found.form.cleaned_data["coauthor"]
    found_facets = facets.of_papers(found, query, names, kept)
    if any(name != "coauthor" for name in found.active):
        rows, is_partial = _counted(author, found)
    else:
        top = author.statistics.get("coauthors", [])
        rows, is_partial = [(coauthors[pid], n) for pid, n in top if pid in coauthors], False
    choices = [(person.slug, person.name, n) for person, n in rows]
    if wanted and wanted not in {slug for slug, *_rest in choices}:
        choices.append((wanted, wanted, 0))
    heading = _("Co-author")
    found_facets["coauthor"] = facets.facet("coauthor", heading, choices, wanted, query, is_partial=is_partial)
    return found_facets


def _counted(author: Author, found: PaperFilter) -> tuple[list[tuple[Author, int]], bool]:
    """Who is on the newest papers of the list, most papers first, and whether there are more papers; three queries."""
    papers = found.without("coauthor").filter(author_count__lte=LARGEST_TEAM)
    ids = list(facets.newest(papers, PAPERS_READ + 1).values_list("pk", flat=True))
    claims = Authorship.objects.filter(paper__in=ids[:PAPERS_READ]).exclude(author=author)
    most = Counter(claims.order_by().values_list("author_id", flat=True)).most_common(2 * COAUTHORS)
    people = Author.objects.listed().in_bulk([pk for pk, _n in most])
    rows = [(people[pk], n) for pk, n in sorted(most, key=lambda row: (-row[1], row[0])) if pk in people]
    return rows[:COAUTHORS], len(ids) > PAPERS_READ

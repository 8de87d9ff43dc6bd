"""The profile: who it is, statistics, similar authors and papers, each a panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.database.keyset import Pager, Query
from papers.display.cards import Subject, category_names
from papers.display.plots import Plot, Stack
from papers.filters import facets
from papers.filters.papers import PaperFilter
from papers.models import Build, Paper
from papers.text.folding import fold
from papers.views.lists import asks_for, paper_pager, render_list
from profiles.display.author_rows import active_years, paper_count_text, papers_are_arxivs
from profiles.display.plots import years_plot
from profiles.display.schema_org import embed_code, profile_head, profile_links
from profiles.display.similar_authors import similar_row, why_nobody
from profiles.filters.paper_facets import facets_of
from profiles.lookup import author_or_redirect, papers_of
from profiles.models import Author, AuthorName, SimilarityLink
from profiles.similarity import full_run

SIMILAR_IN_BOX = 10
IN_BOX = ("rank", "score", "is_coauthor", "verdict", "note", "evidence", "other__name", "other__slug")
COAUTHORS_IN_BOX = 12
NAMESAKES_IN_BOX = 6
ON_A_PROFILE = frozenset(
    {"q", "category", "type", "year", "coauthor", "ordering"}
)  # filters that stand over its papers
COMMON_NAME = 30  # others of the surname and initial; linking by name is wrong for many of them
SUBJECTS_IN_BOX = 4


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a profile, as its panel shows them."""

    papers: int
    active_years: str
    coauthors: int
    first_authorships: int
    last_authorships: int
    sole_authorships: int
    median_authors: float | None
    by_year: Stack
    plots: list[Plot]
    top_coauthors: list[tuple[str, str, int]]


@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile: who, statistics, similar authors, papers."""
    author = author_or_redirect(request, slug, "author")
    if isinstance(author, HttpResponse):
        return author
    names = category_names()
    found = PaperFilter.for_list(request.GET, papers_of(author, Paper.objects.visible()), ON_A_PROFILE)
    coauthors = frequent_coauthors(author)
    context: dict[str, Any] = {"author": author, "form": found.form, "pager": Pager([]), "statistics": None}
    context["on_arxiv"] = papers_are_arxivs(author)
    is_valid = found.is_valid()
    if is_valid:
        query = Query.of(request)
        known = None if found.active else author.paper_count
        context["pager"] = paper_pager(request, found, count=known, subject=author.public_id, names=names)
        context["facets"] = facets_of(author, found, query, names, coauthors)
        context["chosen"] = facets.chosen(found, query)
        context["contradiction"] = found.contradiction
    status = 200 if is_valid else 400
    if not asks_for(request, "papers"):
        context |= profile_panels(author, names, coauthors, context["on_arxiv"])
    response = render_list(
        request, "profiles/author/detail.html", "profiles/author/_papers.html", "papers", context, status
    )
    if "head" in context:
        response.headers["Link"] = ", ".join(map(str, profile_links(author, context["head"])))
    return response


def profile_panels(
    author: Author, names: dict[str, str], coauthors: dict[str, Author], on_arxiv: bool
) -> dict[str, Any]:
    """The context of everything on a profile but the papers."""
    namesakes = namesakes_of(author)
    subjects = [(Subject(code, names.get(code, code)), n) for code, n in author.statistics.get("categories", [])]
    heading_count = paper_count_text(author, on_arxiv)
    other_names = [name for name in public_names(author) if name != author.name]
    identifiers = list(author.identifiers.all())
    main_subjects = list(dict.fromkeys(subject.name for subject, _n in subjects[:SUBJECTS_IN_BOX]))
    head = profile_head(author, other_names, identifiers, main_subjects, f"{author.name}: {heading_count}")
    return {
        "head": head,
        "embed_code": embed_code(author),
        "heading_count": heading_count,
        "names": other_names,
        "identifiers": [{"label": row.get_scheme_display(), "value": row.value, "url": row.url} for row in identifiers],
        "active_years": active_years(author),
        "subjects": subjects[:SUBJECTS_IN_BOX],
        "statistics": statistics_panel(author, names, coauthors),
        **similar_panel(author),
        "standing_note": standing_note(author, name_is_common=len(namesakes) == COMMON_NAME),
        "namesakes": sorted(namesakes, key=lambda person: (-person.paper_count, person.pk))[:NAMESAKES_IN_BOX],
    }


def frequent_coauthors(author: Author) -> dict[str, Author]:
    """Those with whom the author wrote most, by public id; of each only what a name with a link needs."""
    top = [public_id for public_id, _n in author.statistics.get("coauthors", [])]
    people = Author.objects.visible().filter(public_id__in=top).only("public_id", "slug", "name")
    return {person.public_id: person for person in people}


def public_names(author: Author) -> list[str]:
    """The names of the author that everybody may see, the preferred one first."""
    rows = author.names.filter(visibility=AuthorName.Visibility.PUBLIC).order_by("name").values_list("name", flat=True)
    return [author.name, *(name for name in rows if name != author.name)]


def statistics_panel(author: Author, names: dict[str, str], people: dict[str, Author]) -> Statistics:
    kept = author.statistics
    top = dict(kept.get("coauthors", [])[:COAUTHORS_IN_BOX])
    address = author.get_absolute_url()
    years = dict(kept.get("years", []))
    span = range(min(years), max(years) + 1) if years else ()
    return Statistics(
        papers=author.paper_count,
        active_years=active_years(author),
        coauthors=author.coauthor_count,
        first_authorships=kept.get("first", 0),
        last_authorships=kept.get("last", 0),
        sole_authorships=kept.get("sole", 0),
        median_authors=kept.get("median_authors"),
        by_year=years_plot(author),
        plots=[
            Plot.of(
                _("Papers per year"),
                _("Year"),
                _("Papers"),
                [(str(y), years.get(y, 0), f"{address}?year={y}#papers" if years.get(y) else "") for y in span],
            ),
            Plot.of(
                _("Papers per category"),
                _("Category"),
                _("Papers"),
                [
                    (f"{names.get(code, code)} ({code})", n, f"{address}?category={code}#papers")
                    for code, n in kept.get("categories", [])[:12]
                ],
            ),
        ],
        top_coauthors=[
            (people[pid].name, people[pid].get_absolute_url(), n) for pid, n in top.items() if pid in people
        ],
    )


def similar_panel(author: Author) -> dict[str, Any]:
    """The context of the box of similar authors: whoever has not written with the author is news, and comes first."""
    found = SimilarityLink.objects.shown().filter(author=author)
    links = found.new_people_first().select_related("other").only(*IN_BOX)
    rows = [similar_row(author, link) for link in links[:SIMILAR_IN_BOX]]
    build = Build.objects.latest_finished(full_run.STAGE)
    return {
        "similar": rows,
        "similar_note": "" if rows else why_nobody(author, build),
        "similar_url": reverse("author-similar", args=[author.slug]),
        "similar_build": build,
    }


def namesakes_of(author: Author) -> list[Author]:
    """Other listed authors of the same surname and first initial, by name, as many as it takes to call a name common."""
    surname, initial = fold(author.surname), fold(author.forenames)[:1]
    if not surname or not initial:
        return []
    start = f"{surname} {initial}"
    found = Author.objects.listed().filter(sort_key__gte=start, sort_key__lt=start + "\U0010ffff").exclude(pk=author.pk)
    return list(found.order_by("sort_key", "id").only("name", "slug", "paper_count")[:COMMON_NAME])


def standing_note(author: Author, *, name_is_common: bool = False) -> str:
    """What a visitor should know about how sure we are that these papers are one person's."""
    if author.standing == Author.Standing.CURATED:
        return _("Checked by a curator of this site.")
    if author.standing == Author.Standing.IDENTIFIED:
        return _("Identified by a register such as ORCID.")
    if author.shares_name_on_a_paper:
        return _(
            "Put together from the printed name alone, and one paper prints it twice: two people may be mixed here."
        )
    if name_is_common:
        return _(
            "Put together from the printed name alone, which many people share: papers here may belong to more than one "
            "person."
        )
    return _("Put together from the printed name alone; papers of a namesake may be among them.")

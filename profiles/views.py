"""Pages about people: the profile and what hangs on it, the lists, and the pages that show papers and people together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max, Min, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import papers.search
import papers.views
from papers import facets
from papers.cards import Subject, cards, category_names
from papers.filters import PaperFilter
from papers.folding import fold
from papers.head import home_head
from papers.identifiers import jump
from papers.models import Build, Paper, PaperCount
from papers.paging import Pager, Query, keyset_pager, numbered_pager
from papers.plots import Plot, Stack
from papers.views import PAGE_SIZE, asks_for, paper_pager, render_list, with_items
from papers.wording import number, said
from papers.years import site_years
from profiles import author_facets, search, similarity, statistics
from profiles.filters import AuthorFilter
from profiles.linked_data import embed_code, profile_head, profile_links
from profiles.models import Author, AuthorName, EarlierSlug, SimilarityLink
from profiles.narrowing import facets_of
from profiles.part_labels import bar_length, part_label
from profiles.people import find_author, papers_of
from profiles.plots import years_plot
from profiles.rows import AuthorRow, active_years
from profiles.similar_notes import reason, why_nobody

SIMILAR_IN_BOX = 10
IN_BOX = ("rank", "score", "is_coauthor", "verdict", "note", "evidence", "other__name", "other__slug")
COAUTHORS_IN_BOX = 12
SUBJECTS_IN_BOX = 4
SUBJECTS_OF_GROUP = 8
MOST_RANKED = 200
AUTHORS_TO_START_FROM = 12
NAMESAKES_IN_BOX = 6
READING = ("import", "harvest", "seed")  # the stages by which papers come in
ON_A_PROFILE = frozenset({"q", "category", "year", "coauthor", "ordering"})  # filters that stand over its papers
COMMON_NAME = 30  # others of the surname and initial; linking by name is wrong for many of them


@dataclass(frozen=True, slots=True)
class SimilarRow:
    """A similar author as the profile and the full list show them; evidence is filled in for the full list only."""

    rank: int
    name: str
    url: str
    score: float
    reason: str
    is_coauthor: bool
    is_pinned: bool
    note: str
    with_url: str
    evidence: list[tuple[str, str, float, int]]
    shared_coauthors: list[tuple[str, str]]
    shared_subjects: list[Subject]
    closest: dict[str, Any] | None


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


def author_or_redirect(request: HttpRequest, who: str, name: str, *rest: Any) -> Author | HttpResponse:
    """The author at this address, or the answer for one who moved (301) or went (410); raises Http404.

    `name` and `rest` are the page's own: an earlier address leads to the same page.
    """
    author = Author.objects.filter(slug=who).first()
    if author is None or author.merged_into_id:
        if EarlierSlug.objects.filter(slug=who, is_retired=True).exists():
            message = _("The profile that was at this address has been retired.")
            return render(request, "410.html", {"message": message}, status=410)
        author = find_author(who)
        if author is None or author.is_hidden:
            raise Http404(_("There is no author at this address."))
        return HttpResponsePermanentRedirect(reverse(name, args=[author.slug, *rest]))
    if author.is_hidden:
        raise Http404(_("There is no author at this address."))
    return author


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is in here, and ways in."""
    names = category_names()
    build = similarity.latest_build()
    counted = statistics.latest_build()
    recent = Paper.objects.visible().newest_first().for_cards()[:5]
    start = Author.objects.listed().most_papers_first()[:AUTHORS_TO_START_FROM]
    groups = papers.views.category_groups(only_used=True)
    context = {
        "counts": {
            "papers": PaperCount.objects.filter(category=None).aggregate(n=Sum("papers", default=0))["n"],
            "authors": counted.results.get("authors_listed", 0) if counted else 0,
            "categories": sum(len(group.subjects) for group in groups),
            "links": build.results.get("links", 0) if build else 0,
        },
        "updated_at": counted.finished_at if counted else None,
        "groups": [group.largest(SUBJECTS_OF_GROUP) for group in groups],
        "by_year": site_years([sum(subject.papers for subject in group.subjects) for group in groups]),
        "recent": cards(recent),
        "authors": [AuthorRow.of(author, names) for author in start],
    }
    return render(request, "profiles/home.html", {**context, "head": home_head()})


@require_safe
def author_list(request: HttpRequest) -> HttpResponse:
    """All authors, by name, category and standing."""
    found = AuthorFilter(request.GET, Author.objects.listed())
    context: dict[str, Any] = {"form": found.form, "pager": Pager([])}
    if not found.is_valid():
        return render_list(
            request, "profiles/author_list.html", "profiles/_author_list.html", "list", context, status=400
        )
    names, query = category_names(), Query.of(request)
    context["facets"], count = author_facets.of_authors(found, query, names)
    context["chosen"] = facets.chosen(found, query)
    if found.order is None:
        ids = search.search_authors(found.words, MOST_RANKED, queryset=found.without("q", "search"))
        pager = numbered_pager(request, ids, PAGE_SIZE, len(ids), len(ids) == MOST_RANKED)
        by_id = Author.objects.in_bulk(pager.items)
        authors = [by_id[pk] for pk in pager.items if pk in by_id]
    else:
        pager = keyset_pager(request, found.qs, found.order, PAGE_SIZE, count)
        authors = pager.items
    rows = [AuthorRow.of(author, names, getattr(author, "list_papers", None)) for author in authors]
    context["pager"] = with_items(pager, rows)
    return render_list(request, "profiles/author_list.html", "profiles/_author_list.html", "list", context)


@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The profile: who, statistics, similar authors, papers."""
    author = author_or_redirect(request, slug, "author")
    if isinstance(author, HttpResponse):
        return author
    names = category_names()
    found = PaperFilter.for_list(request.GET, papers_of(author, Paper.objects.visible()), ON_A_PROFILE)
    coauthors = kept_coauthors(author)
    context: dict[str, Any] = {"author": author, "form": found.form, "pager": Pager([]), "statistics": None}
    is_valid = found.is_valid()
    if is_valid:
        query = Query.of(request)
        known = None if found.asked else author.paper_count
        context["pager"] = paper_pager(request, found, count=known, subject=author.public_id, names=names)
        context["facets"] = facets_of(author, found, query, names, coauthors)
        context["chosen"] = facets.chosen(found, query)
        context["contradiction"] = found.contradiction
    status = 200 if is_valid else 400
    if not asks_for(request, "papers"):
        context |= profile_panels(author, names, coauthors)
    response = render_list(request, "profiles/author_detail.html", "profiles/_papers.html", "papers", context, status)
    if "head" in context:
        response.headers["Link"] = ", ".join(map(str, profile_links(author, context["head"])))
    return response


def profile_panels(author: Author, names: dict[str, str], coauthors: dict[str, Author]) -> dict[str, Any]:
    """The context of everything on a profile but the papers."""
    namesakes = namesakes_of(author)
    subjects = [(Subject(code, names.get(code, code)), n) for code, n in author.statistics.get("categories", [])]
    heading_count = ngettext("%(n)s paper on arXiv", "%(n)s papers on arXiv", author.paper_count) % {
        "n": number(author.paper_count)
    }
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


def kept_coauthors(author: Author) -> dict[str, Author]:
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
                _("Papers per year"), _("Year"), _("Papers"),
                [(str(y), years.get(y, 0), f"{address}?year={y}#papers" if years.get(y) else "") for y in span],
            ),
            Plot.of(
                _("Papers per category"), _("Category"), _("Papers"),
                [
                    (f"{names.get(code, code)} ({code})", n, f"{address}?category={code}#papers")
                    for code, n in kept.get("categories", [])[:12]
                ],
            ),
        ],
        top_coauthors=[
            (people[pid].name, people[pid].get_absolute_url(), n) for pid, n in top.items() if pid in people
        ],
    )  # fmt: skip


def similar_panel(author: Author) -> dict[str, Any]:
    """The context of the box of similar authors."""
    links = SimilarityLink.objects.shown().filter(author=author).best_first().select_related("other").only(*IN_BOX)
    rows = [similar_row(author, link) for link in links[:SIMILAR_IN_BOX]]
    build = similarity.latest_build()
    return {
        "similar": rows,
        "similar_note": "" if rows else why_nobody(author, build),
        "similar_url": reverse("author-similar", args=[author.slug]),
        "similar_build": build,
    }


def similar_row(
    author: Author,
    link: SimilarityLink,
    people: dict[int, Author] | None = None,
    titles: dict[int, Paper] | None = None,
    names: dict[str, str] | None = None,
) -> SimilarRow:
    """The link as a row; with people, papers and category names also its whole evidence."""
    evidence = link.evidence
    is_whole = names is not None
    parts = evidence.get("parts", []) if is_whole else []
    # The bars compare the named parts; the rest, many terms in one, has none.
    largest = max((part["contribution"] for part in parts if part["kind"] != "other"), default=0) or 1
    pair = evidence.get("closest_papers") or {}
    mine, theirs = (titles or {}).get(pair.get("mine", 0)), (titles or {}).get(pair.get("theirs", 0))
    return SimilarRow(
        rank=link.rank or 0,
        name=link.other.name,
        url=link.other.get_absolute_url(),
        score=link.score,
        reason=reason(evidence),
        is_coauthor=link.is_coauthor,
        is_pinned=link.verdict == SimilarityLink.Verdict.PINNED,
        note=link.note,
        with_url=reverse("author-with", args=[author.slug, link.other.slug]) if is_whole else "",
        evidence=[
            (p["kind"], part_label(p["kind"], p["label"]), p["contribution"], bar_length(p["contribution"], largest))
            for p in parts
        ],
        shared_coauthors=[
            (people[pk].name, people[pk].get_absolute_url())
            for pk in evidence.get("shared_coauthors", []) if people and pk in people
        ],
        shared_subjects=[
            Subject(code, names.get(code, code)) for code in evidence.get("shared_categories", []) if names is not None
        ],
        closest={
            "mine": {"title": mine.title, "url": mine.get_absolute_url()},
            "theirs": {"title": theirs.title, "url": theirs.get_absolute_url()},
        } if mine and theirs else None,
    )  # fmt: skip


@require_safe
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """All similar authors with the evidence for each."""
    author = author_or_redirect(request, slug, "author-similar")
    if isinstance(author, HttpResponse):
        return author
    wanted = request.GET.get("coauthors", "")
    if wanted not in ("", "no", "yes"):
        message = _("coauthors is “no” for those with whom the author has not yet written, or “yes” for the others.")
        return render(request, "400.html", {"message": message}, status=400)
    found = SimilarityLink.objects.shown().filter(author=author)
    if wanted:
        found = found.filter(is_coauthor=wanted == "yes")
    links = list(found.best_first().select_related("other"))
    people, titles = evidence_records(links)
    names, build = category_names(), similarity.latest_build()
    context = {
        "author": author,
        "rows": [similar_row(author, link, people, titles, names) for link in links],
        "wanted": wanted,
        "build": build,
        "note": "" if links or wanted else why_nobody(author, build),
    }
    return render(request, "profiles/similar.html", context)


def evidence_records(links: list[SimilarityLink]) -> tuple[dict[int, Author], dict[int, Paper]]:
    """The people and papers that the evidence of these links names; two queries."""
    people = {pk for link in links for pk in link.evidence.get("shared_coauthors", [])}
    found = {pk for link in links for pk in _closest(link)}
    return (
        {author.pk: author for author in Author.objects.visible().filter(pk__in=people)},
        {paper.pk: paper for paper in Paper.objects.visible().filter(pk__in=found).only("identifier", "title")},
    )


def _closest(link: SimilarityLink) -> list[int]:
    pair = link.evidence.get("closest_papers") or {}
    return [pair[side] for side in ("mine", "theirs") if side in pair]


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


@require_safe
def category_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A subject with its papers and with authors to start from."""
    names = category_names()
    found = AuthorFilter({"category": code}, Author.objects.listed())
    rows: list[AuthorRow] = []
    if found.is_valid() and found.order:
        top = found.order.applied(found.qs)[:AUTHORS_TO_START_FROM]
        rows = [AuthorRow.of(author, names, author.list_papers) for author in top]
    return papers.views.category_detail(request, code, authors=rows)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Authors and papers together; an identifier goes straight to its record."""
    text = request.GET.get("q", "").strip()
    if target := jump_target(text):
        return redirect(target)
    if not text:
        return render(request, "profiles/search.html", {"q": "", "authors": [], "pager": Pager([]), "note": ""})
    names = category_names()
    shown = Query.of(request)
    query = papers.search.parse_query(text)
    ids = search.search_authors(text, 8, queryset=Author.objects.listed()) if len(text) <= 200 else []
    people = Author.objects.in_bulk(ids)
    found = PaperFilter.for_list(request.GET, Paper.objects.visible(), papers.views.OVER_A_LIST)
    if not found.is_valid():
        message = " ".join(message for messages in found.form.errors.values() for message in messages)
        return render(request, "400.html", {"message": message}, status=400)
    pager = paper_pager(request, found, whole_site=True, names=names)
    context = {
        "q": text,
        "authors": [AuthorRow.of(people[pk], names) for pk in ids if pk in people],
        "pager": pager,
        "facets": facets.of_papers(found, shown, names, facets.of_site),
        "chosen": [row for row in facets.chosen(found, shown) if row.value != text],
        "note": " ".join(map(said, query.problems)),
        "apart": [] if pager.items else papers.search.apart(query),
    }
    return render_list(request, "profiles/search.html", "papers/_list.html", "list", context)


def jump_target(text: str) -> str:
    """The address of the record that an identifier names, or nothing."""
    kind, value = jump(text) or ("", "")
    if kind == "arxiv" and Paper.objects.visible().filter(identifier=value).exists():
        return reverse("paper", args=[value])
    if kind == "doi":
        paper = Paper.objects.visible().filter(dois__key=value.lower()).order_by("id").first()
        return paper.get_absolute_url() if paper else ""
    if kind == "orcid":
        author = find_author(f"orcid:{value}")
        return author.get_absolute_url() if author and not author.is_hidden else ""
    return ""


@require_safe
def jump_to_orcid(request: HttpRequest, orcid: str) -> HttpResponse:
    """To the author with this ORCID, or a page that says what to do."""
    author = find_author(f"orcid:{orcid}")
    if author is None or author.is_hidden:
        raise Http404(_("Nobody here is known by the ORCID %(orcid)s.") % {"orcid": orcid[:40]})
    return redirect(author)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this site is, what is in it, where its data come from and how to correct it."""
    years = PaperCount.objects.filter(category=None, papers__gt=0)
    counted = years.aggregate(
        papers=Sum("papers", default=0), first=Min("year", filter=Q(year__gt=0)), last=Max("year")
    )
    people, links = statistics.latest_build(), similarity.latest_build()
    read = Build.objects.filter(stage__in=READING, status=Build.Status.FINISHED).order_by("-id").first()
    context = {
        "contact_email": settings.CONTACT_EMAIL,
        "papers": counted["papers"],
        "first_year": counted["first"],
        "last_year": counted["last"],
        "authors": people.results.get("authors_listed", 0) if people else 0,
        "links": links.results.get("links", 0) if links else 0,
        "related_at": links.finished_at if links else None,
        "read_at": read.finished_at if read else None,
    }
    return render(request, "about.html", context)

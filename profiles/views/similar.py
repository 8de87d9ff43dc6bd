"""Pages about who is like whom: two authors side by side, people who work on something, similar papers."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.display.cards import Subject, cards, category_names
from papers.http.lookup import paper_or_answer
from papers.models import Build, Paper
from profiles.display.author_rows import AuthorRow
from profiles.display.similar_authors import bar_length, evidence_records, part_label, similar_row, why_nobody
from profiles.lookup import author_or_redirect, shown_authors
from profiles.models import Author, SimilarityLink
from profiles.similarity import full_run, pairs, topics
from profiles.similarity.model.evidence import EvidenceTerm

COMMON_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two authors compared, as the page shows them."""

    score: float
    shared: list[tuple[str, str, float, int]]
    only_one: list[str]
    only_two: list[str]
    closest: list[tuple[Paper, Paper, float]]
    common_coauthors: list[Author]
    together: int
    path: list[Author]


@require_safe
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """All similar authors with the evidence for each."""
    author = author_or_redirect(request, slug, "author-similar")
    if isinstance(author, HttpResponse):
        return author
    wanted = request.GET.get("coauthors", "")
    if wanted not in ("", "no", "yes"):
        raise BadRequest(
            _("coauthors is “no” for those with whom the author has not yet written, or “yes” for the others.")
        )
    found = SimilarityLink.objects.shown().filter(author=author)
    if wanted:
        found = found.filter(is_coauthor=wanted == "yes")
    links = list(found.best_first().select_related("other"))
    people, titles = evidence_records(links)
    names, build = category_names(), Build.objects.latest_finished(full_run.STAGE)
    context = {
        "author": author,
        "rows": [similar_row(author, link, people, titles, names) for link in links],
        "wanted": wanted,
        "build": build,
        "note": "" if links or wanted else why_nobody(author, build),
    }
    return render(request, "profiles/author/similar.html", context)


@require_safe
def with_author(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """Two authors side by side."""
    one = author_or_redirect(request, slug, "author")
    if isinstance(one, HttpResponse):
        return one if one.status_code == 410 else redirect_to_pair(slug, other)
    two = author_or_redirect(request, other, "author")
    if isinstance(two, HttpResponse):
        return two if two.status_code == 410 else redirect_to_pair(slug, other)
    if one == two:
        raise Http404(_("Nobody is compared with themselves: give two different authors."))
    names = category_names()
    context = {
        "one": AuthorRow.of(one, names),
        "two": AuthorRow.of(two, names),
        "subjects": shared_subjects(one, two, names),
        "comparison": side_by_side(one, two),
    }
    return render(request, "profiles/pair.html", context)


def redirect_to_pair(one: str, two: str) -> HttpResponse:
    """To the addresses that both have now; raises Http404 if one of them is nobody's."""
    authors = shown_authors((one, two))
    if one not in authors or two not in authors:
        raise Http404(_("There is no author at this address."))
    return HttpResponsePermanentRedirect(reverse("author-with", args=[authors[one].slug, authors[two].slug]))


def shared_subjects(one: Author, two: Author, names: dict[str, str]) -> list[tuple[Subject, int, int]]:
    """The categories of both, with the papers of each, those of most papers first."""
    mine, theirs = (dict(author.statistics.get("categories", [])) for author in (one, two))
    shared = sorted(mine.keys() & theirs.keys(), key=lambda code: (-min(mine[code], theirs[code]), code))
    return [(Subject(code, names.get(code, code)), mine[code], theirs[code]) for code in shared]


def side_by_side(one: Author, two: Author) -> SideBySide:
    """The comparison with its people and papers looked up."""
    found = pairs.compare(one, two)
    ties = pairs.ties_of([one.pk, two.pk])
    path = pairs.path_between(one.pk, two.pk)
    common = sorted(ties[one.pk] & ties[two.pk])[:COMMON_SHOWN]
    people = Author.objects.listed().in_bulk({*common, *path})
    shown = Paper.objects.visible().only("identifier", "title", "is_withdrawn")
    papers = shown.in_bulk({pk for *pair, _n in found.closest for pk in pair})
    return SideBySide(
        found.cosine,
        bars(found.shared),
        found.only_one,
        found.only_two,
        [(papers[mine], papers[theirs], near) for mine, theirs, near in found.closest],
        [people[pk] for pk in common if pk in people],
        Paper.objects.visible().filter(authorships__author=one).filter(authorships__author=two).count(),
        [people[pk] for pk in path] if all(pk in people for pk in path) else [],
    )


def bars(parts: list[EvidenceTerm]) -> list[tuple[str, str, float, int]]:
    """The parts as rows of a table with bars: (kind, label, contribution, percent of the largest)."""
    largest = max((part.contribution for part in parts if part.kind != "other"), default=0) or 1
    return [
        (part.kind, part_label(part.kind, part.label), part.contribution, bar_length(part.contribution, largest))
        for part in parts
    ]


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Authors who work on what is asked for in free words."""
    text = request.GET.get("q", "").strip()
    if len(text) > topics.LONGEST_QUESTION:
        raise BadRequest(_("A topic has at most %(most)s letters.") % {"most": topics.LONGEST_QUESTION})
    names = category_names()
    found, known = topics.people_who_work_on(text) if text else ([], [])
    context = {
        "q": text,
        "known": known,
        "rows": [
            {"author": AuthorRow.of(row.author, names), "score": row.score, "parts": bars(row.parts)} for row in found
        ],
    }
    return render(request, "profiles/topic_authors.html", context)


@require_safe
def similar_papers(request: HttpRequest, identifier: str) -> HttpResponse:
    """Papers that tell of the same things as this one."""
    paper = paper_or_answer(request, identifier, "paper-similar")
    if isinstance(paper, HttpResponse):
        return paper
    found = topics.similar_papers(paper)
    by_id = Paper.objects.for_cards().in_bulk([pk for pk, *_rest in found])
    shown = [row for row in found if row[0] in by_id]
    context = {
        "paper": paper,
        "rows": [
            {"card": card, "score": near, "words": ", ".join(words)}
            for card, (_pk, near, words) in zip(cards([by_id[pk] for pk, *_rest in shown]), shown, strict=True)
        ],
    }
    return render(request, "profiles/similar_papers.html", context)

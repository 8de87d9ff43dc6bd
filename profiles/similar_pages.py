"""Pages about who is like whom: two authors side by side, people who work on something, and how good it all is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.cards import Subject, cards, category_names
from papers.models import Build, Paper
from papers.views import paper_or_answer
from papers.wording import number, percent
from profiles import comparing, linking_quality, quality, similarity, topics
from profiles.evidence import Part
from profiles.models import Author
from profiles.part_labels import bar_length, part_label
from profiles.people import find_author
from profiles.rows import AuthorRow
from profiles.views import author_or_redirect

COMMON_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A method's figures as percentages with their intervals."""

    method: str
    is_ours: bool
    figures: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ProtocolTable:
    heading: str
    explanation: str
    columns: list[str]
    rows: list[MethodRow]


@dataclass(frozen=True, slots=True)
class SimilarityQuality:
    """A measurement in words a visitor understands."""

    measured_at: datetime | None
    papers: int
    is_older: bool
    tables: list[ProtocolTable]
    sentences: list[str]


@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """How good the similar authors are, and how well names are told apart."""
    measured, linked = quality.latest_build(), linking_quality.latest_build()
    context = {
        "similarity": similarity_quality(measured, similarity.latest_build()) if measured else None,
        "linking": linking_quality.in_words(linked) if linked else None,
    }
    return render(request, "profiles/quality.html", context)


def similarity_quality(measured: Build, shown: Build | None) -> SimilarityQuality:
    """The measurement as the page shows it; `shown` is the build whose links the profiles show."""
    found = measured.results
    lists = found["lists"]
    same = lists["same_category"]["mean"]
    return SimilarityQuality(
        measured_at=measured.finished_at,
        papers=found["papers"],
        is_older=bool(shown and shown.pk > measured.pk),
        tables=[table_of(protocol, measured) for protocol in found["protocols"]],
        sentences=[
            _("Of %(all)s authors %(some)s have a list; of those with two papers or more %(two)s of %(all_two)s.")
            % {
                "some": number(lists["authors_with_links"]), "all": number(lists["authors"]),
                "two": number(lists["authors_of_two_with_links"]), "all_two": number(lists["authors_of_two"]),
            },
            _("%(same)s of the people in a list have the same main subject as its author; by lot it would be %(lot)s.")
            % {"same": percent(same), "lot": percent(lists["same_category_by_chance"])},
            _("Nobody is in more than %(most)s of all lists.") % {"most": percent(lists["in_most_lists"], 2)},
        ],
    )  # fmt: skip


def table_of(protocol: dict[str, Any], measured: Build) -> ProtocolTable:
    texts = {
        "future co-authors": (
            _("Future co-authors"),
            _(
                "We pretended that it was %(day)s and asked, for %(authors)s authors: who of %(candidates)s people will they "
                "write with next, for the first time? The columns say how many of those were among the first 10 and the "
                "first 50 of the list. Nobody can know the future; what counts is how a method does beside the others."
            ),
            {
                "recall@10": _("in the first 10"),
                "recall@50": _("in the first 50"),
                "MRR": _("1 / place of the first found"),
            },
        ),
        "split half": (
            _("Half against half"),
            _(
                "We took %(authors)s authors with ten papers or more, cut the papers into two heaps by lot and asked, by words "
                "and subjects alone: whose is the other heap? The columns say how often the right one came first, and among "
                "the first ten of %(candidates)s."
            ),
            {"first": _("first"), "in ten": _("in the first ten")},
        ),
    }
    heading, explanation, columns = texts[protocol["name"]]
    day = datetime.fromisoformat(measured.parameters["cut"])
    said = {
        "day": date_format(day), "authors": number(protocol["authors"]), "candidates": number(protocol["candidates"]),
    }  # fmt: skip
    rows = [
        MethodRow(
            method_names().get(row["method"], row["method"]),
            row["method"].startswith("ours"),
            [{end: percent(figure[end]) for end in ("mean", "low", "high")} for figure in row["figures"].values()],
        )
        for row in protocol["rows"]
        if protocol["authors"]
    ]
    return ProtocolTable(heading, explanation % said, list(columns.values()), rows)


def method_names() -> dict[str, str]:
    """The methods of profiles/evaluation.py by the names that measurements keep, as visitors read them."""
    return {
        "random": _("by lot"),
        "most papers": _("most papers"),
        "most papers in the main category": _("most papers in the main category"),
        "cosine of categories": _("cosine of categories"),
        "common co-authors": _("common co-authors"),
        "summed counts × idf": _("summed counts × idf"),
        "LSA, 100 dimensions": _("LSA, 100 dimensions"),
        "ours, topic only": _("ours, topic only"),
        "ours, network only": _("ours, network only"),
        "ours": _("ours"),
    }


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
    return render(request, "profiles/with.html", context)


def redirect_to_pair(one: str, two: str) -> HttpResponse:
    """To the addresses that both have now; raises Http404 if one of them is nobody's."""
    found = [find_author(who) for who in (one, two)]
    slugs = [author.slug for author in found if author is not None and not author.is_hidden]
    if len(slugs) < 2:
        raise Http404(_("There is no author at this address."))
    return HttpResponsePermanentRedirect(reverse("author-with", args=slugs))


def shared_subjects(one: Author, two: Author, names: dict[str, str]) -> list[tuple[Subject, int, int]]:
    """The categories of both, with the papers of each, those of most papers first."""
    mine, theirs = (dict(author.statistics.get("categories", [])) for author in (one, two))
    shared = sorted(mine.keys() & theirs.keys(), key=lambda code: (-min(mine[code], theirs[code]), code))
    return [(Subject(code, names.get(code, code)), mine[code], theirs[code]) for code in shared]


def side_by_side(one: Author, two: Author) -> SideBySide:
    """The comparison with its people and papers looked up."""
    found = comparing.compare(one, two)
    ties = comparing.ties_of([one.pk, two.pk])
    path = comparing.path_between(one.pk, two.pk)
    common = sorted(ties[one.pk] & ties[two.pk])[:COMMON_SHOWN]
    people = Author.objects.listed().in_bulk({*common, *path})
    papers = (
        Paper.objects.visible().only("identifier", "title").in_bulk({pk for *pair, _n in found.closest for pk in pair})
    )
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


def bars(parts: list[Part]) -> list[tuple[str, str, float, int]]:
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
        message = _("A topic has at most %(most)s letters.") % {"most": topics.LONGEST_QUESTION}
        return render(request, "400.html", {"message": message}, status=400)
    names = category_names()
    found, known = topics.people_who_work_on(text) if text else ([], [])
    context = {
        "q": text,
        "known": known,
        "rows": [
            {"author": AuthorRow.of(row.author, names), "score": row.score, "parts": bars(row.parts)} for row in found
        ],
    }
    return render(request, "profiles/people.html", context)


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

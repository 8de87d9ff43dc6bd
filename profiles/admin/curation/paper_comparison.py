"""Two papers side by side, fact by fact: what each says, and whether they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from papers.display.wording import type_name
from papers.ingest.duplicate_evidence import doi_key, title_words
from papers.models import Paper
from papers.publications import Details, Publication, publication_of, same_container
from papers.text.dates import PartialDate
from papers.text.folding import fold
from papers.text.markup import markup

MOST_NAMES = 30  # of a byline that are printed
MOST_OF_ABSTRACT = 400  # characters


@dataclass(frozen=True, slots=True)
class Line:
    """A fact of both papers: what each says, and whether they agree; nothing where one of them says nothing."""

    label: str
    kept: str
    gone: str
    agree: bool | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two papers, and what is read out of it."""

    paper: Paper
    place: Publication
    dois: dict[str, str]  # as printed, by what a DOI has in all its forms

    @classmethod
    def of(cls, paper: Paper) -> Side:
        place = publication_of(Details.from_json(paper.details), paper.journal_ref)
        return cls(paper, place, {doi_key(row.doi): row.doi for row in paper.dois.all()})


def lines(kept: Paper, gone: Paper) -> list[Line]:
    """What the two papers say, fact by fact; facts of which neither says anything are left out."""
    mine, theirs = Side.of(kept), Side.of(gone)
    said = [(label, say(mine), say(theirs), same) for label, say, same in FACTS]
    return [
        Line(label, one, two, same(mine, theirs) if one and two else None)
        for label, one, two, same in said
        if one or two
    ]


def _byline(side: Side) -> str:
    names = [entry["name"] for entry in side.paper.byline[:MOST_NAMES]]
    more = len(side.paper.byline) - MOST_NAMES
    return ", ".join([*names, *([f"and {more} more"] if more > 0 else []), *side.paper.collaborations])


def _surnames(side: Side) -> str:
    return ", ".join(entry["surname"] for entry in side.paper.byline)


def _date(date: PartialDate | None) -> str:
    return date.iso() if date else ""


def _alike(say: Callable[[Side], str]) -> Callable[[Side, Side], bool]:
    return lambda one, two: fold(say(one)) == fold(say(two))


def _part(
    label: str, say: Callable[[Side], str]
) -> tuple[str, Callable[[Side], str], Callable[[Side, Side], bool | None]]:
    return label, say, _alike(say)


FACTS: tuple[tuple[str, Callable[[Side], str], Callable[[Side, Side], bool | None]], ...] = (
    (
        "Title",
        lambda side: markup(side.paper.title),
        lambda one, two: title_words(one.paper.title)[0] == title_words(two.paper.title)[0],
    ),
    ("Authors", _byline, _alike(_surnames)),
    _part("First date", lambda side: _date(side.paper.published_date)),
    _part("Issued", lambda side: _date(side.paper.issued_date)),
    _part("arXiv id", lambda side: side.paper.arxiv_id or ""),
    (
        "DOI",
        lambda side: ", ".join(side.dois.values()),
        lambda one, two: not one.dois.keys().isdisjoint(two.dois),
    ),
    _part("Type", lambda side: type_name(side.paper.type)),
    (
        "Appeared in",
        lambda side: side.place.container,
        lambda one, two: same_container(one.place.container, two.place.container),
    ),
    _part("Volume", lambda side: side.place.volume),
    _part("Issue", lambda side: side.place.issue),
    _part("Pages", lambda side: side.place.pages),
    _part("Article", lambda side: side.place.article_number),
    _part("Publisher", lambda side: side.place.publisher),
    ("Source", lambda side: " ".join(filter(None, (side.paper.source, side.paper.giver))), lambda *_: None),
    (
        "Abstract",
        lambda side: markup(side.paper.abstract[:MOST_OF_ABSTRACT]),
        _alike(lambda side: side.paper.abstract[:MOST_OF_ABSTRACT]),
    ),
)

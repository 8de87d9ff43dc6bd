"""Stored papers → works: the byline as it may be shown, each name in parts. Three queries for any number of papers."""

from __future__ import annotations

from collections.abc import Iterable

from papers.bylines.names import parse_name
from papers.citations.work import Contributor, Work
from papers.display.cards import PaperCard, ShownName, cards
from papers.display.rows import PaperRow
from papers.http.addresses import absolute_url
from papers.models import Paper


def works_of(papers: Iterable[Paper | PaperRow], names: dict[str, str] | None = None) -> list[Work]:
    """The papers as works; `names` are those of the categories, for who has them already."""
    return [work_of(card) for card in cards(papers, fold=False, names=names)]


def work_of(card: PaperCard) -> Work:
    """The work of a card made with fold=False: a folded byline would lose names."""
    paper = card.paper
    groups = [Contributor(name, is_group=True) for name in paper.collaborations]
    people = [contributor(shown) for shown in card.byline]
    return Work(
        identifier=paper.identifier,
        arxiv_id=paper.arxiv_id or "",
        title=paper.title,
        url=absolute_url(paper.get_absolute_url()),
        source_url=paper.source_url,
        abstract=paper.abstract,
        abstract_is_cut=paper.abstract_is_cut,
        authors=(*people, *groups),
        is_complete=paper.byline_is_complete,
        categories=tuple(paper.categories),
        keywords=tuple(dict.fromkeys(subject.name for subject in card.subjects)),
        published=paper.published,
        updated=paper.updated,
        doi=paper.doi,
        journal_ref=paper.journal_ref,
        license=paper.license,
    )


def contributor(shown: ShownName) -> Contributor:
    """The shown name in its parts; of somebody whose place in the byline isn't known only the whole name is stored."""
    forenames, surname, suffix = shown.forenames, shown.surname, shown.suffix
    if not surname:
        try:
            name = parse_name(shown.name)
        except ValueError:
            surname = shown.name
        else:
            forenames, surname, suffix = name.forenames, name.surname, name.suffix
    url = absolute_url(shown.url) if shown.url else ""
    return Contributor(shown.name, surname, forenames, suffix, url=url, affiliations=tuple(shown.affiliations))

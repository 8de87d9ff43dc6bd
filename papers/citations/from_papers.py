"""Stored papers → works: the byline as it may be shown, each name in parts. Four queries at most for any number of papers."""

from __future__ import annotations

from collections.abc import Iterable

from papers.bylines.names import parse_name
from papers.citations.work import Contributor, Work
from papers.display.cards import PaperCard, ShownName, cards
from papers.display.editors import shown_details
from papers.display.rows import PaperRow, paper_addresses
from papers.http.addresses import absolute_url
from papers.models import Paper
from papers.publications import Details
from papers.text.folding import fold, spells


def works_of(papers: Iterable[Paper | PaperRow], names: dict[str, str] | None = None) -> list[Work]:
    """The papers as works; `names` are those of the categories, for who has them already."""
    found = cards(papers, fold=False, names=names)
    details = shown_details(card.paper for card in found)
    address = paper_addresses()
    return [_work(card, details[card.paper.pk], address(card.paper.identifier)) for card in found]


def work_of(card: PaperCard) -> Work:
    """The work of a card made with fold=False: a folded byline would lose names."""
    return _work(card, shown_details([card.paper])[card.paper.pk], card.url)


def _work(card: PaperCard, details: Details, address: str) -> Work:
    paper = card.paper
    groups = [Contributor.group(name) for name in paper.collaborations]
    people = [contributor(shown) for shown in card.byline]
    return Work(
        identifier=paper.identifier,
        arxiv_id=paper.arxiv_id or "",
        title=paper.title,
        url=absolute_url(address),
        source_url=paper.source_url,
        abstract=paper.abstract,
        abstract_is_cut=paper.abstract_is_cut,
        authors=(*people, *groups),
        is_complete=paper.byline_is_complete,
        categories=tuple(paper.categories),
        subjects=tuple(dict.fromkeys(subject.name for subject in card.subjects)),
        published=paper.published_date,
        issued=paper.issued_date,
        updated=paper.updated,
        type=paper.type,
        details=details,
        doi=paper.doi,
        journal_ref=paper.journal_ref,
        comments=paper.comments,
        report_no=paper.report_no,
        license=paper.license,
        is_withdrawn=paper.is_withdrawn,
        citation_key="" if paper.citation_key and names_hidden_name(paper.citation_key, card) else paper.citation_key,
    )


def names_hidden_name(key: str, card: PaperCard) -> bool:
    """Whether a key has a word of a name in it that the paper prints and that is not shown."""
    words: set[str] = set()
    for shown in card.byline:
        if shown.position is not None and (printed := card.paper.byline[shown.position - 1]["name"]) != shown.name:
            words |= set(fold(printed).split()) - set(fold(shown.name).split())
    return spells(key, words)


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
    places = tuple(shown.affiliations)
    return Contributor(shown.name, surname, forenames, suffix, url=url, affiliations=places, orcid=shown.orcid)

"""Matching of records: one without arXiv id and one with are the same paper by DOI, else by title and year.

Which of the two comes first makes no difference: the paper ends under its arXiv id, with what its arXiv record says, and
the identifier of the other leads to it. `find_matches` answers for a batch of records.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from papers import search
from papers.database import bulk
from papers.ingest.records import IncomingRecord, PaperRecord, key_of_words
from papers.ingest.stored_papers import STORED_COLUMNS, StoredPaper
from papers.models import EarlierIdentifier, Paper, PaperDoi, TitleKey
from papers.search import Query, Term
from papers.text.words import words_of

YEAR = re.compile(r"\((\d{4})\)|^(\d{4})$")
MOST_CANDIDATES = 50
FEWEST_WORDS = 3  # "Introduction" of one year is many papers


Dated = PaperRecord | Paper  # both have arxiv_id, title, published and journal_ref


def year_of(paper: Dated) -> int | None:
    """The year of a paper: of its date, or the one in its journal reference."""
    if paper.published:
        return paper.published.year
    found = YEAR.search(paper.journal_ref)
    return int(found[1] or found[2]) if found else None


def can_match_by_title(record: PaperRecord) -> bool:
    """Whether the record has a year, and a title of words enough to tell papers apart."""
    return year_of(record) is not None and len(record.title_words) >= FEWEST_WORDS


def same_title_and_year(one: Dated, other: Dated) -> bool:
    """Whether two papers, of which one at least has no arXiv id, have the same words as title in years that fit."""
    listed, on_arxiv = (one, other) if one.arxiv_id is None else (other, one)
    year, first_year = year_of(listed), year_of(on_arxiv)
    if year is None or first_year is None:
        return False
    # A paper is often published the year after it was put on arXiv; of two lists' years neither comes first.
    latest = first_year if on_arxiv.arxiv_id is None else first_year + 1
    return first_year <= year <= latest and _title_words(one) == _title_words(other)


def _title_words(paper: Dated) -> list[str]:
    return paper.title_words if isinstance(paper, PaperRecord) else words_of(paper.title)


def index_titles() -> None:
    """Have every visible paper without arXiv id be found by its title, also one that came by another way than an import."""
    papers = Paper.objects.filter(arxiv_id=None, is_deleted=False, title_key=None).order_by("id").only("title")
    bulk.insert(TitleKey, ("paper_id", "key"), [(paper.pk, key_of_words(words_of(paper.title))) for paper in papers])


def same_paper(record: PaperRecord) -> Paper | None:
    """The stored paper that a record without arXiv id is about, or None. Two or three queries.

    Of several a paper with arXiv id comes first, then the smaller identifier.
    """
    return _by_doi(record) or _by_title(record)


def _preferred(papers: Iterable[Paper]) -> Paper | None:
    return min(papers, key=lambda paper: (paper.arxiv_id is None, paper.identifier), default=None)


def _by_doi(record: PaperRecord) -> Paper | None:
    keys = [doi.lower() for doi in record.dois]
    return _preferred(Paper.objects.visible().filter(dois__key__in=keys)) if keys else None


def _by_title(record: PaperRecord) -> Paper | None:
    if not can_match_by_title(record):
        return None
    phrase = Query((Term(tuple(record.title_words), "title"),))
    columns = ("identifier", "arxiv_id", "title", "published", "journal_ref")
    candidates = search.matching(Paper.objects.visible(), phrase).order_by("id").only(*columns)
    return _preferred(paper for paper in candidates[:MOST_CANDIDATES] if same_title_and_year(record, paper))


@dataclass(slots=True)
class Matches:
    """Under which identifiers the records of a batch go where that is not their own.

    `takeovers`: arXiv id → the stored paper that was here without it. `targets`: identifier of a record without arXiv id →
    the identifier of the paper it is. `redirects`: those of the targets that nobody knew before. `doubts` are sentences, by
    the identifier of the record they are about.
    """

    takeovers: dict[str, StoredPaper] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


def find_matches(records: Mapping[str, IncomingRecord], stored: Mapping[str, StoredPaper]) -> Matches:
    """Where each record goes, by what is stored and what else is in the batch.

    One query where no record and no stored paper lacks an arXiv id; three more where some stored paper does; one, and two
    or three a new record, for records without.
    """
    matches = Matches()
    with_id = {identifier: incoming for identifier, incoming in records.items() if incoming.record.arxiv_id is not None}
    without = {identifier: incoming for identifier, incoming in records.items() if incoming.record.arxiv_id is None}
    if with_id and TitleKey.objects.exists():
        _match_records_with_arxiv_id(with_id, stored, matches)
    if without:
        _match_records_without_arxiv_id(without, with_id, stored, matches)
    return matches


def _is_new(incoming: IncomingRecord, stored: Mapping[str, StoredPaper]) -> bool:
    old = stored.get(incoming.record.identifier)
    return old is None or old.digest != incoming.digest


def _match_records_with_arxiv_id(
    records: Mapping[str, IncomingRecord], stored: Mapping[str, StoredPaper], matches: Matches
) -> None:
    """Find the papers without arXiv id that new arXiv records are about."""
    taken: set[int] = set()
    for identifier, papers in _without_arxiv_id(
        [incoming.record for incoming in records.values() if _is_new(incoming, stored)]
    ):
        free = [paper for paper in papers if paper.id not in taken]
        if free and identifier not in stored:
            paper = free.pop(0)
            matches.takeovers[identifier] = paper
            matches.redirects[paper.identifier] = identifier
            taken.add(paper.id)
        if free:
            matches.doubts[identifier] = duplicate_warning([paper.identifier for paper in free])


def duplicate_warning(others: Collection[str]) -> str:
    """What a curator reads of a paper that is here more than once."""
    return (
        f"same paper: by DOI, or by title and year, this is also {', '.join(others)}, which is here as a paper of its own; "
        f"both stay. If they are one, mend the DOI or title at the source of the wrong one, or take its record out there"
    )


def _without_arxiv_id(records: Sequence[PaperRecord]) -> list[tuple[str, list[StoredPaper]]]:
    """The stored papers that each record may be, best first; records that share a DOI with theirs come before others."""
    dois = {doi.lower(): record for record in records for doi in record.dois}
    by_doi: dict[str, set[int]] = {}
    if dois:
        rows = PaperDoi.objects.filter(key__in=dois, paper__title_key__isnull=False)
        for doi, pk in rows.values_list("key", "paper_id"):
            by_doi.setdefault(doi, set()).add(pk)
    titles = {record.identifier: record.title_key for record in records if can_match_by_title(record)}
    by_title: dict[int, set[int]] = {}
    for key, pk in TitleKey.objects.filter(key__in=set(titles.values())).values_list("key", "paper_id"):
        by_title.setdefault(key, set()).add(pk)
    ids = set().union(*by_doi.values(), *by_title.values())
    if not ids:
        return []
    papers = Paper.objects.visible().only("arxiv_id", "title", "published", "journal_ref", *STORED_COLUMNS).in_bulk(ids)
    found: list[tuple[bool, str, list[StoredPaper]]] = []
    for record in records:
        shared = set().union(*(by_doi.get(doi.lower(), ()) for doi in record.dois)) & papers.keys()
        alike = by_title.get(titles.get(record.identifier, 0), set()) & papers.keys()
        candidates = shared | {pk for pk in alike if same_title_and_year(papers[pk], record)}
        if candidates:
            best_first = sorted(candidates, key=lambda pk: (pk not in shared, papers[pk].identifier))
            found.append((not shared, record.identifier, [StoredPaper.of(papers[pk]) for pk in best_first]))
    return [(identifier, candidates) for _, identifier, candidates in sorted(found, key=lambda row: row[:2])]


def _match_records_without_arxiv_id(
    records: Mapping[str, IncomingRecord],
    with_id: Mapping[str, IncomingRecord],
    stored: Mapping[str, StoredPaper],
    matches: Matches,
) -> None:
    """Find the papers that records without arXiv id are about."""
    known = dict(
        EarlierIdentifier.objects.filter(identifier__in=records, paper__is_deleted=False).values_list(
            "identifier", "paper__identifier"
        )
    )
    batch_index = _BatchIndex()
    for identifier, incoming in with_id.items():
        batch_index.add(incoming.record, identifier)
    for identifier, incoming in records.items():
        target = _target(incoming, stored, known, batch_index, matches)
        # What leads to a paper that is taken over leads to its arXiv id from now on.
        target = matches.redirects.get(target, target)
        if target != identifier:
            matches.targets[identifier] = target
            if identifier not in known:
                matches.redirects[identifier] = target
        batch_index.add(incoming.record, target)


def _target(
    incoming: IncomingRecord,
    stored: Mapping[str, StoredPaper],
    known: Mapping[str, str],
    batch_index: _BatchIndex,
    matches: Matches,
) -> str:
    record = incoming.record
    identifier = record.identifier
    own = stored.get(identifier)
    if own and not own.is_deleted and identifier not in matches.redirects:
        if own.digest != incoming.digest:
            other = batch_index.by_doi(record) or _identifier(same_paper(record))
            if other not in ("", identifier):
                matches.doubts[identifier] = duplicate_warning([other])
        return identifier
    return (
        matches.redirects.get(identifier)
        or known.get(identifier)
        or batch_index.by_doi(record)
        or _identifier(_by_doi(record))
        or batch_index.by_title(record)
        or _identifier(_by_title(record))
        or identifier
    )


def _identifier(paper: Paper | None) -> str:
    return paper.identifier if paper else ""


class _BatchIndex:
    """The records of a batch that later ones of it may be the same paper as."""

    def __init__(self) -> None:
        self.dois: dict[str, str] = {}
        self.titles: dict[int, list[tuple[PaperRecord, str]]] = {}

    def add(self, record: PaperRecord, target: str) -> None:
        for doi in record.dois:
            self.dois.setdefault(doi.lower(), target)
        if can_match_by_title(record):
            self.titles.setdefault(record.title_key, []).append((record, target))

    def by_doi(self, record: PaperRecord) -> str:
        return next((self.dois[doi.lower()] for doi in record.dois if doi.lower() in self.dois), "")

    def by_title(self, record: PaperRecord) -> str:
        rows = self.titles.get(record.title_key, ()) if can_match_by_title(record) else ()
        return next((target for other, target in rows if same_title_and_year(record, other)), "")

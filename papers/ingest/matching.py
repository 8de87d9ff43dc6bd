"""Matching of records with papers: the same DOI, the same arXiv id, or the same title with authors and year.

A DOI decides: papers of different DOIs are two. A title is not enough where journal, volume or pages differ. Which of two
records comes first makes no difference: a paper that has an arXiv id is here under it, and the identifiers of the other
records lead to it. `find_papers` answers for a batch of records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from django.db.models import F, Q

from papers import search
from papers.database import bulk
from papers.ingest.readers.oai_pmh.sources import OTHER_SOURCE
from papers.ingest.records import IncomingRecord, PaperRecord, key_of_words
from papers.ingest.stored_papers import StoredPaper, stored_by_id, stored_by_identifier, survivors
from papers.ingest.traits import COLUMNS, FEWEST_WORDS, Traits, differ, have_one_doi, same_entry, same_title
from papers.ingest.words import LISTS, WordKey, giver_of, record_of
from papers.models import EarlierIdentifier, Paper, PaperDoi, SourceRecord, TitleKey
from papers.search import Query, Term
from papers.text.words import words_of

MOST_CANDIDATES = 50
TITLES_AT_ONCE = 50  # of a search
WORDS_ASKED = 4  # of each
SHOWN_OR_HIDDEN = Q(paper__is_deleted=False) | Q(paper__is_hidden=True)


# --- Which two are one ------------------------------------------------------------------------------------------------


def index_titles() -> None:
    """Have every visible paper without arXiv id be found by its title, also one that came by another way than an import."""
    papers = Paper.objects.filter(arxiv_id=None, is_deleted=False, title_key=None).order_by("id").only("title")
    bulk.insert(TitleKey, ("paper_id", "key"), [(paper.pk, key_of_words(words_of(paper.title))) for paper in papers])


# --- A batch ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Target:
    """A paper that records of a batch are about; `stored` is it, or the one it takes over, None for a new one."""

    identifier: str
    arxiv_id: str | None
    stored: StoredPaper | None = None
    records: list[IncomingRecord] = field(default_factory=list)
    owners: list[int | None] = field(default_factory=list)  # by record the paper, merged into this one, that it names


@dataclass(slots=True)
class Matches:
    """The papers that the records of a batch are about, in the order in which they are first met.

    `redirects` are identifiers that are to lead to that of a paper; `doubts` are sentences, with the places they are about.
    """

    targets: dict[str, Target] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    doubts: list[tuple[str, str]] = field(default_factory=list)


def find_papers(records: Sequence[IncomingRecord]) -> Matches:
    """The papers that the records are about, by what is stored and what else is in the batch.

    Two queries where every record is arXiv's own and no stored paper lacks an arXiv id; two more where others give theirs
    names, a third for lists, a few more where a paper lacks an arXiv id, and one for every few dozen titles of records without.
    """
    return _Matcher(records).matches() if records else Matches()


class _Matcher:
    def __init__(self, records: Sequence[IncomingRecord]):
        self.records = records
        self.found = Matches()
        self.asked = {incoming.record.identifier for incoming in records}
        self.stored = stored_by_identifier(list(self.asked))
        self.survivors: dict[int, StoredPaper] = {}
        self.traits: dict[int, Traits] = {}
        self.batch = _BatchIndex()
        self.hidden = sorted(Paper.objects.filter(is_hidden=True).values_list("pk", flat=True))
        self._read_traits(self.hidden)

    def matches(self) -> Matches:
        with_id = [incoming for incoming in self.records if incoming.record.arxiv_id]
        without = [incoming for incoming in self.records if not incoming.record.arxiv_id]
        self.by_key = self._stored_words([incoming.record for incoming in self.records])
        for incoming in with_id:
            self._add(incoming, incoming.record.identifier)
        if with_id and (self.hidden or TitleKey.objects.exists()):
            self._take_over()
        if without:
            self._match_without_arxiv_id(without)
        return self.found

    # Papers by whose word it is

    @staticmethod
    def _stored_words(records: Sequence[PaperRecord]) -> dict[tuple[str, str], list[tuple[int, bool]]]:
        """By format and giver the papers that have a word of it, and whether a curator put it there."""
        named = {(record.source, giver) for record in records if (giver := giver_of_record(record))}
        found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
        if not named:
            return found
        sources, givers = {source for source, _ in named}, {giver for _, giver in named}
        rows = SourceRecord.objects.filter(source__in=sources, giver__in=givers, is_deleted=False).order_by("id")
        papers = Paper.objects.filter(source__in=sources, giver__in=givers, is_deleted=False).exclude(giver="")
        for source, giver, pk, is_fixed in rows.values_list("source", "giver", "paper_id", "is_fixed"):
            found.setdefault((source, giver), []).append((pk, is_fixed))
        for source, giver, pk in papers.order_by("id").values_list("source", "giver", "pk"):
            found.setdefault((source, giver), []).append((pk, False))
        # A list in another format than that from which the paper came may be this site's own, with the keys that it gave.
        if keys := {giver for source, giver in named if source in LISTS}:
            papers = Paper.objects.visible().with_citation_keys(keys)
            for key, pk in papers.order_by("id").values_list("citation_key", "pk"):
                for source in LISTS:
                    found.setdefault((source, key), []).append((pk, False))
        return found

    def _papers(self, ids: Collection[int]) -> dict[int, StoredPaper]:
        """The papers, and of merged ones their survivors, with their traits."""
        missing = set(ids) - self.survivors.keys()
        self.survivors |= survivors(stored_by_id(missing).values())
        papers = {pk: self.survivors[pk] for pk in ids if pk in self.survivors}
        self._read_traits({paper.id for paper in papers.values()})
        return papers

    def _read_traits(self, ids: Collection[int]) -> None:
        if missing := set(ids) - self.traits.keys():
            dois: dict[int, list[str]] = {pk: [] for pk in missing}
            for pk, key in PaperDoi.objects.filter(paper__in=missing).values_list("paper_id", "key"):
                dois[pk].append(key)
            for paper in Paper.objects.filter(pk__in=missing).only(*COLUMNS):
                self.traits[paper.pk] = Traits.of_paper(paper, dois[paper.pk])

    # Targets

    def _add(self, incoming: IncomingRecord, identifier: str, stored: StoredPaper | None = None) -> None:
        """Note that the record is about the paper of this identifier, which is stored or not."""
        here, owner = stored or self.stored.get(identifier), None
        if fixed := self._fixed(incoming.record):
            here = fixed
        if here and here.merged_into_id:
            owner, here = here.id, self._papers([here.id])[here.id]
        # One that is taken over is met under its own identifier no more.
        identifier = self.found.redirects.get(here.identifier, here.identifier) if here else identifier
        target = self.found.targets.get(identifier)
        if target is None:
            arxiv_id = here.arxiv_id if here and here.arxiv_id else incoming.record.arxiv_id
            target = Target(identifier, arxiv_id if arxiv_id == identifier else None, here)
            self.found.targets[identifier] = target
        target.records.append(incoming)
        target.owners.append(owner)

    def _fixed(self, record: PaperRecord) -> StoredPaper | None:
        """The paper to which a curator put what this source says."""
        pks = [pk for pk, is_fixed in self.by_key.get((record.source, giver_of_record(record)), ()) if is_fixed]
        return next((paper for pk, paper in stored_by_id(pks).items()), None) if pks else None

    # Records with arXiv id, papers without

    def _take_over(self) -> None:
        """Find the papers without arXiv id that new records with one are about."""
        asked = {
            identifier: target
            for identifier, target in self.found.targets.items()
            if target.stored is None or any(self._is_changed(incoming, target.stored) for incoming in target.records)
        }
        taken: set[int] = set()
        for identifier, papers in self._without_arxiv_id([target.records[-1].record for target in asked.values()]):
            target = asked[identifier]
            free = [paper for paper in papers if paper.id not in taken]
            if free and target.stored is None:
                target.stored = free.pop(0)
                self.found.redirects[target.stored.identifier] = identifier
                taken.add(target.stored.id)
            if free:
                names = [paper.identifier for paper in free]
                self.found.doubts.append((target.records[-1].place, duplicate_warning(names)))

    @staticmethod
    def _is_changed(incoming: IncomingRecord, stored: StoredPaper) -> bool:
        """Whether it is a new word of the source that is shown; what others say of a paper is no reason to look again."""
        known = WordKey.of(stored.source, stored.base_url, giver_of(stored.giver, stored.source, stored.identifier))
        return stored.digest != incoming.digest and known.is_same(key_of_record(incoming.record))

    def _without_arxiv_id(self, records: Sequence[PaperRecord]) -> list[tuple[str, list[StoredPaper]]]:
        """The stored papers that each may be, best first: those of its own source, of its DOI, of its title; records that
        share a DOI with theirs come before others."""
        dois = {doi.lower(): record for record in records for doi in record.dois}
        by_doi: dict[str, set[int]] = {}
        if dois:
            rows = PaperDoi.objects.filter(key__in=dois, paper__title_key__isnull=False)
            for doi, pk in rows.values_list("key", "paper_id"):
                by_doi.setdefault(doi, set()).add(pk)
        titles = {r.identifier: r.title_key for r in records if len(r.title_words) >= FEWEST_WORDS}
        by_title: dict[int, set[int]] = {}
        for key, pk in TitleKey.objects.filter(key__in=set(titles.values())).values_list("key", "paper_id"):
            by_title.setdefault(key, set()).add(pk)
        own = {r.identifier: {pk for pk, _ in self.by_key.get((r.source, giver_of_record(r)), ())} for r in records}
        ids = set().union(*by_doi.values(), *by_title.values(), *own.values(), self.hidden)
        papers = {
            pk: paper
            for pk, paper in self._papers(ids).items()
            if not paper.arxiv_id and (not paper.is_deleted or paper.is_hidden)
        }
        found: list[tuple[bool, str, list[StoredPaper]]] = []
        for record in records if papers else ():
            traits = Traits.of_record(record)
            mine = {
                pk for pk in own[record.identifier] & papers.keys() if same_entry(traits, self.traits[papers[pk].id])
            }
            hidden = papers.keys() & set(self.hidden)  # which have no rows of DOIs and titles
            shared = set().union(*(by_doi.get(doi.lower(), ()) for doi in record.dois)) & papers.keys()
            shared |= {pk for pk in hidden if have_one_doi(traits, self.traits[papers[pk].id])}
            alike = (by_title.get(titles.get(record.identifier, 0), set()) & papers.keys()) | hidden
            alike = {pk for pk in alike if same_title(traits, self.traits[papers[pk].id])}
            if candidates := mine | shared | alike:
                best_first = sorted(
                    candidates, key=lambda pk: (pk not in mine, pk not in shared, papers[pk].identifier)
                )
                found.append((not shared, record.identifier, [papers[pk] for pk in best_first]))
        return [(identifier, candidates) for _, identifier, candidates in sorted(found, key=lambda row: row[:2])]

    # Records without arXiv id

    def _match_without_arxiv_id(self, records: Sequence[IncomingRecord]) -> None:
        for identifier, target in self.found.targets.items():
            self.batch.add(target.records[-1].record, Traits.of_record(target.records[-1].record), identifier)
        names = [incoming.record.identifier for incoming in records]
        rows = EarlierIdentifier.objects.filter(SHOWN_OR_HIDDEN, identifier__in=names)
        self.known = dict(rows.values_list("identifier", "paper_id"))
        keys = {doi.lower() for incoming in records for doi in incoming.record.dois}
        dois = PaperDoi.objects.filter(key__in=keys, paper__is_deleted=False) if keys else PaperDoi.objects.none()
        self.by_doi: dict[str, list[int]] = {}
        for key, pk in dois.order_by(F("paper__arxiv_id").asc(nulls_last=True), "paper__identifier").values_list(
            "key", "paper_id"
        ):
            self.by_doi.setdefault(key, []).append(pk)
        traits_of = [Traits.of_record(incoming.record) for incoming in records]
        told = [incoming.record for incoming, traits in zip(records, traits_of, strict=True) if traits.tells_by_title]
        self.by_title = papers_by_title(told)
        self._read_said()
        here = {paper.id for paper in self.stored.values()}.union(self.known.values())
        self._papers(here.union(*self.by_doi.values(), *self.by_title.values()))
        for incoming, traits in zip(records, traits_of, strict=True):
            record = incoming.record
            identifier, stored = self._paper_of(record, traits)
            # What leads to a paper that is taken over leads to its arXiv id from now on.
            identifier = self.found.redirects.get(identifier, identifier)
            if identifier != record.identifier and self._is_free(record.identifier):
                self.found.redirects[record.identifier] = identifier
            elif stored and incoming.digest != stored.digest and (other := self._other(record, stored)):
                self.found.doubts.append((incoming.place, duplicate_warning([other])))
            self._add(incoming, identifier, stored)
            self.batch.add(record, traits, identifier)

    def _is_free(self, identifier: str) -> bool:
        """Whether this identifier leads nowhere yet."""
        stored = self.stored.get(identifier)
        is_here = stored and (not stored.is_deleted or stored.is_hidden or stored.merged_into_id)
        return not is_here and identifier not in self.found.targets and identifier not in self.known

    def _paper_of(self, record: PaperRecord, traits: Traits) -> tuple[str, StoredPaper | None]:
        """The identifier of the paper that a record is about, and the stored paper, None for one that is new."""
        is_it: Callable[[Traits], bool]
        for ids, in_batch, is_it in self._candidates(record, traits):
            papers = self._papers(ids)
            for paper in (papers[pk] for pk in ids if pk in papers):
                if (not paper.is_deleted or paper.is_hidden) and is_it(self.traits[paper.id]):
                    return paper.identifier, paper
            for other, identifier in in_batch:
                if is_it(other):
                    return identifier, None
        return self._new_identifier(record.identifier, traits)

    def _fitting(self, traits: Traits, of_batch: Sequence[tuple[Traits, str]]) -> list[tuple[Traits, str]]:
        """Those of the batch's papers of which nothing speaks against it: no third entry makes one of two that differ."""
        of_paper = self.batch.of_paper
        return [each for each in of_batch if not any(differ(traits, other) for other in of_paper[each[1]])]

    def _candidates(
        self, record: PaperRecord, traits: Traits
    ) -> Iterator[tuple[Sequence[int], Sequence[tuple[Traits, str]], Callable[[Traits], bool]]]:
        """Papers that it may be, stored ones and those of the batch, and what must hold for them; the surest first."""
        batch, key = self.batch, (record.source, giver_of_record(record))
        # What the source itself said last, not what others or a curator have made of its paper.
        is_own = [pk for pk, _ in self.by_key.get(key, ()) if self._is_own(record, traits, pk)]
        yield is_own, (), lambda _other: True
        yield (), batch.by_key[key], lambda other: record.source == OTHER_SOURCE or same_entry(traits, other)
        here = self.stored.get(record.identifier)
        ids = ([here.id] if here else []) + [pk for name, pk in self.known.items() if name == record.identifier]
        by_name = (
            ids,
            self._fitting(traits, batch.by_identifier[record.identifier]),
            lambda other: not differ(traits, other),
        )
        ids = [pk for doi in record.dois for pk in self.by_doi.get(doi.lower(), ())]
        of_batch = [each for doi in record.dois for each in batch.by_doi[doi.lower()]]
        by_doi = [*ids, *self.hidden], of_batch, lambda other: have_one_doi(traits, other)
        # The DOI decides, unless nothing but its identifier tells that it is what this source gave.
        is_known_by_name = here is not None and here.source == record.source and not here.giver
        yield from (by_name, by_doi) if is_known_by_name or not giver_of_record(record) else (by_doi, by_name)
        if traits.tells_by_title:
            ids = [*self.by_title.get(tuple(record.title_words), ())]
            papers = self._papers(ids)
            ids.sort(key=lambda pk: (papers[pk].arxiv_id is None, papers[pk].identifier))
            of_batch = self._fitting(traits, batch.by_title[record.title_key])
            yield [*ids, *self.hidden], of_batch, lambda other: same_title(traits, other)

    def _is_own(self, record: PaperRecord, traits: Traits, pk: int) -> bool:
        """Whether the word that the paper has of the record's source is that of this record, perhaps corrected since."""
        if record.source == OTHER_SOURCE:
            return True
        said = self.said.get((pk, record.source, giver_of_record(record)), [self.traits[pk]])
        return any(same_entry(traits, each) for each in said)

    def _read_said(self) -> None:
        """Read by paper, format and giver what sources said that speak again, and all that is known of these papers."""
        lists = {key: found for key, found in self.by_key.items() if key[0] != OTHER_SOURCE}
        pks = {pk for found in lists.values() for pk, _ in found}
        self._papers(pks)
        self._read_traits(pks)
        self.said: dict[tuple[int, str, str], list[Traits]] = {}
        for word in SourceRecord.objects.filter(paper__in=pks, giver__in={giver for _, giver in lists}) if pks else ():
            record = record_of(word.facts, identifier=word.identifier, source=word.source)
            self.said.setdefault((word.paper_id, word.source, word.giver), []).append(Traits.of_record(record))

    def _new_identifier(self, identifier: str, traits: Traits) -> tuple[str, StoredPaper | None]:
        """The identifier for a paper that is new, another one where that of its words is another paper's; or that paper."""
        for number in count(1):
            name = identifier if number == 1 else f"{identifier}-{number}"
            if name not in self.asked:
                self.asked.add(name)
                self.stored |= stored_by_identifier([name])
            stored = self.stored.get(name)
            if name in self.found.targets:
                if not any(differ(traits, other) for other in self.batch.of_paper[name]):
                    return name, None
            elif stored is None or (stored.is_deleted and not stored.is_hidden and stored.merged_into_id is None):
                return name, stored
            else:
                paper = self._papers([stored.id])[stored.id]
                if not differ(traits, self.traits[paper.id]):
                    return paper.identifier, paper
        raise AssertionError("numbers don't end")

    def _other(self, record: PaperRecord, stored: StoredPaper) -> str:
        """Another paper that has a DOI of the record, as which it isn't known."""
        ids = [pk for doi in record.dois for pk in self.by_doi.get(doi.lower(), ()) if pk != stored.id]
        papers = self._papers(ids)
        return next((papers[pk].identifier for pk in ids if pk in papers and papers[pk].id != stored.id), "")


def papers_by_title(records: Sequence[PaperRecord]) -> dict[tuple[str, ...], list[int]]:
    """The visible papers that have the very title of one of these records, by its words. A query for each few dozen titles."""
    titles = list(dict.fromkeys(tuple(record.title_words) for record in records))
    found: dict[tuple[str, ...], list[int]] = {}
    for start in range(0, len(titles), TITLES_AT_ONCE):
        asked = titles[start : start + TITLES_AT_ONCE]
        rows = Paper.objects.visible().filter(pk__in=_with_titles(asked)).order_by("id").values_list("pk", "title")
        for pk, title in rows:
            if (words := tuple(words_of(title))) in asked:
                found.setdefault(words, []).append(pk)
    return found


def _with_titles(titles: Sequence[tuple[str, ...]]) -> list[int]:
    """Papers whose titles may be one of these, by the search index; of a title that more hold than it tells, the first few.

    Long words are rare, and asking for them costs a seventh of asking for the title as it stands.
    """
    rarest = (sorted(set(words), key=len, reverse=True)[:WORDS_ASKED] for words in titles)
    ids = search.few_matches(Query(either=tuple(tuple(Term((word,), "title") for word in words) for words in rarest)))
    if ids is not None:
        return ids
    if len(titles) > 1:
        middle = len(titles) // 2
        return _with_titles(titles[:middle]) + _with_titles(titles[middle:])
    matching = search.matching(Paper.objects.visible(), Query((Term(titles[0], "title"),))).order_by("id")
    return list(matching.values_list("pk", flat=True)[:MOST_CANDIDATES])


class _BatchIndex:
    """The papers of a batch, with their traits, that later records of it may be about."""

    def __init__(self) -> None:
        self.of_paper: dict[str, list[Traits]] = defaultdict(list)
        self.by_key: dict[tuple[str, str], list[tuple[Traits, str]]] = defaultdict(list)
        self.by_identifier: dict[str, list[tuple[Traits, str]]] = defaultdict(list)
        self.by_doi: dict[str, list[tuple[Traits, str]]] = defaultdict(list)
        self.by_title: dict[int, list[tuple[Traits, str]]] = defaultdict(list)

    def add(self, record: PaperRecord, traits: Traits, identifier: str) -> None:
        """Note that the record is about the paper of this identifier."""
        self.of_paper[identifier].append(traits)
        if giver := giver_of_record(record):
            self.by_key[record.source, giver].append((traits, identifier))
        self.by_identifier[record.identifier].append((traits, identifier))
        for doi in traits.dois:
            self.by_doi[doi].append((traits, identifier))
        if traits.tells_by_title:
            self.by_title[record.title_key].append((traits, identifier))


def giver_of_record(record: PaperRecord) -> str:
    """What its source calls the record; nothing where no key was noted, and at arXiv."""
    return giver_of(record.giver, record.source, record.identifier)


def key_of_record(record: PaperRecord) -> WordKey:
    """Whose word the record is."""
    return WordKey.of(record.source, record.base_url, giver_of_record(record))


def duplicate_warning(others: Collection[str]) -> str:
    """What a curator reads of a paper that is here more than once."""
    return (
        f"same paper: by DOI, or by title and year, this is also {', '.join(others)}, which is here as a paper of its own; "
        f"both stay. If they are one, merge them"
    )

"""Precedence among what sources say of one paper: whose word is shown.

A curator's value comes first, then arXiv's, a repository's, a list's; of two lists the fuller entry, else their names decide.
What the first doesn't say the next one adds, whatever the order in which they came; so it is with a byline that breaks off
("et al.") where another one is whole. How and where a paper was published comes
from one source as a whole, the first that names a journal, book or conference, else the first that names a publisher; its DOI
comes first, too. A date that a list gives a preprint is when that was posted. Licence, comments and versions are those of the
first source, for they are about its own copy.

Within one source its latest word counts: a record of a later day replaces one of an earlier day. Of two records from one day
the fuller format's counts, and of two from one format the one that was read last, for that is what the source means now. One
that was replaced so does not come back when the same file is read again. arXiv, by all its formats, is one source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from papers.ingest.records import Deletion, IncomingRecord, PaperRecord
from papers.ingest.stored_papers import StoredPaper
from papers.ingest.words import Facts, Word, WordKey, carries_a_paper, with_curated
from papers.models import ARXIVS
from papers.publications.details import OF_PUBLICATION, united_urls
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate

ORCID = "orcid"
# What a format has no room for: a newer record in it that lacks these facts leaves them as they are.
NOT_GIVEN_BY = {
    "arxiv-oai": {"versions", "submitter", "license", "report_no"},
    "arxiv-api": {"versions", "submitter", "license", "report_no", "msc_class", "acm_class"},
    # A summary of a work; authors and particulars, which it lacks in part, are told apart below.
    ORCID: {"abstract"},
}
MOST_SUPERSEDED = 1000  # digests remembered of one paper; a source that says more on one day has some written again

Effect = Literal["taken", "unchanged", "older"]
Superseded = frozenset[tuple[date | None, bytes]]  # datestamp and digest


# --- What is shown ----------------------------------------------------------------------------------------------------


def composed(
    words: Sequence[PaperRecord], curated: Sequence[Facts], identifier: str, arxiv_id: str | None
) -> PaperRecord:
    """The record that is shown of what sources say, the first in precedence first, and what curators set, last the latest."""
    record = _of_sources(words)
    if (record.identifier, record.arxiv_id) != (identifier, arxiv_id):
        record = replace(record, identifier=identifier, arxiv_id=arxiv_id)
    for facts in curated:
        record = with_curated(record, facts)
    return record


def _of_sources(words: Sequence[PaperRecord]) -> PaperRecord:
    first, *others = words
    if not others:
        return first
    publication = published_as(words)
    preprint = next((word for word in words if word.source in ARXIVS), None)
    posted = preprint.posted if preprint else next((day for word in words if (day := _posted(word))), None)
    issued = [word.issued for word in words if not _is_preprint(word)]
    if publication and publication.issued:
        issued = [publication.issued]
    elsewhere = [doi for word in words if publication for doi in _preprint_dois(word)]
    dois = [*(publication.dois if publication else ()), *(doi for word in words for doi in word.dois)]
    abstract = next((word for word in words if word.abstract), first)
    byline = next((word for word in words if word.byline.entries or word.byline.collaborations), first)
    if not byline.byline.is_complete:
        byline = next((word for word in words if _names_all_of(word, byline)), byline)
    details = replace(
        first.details,
        **{name: getattr((publication or first).details, name) for name in OF_PUBLICATION},
        language=next((word.details.language for word in words if word.details.language), ""),
        keywords=next((word.details.keywords for word in words if word.details.keywords), ()),
        urls=united_urls(word.details.urls for word in words),
        preprint_doi=next(iter(elsewhere), "") or first.details.preprint_doi,
    )
    return replace(
        first,
        abstract=abstract.abstract,
        abstract_is_cut=abstract.abstract_is_cut,
        authors_text=byline.authors_text,
        byline=byline.byline,
        categories=_first(words, "categories"),
        posted=posted,
        issued=next(filter(None, issued), None),
        other_dates=tuple(
            ("posted" if kind == "posted" or _is_preprint(word) else "issued", day)
            for word in words
            for kind in ("posted", "issued")
            if (day := getattr(word, kind))
        ),
        updated=_first(words, "updated"),
        type=(publication or next((word for word in words if word.type), first)).type,
        details=details,
        dois=tuple({doi.lower(): doi for doi in reversed([*dois, *elsewhere])}.values())[::-1],
        journal_ref=next((word.journal_ref for word in words if any(map(str.isalpha, word.journal_ref))), ""),
        report_no=_first(words, "report_no"),
        msc_class=_first(words, "msc_class"),
        acm_class=_first(words, "acm_class"),
    )


def published_as(words: Sequence[PaperRecord]) -> PaperRecord | None:
    """The record that says how and where the paper was published, None where none does."""
    in_container = (word for word in words if word.details.container and word.type != PREPRINT)
    by_publisher = (word for word in words if word.details.publisher and word.type not in ("", PREPRINT))
    return next(in_container, None) or next(by_publisher, None)


def _is_preprint(word: PaperRecord) -> bool:
    """Whether the record is of a preprint that is not at arXiv."""
    return word.type == PREPRINT and not word.arxiv_id


def _preprint_dois(word: PaperRecord) -> Sequence[str]:
    """The DOIs of the preprint: the one that the record names so, else those of a record of a preprint."""
    named = word.details.preprint_doi
    return (named,) if named else word.dois if _is_preprint(word) else ()


def _names_all_of(word: PaperRecord, other: PaperRecord) -> bool:
    """Whether its byline is whole where the other's, which has no more names, breaks off."""
    return word.byline.is_complete and len(word.byline.entries) >= len(other.byline.entries) > 0


def _posted(word: PaperRecord) -> PartialDate | None:
    """The day of a preprint or of its place in a repository; a list calls that of a preprint issued."""
    return word.posted or (word.issued if word.type == PREPRINT else None)


def _first(words: Sequence[PaperRecord], name: str) -> Any:
    """The field of the first that has it, or the empty one."""
    return next((value for word in words if (value := getattr(word, name))), getattr(words[0], name))


def with_facts_not_given(record: PaperRecord, before: PaperRecord) -> PaperRecord:
    """The record, with what its format can't say taken from what its source said before in another one."""
    silent = {name for name in NOT_GIVEN_BY.get(record.source, ()) if not getattr(record, name)}
    kept = {name: getattr(before, name) for name in silent if getattr(before, name)}
    if record.source == ORCID:
        if not record.byline.entries or (not record.byline.is_complete and _names_all_of(before, record)):
            kept |= {"byline": before.byline, "authors_text": before.authors_text}
        kept["details"] = record.details.completed(before.details)
    return replace(record, **kept) if kept else record


# --- What becomes of a record -----------------------------------------------------------------------------------------


def is_newer(word: Word | PaperRecord, known: Word | PaperRecord) -> bool:
    """Whether a word that differs from its source's last one is to replace it."""
    if word.datestamp != known.datestamp:
        return (word.datestamp or date.min) > (known.datestamp or date.min)
    return not NOT_GIVEN_BY.get(word.source, set()) - NOT_GIVEN_BY.get(known.source, set())


@dataclass(slots=True)
class PaperState:
    """What is known of one paper while the records of a batch about it are gone through, one after another.

    `given` are the sources whose words this run has read. `superseded` are records that others of their day replaced.
    """

    identifier: str
    arxiv_id: str | None
    stored: StoredPaper | None = None
    words: list[Word] = field(default_factory=list)
    curated: list[Facts] = field(default_factory=list)
    superseded: Superseded = frozenset()
    noted: Superseded = frozenset()  # the superseded ones that are stored
    given: set[WordKey] = field(default_factory=set)
    replaced: set[int] = field(default_factory=set)  # places among the words, of those whose facts changed
    before: dict[int, Word] = field(default_factory=dict)  # by place the stored words that were replaced
    record: PaperRecord | None = None  # what is shown, once it is composed

    def place_of(self, key: WordKey, digest: bytes = b"", identifier: str = "") -> int | None:
        """Where among the words that of this source stands; of several, as after a merge, the one that says the same."""
        mine = [at for at, word in enumerate(self.words) if word.key == key]
        mine = mine or [at for at, word in enumerate(self.words) if word.key.is_same(key)]
        if len(mine) > 1:
            words = self.words
            mine.sort(key=lambda at: (words[at].digest != digest, words[at].identifier != identifier, at))
        return mine[0] if mine else None

    def take(self, word: Word) -> tuple[int, Effect]:
        """Where among the words its source's stands, and what becomes of this one; what is known is then what it left."""
        at = self.place_of(word.key, word.digest, word.identifier)
        if at is None:
            self.words.append(word)
            return len(self.words) - 1, self._replaced(len(self.words) - 1, word)
        known = self.words[at]
        if not word.says_more_than(known):
            if word.datestamp and (known.datestamp is None or word.datestamp > known.datestamp):
                # Said again on a later day: what was said between is older.
                self.words[at] = replace(known, datestamp=word.datestamp, is_changed=True)
                self.superseded = self._without(known.datestamp)
            self.given.add(word.key)
            return at, "unchanged"
        if not is_newer(word, known) or (word.datestamp, word.digest) in self.superseded:
            return at, "older"
        if word.datestamp != known.datestamp:
            self.superseded = self._without(known.datestamp)
        elif word.datestamp is None and word.key not in self.given:
            # Of a list without datestamps only what it says twice in one run is known to be no last word: a list that
            # was changed and changed back is followed.
            self.superseded = self._without(None)
        elif len(self.superseded) < MOST_SUPERSEDED and not known.is_deleted:
            self.superseded |= {(known.datestamp, known.digest)}
        return at, self._replaced(at, word)

    def take_back(self, deletion: Deletion, key: WordKey) -> Effect | None:
        """What becomes of a source's word that it has withdrawn a record; None where it says nothing of the paper."""
        at = self.place_of(key)
        if at is None or self.words[at].is_deleted:
            return None
        known = self.words[at]
        if deletion.datestamp and known.datestamp and deletion.datestamp < known.datestamp:
            return "older"
        # The day of the deletion keeps an older record, read again, from bringing the paper back.
        self.words[at] = replace(
            known, is_deleted=True, datestamp=deletion.datestamp or known.datestamp, is_changed=True
        )
        self.replaced.add(at)
        return "taken"

    def _replaced(self, at: int, word: Word) -> Effect:
        known = self.words[at]
        if known is not word:
            self.before.setdefault(at, known)
            word.row, word.owner, word.is_fixed = known.row, known.owner, known.is_fixed
            if known.is_fixed:
                word.identifier = known.identifier
            if not word.key.base_url and known.key.base_url:
                word.key = known.key
            self.words[at] = word
        self.given.add(word.key)
        self.replaced.add(at)
        return "taken"

    def _without(self, datestamp: date | None) -> Superseded:
        """The superseded records but for those of this day, where no other source's word is of it."""
        if sum(word.datestamp == datestamp for word in self.words) > 1:
            return self.superseded
        return frozenset(each for each in self.superseded if each[0] != datestamp)

    @property
    def standing(self) -> list[Word]:
        """The words that their sources have not taken back, the first in precedence first."""
        standing = [word for word in self.words if not word.is_deleted]
        return sorted(standing, key=lambda word: word.rank) if len(standing) > 1 else standing

    @property
    def is_said(self) -> bool:
        """Whether a source, or a curator who added it, says that there is this paper."""
        return bool(self.standing) or any(map(carries_a_paper, self.curated))

    def has_said(self, incoming: IncomingRecord) -> bool:
        """Whether the record's source has said just this."""
        giver = incoming.record.giver
        return any(word.digest == incoming.digest and word.key.giver in ("", giver) for word in self.words)

    @property
    def lead(self) -> Word | None:
        """The first word in precedence, None where only a curator says something."""
        return next(iter(self.standing), None)

    @property
    def has_rows(self) -> bool:
        """Whether each word has a row of its own: the only one stands in the paper itself."""
        return len(self.words) > 1 or bool(self.curated) or any(word.row for word in self.words)

    @property
    def latest_day(self) -> date | None:
        """The latest datestamp of its words."""
        return max((word.datestamp for word in self.words if word.datestamp), default=None)

    @property
    def is_replaced(self) -> bool:
        """Whether what is shown is to be made anew: not where what was replaced came back within the batch."""
        if self.stored is None:
            return bool(self.replaced)
        if self.stored.is_deleted and self.stored.merged_into_id is None and not self.stored.is_hidden:
            return bool(self.replaced) and any(not word.is_deleted for word in self.words)
        return (
            any(at not in self.before or self.words[at].says_more_than(self.before[at]) for at in self.replaced)
            or self.stored.identifier != self.identifier
        )

    @property
    def has_later_day(self) -> bool:
        """Whether only a datestamp is to be written: its source says the same on a later day."""
        return self.stored is not None and not self.is_replaced and any(word.is_changed for word in self.words)

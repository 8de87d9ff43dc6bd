"""Evidence on whether two papers that are here are one: keys that such papers share, and what speaks for and against a pair.

The score is a logistic sum of weights, one for each way in which the two agree or differ, set so that pairs are in the order
in which a curator would look at them (benchmarks/duplicate_papers.py measures how many are found). Nothing is merged by it.
"""

from __future__ import annotations

import hashlib
import html
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

from papers.identifiers import arxiv_doi
from papers.publications import Details, Publication, publication_of, same_container
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate
from papers.text.folding import fold, squeezed
from papers.text.words import one_letter_apart, words_of

# --- DOIs in any form

DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/.+")
DASHES = re.compile("[\u2010-\u2015\u2212]")
PAGE_OF_DOI = re.compile(r"(?:/(?:abstract|full|fulltext|summary|meta|e?pdf|html?)|\.(?:pdf|html?|full))+$")
# Servers of preprints, whose DOIs may end with a version; bioRxiv and medRxiv, Research Square, ChemRxiv, Preprints.org,
# those of OSF, TechRxiv, Authorea, SSRN, arXiv.
PREPRINT_SERVERS = re.compile(
    r"10\.(?:1101/\d|64898/|21203/|26434/|20944/|31219/|31234/|31235/|35542/|36227/|22541/|2139/ssrn|48550/)"
)
VERSION_OF_DOI = re.compile(r"(?<=[\w)])[./_-]?v[0-9]{1,2}$")


def doi_key(text: str) -> str:
    """What a DOI has in all its forms: without resolver, percent and TeX signs, endings of pages, a preprint's version.

    In lower case; "" where there is none in the text.
    """
    plain = html.unescape(unquote(text)).lower()
    plain = DASHES.sub("-", re.sub(r"[\s{}\\]", "", plain))
    found = DOI.search(plain)
    if not found:
        return ""
    doi = PAGE_OF_DOI.sub("", found[0].rstrip(".,;:'\"/"))
    for opening, closing in ("()", "[]"):
        if doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1]
    return VERSION_OF_DOI.sub("", doi) if is_of_preprint(doi) else doi


def is_of_preprint(doi: str) -> bool:
    """Whether a server of preprints gave this DOI."""
    return bool(PREPRINT_SERVERS.match(doi))


# --- A paper as it is compared

# A colon, a dash between spaces, a full stop or question mark before another word; and "(extended version)" at the end.
SUBTITLE = re.compile(r"[:?!;]\s+|\s+[-\u2013\u2014]+\s+|\.\s+(?=\w{3})|\s+\([^()]*\)$")
ROMAN = re.compile(r"(?:x{0,3})(?:ix|iv|v?i{0,3})")
FEWEST_WORDS = 3  # of a title or its beginning, to be looked for by it alone


class StoredFacts(Protocol):
    """What is read of a paper; papers.models.Paper has it."""

    id: int
    arxiv_id: str | None
    title: str
    byline: Any
    byline_is_complete: bool
    type: str
    details: Any
    journal_ref: str

    @property
    def published_date(self) -> PartialDate | None: ...

    @property
    def issued_date(self) -> PartialDate | None: ...


class Person(NamedTuple):
    """A printed name: its surname in one word, the first letter of its forenames, all its words in order of letters."""

    surname: str
    initial: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class PaperFacts:
    """What of a paper is compared. `title` are its words, of which `before_subtitle` stand before a subtitle (0: none does).

    `dois` are keys (`doi_key`) with the DOIs as printed, `years` those of its dates.
    """

    id: int
    arxiv_id: str
    title: tuple[str, ...]
    before_subtitle: int
    people: tuple[Person, ...]
    names_all_people: bool
    years: frozenset[int]
    dois: Mapping[str, str]
    type: str
    place: Publication

    @classmethod
    def of(cls, paper: StoredFacts, dois: Iterable[str]) -> PaperFacts:
        """The facts of a paper with these DOIs."""
        words, before = title_words(paper.title)
        printed = {key: doi for doi in dois if (key := doi_key(doi))}
        if paper.arxiv_id:
            printed[doi_key(arxiv_doi(paper.arxiv_id))] = arxiv_doi(paper.arxiv_id)
        return cls(
            id=paper.id,
            arxiv_id=paper.arxiv_id or "",
            title=words,
            before_subtitle=before,
            people=tuple(_person(entry) for entry in paper.byline),
            names_all_people=paper.byline_is_complete,
            years=frozenset(day.year for day in (paper.published_date, paper.issued_date) if day),
            dois=printed,
            type=paper.type,
            place=publication_of(Details.from_json(paper.details), paper.journal_ref),
        )

    @property
    def is_article(self) -> bool:
        """Whether it says where it was published."""
        return bool(self.place) or self.type not in ("", PREPRINT)

    @cached_property
    def keys(self) -> frozenset[int]:
        """Numbers of 64 bits, one of which it shares with whatever may be the same paper."""
        return frozenset(keys_of(self.title, self.before_subtitle, self.first_surname, self.dois))

    @property
    def first_surname(self) -> str:
        return self.people[0].surname if self.people else ""


def title_words(title: str) -> tuple[tuple[str, ...], int]:
    """The folded words of a title, and how many stand before its subtitle; 0 where it has none. Braces divide no word."""
    title = title.replace("{", "").replace("}", "")
    words = _without_and(title)
    mark = SUBTITLE.search(title)
    before = len(_without_and(title[: mark.start()])) if mark else 0
    return words, before if before < len(words) else 0


def _without_and(title: str) -> tuple[str, ...]:
    return tuple(word for word in words_of(title) if word != "and")  # others print "&", which is no word


def _person(entry: Mapping[str, Any]) -> Person:
    forenames = fold(entry["forenames"])
    words = tuple(sorted(f"{forenames} {fold(entry['surname'])}".split()))
    return Person(squeezed(entry["surname"]), forenames[:1], words)


# Words that say nothing of a paper, also the shortest ones, by which its beginnings and ends are not told apart.
EMPTY_WORDS = frozenset("a an and as at by for from in into is of on or the to under using via with without".split())


def keys_of(title: Sequence[str], before_subtitle: int, surname: str, dois: Iterable[str]) -> Iterator[int]:
    """The keys of a paper with this title, first surname and DOI keys: equal ones make two papers worth comparing."""
    for doi in dois:
        yield _number("doi", doi)
    # The same words, wherever they are divided, or the same but for a subtitle.
    if len(title) >= FEWEST_WORDS:
        yield _number("title", "".join(title))
    if before_subtitle >= FEWEST_WORDS:
        yield _number("title", "".join(title[:before_subtitle]))
    # Of one first author: "Short", "Short: a longer title".
    name = title[: before_subtitle or len(title)]
    if surname and 0 < len(name) < FEWEST_WORDS:
        yield _number("named", surname, *name)
    # Of one first author: the same beginning or end, where another word is spelt in another way or left out.
    stems = [word[:5] for word in title if word not in EMPTY_WORDS]
    if surname and len(stems) >= FEWEST_WORDS:
        yield _number("begins", surname, *stems[:FEWEST_WORDS])
        yield _number("ends", surname, *stems[-FEWEST_WORDS:])


def _number(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("|".join(parts).encode(), digest_size=8).digest(), "big", signed=True)


# --- What speaks for and against a pair

BASE = -4.5
Reason = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely two papers are one, from 0 to 1, and why: sentences with their weights, strongest first."""

    score: float
    reasons: tuple[Reason, ...]


def compare(one: PaperFacts, two: PaperFacts) -> Verdict:
    """What speaks for and against the two being one paper; the same whichever comes first."""
    reasons = [
        reason
        for found in (
            _by_doi(one, two),
            _by_arxiv_id(one, two),
            _by_title(one.title, two.title, one.before_subtitle, two.before_subtitle),
            _by_numbers(one.title, two.title),
            _by_answer(one.title, two.title),
            _by_people(one, two),
            _by_year(one, two),
            _by_publication(one, two),
        )
        if (reason := found)
    ]
    total = BASE + sum(weight for _, weight in reasons)
    ordered = tuple(sorted(reasons, key=lambda reason: (-abs(reason[1]), reason[0])))
    return Verdict(1 / (1 + math.exp(-total)), ordered)


def _by_doi(one: PaperFacts, two: PaperFacts) -> Reason | None:
    if shared := one.dois.keys() & two.dois.keys():
        key = min(shared)
        if one.dois[key].lower() == two.dois[key].lower():
            return "the same DOI", 6.0
        return "the same DOI in another form", 6.0
    mine = {is_of_preprint(doi) for doi in one.dois}
    theirs = {is_of_preprint(doi) for doi in two.dois}
    if False in mine and False in theirs:
        return "two DOIs of publishers", -1.0  # a journal and a conference, an article and its erratum
    return None


def _by_arxiv_id(one: PaperFacts, two: PaperFacts) -> Reason | None:
    # arXiv asks whoever sends a paper in again to replace it: mostly a part, an answer, the report of another year.
    if one.arxiv_id and two.arxiv_id:
        return "two arXiv identifiers", -3.0
    return None


def _by_title(one: Sequence[str], two: Sequence[str], before_one: int, before_two: int) -> Reason:
    if "".join(one) == "".join(two):
        # "Introduction" and "Letter to the editor" are many papers.
        return ("the same title", 4.0) if len(one) >= FEWEST_WORDS else ("the same short title", 1.0)
    if _spelt_alike(one, two):
        return "the same title but for spelling", 3.5
    length = min(len(one), len(two))
    if (before_one == len(two) or before_two == len(one)) and _spelt_alike(one[:length], two[:length]):
        return "the same title but for a subtitle", 3.0 if length >= FEWEST_WORDS else 1.5
    share = _shared_words(one, two)
    # One who writes on one subject has many titles that share the most of their words.
    said = f"titles share {share:.0%} of their words"
    return (said, 1.5) if share >= 0.8 else (said, -1.0) if share >= 0.6 else ("titles differ", -2.0)


def _spelt_alike(one: Sequence[str], two: Sequence[str]) -> bool:
    return len(one) == len(two) and all(_same_word(mine, theirs) for mine, theirs in zip(one, two, strict=True))


def _same_word(one: str, two: str) -> bool:
    """Whether two words are one, at most misspelt or British: behaviour, behavior."""
    return one == two or (
        min(len(one), len(two)) >= 5 and one.isalpha() and two.isalpha() and one_letter_apart(one, two)
    )


def _shared_words(one: Sequence[str], two: Sequence[str]) -> float:
    return 2 * (Counter(one) & Counter(two)).total() / (len(one) + len(two))


# What begins a title that is about another paper's.
ANSWERS = frozenset(
    "addendum answer comment comments commentary correction corrigendum discussion erratum rejoinder reply response".split()
)


def _by_answer(one: Sequence[str], two: Sequence[str]) -> Reason | None:
    answers = [title[0] if title and title[0] in ANSWERS else "" for title in (one, two)]
    if answers[0] != answers[1]:
        return "one is an answer or a correction", -4.0
    return None


def _by_numbers(one: Sequence[str], two: Sequence[str]) -> Reason | None:
    # Part I and part II, the report of 2018 and of 2019 differ in nothing else.
    if _numbers(one) != _numbers(two):
        return "numbers in the titles differ", -4.0
    return None


def _numbers(title: Sequence[str]) -> Counter[str]:
    return Counter(word for word in title if not word.isalpha() or ROMAN.fullmatch(word))


def _by_people(one: PaperFacts, two: PaperFacts) -> Reason | None:
    fewer, more = sorted((one, two), key=lambda paper: len(paper.people))
    if not fewer.people:
        return "authors of one are not known", -1.0
    shared = _shared_people(fewer.people, more.people)
    if shared == len(more.people):
        return ("the same authors", 3.0) if shared > 1 else ("the same author", 2.5)
    if shared == len(fewer.people):
        if not fewer.names_all_people:
            return "the same authors, not all named by one", 2.5
        return f"{len(fewer.people)} of {len(more.people)} authors", 1.5 if 2 * shared >= len(more.people) else 0.0
    if not shared:
        return "no author in common", -6.0
    return (
        f"{shared} of {len(fewer.people)} authors in common",
        0.0 if 2 * shared >= len(more.people) else -2.0,
    )


def _shared_people(fewer: Sequence[Person], more: Sequence[Person]) -> int:
    """How many of the one are among the other: surname and first initial, or the same words in another order."""
    left = Counter((person.surname, person.initial) for person in more)
    others = []
    shared = 0
    for person in fewer:
        if left[place := (person.surname, person.initial)] > 0:
            left[place] -= 1
            shared += 1
        else:
            others.append(person)
    if others:
        words = Counter(person.words for person in more)
        by_surname = Counter({place: count for place, count in left.items() if count > 0})
        for person in others:
            loose = next((place for place in by_surname if _may_be(person, place)), None)
            if words[person.words] > 0:
                words[person.words] -= 1
                shared += 1
            elif loose:
                by_surname -= Counter([loose])
                shared += 1
    return shared


def _may_be(person: Person, place: tuple[str, str]) -> bool:
    """Whether one leaves out the forenames or a part of the surname: Berg for van der Berg."""
    surname, initial = place
    if person.initial and initial and person.initial != initial:
        return False
    shorter, longer = sorted((person.surname, surname), key=len)
    return shorter == longer or (len(shorter) >= 4 and longer.endswith(shorter))


def _by_year(one: PaperFacts, two: PaperFacts) -> Reason | None:
    if not one.years or not two.years:
        return "the year of one is not known", -0.5
    gap = min(abs(mine - theirs) for mine in one.years for theirs in two.years)
    if not gap:
        return "the same year", 1.0
    if gap == 1:
        return "1 year between", 0.5
    # A preprint may lie for years before its article appears.
    return f"{gap} years between", -0.4 * min(gap - 1, 10)


def _by_publication(one: PaperFacts, two: PaperFacts) -> Reason | None:
    if one.is_article != two.is_article:
        return "a preprint and an article", 0.5
    mine, theirs = one.place, two.place
    if not mine.container or not theirs.container:
        return None
    if not same_container(mine.container, theirs.container):
        if {one.type, two.type} == {"paper-conference", "article-journal"}:
            return "a conference and a journal version", -2.0
        return "journals, books or conferences differ", -2.0
    if mine.volume and theirs.volume and fold(mine.volume) != fold(theirs.volume):
        return "volumes differ", -4.0
    pages = {fold(place.first_page or place.article_number) for place in (mine, theirs)}
    if "" in pages:
        return "the same journal, book or conference", 1.0
    return ("the same journal and page", 2.0) if len(pages) == 1 else ("pages differ", -4.0)

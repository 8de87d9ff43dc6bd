"""The query language: from what a visitor types to what is searched for. Nothing typed is an error. Nothing here needs Django.

    deep learning          both words, anywhere
    "deep learning"        the words side by side, in this order
    transf*  "deep learn*" beginning so
    -survey  -author:smith not with this
    author:hinton  author:"Hinton, Geoffrey"  title:  abstract:
    venue:nips  venue:"Journal of Things"
    category:cs.LG  category:cs.*  category:cs.L*
    type:thesis  type:article-journal  type:article*

Words without a field may stand in any text or in the venue: the printed names of journal, book, conference and series and
the journal reference.

A word that falls apart (state-of-the-art, arXiv:1706.03762) means its parts side by side. Everything else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from papers.search.words import archive_word, category_word, type_word
from papers.taxonomy import ARCHIVES, CANONICAL
from papers.taxonomy.types import type_named
from papers.text.lazy_messages import Sentence
from papers.text.lazy_messages import marked as _
from papers.text.tex import decode_tex
from papers.text.words import words_of

MOST_CHARACTERS = 2_000
MOST_TERMS = 32
SHORTEST_PREFIX = 3  # "a*" would gather the places of every word that begins with it: seconds at full size

COMMON_WORDS = frozenset("a an and are as by for from in is of on that the this to we with".split())

TERM = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<field>author|title|abstract|venue|category|type):(?=\S))?
        (?:"(?P<phrase>[^"]*)"? | (?P<word>\S[^\s"]*))""",
    re.VERBOSE | re.IGNORECASE,
)
QUOTES = str.maketrans("“”„«»", '"' * 5)
TEXTS = "texts"  # the field that stands for title, abstract and byline
CODES = {code.lower(): canonical for code, canonical in CANONICAL.items()}


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that must stand side by side in a field: "title", "abstract", "author", "venue", "category", "type",
    TEXTS for one of the first three, or "" for one of the first four.

    With `is_prefix` the last word only begins so; a negated term must not be there.
    """

    words: tuple[str, ...]
    field: str = ""
    is_prefix: bool = False
    is_negated: bool = False

    @property
    def is_common(self) -> bool:
        """Whether it is one word that nearly every abstract has."""
        return (
            self.words[1:] == () and self.words[0] in COMMON_WORDS and self.field in ("", TEXTS) and not self.is_prefix
        )

    @property
    def text(self) -> str:
        """The term as one would type it."""
        words = " ".join(self.words)
        quoted = f'"{words}"' if len(self.words) > 1 else words
        field = f"{self.field}:" if self.field else ""
        return f"{'-' if self.is_negated else ''}{field}{quoted}{'*' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold, and all of one group of `either` where there are any; places in time between which the
    papers must lie (None: open); and sentences for the visitor.

    A query without a term that is not negated matches nothing.
    """

    terms: tuple[Term, ...] = ()
    problems: tuple[Sentence, ...] = ()
    first: int | None = None
    last: int | None = None
    either: tuple[tuple[Term, ...], ...] = ()

    @property
    def required(self) -> tuple[Term, ...]:
        """The terms that a match must have."""
        return tuple(term for term in self.terms if not term.is_negated)

    @property
    def excluded(self) -> tuple[Term, ...]:
        """The terms that no match may have."""
        return tuple(term for term in self.terms if term.is_negated)

    def without_common_words(self) -> Query:
        """The query without words that nearly every paper has, where others are left: they don't tell how well it fits."""
        kept = tuple(term for term in self.terms if term.is_negated or not term.is_common)
        return replace(self, terms=kept) if any(not term.is_negated for term in kept) else self

    @property
    def anywhere(self) -> tuple[Term, ...]:
        """The terms that a match must have in any of its texts or its venue."""
        return tuple(term for term in self.required if not term.field)

    def in_texts(self) -> Query:
        """The query for papers that have the words without a field in their texts, and not in the venue alone."""
        free = self.anywhere
        return replace(self, terms=tuple(replace(term, field=TEXTS) if term in free else term for term in self.terms))

    def in_venue(self) -> Query:
        """The query for papers that have one of the words without a field in their venue."""
        return replace(self, either=tuple((replace(term, field="venue"),) for term in self.anywhere))

    def in_category(self, code: str) -> Query:
        """The query for papers in this category only; `cs.*` means the archive."""
        return replace(self, terms=(*self.terms, *_category_term(code, "category", False, [])))

    def of_type(self, name: str) -> Query:
        """The query for papers of this type only."""
        return replace(self, terms=(*self.terms, Term((type_word(name),), "type")))

    def between(self, first: int | None, last: int | None) -> Query:
        """The query for papers between these places in time (papers.text.dates.PartialDate.place), both included."""
        return replace(self, first=first, last=last)


def parse_query(text: str) -> Query:
    """What the text asks for; never raises. `problems` says in sentences what was not taken as typed."""
    problems: list[Sentence] = []
    # TeX accents contain quotation marks; phones type curly ones.
    text = (decode_tex(text) if "\\" in text else text).translate(QUOTES).strip()
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS].rsplit(None, 1)[0]
        problems.append(Sentence(_("Only the first %(most)s characters were searched for."), most=MOST_CHARACTERS))
    terms = list(dict.fromkeys(_terms(text, problems)))
    if len(terms) > MOST_TERMS:
        problems.append(
            Sentence(_("Only the first %(most)s of %(all)s words were searched for."), most=MOST_TERMS, all=len(terms))
        )
        terms = terms[:MOST_TERMS]
    if not terms and text:
        problems.append(Sentence(_("There is no letter or digit to search for.")))
    elif terms and all(term.is_negated for term in terms):
        problems.append(Sentence(_("A search needs something to find besides what to leave out.")))
    return Query(tuple(terms), tuple(dict.fromkeys(problems)))


def _terms(text: str, problems: list[Sentence]) -> Iterator[Term]:
    for found in TERM.finditer(text):
        value = found["word"] if found["phrase"] is None else found["phrase"]
        if value in ("OR", "AND", "NOT"):
            text = _("%(word)s is searched for as a word: all words must be found, and -word leaves one out.")
            problems.append(Sentence(text, word=value))
        field = (found["field"] or "").lower()
        yield from READERS.get(field, _text_term)(value.strip(), field, bool(found["minus"]), problems)


def _text_term(value: str, field: str, is_negated: bool, problems: list[Sentence]) -> Iterator[Term]:
    if field == "author" and value.count(",") == 1:
        # "Hinton, Geoffrey" is how bibliographies print the name that papers print as Geoffrey Hinton.
        surname, _comma, forenames = value.partition(",")
        value = f"{forenames} {surname}"
    words = tuple(words_of(value))
    if not words:
        return
    is_prefix = value.endswith("*")
    if is_prefix and len(words[-1]) < SHORTEST_PREFIX:
        text = _("%(word)s* was searched for as a whole word: %(least)s letters are needed before *.")
        problems.append(Sentence(text, word=words[-1], least=SHORTEST_PREFIX))
        is_prefix = False
    yield Term(words, field, is_prefix, is_negated)


def _category_term(code: str, field: str, is_negated: bool, problems: list[Sentence]) -> Iterator[Term]:
    stem = code.removesuffix("*")
    if not any(character.isalnum() for character in stem):
        return
    archive = stem.removesuffix(".").lower()
    if code.endswith(".*") or (code == stem and archive in ARCHIVES):
        yield Term((archive_word(archive),), field, False, is_negated)
    elif code != stem:
        yield Term((category_word(stem),), field, True, is_negated)
    else:
        if stem.lower() not in CODES:
            text = _("%(code)s is not one of arXiv's categories, such as cs.LG; its archive would be cs.*.")
            problems.append(Sentence(text, code=stem))
        yield Term((category_word(CODES.get(stem.lower(), stem)),), field, False, is_negated)


def _type_term(name: str, field: str, is_negated: bool, problems: list[Sentence]) -> Iterator[Term]:
    stem = name.removesuffix("*")
    if not any(character.isalnum() for character in stem):
        return
    known = type_named(stem)
    if name == stem and not known:
        text = _("%(word)s is not a type of publication, such as article-journal, paper-conference or thesis.")
        problems.append(Sentence(text, word=stem))
    yield Term((type_word(stem if name != stem else known or stem),), field, name != stem, is_negated)


READERS = {"category": _category_term, "type": _type_term}

"""DOIs in all their forms, keys that alike papers share, and which of two pairs is the likelier one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from papers.bylines import parse_byline
from papers.ingest.duplicate_evidence import PaperFacts, compare, doi_key, title_words
from papers.text.dates import PartialDate

TITLE = "Weaving numbers on looms and cards"


@dataclass
class Printed:
    """A paper as it is stored."""

    id: int = 1
    arxiv_id: str | None = None
    title: str = TITLE
    byline: list[dict[str, Any]] = field(default_factory=list)
    byline_is_complete: bool = True
    published_date: PartialDate | None = None
    issued_date: PartialDate | None = None
    type: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    journal_ref: str = ""


def paper(
    title: str = TITLE, authors: str = "Ada Byron, Charles Babbage", year: int = 2019, dois: str = "", **fields: Any
) -> PaperFacts:
    byline = parse_byline(authors)
    printed = Printed(
        title=title,
        byline=byline.as_json(),
        byline_is_complete=byline.is_complete,
        published_date=PartialDate.of(year) if year else None,
        **fields,
    )
    return PaperFacts.of(printed, dois.split())


def score(one: PaperFacts, two: PaperFacts) -> float:
    assert compare(one, two) == compare(two, one)
    return compare(one, two).score


def said(one: PaperFacts, two: PaperFacts) -> list[str]:
    assert compare(one, two) == compare(two, one)
    return [text for text, _ in compare(one, two).reasons]


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("10.1000/ABC.7", "10.1000/abc.7"),
        ("doi:10.1000/abc.7.", "10.1000/abc.7"),
        ("https://dx.doi.org/10.1000%2Fabc.7", "10.1000/abc.7"),
        ("https://journal.example/doi/full/10.1000/abc.7/abstract", "10.1000/abc.7"),
        ("10.1000/abc.7.pdf", "10.1000/abc.7"),
        ("10.1000/abc.7/pdf", "10.1000/abc.7"),
        (r"10.1000/a{\_}b", "10.1000/a_b"),
        (r"10.1000/a\_b", "10.1000/a_b"),
        ("(10.1000/abc(7))", "10.1000/abc(7)"),
        ("10.1000/a\u2013b", "10.1000/a-b"),
        (
            "10.1002/(sici)1097(19980815)17:15&lt;1661::aid&gt;3.0.co;2-2",
            "10.1002/(sici)1097(19980815)17:15<1661::aid>3.0.co;2-2",
        ),
        # Servers of preprints give each version a DOI, or say it behind the DOI; elsewhere v1 is part of a DOI.
        ("10.21203/rs.3.rs-1234/v2", "10.21203/rs.3.rs-1234"),
        ("10.20944/preprints202001.0001.v1", "10.20944/preprints202001.0001"),
        ("10.26434/chemrxiv-2021-abc-v3", "10.26434/chemrxiv-2021-abc"),
        ("10.1101/2020.01.02.123456v2", "10.1101/2020.01.02.123456"),
        ("10.1000/abc.v1", "10.1000/abc.v1"),
        ("10.1101/gr.123.v1", "10.1101/gr.123.v1"),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_doi_in_all_its_forms(printed: str, key: str) -> None:
    assert doi_key(printed) == key


@pytest.mark.parametrize(
    ("title", "words", "before"),
    [
        ("{W}eaving and {SU(2)}: A History", "weaving su 2 a history", 3),
        (r"Weaving \& cards -- a history", "weaving cards a history", 2),
        ("Weaving cards (extended version)", "weaving cards extended version", 2),
        ("Well-known cards", "well known cards", 0),
        ("Weaving: ", "weaving", 0),
    ],
)
def test_words_of_a_title_and_its_subtitle(title: str, words: str, before: int) -> None:
    assert title_words(title) == (tuple(words.split()), before)


@pytest.mark.parametrize(
    "other",
    [
        {"title": "{W}EAVING NUMBERS ON {LOOMS} AND CARDS"},
        {"title": "Weaving numbers on looms & cards"},
        {"title": "Weaving numbers on looms and cards: a history"},
        {"title": "Weaving numbers on looms and card"},
        {"title": "Weavign numbers on looms and cards"},
        {"title": "Weaving numbers on looms with punched cards"},
        {"authors": "C. Babbage and Ada Byron", "title": "Weavingnumbers on looms and cards"},
        {"title": "Something else", "authors": "Wei Wang", "dois": "DOI:10.1000/Abc."},
    ],
)
def test_papers_that_may_be_one_share_a_key(other: dict[str, Any]) -> None:
    assert paper(dois="10.1000/abc").keys & paper(**other).keys


def test_short_titles_share_one_by_their_first_author_alone() -> None:
    assert paper("Looms").keys & paper("Looms: a history of weaving by numbers").keys
    assert not paper("Looms").keys & paper("Looms", authors="Wei Wang").keys
    assert paper("", "", 0).keys == frozenset()


ONE = paper()
# Each is likelier to be ONE than the next.
LESS_AND_LESS = (
    paper(dois="10.1000/abc"),
    paper(year=2020),
    paper(authors="Ada Byron, Wei Wang, Charles Babbage"),
    paper(year=2012),
    paper("Weaving numbers on looms and cards, part II"),
    paper(authors="Wei Wang"),
)


def test_less_alike_papers_score_less() -> None:
    scores = [score(ONE, other) for other in LESS_AND_LESS]
    assert scores == sorted(set(scores), reverse=True)
    assert scores[0] > 0.9
    assert scores[-1] < 0.05


@pytest.mark.parametrize(
    ("likelier", "other"),
    [
        # Titles, from the same words to few of them.
        (paper("Weaving Numbers on Looms \\& Cards"), paper("Weaving numbers on loomes and cards")),
        (paper("Weaving numbers on looms and cardes"), paper("Weaving numbers on looms and cards: a history")),
        (paper("Weaving numbers on looms and cards: a history"), paper("Weaving numbers on wooden looms and cards")),
        (paper("Weaving numbers on wooden looms and cards"), paper("Weaving numbers by hand and cards")),
        (paper("Weaving numbers by hand and cards"), paper("Gears of engines")),
        # What differs by a number is another part, what begins with "Reply to" another paper.
        (paper("Weaving numbers on looms and cards again"), paper("Weaving numbers on looms and cards 2")),
        (paper("Weaving numbers on looms and cards: part two"), paper("Weaving numbers on looms and cards: II")),
        (paper("The weaving numbers on looms and cards"), paper("Rejoinder: weaving numbers on looms and cards")),
        # Authors: all, all that one names, some, none.
        (paper(authors="C. Babbage, A. Byron"), paper(authors="Ada Byron et al.")),
        (paper(authors="Ada Byron et al."), paper(authors="Ada Byron")),
        (paper(authors="Ada Byron, Wei Wang"), paper(authors="Wei Wang, Xu Li")),
        (paper(authors=""), paper(authors="Wei Wang, Xu Li")),
        (paper(authors="Byron Ada, Babbage Charles"), paper(authors="Eve Byron, Charles Babbage")),
        # Two identifiers of arXiv.
        (paper(arxiv_id="2001.00001"), paper(arxiv_id="2001.00002", year=2012)),
        # Years.
        (paper(), paper(year=2018)),
        (paper(year=2018), paper(year=0)),
        (paper(year=2017), paper(year=2013)),
    ],
)
def test_the_likelier_of_two(likelier: PaperFacts, other: PaperFacts) -> None:
    assert score(ONE, likelier) > score(ONE, other)


def published(container: str, volume: str = "", pages: str = "", **fields: Any) -> PaperFacts:
    details = {"container": container, "volume": volume, "pages": pages}
    return paper(details={name: value for name, value in details.items() if value}, **fields)


JOURNAL = published("Journal of Looms", "7", "1-10", type="article-journal", dois="10.1000/abc")


def test_pairs_of_two_places_are_kept_and_rank_low() -> None:
    preprint = paper(arxiv_id="2001.00001", type="article")
    again = published("J. Looms", "7", "1", type="article-journal")
    conference = published("Proceedings of Weaving", pages="1-4", type="paper-conference", dois="10.1000/xyz")
    next_volume = published("Journal of Looms", "8", "1-10", type="article-journal")
    another_page = published("Journal of Looms", "7", "11-12", type="article-journal")
    scores = [score(JOURNAL, other) for other in (again, preprint, conference, next_volume)]
    assert scores == sorted(set(scores), reverse=True)
    assert 0.2 < scores[-1] < 0.5 < scores[-2] < 0.9 < scores[-3]
    assert score(JOURNAL, another_page) == score(JOURNAL, next_volume)
    assert "the same journal and page" in said(JOURNAL, again)
    assert "a preprint and an article" in said(JOURNAL, preprint)
    assert {"a conference and a journal version", "two DOIs of publishers"} <= set(said(JOURNAL, conference))
    assert "volumes differ" in said(JOURNAL, next_volume)
    assert "pages differ" in said(JOURNAL, another_page)


def test_where_a_printed_reference_says_it_appeared() -> None:
    known = paper(arxiv_id="2001.00001", type="article", journal_ref="J. Looms 7 (2019) 1-10")
    assert "the same journal and page" in said(JOURNAL, known)


def test_what_is_on_arxiv_twice_ranks_behind_a_list_that_has_it() -> None:
    on_arxiv, again = paper(arxiv_id="2001.00001"), paper(arxiv_id="2001.00002")
    assert 0.2 < score(on_arxiv, again) < 0.9 < score(on_arxiv, paper())
    assert "two arXiv identifiers" in said(on_arxiv, again)


def test_the_doi_that_arxiv_gives_is_no_publishers() -> None:
    on_arxiv = paper(arxiv_id="2001.00001")
    assert "the same DOI" in said(on_arxiv, paper(dois="10.48550/arXiv.2001.00001"))
    assert "the same DOI in another form" in said(paper(dois=r"10.1000/a{\_}b"), paper(dois="10.1000/A_b"))
    assert "two DOIs of publishers" not in said(on_arxiv, JOURNAL)


def test_the_same_doi_on_other_papers_of_other_people_is_an_error_of_its_source() -> None:
    assert score(JOURNAL, paper("Gears of engines", "Wei Wang", dois="10.1000/abc")) < 0.2

"""One record that may be several people: its papers in groups."""

from __future__ import annotations

from profiles.curation.paper_groups import PaperFacts, groups_of_papers, may_be_several, words_of


def paper(people: set[int], *categories: str, words: str = "") -> PaperFacts:
    return PaperFacts(frozenset(people), categories, words_of(words, ""))


LEARNING = "Gradient descent for neural networks"
STRINGS = "Holographic duals of conformal strings"


def test_papers_go_together_by_co_authors_and_then_by_subject() -> None:
    papers = {
        1: paper({10}, "cs.LG", words=LEARNING),
        2: paper({10, 11}, "cs.LG", words=LEARNING),
        3: paper({20}, "hep-th", words=STRINGS),
        4: paper(set(), "cs.LG", words=LEARNING),
        5: paper({11, 20}, "math.CO"),
    }
    assert groups_of_papers({pk: papers[pk] for pk in (1, 2, 3, 4)}) == [[1, 2, 4], [3]]
    # A paper with people of both links them, whatever it is about.
    assert groups_of_papers(papers) == [[1, 2, 3, 4, 5]]
    assert groups_of_papers({}) == []


def test_words_tell_apart_inside_an_archive() -> None:
    papers = {
        n: paper({n}, "cs.LG", words=LEARNING)
        if n % 2
        else paper({n}, "cs.GT", words="Auctions among truthful bidders")
        for n in range(1, 9)
    }
    groups = groups_of_papers(papers)
    assert groups == [[1, 3, 5, 7], [2, 4, 6, 8]]
    assert may_be_several(groups)


def test_an_excursion_is_no_second_person() -> None:
    assert not may_be_several([])
    assert not may_be_several([[1, 2, 3]])
    assert not may_be_several([[1, 2, 3], [4, 5]])
    assert may_be_several([[1, 2, 3], [4, 5, 6]])
    assert not may_be_several([list(range(40)), [41, 42, 43]])

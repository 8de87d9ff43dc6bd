"""A paper as lists show it, with and without people, and the small plots beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from papers.display.cards import ShownName, Subject, cards, cut, shown_byline
from papers.display.plots import Bar, Plot
from papers.models import Category, Paper
from papers.people import Nobody, Person, UnknownPerson, people
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, paper

pytestmark = pytest.mark.django_db

ADA = Person("aaaaaaaaaa", "ada-byron", "Ada Byron", "/authors/ada-byron/", "name")
CARL = Person("cccccccccc", "carl", "Carl", "/authors/carl/", "listing")


class KnownPeople(Nobody):
    """Knows Ada at the first place of every paper, and Carl to be on it somewhere."""

    def on_papers(self, paper_ids: Any) -> Any:
        return {pk: {1: [ADA], None: [CARL]} for pk in paper_ids}


KNOWN = f"{__name__}.KnownPeople"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("short", "short"),
        ("two\nparagraphs", "two paragraphs"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 200 + "..."),
        ("ab " * 66 + "cd", "ab " * 66 + "cd"),  # 200 characters
        ("ab " * 66 + "cde", ("ab " * 66).rstrip() + "..."),
        ("ab " * 66 + "cd ef", "ab " * 66 + "cd..."),
        ("ab " * 65 + "ab, " + "cdefg", ("ab " * 66).rstrip() + "..."),
        ("ab " * 65 + "a - b - c - d", "ab " * 65 + "a - b..."),
        ("é" * 150 + " " + "é" * 150, "é" * 150 + "..."),
    ],
)
def test_a_text_is_cut_on_a_word(text: str, shown: str) -> None:
    assert cut(text) == shown
    assert len(shown) <= 203


def test_what_a_source_has_cut_is_shown_as_it_came() -> None:
    text = "word " * 60 + "power..."
    assert cut(text, is_cut=True) == text


def test_a_card_of_a_paper(store: Store, settings: Any) -> None:
    settings.PEOPLE = ""
    store(paper(authors="Ada Byron (London), Charles Babbage Jr. for the Engine Collaboration", categories="cs.LG x"))
    (card,) = cards(Paper.objects.all())
    assert card.byline == [
        ShownName(1, "Ada Byron", "Ada", "Byron", "", ["London"]),
        ShownName(2, "Charles Babbage Jr", "Charles", "Babbage", "Jr", []),
    ]
    assert (card.hidden_names, card.collaborations, card.subjects) == (
        0,
        ["Engine Collaboration"],
        [Subject("cs.LG", "Machine Learning"), Subject("x", "x")],
    )
    assert (card.url, card.title, card.teaser, card.is_complete, card.published, card.last_version) == (
        "/papers/2001.00001/",
        "On 2001.00001",
        "We describe an engine.",
        True,
        PartialDate(date(2020, 1, 6)),
        None,
    )
    assert [subject.url for subject in card.subjects] == ["/categories/cs.LG/", "/categories/x/"]
    assert [(shown.url, shown.basis) for shown in card.byline] == [("", "")] * 2


def test_names_are_joined_with_the_people_they_belong_to(store: Store, settings: Any) -> None:
    settings.PEOPLE = KNOWN
    store(paper())
    (card,) = cards(Paper.objects.all(), subject=ADA.public_id)
    assert card.byline == [
        ShownName(1, "Ada Byron", "Ada", "Byron", affiliations=[], person=ADA, is_subject=True),
        ShownName(2, "Charles Babbage", "Charles", "Babbage", affiliations=[]),
        ShownName(None, "Carl", person=CARL),
    ]
    assert [(shown.url, shown.basis) for shown in card.byline] == [
        ("/authors/ada-byron/", "name"),
        ("", ""),
        ("/authors/carl/", "listing"),
    ]


@pytest.mark.parametrize(
    ("hides", "name", "other_names"),
    [
        (set(), "Wei Zhang", ["张伟"]),
        ({"张伟"}, "Wei Zhang", []),
        ({"weizhang"}, "Ada Byron", []),  # in other letters it may be the same
    ],
)
def test_other_names_of_a_person_are_shown_unless_one_is_hidden(
    store: Store, settings: Any, hides: set[str], name: str, other_names: list[str]
) -> None:
    store(paper(authors="Wei Zhang (张伟)"))
    person = ADA._replace(hides=frozenset(hides), parts=("Ada", "Byron", ""))
    [row] = Paper.objects.all()
    [shown] = shown_byline(row, {1: [person]})
    assert (shown.name, list(shown.other_names)) == (name, other_names)


@pytest.mark.parametrize(
    ("authors", "fold", "subject", "kept", "hidden"),
    [
        (12, True, "", 12, 0),  # twelve stand there whole: "and 2 more" would not be shorter
        (13, True, "", 10, 3),
        (300, True, "", 10, 290),
        (300, False, "", 300, 0),
    ],
)
def test_a_long_byline_is_folded_in_lists(
    authors: int, fold: bool, subject: str, kept: int, hidden: int, store: Store, settings: Any
) -> None:
    settings.PEOPLE = ""
    names = [f"Ada {chr(65 + number % 26)}{'abcdefghijkl'[number // 26]}son" for number in range(authors)]
    store(paper(authors=", ".join(names)))
    (card,) = cards(Paper.objects.all(), fold=fold)
    assert [shown.name for shown in card.byline] == names[:kept]
    assert card.hidden_names == hidden


def test_whose_page_it_is_is_never_folded_away(store: Store, settings: Any) -> None:
    settings.PEOPLE = KNOWN
    store(paper(authors=", ".join(f"Ada {letter}son" for letter in "BCDFGHKLMNPRST")))
    (card,) = cards(Paper.objects.all(), subject=CARL.public_id)
    assert [shown.name for shown in card.byline[9:]] == ["Ada Nson", "Carl"]
    assert card.hidden_names == 4


@pytest.mark.parametrize("count", [1, 3])
def test_cards_cost_the_same_for_any_number(
    count: int, store: Store, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.PEOPLE = "profiles.people.LinkedPeople"
    store(*(paper(f"2001.{number:05}") for number in range(1, count + 1)))
    with django_assert_num_queries(3):  # the papers, the people on them, the names of the categories
        found = cards(Paper.objects.newest_first().for_cards())
        shown = [(card.url, card.teaser, card.subjects, [name.url for name in card.byline]) for card in found]
    assert len(shown) == count


def test_without_a_layer_above_nobody_is_known(settings: Any) -> None:
    settings.PEOPLE = ""
    assert isinstance(people(), Nobody)
    assert people().on_papers([1, 2]) == {}
    with pytest.raises(UnknownPerson, match=r"^This site has no author records\.$"):
        people().papers_by(Paper.objects.all(), "ada")


def test_the_object_that_knows_is_named_by_a_setting(settings: Any) -> None:
    settings.PEOPLE = KNOWN
    assert isinstance(people(), KnownPeople)


def test_no_papers_no_cards(store: Store) -> None:
    assert cards([]) == []
    assert Category.objects.count() == 0


def test_a_plot_shows_shares_of_the_largest() -> None:
    rows = [("2019", 400, "/a"), ("2020", 1, ""), ("2021", 0, ""), ("2022", 200, "/b")]
    assert Plot.of("Papers per year", "Year", "Papers", rows) == Plot(
        "Papers per year",
        "Year",
        "Papers",
        [Bar("2019", 400, 100, "/a"), Bar("2020", 1, 1, ""), Bar("2021", 0, 0, ""), Bar("2022", 200, 50, "/b")],
    )
    assert Plot.of("T", "L", "V", iter([])) == Plot("T", "L", "V", [])
    assert Plot.of("T", "L", "V", [("a", 0, "")]).bars == [Bar("a", 0, 0)]

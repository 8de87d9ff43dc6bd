"""Sources of one paper, in any order of sources: the same site, within each source its latest word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from papers import search
from papers.ingest import counts
from papers.ingest.records import Deletion, PaperRecord, SourceFields
from papers.models import EarlierIdentifier, Paper, SourceRecord, SupersededRecord
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, facts, paper, summary

pytestmark = pytest.mark.django_db
Said = list[PaperRecord | Deletion]  # by one source, one word after the other

ID, DOI = "2001.00001", "10.1000/a"
DATES = st.sampled_from([None, PartialDate.of(2019), PartialDate.of(2020, 1), PartialDate.of(2021, 5, 3)])
TITLES = st.sampled_from(["On the Analytical Engine", "An engine", "Engines: $x^2$"])
DETAILS = st.builds(
    Details,
    source_type=st.sampled_from(["", "article", "inproceedings"]),
    container=st.sampled_from(["", "J. Engines", "Proceedings of Engines"]),
    volume=st.sampled_from(["", "7"]),
    publisher=st.sampled_from(["", "Somebody's Press"]),
    language=st.sampled_from(["", "de"]),
    keywords=st.sampled_from([(), ("engines", "looms")]),
    urls=st.sampled_from([(), (Url("https://example.org/1"),), (Url("https://example.org/2", "code"),)]),
)


@st.composite
def words(draw: st.DrawFn, **about: Any) -> Said:
    """What one source says; a repository may take it back in the end."""
    is_dated = about["source"] != "bibtex"
    said: Said = []
    days = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=3 if is_dated else 2)))
    for day in days:
        if is_dated and said and day == days[-1] and draw(st.booleans()):
            said.append(Deletion(about["giver"], date(2022, 1, day), ID, about["source"]))
            continue
        given = {
            "title": draw(TITLES),
            "abstract": draw(st.sampled_from(["", f"Words of {day}."])),
            "authors": draw(st.sampled_from(["", "Ada Byron, Charles Babbage", "A. Byron"])),
            "categories": draw(st.sampled_from(["", "cs.LG"])),
            "issued": draw(DATES),
            "dois": DOI,
            "details": draw(DETAILS),
            **about,
        }
        said.append(PaperRecord.from_source(SourceFields(**given, datestamp=date(2022, 1, day) if is_dated else None)))
    return said


@st.composite
def of_arxiv(draw: st.DrawFn) -> Said:
    days = sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=2)))
    return [
        paper(
            title=draw(TITLES),
            dois=draw(st.sampled_from([DOI, f"{DOI} 10.1000/b"])),
            journal_ref=draw(st.sampled_from(["", "J. Engines 7 (2021) 1-10"])),
            datestamp=date(2022, 1, day),
        )
        for day in days
    ]


# Two of the lists know the paper by its DOI alone.
SOURCES = [
    of_arxiv(),
    words(source="oai-pmh", arxiv_id=ID, giver="a-example-org-1", base_url="https://a.example.org/oai"),
    words(source="oai-pmh", arxiv_id=ID, giver="b-example-org-1", base_url="https://b.example.org/oai"),
    words(source="bibtex", arxiv_id=ID, giver="byron2020"),
    words(source="bibtex", arxiv_id=ID, giver="engine"),
    words(source="bibtex", slug="byron-engine", giver="byron"),
    words(source="bibtex", slug="byron-engine", giver="engine2020"),
]


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[Said, Said, int]:
    """What some of the sources say, in two orders that are the same within each; and how many come in at once."""
    chosen = [draw(each) for each in draw(st.lists(st.sampled_from(SOURCES), min_size=2, unique=True))]
    turns = [number for number, said in enumerate(chosen) for _ in said]

    def in_order(order: list[int]) -> Said:
        left: list[Iterator[PaperRecord | Deletion]] = [iter(said) for said in chosen]
        return [next(left[number]) for number in order]

    first, second = (in_order(draw(st.permutations(turns))) for _ in range(2))
    assume(is_known_by_its_doi(first) and is_known_by_its_doi(second))
    return first, second, draw(st.sampled_from([1, 500]))


def source_of(word: PaperRecord | Deletion) -> tuple[str, str]:
    return word.source, word.identifier if isinstance(word, Deletion) else word.giver


def is_known_by_its_doi(said: Said) -> bool:
    """Whether no list that has only the DOI comes when all who spoke have taken it back: to the site that is a new paper."""
    standing: dict[tuple[str, str], bool] = {}
    for word in said:
        is_record = isinstance(word, PaperRecord)
        if is_record and not word.arxiv_id and standing and not any(standing.values()):
            return False
        standing[source_of(word)] = is_record
    return True


@given(orders=two_orders())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_sources_gives_the_same_site(orders: tuple[Said, Said, int], store: Store) -> None:
    *both, batch_size = orders
    found = []
    for given_words in both:
        store(*given_words, batch_size=batch_size, may_repeat=True)
        stored = {name: rows for name, rows in facts().items() if name != "order of changes"}
        # What a word had said that was taken back is shown nowhere.
        stored["words"] = [
            (word.source, word.base_url, word.giver, word.datestamp, "taken back" if word.is_deleted else word.facts)
            for word in SourceRecord.objects.order_by("source", "base_url", "giver")
        ]
        assert stored["what is wrong"] == []
        last = {source_of(word): word for word in given_words}
        taken_back = sum(isinstance(word, Deletion) for word in last.values())
        assert sum(word[-1] == "taken back" for word in stored["words"]) == taken_back
        assert store(*last.values(), may_repeat=True) == summary(
            read=len(last), unchanged=len(last) - taken_back, without_effect=taken_back
        )
        found.append(stored)
        for model in (Paper, EarlierIdentifier, SupersededRecord):
            model.objects.all().delete()
        counts.repair()
        search.rebuild()
    assert found[0] == found[1]

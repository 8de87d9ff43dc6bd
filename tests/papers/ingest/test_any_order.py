"""Sources of one paper, in any order of sources: the same site, within each source its latest word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers import search
from papers.ingest import counts
from papers.ingest.records import PaperRecord, SourceFields
from papers.models import EarlierIdentifier, Paper, SourceRecord, SupersededRecord
from papers.publications import Details, Url
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, facts, paper, summary

pytestmark = pytest.mark.django_db

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
def words(draw: st.DrawFn, **about: Any) -> list[PaperRecord]:
    """What one source says, one word after the other."""
    said = []
    for day in sorted(draw(st.sets(st.integers(1, 9), min_size=1, max_size=2))):
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
        dated = about["source"] != "bibtex"
        said.append(PaperRecord.from_source(SourceFields(**given, datestamp=date(2022, 1, day) if dated else None)))
    return said


@st.composite
def of_arxiv(draw: st.DrawFn) -> list[PaperRecord]:
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


SOURCES = st.tuples(
    of_arxiv(),
    words(source="oai-pmh", arxiv_id=ID, giver="a-example-org-1", base_url="https://a.example.org/oai"),
    words(source="oai-pmh", arxiv_id=ID, giver="b-example-org-1", base_url="https://b.example.org/oai"),
    words(source="bibtex", arxiv_id=ID, giver="byron2020"),
    words(source="bibtex", arxiv_id=ID, giver="engine"),
)


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[list[PaperRecord], list[PaperRecord], int]:
    """What some of the sources say, in two orders that are the same within each; and how many come in at once."""
    chosen = [each for each in draw(SOURCES) if draw(st.booleans())] or [draw(of_arxiv())]
    turns = [number for number, said in enumerate(chosen) for _ in said]

    def in_order(order: list[int]) -> list[PaperRecord]:
        left: list[Iterator[PaperRecord]] = [iter(said) for said in chosen]
        return [next(left[number]) for number in order]

    first, second = (in_order(draw(st.permutations(turns))) for _ in range(2))
    return first, second, draw(st.sampled_from([1, 500]))


@given(orders=two_orders())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_sources_gives_the_same_site(
    orders: tuple[list[PaperRecord], list[PaperRecord], int], store: Store
) -> None:
    *both, batch_size = orders
    found = []
    for records in both:
        store(*records, batch_size=batch_size, may_repeat=True)
        stored = {name: rows for name, rows in facts().items() if name != "order of changes"}
        said = SourceRecord.objects.order_by("source", "base_url", "giver")
        stored["words"] = list(said.values_list("source", "base_url", "giver", "datestamp", "facts", "is_deleted"))
        assert stored["what is wrong"] == []
        last = {(r.source, r.base_url, r.giver): r for r in records}
        assert store(*last.values(), may_repeat=True) == summary(read=len(last), unchanged=len(last))
        found.append(stored)
        for model in (Paper, EarlierIdentifier, SupersededRecord):
            model.objects.all().delete()
        counts.repair()
        search.rebuild()
    assert found[0] == found[1]

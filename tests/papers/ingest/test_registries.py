"""What several registries say of one paper: the article and its preprint, in any order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from papers import search
from papers.ingest import counts
from papers.ingest.readers import crossref, datacite, openalex
from papers.ingest.records import PaperRecord
from papers.models import EarlierIdentifier, Paper, SourceRecord, SupersededRecord
from tests.papers.conftest import Store, facts, summary

pytestmark = pytest.mark.django_db

AUTHOR = [{"given": "Ada", "family": "Example"}]
ARTICLE = {
    "DOI": "10.5555/art.1",
    "type": "journal-article",
    "title": ["On the warming of stones in rivers"],
    "container-title": ["Journal of Stones"],
    "volume": "12",
    "author": AUTHOR,
    "issued": {"date-parts": [[2021, 3]]},
    "indexed": {"date-time": "2024-01-02T00:00:00Z"},
}
PREPRINT = {
    "DOI": "10.5555/pre.1",
    "type": "posted-content",
    "subtype": "preprint",
    "title": ["Stones in rivers: how warm?"],
    "publisher": "Dust Archive",
    "author": AUTHOR,
    "posted": {"date-parts": [[2020, 5, 4]]},
    "relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.5555/art.1"}]},
}
WORK = {
    "id": "https://openalex.org/W7",
    "doi": "https://doi.org/10.5555/art.1",
    "title": "On the warming of stones in rivers",
    "type": "article",
    "publication_date": "2021-03-01",
    "authorships": [{"raw_author_name": "Ada Example", "raw_affiliation_strings": ["Nowhere"]}],
    "abstract_inverted_index": {"Stones": [0], "warm.": [1]},
}
AT_ARXIV = {
    "doi": "10.48550/arxiv.2001.00007",
    "titles": [{"title": "Stones in rivers: how warm?"}],
    "creators": [{"name": "Example, Ada", "givenName": "Ada", "familyName": "Example"}],
    "types": {"resourceTypeGeneral": "Preprint"},
    "dates": [{"date": "2020-01-02", "dateType": "Submitted"}],
    "relatedIdentifiers": [
        {"relationType": "IsVersionOf", "relatedIdentifier": "10.5555/art.1", "relatedIdentifierType": "DOI"}
    ],
}


def said() -> list[PaperRecord]:
    found = [crossref.record(ARTICLE), crossref.record(PREPRINT), openalex.record(WORK)]
    return [each for each in found if isinstance(each, PaperRecord)]


def site() -> dict[str, Any]:
    """What is stored, and what was said, by natural keys; a paper has the identifier under which it came first."""
    stored = {name: facts()[name] for name in ("papers", "dois", "collaborations")}
    stored["papers"] = [{**row, "identifier": ""} for row in stored["papers"]]
    stored["dois"] = [row[1:] for row in stored["dois"]]
    words = SourceRecord.objects.order_by("source", "giver")
    return stored | {"words": [(word.source, word.giver, word.facts) for word in words]}


def clear() -> None:
    for model in (Paper, EarlierIdentifier, SupersededRecord):
        model.objects.all().delete()
    counts.repair()
    search.rebuild()


@pytest.mark.parametrize("batch_size", [1, 500])
def test_an_article_and_its_preprint_are_one_paper_in_any_order(batch_size: int, store: Store) -> None:
    sites: list[dict[str, Any]] = []
    for order in permutations(said()):
        store(*order, batch_size=batch_size, may_repeat=True)
        sites.append(site())
        paper = Paper.objects.get()
        assert (paper.doi, paper.details["preprint_doi"], paper.type) == (
            "10.5555/art.1",
            "10.5555/pre.1",
            "article-journal",
        )
        assert (paper.issued.isoformat(), paper.published.isoformat()) == ("2021-03-01", "2020-05-04")
        assert (paper.title, paper.abstract) == ("On the warming of stones in rivers", "Stones warm.")
        clear()
    assert all(each == sites[0] for each in sites)


def test_a_preprint_at_arxiv_and_its_article_are_one_paper(store: Store) -> None:
    of_arxiv, article = datacite.record(AT_ARXIV), crossref.record(ARTICLE)
    for order in ([of_arxiv, article], [article, of_arxiv]):
        store(*order, may_repeat=True)
        paper = Paper.objects.get()
        assert (paper.identifier, paper.doi, paper.type) == ("2001.00007", "10.5555/art.1", "article-journal")
        clear()


def test_an_older_answer_never_replaces_a_newer_one(store: Store) -> None:
    older = crossref.record(ARTICLE | {"title": ["On stones"], "indexed": {"date-time": "2023-01-02T00:00:00Z"}})
    newer = crossref.record(ARTICLE)
    assert store(newer) == summary(read=1, created=1)
    assert store(older) == summary(read=1, older=1)
    assert Paper.objects.get().title == "On the warming of stones in rivers"


def test_a_page_may_have_the_article_and_its_preprint(store: Store) -> None:
    assert store(*said()) == summary(read=3, created=1, updated=2)

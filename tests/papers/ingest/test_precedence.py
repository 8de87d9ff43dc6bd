"""Each source's word is kept: arXiv goes before all, and the rest add what is missing, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from papers.citations.from_papers import works_of
from papers.database import bulk
from papers.ingest import composition
from papers.ingest.precedence import ARXIVS
from papers.ingest.records import Deletion, PaperRecord, SourceFields
from papers.models import Paper, PaperDoi, SourceRecord
from papers.publications import Details
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, facts, merge, paper, summary, tables

pytestmark = pytest.mark.django_db

ID = "2001.00001"
LATER = date(2020, 5, 5)


def of_arxiv(**fields: Any) -> PaperRecord:
    return paper(**{"dois": "", "journal_ref": "", "datestamp": date(2020, 1, 7), **fields})


def of_repository(name: str = "repo-example-org-1", **fields: Any) -> PaperRecord:
    given = {
        "arxiv_id": ID,
        "title": "A title of its own",
        "abstract": "Words of its own.",
        "authors": "Somebody Else",
        "dois": "10.1000/r",
        "journal_ref": "",
        "license": "https://example.org/all-rights",
        "datestamp": LATER,
    }
    return PaperRecord.from_source(SourceFields(source="oai-pmh", giver=name, **given | fields))


def of_list(**fields: Any) -> PaperRecord:
    given = {"arxiv_id": ID, "title": "As the list has it", "authors": "A. Byron", "journal_ref": "J. Lists 3 (2020)"}
    return PaperRecord.from_source(SourceFields(**{"source": "bibtex"} | given | fields))


def shown() -> tuple[str, str, str, list[str], str]:
    found = Paper.objects.visible().get()
    dois = list(PaperDoi.objects.order_by("position").values_list("doi", flat=True))
    return found.source, found.title, found.authors_text, dois, found.journal_ref


AS_ARXIV_SAYS = ("arxiv-snapshot", f"On {ID}", "Ada Byron, Charles Babbage")


@pytest.mark.parametrize("batch_size", [1, 500])
@pytest.mark.parametrize("rows", list(permutations([of_arxiv(), of_repository(), of_list()])))
def test_arxivs_word_counts_in_any_order_and_the_rest_add_what_it_lacks(
    rows: Sequence[PaperRecord], batch_size: int, store: Store
) -> None:
    done = store(*rows, batch_size=batch_size, may_repeat=True)
    assert (done.created, done.updated) == (1, 2)
    assert shown() == (*AS_ARXIV_SAYS, ["10.1000/r"], "J. Lists 3 (2020)")
    found = Paper.objects.get()
    assert (found.abstract, found.license) == (
        "We describe an engine.",
        "https://creativecommons.org/licenses/by/4.0/",
    )
    said = {word.source: word.facts["title"] for word in SourceRecord.objects.all()}
    assert said == {record.source: record.title for record in rows}
    assert facts()["what is wrong"] == []
    before = tables()
    again = store(*rows, batch_size=batch_size)
    assert again == summary(read=3, unchanged=3)
    assert tables() == before


@pytest.mark.parametrize("source", sorted(ARXIVS))
def test_all_that_comes_from_arxiv_goes_before_what_is_newer(source: str, store: Store) -> None:
    store(of_repository())
    assert store(of_arxiv(source=source, versions=[], posted=date(2020, 1, 6))) == summary(read=1, updated=1)
    assert shown()[:2] == (source, f"On {ID}")
    assert store(of_repository(title="Newer", datestamp=date(2020, 6, 6))) == summary(read=1, updated=1)
    assert shown()[:2] == (source, f"On {ID}")


def test_its_giver_takes_out_what_it_said_and_not_what_others_added(store: Store) -> None:
    store(of_arxiv(journal_ref="J. Engines 1"), of_repository())
    store(of_arxiv(title="Mended", datestamp=date(2020, 6, 6)))
    assert shown() == ("arxiv-snapshot", "Mended", "Ada Byron, Charles Babbage", ["10.1000/r"], "")
    store(of_arxiv(title="Mended", dois="10.1000/own", datestamp=date(2020, 7, 7)))
    assert shown()[3] == ["10.1000/own", "10.1000/r"]
    store(of_arxiv(title="Mended", datestamp=date(2020, 8, 8)))
    assert shown()[3] == ["10.1000/r"]


def test_who_gave_a_paper_changes_it_and_another_repository_adds(store: Store) -> None:
    store(of_repository(dois="", abstract=""))
    assert store(of_repository("z-org-9", title="No", datestamp=date(2020, 6, 6))) == summary(read=1, updated=1)
    assert shown() == ("oai-pmh", "A title of its own", "Somebody Else", ["10.1000/r"], "")
    assert store(of_repository(title="Yes", dois="", abstract="", datestamp=date(2020, 7, 7))).updated == 1
    assert shown() == ("oai-pmh", "Yes", "Somebody Else", ["10.1000/r"], "")
    assert Paper.objects.get().abstract == "Words of its own."


def test_a_record_that_is_another_repositorys_paper_by_doi_adds_to_it(store: Store) -> None:
    mine = {"arxiv_id": None, "slug": "repo-example-org-1", "abstract": "", "license": ""}
    store(of_repository(**mine))
    other = of_repository("zoo-org-9", arxiv_id=None, slug="zoo-org-9", datestamp=date(2020, 6, 6), title="No")
    assert store(other) == summary(read=1, updated=1)
    assert (shown()[1], Paper.objects.get().abstract) == ("A title of its own", "Words of its own.")
    # The arXiv id is such a thing as well, and the paper stays its giver's.
    assert store(of_repository("zoo-org-91", title="No", datestamp=date(2020, 7, 7))) == summary(read=1, updated=1)
    found = Paper.objects.get()
    assert (found.identifier, found.arxiv_id, found.title) == (ID, ID, "A title of its own")
    assert found.giver == "repo-example-org-1"
    assert store(of_repository(title="Yes", datestamp=date(2020, 8, 8))) == summary(read=1, updated=1)
    assert shown()[1] == "Yes"
    assert facts()["what is wrong"] == []


def test_a_paper_whose_giver_was_not_noted_is_changed_by_a_repository_which_is_its_giver_from_then_on(
    store: Store,
) -> None:
    store(of_repository(""))
    store(of_repository(title="Mine", datestamp=date(2020, 6, 6)))
    store(of_repository("zoo-org-9", title="No", datestamp=date(2020, 7, 7)))
    assert shown()[1] == "Mine"


@pytest.mark.parametrize(
    ("given", "source", "identifier", "is_deleted"),
    [
        (of_arxiv(), "arxiv-oai", ID, True),
        (of_arxiv(), "oai-pmh", "repo-example-org-1", False),
        (of_repository(), "oai-pmh", "repo-example-org-1", True),
        (of_repository(), "oai-pmh", "zoo-org-9", False),
        (of_repository(), "arxiv-oai", ID, False),
        (of_list(), "arxiv-oai", ID, False),
        (of_list(), "oai-pmh", "repo-example-org-1", False),
    ],
)
def test_who_gave_a_paper_takes_it_back(
    given: PaperRecord, source: str, identifier: str, is_deleted: bool, store: Store
) -> None:
    store(given)
    gone = Deletion(identifier, date(2020, 6, 6), ID if identifier != ID else "", source)
    expected = {"deleted": 1} if is_deleted else {"without_effect": 1}
    assert store(gone) == summary(read=1, **expected)
    assert Paper.objects.get().is_deleted is is_deleted


def test_a_paper_that_its_giver_took_back_is_there_again_when_another_gives_it(store: Store) -> None:
    store(of_repository(), Deletion("repo-example-org-1", date(2020, 6, 6), ID, "oai-pmh"))
    assert store(of_repository(datestamp=date(2020, 5, 6))) == summary(read=1, older=1)
    assert store(of_list()) == summary(read=1, updated=1)
    assert shown()[:2] == ("bibtex", "As the list has it")
    assert facts()["what is wrong"] == []


# --- Preprint and article ---------------------------------------------------------------------------------------------


def of_entry(key: str, **fields: Any) -> PaperRecord:
    given = {"slug": "byron-2021-of-looms", "title": "Of looms and their engines", "authors": "Ada Byron"}
    return PaperRecord.from_source(SourceFields(source="bibtex", giver=key, **given | fields))


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_preprint_elsewhere_and_its_article_are_cited_each_by_itself(order: Sequence[int], store: Store) -> None:
    rows = [
        of_entry(
            "pre",
            dois="10.1101/2020.1",
            issued=PartialDate.of(2020, 11),
            type="article",
            details=Details(source_type="misc", container="bioRxiv"),
        ),
        of_entry(
            "art",
            dois="10.5555/11999",
            issued=PartialDate.of(2021, 3),
            details=Details(source_type="article", container="J. Looms", volume="7"),
        ),
    ]
    store(*(rows[number] for number in order))
    first, second = Paper.objects.order_by("pk")
    merge(first, second)
    found = Paper.objects.visible().get()
    assert (found.doi, found.published_date, found.issued_date) == (
        "10.5555/11999",
        PartialDate.of(2020, 11),
        PartialDate.of(2021, 3),
    )
    [work] = works_of([found])
    article, preprint = work.as_article(), work.as_preprint()
    assert article and preprint and work.form == "article"
    assert (article.cited_doi, article.publication.container, article.date) == (
        "10.5555/11999",
        "J. Looms",
        PartialDate.of(2021, 3),
    )
    assert (preprint.cited_doi, preprint.publication.container, preprint.date) == (
        "10.1101/2020.1",
        "",
        PartialDate.of(2020, 11),
    )


def test_a_curators_date_of_the_article_leaves_that_of_the_preprint(store: Store) -> None:
    store(
        of_entry("pre", dois="10.5555/a", issued=PartialDate.of(2020, 11), type="article"),
        of_entry("art", dois="10.5555/a", issued=PartialDate.of(2021, 3), details=Details(container="J. Looms")),
    )
    found = Paper.objects.get()
    curated = {"source": "curator", "giver": "1", "facts": {"issued": "2021-05"}, "read_at": found.read_at}
    SourceRecord.objects.create(paper=found, **curated)
    with bulk.one_writer():
        composition.recompose([found.pk])
    found.refresh_from_db()
    assert (found.published_date, found.issued_date) == (PartialDate.of(2020, 11), PartialDate.of(2021, 5))


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_of_two_lists_the_fuller_entry_is_shown(order: Sequence[int], store: Store) -> None:
    rows = [
        of_entry("W", authors="A. Byron", dois="10.5555/a", details=Details(container="J. Lo.")),
        of_entry("w", dois="10.5555/a", details=Details(container="J. Looms", volume="7", pages="1-9")),
    ]
    store(*(rows[number] for number in order))
    found = Paper.objects.get()
    assert (found.authors_text, found.details) == (
        "Ada Byron",
        {"container": "J. Looms", "volume": "7", "pages": "1-9"},
    )


def test_when_each_word_was_read_stays(store: Store) -> None:
    store(of_arxiv())
    first = Paper.objects.get().read_at
    store(of_repository())
    store(of_list(giver="a"))
    read = {word.source: word.read_at for word in SourceRecord.objects.all()}
    assert (read["arxiv-snapshot"], Paper.objects.get().read_at) == (first, first)
    assert first < read["oai-pmh"] < read["bibtex"]
    store(of_list(giver="a", title="Changed"))
    again = {word.source: word.read_at for word in SourceRecord.objects.all()}
    assert (again["arxiv-snapshot"], again["oai-pmh"]) == (first, read["oai-pmh"])
    assert (again["bibtex"] > read["bibtex"], Paper.objects.get().read_at) == (True, first)


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.parametrize(
    ("broken_off", "whole", "expected"),
    [
        ("A. Byron et al.", "A. Byron, C. Babbage", "A. Byron, C. Babbage"),
        ("A. Byron et al.", "ABCD Collaboration", "A. Byron et al."),
        ("A. Byron, C. Babbage et al.", "A. Byron", "A. Byron, C. Babbage et al."),
    ],
)
def test_a_byline_that_breaks_off_is_shown_where_no_source_names_them_all(
    broken_off: str, whole: str, expected: str, order: Sequence[int], store: Store
) -> None:
    """The first in precedence, whose record names its owner, breaks off."""
    first = of_list(source="orcid", giver="0009-0000-0000-0017/work/1", authors=broken_off)
    records = [first, of_list(authors=whole)]
    store(*(records[at] for at in order))
    assert (Paper.objects.get().source, shown()[2]) == ("orcid", expected)


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_summary_of_a_work_takes_nothing_from_the_whole_one(order: Sequence[int], store: Store) -> None:
    """ORCID's, of one day; what both say is as it was said last."""
    whole = of_list(
        source="orcid",
        giver="0009-0000-0000-0017/work/1",
        title="The whole",
        abstract="In full.",
        authors="A. Byron, C. Babbage",
        details=Details(container="J. Lists", volume="3", publisher="Press"),
    )
    summary_of_it = of_list(
        source="orcid",
        giver=whole.giver,
        title="In short",
        authors="A. Byron et al.",
        details=Details(container="Lists"),
    )
    records = [whole, summary_of_it]
    for at in order:
        store(records[at])
    found = Paper.objects.get()
    assert (found.abstract, found.authors_text) == ("In full.", "A. Byron, C. Babbage")
    assert (found.details["volume"], found.details["publisher"]) == ("3", "Press")
    assert (found.title, found.details["container"]) == [("The whole", "J. Lists"), ("In short", "Lists")][order[-1]]

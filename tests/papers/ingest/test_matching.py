"""Papers of a list that are papers of arXiv: found by DOI, or title and year, whichever of them came first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers import taxonomy
from papers.citations.from_papers import works_of
from papers.database import bulk
from papers.ingest import composition, matching
from papers.ingest import records as checked_records
from papers.ingest.readers import bibtex
from papers.ingest.records import Deletion, IncomingRecord, PaperRecord, Version
from papers.ingest.traits import Traits
from papers.models import EarlierIdentifier, Paper, PaperDoi, SourceRecord, TitleKey
from papers.text.dates import PartialDate
from tests.papers.conftest import Store, facts, merge, paper, rejected, summary, tables

pytestmark = pytest.mark.django_db

TITLE = "On the Analytical Engine"
SLUG = "byron-2020-on-the-analytical-engine"


def listed(key: str = "", **fields: str) -> PaperRecord:
    """What a lab's list says of a paper, in an entry of this key: an article of 2020 without arXiv id; `fields` replace."""
    given = {"title": TITLE, "author": "Byron, Ada and Babbage, Charles", "journal": "J. Engines", "year": "2020"}
    return replace(bibtex.record(given | fields), giver=key)


def on_arxiv(identifier: str = "2001.00001", **fields: Any) -> PaperRecord:
    return paper(identifier, **{"title": TITLE, "dois": ""} | fields)


def stored_papers() -> list[tuple[str, str | None, str]]:
    return list(Paper.objects.visible().order_by("identifier").values_list("identifier", "arxiv_id", "source"))


# --- Which two are one ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("list_says", "arxiv_says", "are_one"),
    [
        ({}, {}, True),
        ({"year": "2021"}, {}, True),  # published the year after it was put on arXiv
        ({"year": "2022"}, {}, False),
        ({"year": "2019"}, {}, False),  # no journal prints what is not yet written
        ({"title": "ON THE {A}nalytical engine"}, {}, True),
        ({"title": "On the analytical engine, part II"}, {}, False),
        ({"title": r"Schr{\"o}dinger's two engines"}, {"title": r"Schr\"odinger's Two Engines"}, True),
        ({"title": "Analytical engines"}, {"title": "Analytical engines"}, False),  # two words are many papers
        ({"year": ""}, {}, False),
        ({}, {"posted": None, "versions": [], "journal_ref": ""}, False),
        ({"doi": "10.1000/A"}, {"dois": "10.1000/a"}, True),
        ({"doi": "10.1000/a", "title": "Another title altogether"}, {"dois": "10.1000/b 10.1000/a"}, True),
        ({"doi": "10.1000/a", "year": "1999", "title": "Engines"}, {"dois": "10.1000/a"}, True),
        ({"doi": "10.1000/a", "title": "Another title altogether"}, {"dois": "10.1000/b"}, False),
    ],
)
def test_two_records_are_one_paper_in_either_order(
    list_says: dict, arxiv_says: dict, are_one: bool, store: Store
) -> None:
    records = [listed(**list_says), on_arxiv(**arxiv_says)]
    outcomes = []
    for rows in permutations(records):
        for batch_size in (1, 500):
            store(*rows, batch_size=batch_size)
            outcomes.append(without_order(facts()))
            assert outcomes[-1]["what is wrong"] == []
            assert Paper.objects.count() == (1 if are_one else 2)
            before = tables()
            again = store(*rows, batch_size=batch_size)
            assert (again.created, again.updated) == (0, 0)
            assert tables() == before
            Paper.objects.all().delete()
            clear_counts()
    assert outcomes == outcomes[:1] * 4
    assert outcomes[0]["earlier identifiers"] == ([(records[0].identifier, "2001.00001")] if are_one else [])


def without_order(stored: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: rows for name, rows in stored.items() if name != "order of changes"}


def clear_counts() -> None:
    from papers import search
    from papers.ingest import counts

    counts.repair()
    search.rebuild()


@pytest.mark.parametrize("source", ["arxiv-oai", "arxiv-api"])
def test_what_a_poorer_arxiv_source_can_not_say_is_said_by_the_list(source: str, store: Store) -> None:
    record = on_arxiv(source=source, report_no="", versions=[], posted=date(2020, 1, 6))
    of_list = listed(institution="CERN", number="EX-1", journal="")
    assert of_list.report_no == "EX-1"
    store(of_list)
    assert store(record) == summary(read=1, updated=1)
    assert Paper.objects.values_list("report_no", "source").get() == ("EX-1", source)


def test_an_entry_that_gets_an_eprint_becomes_the_arxiv_paper(store: Store) -> None:
    store(listed())
    assert store(listed(eprint="2001.00001", archiveprefix="arXiv")) == summary(read=1, updated=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "bibtex")]
    # The list of a colleague, where it has none, is another source of the same paper.
    assert store(listed("other", abstract="Other words.")) == summary(read=1, updated=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "bibtex")]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_three_lists_and_arxiv_in_any_order(order: tuple[int, ...], store: Store) -> None:
    records = [
        listed("a", doi="10.1000/a"),
        listed("b", title="On the analytical engine and its future", doi="10.1000/A"),
        on_arxiv(dois="10.1000/a"),
        listed("c", year="2021"),
    ]
    for number in order:
        store(records[number])
    kept = Paper.objects.visible().get(identifier="2001.00001")
    assert (kept.title, kept.source, bytes(kept.digest)) == (TITLE, "arxiv-snapshot", records[2].digest())
    before = tables()
    for number in order:
        assert store(records[number]).created == 0
    assert tables() == before


# --- What stays -------------------------------------------------------------------------------------------------------


def test_the_paper_keeps_its_row_and_its_address_redirects(store: Store, client: Client) -> None:
    store(listed())
    old = Paper.objects.get()
    assert old.identifier == SLUG
    assert (client.get(f"/papers/{SLUG}/").status_code, client.get(f"/api/v1/papers/{SLUG}/").status_code) == (200, 200)
    assert store(on_arxiv()) == summary(read=1, updated=1)
    new = Paper.objects.get()
    assert (new.pk, new.identifier, new.arxiv_id) == (old.pk, "2001.00001", "2001.00001")
    assert new.revision > old.revision
    assert not TitleKey.objects.exists()
    for address, target in (
        (f"/papers/{SLUG}/", "/papers/2001.00001/"),
        (f"/papers/{SLUG}/similar/", "/papers/2001.00001/similar/"),
        (f"/api/v1/papers/{SLUG}/", "/api/v1/papers/2001.00001/"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (301, target)
    assert client.get("/api/v1/papers/2001.00001/").json()["identifier"] == "2001.00001"
    assert client.get(f"/papers/{SLUG}-no/").status_code == 404


def test_an_identifier_that_was_never_an_address_leads_to_the_paper_too(store: Store, client: Client) -> None:
    store(on_arxiv())
    assert store(listed()) == summary(read=1, updated=1)
    assert client.get(f"/papers/{SLUG}/").headers["Location"] == "/papers/2001.00001/"


def test_the_list_is_known_again_when_arxiv_changes_the_title(store: Store) -> None:
    store(listed())
    store(on_arxiv())
    store(on_arxiv(title="Engines revisited once more", datestamp=date(2020, 5, 1)))
    assert store(listed(abstract="New words.")) == summary(read=1, updated=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "arxiv-snapshot")]


# --- Deletions --------------------------------------------------------------------------------------------------------


def test_a_paper_that_arxiv_took_back_is_the_lists_own_again(store: Store, client: Client) -> None:
    store(listed(journal="J. Lists"))
    store(on_arxiv(title="On the Analytical Engine."))
    assert Paper.objects.get().title == "On the Analytical Engine."
    assert store(Deletion("2001.00001", date(2020, 2, 1))) == summary(read=1, deleted=1)
    assert Paper.objects.values_list("source", "title", "is_deleted").get() == ("bibtex", TITLE, False)
    # An address once given stays, and the other leads there.
    assert client.get(f"/papers/{SLUG}/").headers["Location"] == "/papers/2001.00001/"
    assert store(listed(journal="J. Lists")) == summary(read=1, unchanged=1)
    assert store(on_arxiv(title="Newer", datestamp=date(2020, 1, 8))) == summary(read=1, older=1)
    # The last source that takes it back takes the paper.
    assert store(Deletion(SLUG, date(2020, 3, 1))) == summary(read=1, deleted=1)
    assert client.get("/papers/2001.00001/").status_code == 410
    assert facts()["what is wrong"] == []


def test_a_deletion_of_the_lists_record_leaves_the_arxiv_paper(store: Store) -> None:
    store(listed())
    store(on_arxiv())
    assert store(Deletion(SLUG, date(2020, 2, 1))) == summary(read=1, deleted=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "arxiv-snapshot")]


def test_a_listed_paper_that_was_taken_back_is_not_taken_over(store: Store) -> None:
    store(listed())
    store(Deletion(SLUG, date(2020, 2, 1)))
    assert store(on_arxiv()) == summary(read=1, created=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "arxiv-snapshot")]
    assert not TitleKey.objects.exists()


# --- More than one ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_of_two_candidates_the_one_with_the_doi_is_it_and_the_other_is_named(
    order: Sequence[int], store: Store, rejects: Path
) -> None:
    records = [listed(), listed(title="Engines of another kind", doi="10.1000/a")]
    store(*(records[number] for number in order))
    assert Paper.objects.count() == 2
    assert store(on_arxiv(dois="10.1000/a")) == summary(read=1, updated=1, warnings=1)
    assert stored_papers() == [("2001.00001", "2001.00001", "arxiv-snapshot"), (SLUG, None, "bibtex")]
    assert EarlierIdentifier.objects.get().identifier == records[1].identifier
    [row] = rejected(rejects)
    assert row["place"] == "line 1"
    assert row["reason"].startswith("warning, the paper was taken: same paper: by DOI, or by title and year")
    assert f"this is also {SLUG}, which is here as a paper of its own" in row["reason"]


@pytest.mark.parametrize("batch_size", [1, 500])
def test_two_arxiv_papers_do_not_take_one_listed_paper_twice(batch_size: int, store: Store) -> None:
    store(listed(doi="10.1000/a"))
    store(on_arxiv("2001.00002"), on_arxiv("2001.00001", dois="10.1000/a"), batch_size=batch_size)
    assert [row[0] for row in stored_papers()] == ["2001.00001", "2001.00002"]
    assert facts()["what is wrong"] == []


def test_both_here_already_and_made_one_by_a_later_doi(store: Store, rejects: Path) -> None:
    store(listed(), on_arxiv(title="Engines and their analysis"))
    assert Paper.objects.count() == 2
    both = [("2001.00001", "2001.00001", "arxiv-snapshot"), (SLUG, None, "bibtex")]
    assert store(listed(doi="10.1000/a")) == summary(read=1, updated=1)
    later = on_arxiv(title="Engines and their analysis", dois="10.1000/a", datestamp=date(2020, 2, 1))
    assert store(later) == summary(read=1, updated=1, warnings=1)
    assert stored_papers() == both
    assert [SLUG in row["reason"] for row in rejected(rejects)] == [True]
    assert store(listed(doi="10.1000/a", abstract="More.")) == summary(read=1, updated=1, warnings=1)
    assert stored_papers() == both
    before = tables()
    assert store(listed(doi="10.1000/a", abstract="More."), later) == summary(read=2, unchanged=2)
    assert tables() == before


def test_two_lists_of_one_year_are_one_paper_and_of_two_years_two(store: Store) -> None:
    mine, others = {"author": "Lovelace, Ada and Byron, Ada"}, {"author": "Somebody, Else"}
    store(listed(), listed("a", **mine), listed("b", **mine, year="2021"), listed("c", **others))
    assert [row[0] for row in stored_papers()] == [
        SLUG,
        "lovelace-2021-on-the-analytical-engine",
        "somebody-2020-on-the-analytical-engine",
    ]


# --- Its parts --------------------------------------------------------------------------------------------------------


def test_the_years_of_a_paper_are_its_dates_or_its_journals() -> None:
    def years_of(record: PaperRecord) -> set[int]:
        return set(Traits.of_record(record).years)

    assert years_of(on_arxiv()) == {2020}
    assert years_of(listed(year="1999")) == {1999}
    assert years_of(listed(year="1999", journal="")) == {1999}
    assert years_of(listed(year="")) == set()
    assert years_of(on_arxiv(posted=None, versions=[], journal_ref="Phys. Rev. 2012 (77)")) == set()
    assert years_of(on_arxiv(posted=None, versions=[], journal_ref="Phys. Rev. 77 (2012)")) == {2012}


def test_a_titles_key_is_that_of_its_words_and_fits_in_64_bits() -> None:
    titles = (TITLE, "on  the analytical-engine", "On The ANALYTICAL Engine.")
    same = {listed(title=title).title_key for title in titles}
    assert len(same) == 1
    assert listed(title="Another").title_key not in same
    assert all(-(2**63) <= listed(title=str(number)).title_key < 2**63 for number in range(100))


def test_a_record_is_normalised_once_on_its_way(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each record the words of its title and what its categories mean today are asked once, whoever needs them."""
    asked: Counter[str] = Counter()

    def counted(name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def count(argument: Any) -> Any:
            asked[f"{name} {argument}"] += 1
            return function(argument)

        return count

    monkeypatch.setattr(checked_records, "words_of", counted("words", checked_records.words_of))
    monkeypatch.setattr(taxonomy, "canonical_codes", counted("codes", taxonomy.canonical_codes))
    titles = [f"{name} on the analytical engine" for name in ("Notes", "Thoughts", "Letters")]
    codes = ["cs.LG", "math.CO", "hep-th"]
    given = [listed(title=title) for title in titles]
    numbered = enumerate(zip(titles, codes, strict=True), 1)
    given += [on_arxiv(f"2001.0000{n}", title=title, categories=code) for n, (title, code) in numbered]
    store(*given)
    assert asked == {
        **{f"words {title}": 2 for title in titles},  # two records each
        **{f"codes {(code,)}": 1 for code in codes},
    }


def test_same_paper_prefers_arxivs_and_the_doi(store: Store) -> None:
    store(on_arxiv("2001.00003", title="Something else here", dois="10.1000/a"), on_arxiv("2001.00002"))
    records = [listed(), listed("a", doi="10.1000/A"), listed("b", title="None of them")]
    incoming = [IncomingRecord("", record, record.digest()) for record in records]
    found = [list(matching.find_papers([each]).targets) for each in incoming]
    assert found == [["2001.00002"], ["2001.00003"], [records[2].identifier]]
    Paper.objects.update(is_deleted=True)
    PaperDoi.objects.all().delete()
    assert list(matching.find_papers(incoming[1:2]).targets) == [SLUG]


def test_an_import_of_arxiv_papers_alone_asks_once(store: Store) -> None:
    store(*(paper(f"2001.{number:05}") for number in range(10, 15)))

    def asked(*records: PaperRecord) -> list[str]:
        names = [model._meta.db_table for model in (TitleKey, EarlierIdentifier)] + [
            f'JOIN "{PaperDoi._meta.db_table}"'
        ]
        with CaptureQueriesContext(connection) as caught:
            store(*records)
        statements = [query["sql"] for query in caught if any(name in query["sql"] for name in names)]
        return [sql for sql in statements if "modified_at" not in sql]  # the newest moment is asked for at any batch

    assert len(asked(*(paper(f"2001.{number:05}") for number in range(1, 6)))) == 1
    store(listed())
    few, many = asked(paper("2002.00001")), asked(*(paper(f"2003.{number:05}") for number in range(1, 9)))
    assert len(few) == len(many) == 3


# --- Entries of lists -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "papers"),
    [
        ({"doi": "10.1000/a"}, {"doi": "10.1000/b"}, 2),  # a conference's version and a journal's
        ({"doi": "10.1000/a"}, {}, 1),
        ({"volume": "3"}, {"volume": "4"}, 2),  # "Editorial" in two volumes
        ({"volume": "3", "pages": "1--9"}, {"volume": "3", "pages": "1-9", "journal": "Journal of Engines"}, 1),
        ({"volume": "3", "pages": "1--9"}, {"volume": "3", "pages": "10--19"}, 2),
        ({"journal": "Physical Review Letters"}, {"journal": "Phys. Rev. Lett."}, 1),
        ({"journal": "Physical Review"}, {"journal": "Engines of the World"}, 2),
        ({}, {"author": "Babbage, Charles"}, 1),  # one of two authors in common
        ({}, {"author": "Somebody, Else"}, 2),
        ({"year": "2020"}, {"year": "2021"}, 2),
    ],
)
def test_two_entries_are_one_paper_in_either_order(first: dict, second: dict, papers: int, store: Store) -> None:
    records = [listed("a", **first), listed("b", **second)]
    for rows in permutations(records):
        for batch_size in (1, 500):
            store(*rows, batch_size=batch_size)
            assert Paper.objects.count() == papers
            before = tables()
            assert store(*rows, batch_size=batch_size) == summary(read=2, unchanged=2)
            assert tables() == before
            Paper.objects.all().delete()
            clear_counts()


def test_of_two_papers_of_one_name_the_later_gets_another_identifier(store: Store, client: Client) -> None:
    first, second = listed("a", doi="10.1000/a"), listed("b", doi="10.1000/b", volume="9")
    assert store(first, second) == summary(read=2, created=2)
    assert [row[0] for row in stored_papers()] == [SLUG, f"{SLUG}-2"]
    assert list(Paper.objects.order_by("identifier").values_list("citation_key", flat=True)) == ["a", "b"]
    changed = listed("b", doi="10.1000/b", volume="10")
    assert store(first, changed) == summary(read=2, unchanged=1, updated=1)
    assert Paper.objects.get(identifier=f"{SLUG}-2").details["volume"] == "10"
    assert client.get(f"/papers/{SLUG}-2/").status_code == 200


def test_a_corrected_entry_is_the_same_paper(store: Store) -> None:
    store(listed("a", title="On the Analitical Engine", year="2019"))
    identifier = Paper.objects.get().identifier
    assert store(listed("a")) == summary(read=1, updated=1)
    found = Paper.objects.get()
    assert (found.identifier, found.title, found.published_date) == (identifier, TITLE, PartialDate.of(2020))
    assert found.citation_key == "a"
    assert store(listed("a", volume="3")) == store(listed("a", volume="4")) == summary(read=1, updated=1)
    # Under the name that it has now it is found, too.
    assert EarlierIdentifier.objects.get().identifier == SLUG
    # A key is no identity: another list's paper of this key is another paper.
    assert store(listed("a", title="Looms and their weavers", author="Somebody, Else")) == summary(read=1, created=1)


def test_of_two_lists_with_one_key_the_later_read_counts(store: Store) -> None:
    store(listed("a", abstract="Mine."))
    assert store(listed("a", abstract="Theirs.")) == summary(read=1, updated=1)
    assert Paper.objects.get().abstract == "Theirs."
    assert not SourceRecord.objects.exists()


def test_a_key_is_unique_on_the_site_and_stays(store: Store) -> None:
    store(listed("k"), listed("k", title="Another title altogether", author="Somebody, Else"), on_arxiv("2001.00009"))
    assert list(Paper.objects.order_by("pk").values_list("citation_key", flat=True)) == ["k", "k-2"]
    store(listed("k", note="Changed.", title="On the Analytical Engines", doi="10.1000/a"))
    assert Paper.objects.order_by("pk").values_list("citation_key", flat=True)[0] == "k"


def test_a_key_that_followed_from_the_year_stays_when_the_year_changes(store: Store) -> None:
    store(on_arxiv())
    [before] = works_of(Paper.objects.all())
    earlier = [Version("v1", datetime(2019, 1, 6, tzinfo=UTC))]
    store(on_arxiv(title="Engines", versions=earlier, datestamp=date(2020, 2, 1)))
    [after] = works_of(Paper.objects.all())
    assert after.published == PartialDate.of(2019, 1, 6)
    assert "2020" in before.key
    assert (after.key, after.title) == (before.key, "Engines")


def test_what_a_curator_hid_stays_hidden_and_is_known_again(store: Store, client: Client) -> None:
    store(listed("a", doi="10.1000/a"), on_arxiv("2001.00002", title="Looms"))
    hidden = Paper.objects.exclude(identifier="2001.00002")
    with bulk.one_writer():
        composition.take_out(list(hidden.values_list("pk", flat=True)))
        hidden.update(is_hidden=True)
        composition.recompose(list(hidden.values_list("pk", flat=True)))
    assert store(listed("a", doi="10.1000/a", abstract="New.")) == summary(read=1, updated=1)
    assert store(listed("b", doi="10.1000/a", title="As another list has it")) == summary(read=1, updated=1)
    assert store(listed("c", journal="")) == summary(read=1, updated=1)
    assert list(Paper.objects.values_list("identifier", "is_deleted", "abstract").order_by("pk")) == [
        ("2001.00002", False, "We describe an engine."),
        (SLUG, True, "New."),
    ]
    assert client.get(f"/papers/{SLUG}/").status_code == 410
    assert facts()["what is wrong"] == []


def test_what_was_merged_is_one_paper_for_every_later_import(store: Store, client: Client) -> None:
    store(listed("a", doi="10.1000/a"), listed("b", doi="10.1000/b", abstract="Theirs.", journal="J. Looms"))
    survivor, merged = Paper.objects.order_by("pk")
    merge(survivor, merged)
    shown = Paper.objects.visible().get()
    dois = list(shown.dois.values_list("doi", flat=True))
    assert (shown.pk, shown.abstract, dois) == (
        survivor.pk,
        "Theirs.",
        ["10.1000/b", "10.1000/a"],
    )  # the fuller entry first
    changed = listed("b", doi="10.1000/b", abstract="Changed.", journal="J. Looms")
    assert store(changed, listed("c", doi="10.1000/b")) == summary(read=2, updated=2)
    assert Paper.objects.visible().get().abstract == "Changed."
    assert store(listed("a", doi="10.1000/a"), changed) == summary(read=2, unchanged=2)
    with bulk.one_writer():
        Paper.objects.filter(pk=merged.pk).update(merged_into=None)
        composition.recompose([survivor.pk, merged.pk])
    assert list(Paper.objects.visible().order_by("pk").values_list("identifier", "abstract")) == [
        (SLUG, ""),
        (f"{SLUG}-2", "Changed."),
    ]
    assert facts()["what is wrong"] == []


# --- After decisions --------------------------------------------------------------------------------------------------


def set_by_curator(found: Paper, **said: Any) -> None:
    """What a decision about a field does to a paper."""
    with bulk.one_writer():
        composition.keep_words([found.pk])
        number = str(SourceRecord.objects.count())
        SourceRecord.objects.create(paper=found, source="curator", giver=number, facts=said, read_at=found.read_at)
        composition.recompose([found.pk])


def hide(found: Paper) -> None:
    with bulk.one_writer():
        composition.keep_words([found.pk])
        composition.take_out([found.pk])
        Paper.objects.filter(pk=found.pk).update(is_hidden=True)
        composition.recompose([found.pk])


def test_a_paper_of_which_a_field_was_set_goes_with_its_last_source(store: Store) -> None:
    store(on_arxiv())
    set_by_curator(Paper.objects.get(), title="As a curator has it")
    set_by_curator(Paper.objects.get(), volume="7")
    found = Paper.objects.get()
    assert (found.title, found.details) == ("As a curator has it", {"volume": "7"})
    assert store(Deletion("2001.00001", date(2020, 3, 1))) == summary(read=1, deleted=1)
    assert Paper.objects.get().is_deleted
    assert facts()["what is wrong"] == []


@pytest.mark.parametrize(
    "later",
    [
        listed("a", doi="10.1000/h", eprint="2001.00001", archiveprefix="arXiv"),
        on_arxiv(title="Another title altogether", dois="10.1000/h"),
        on_arxiv(),
    ],
)
def test_a_hidden_paper_that_gets_an_arxiv_id_stays_hidden(later: PaperRecord, store: Store) -> None:
    store(listed("a", doi="10.1000/h" if later.dois else ""))
    hide(Paper.objects.get())
    assert store(later) == summary(read=1, updated=1)
    found = Paper.objects.get()
    assert (found.identifier, found.is_hidden, found.is_deleted) == ("2001.00001", True, True)
    assert facts()["what is wrong"] == []


def test_papers_of_one_source_that_were_merged_keep_each_its_own_word(store: Store) -> None:
    both = [on_arxiv(), on_arxiv("2002.00002", title="Looms and their weavers")]
    store(*both)
    merged, survivor = Paper.objects.order_by("identifier")
    merge(survivor, merged)
    before = tables()
    assert store(*both) == summary(read=2, unchanged=2)
    assert tables() == before
    assert store(Deletion("2001.00001", date(2020, 3, 1), source="arxiv-oai")) == summary(read=1, deleted=1)
    words = SourceRecord.objects.order_by("identifier").values_list("identifier", "is_deleted")
    assert list(words) == [("2001.00001", True), ("2002.00002", False)]


def test_a_list_that_a_curator_corrected_is_known_again(store: Store) -> None:
    store(listed("a", doi="10.1000/wrong"))
    set_by_curator(Paper.objects.get(), dois=["10.1000/right"])
    assert store(listed("a", doi="10.1000/wrong")) == summary(read=1, unchanged=1)
    assert (Paper.objects.count(), Paper.objects.get().doi) == (1, "10.1000/right")
    assert store(listed("a", doi="10.1000/wrong", volume="9")) == summary(read=1, updated=1)
    assert (Paper.objects.count(), Paper.objects.get().doi) == (1, "10.1000/right")


def test_one_key_and_one_short_title_are_two_papers(store: Store) -> None:
    first = listed("editorial2020", title="Editorial", author="Smith, Ann", volume="1", pages="1--2")
    second = listed("editorial2020", title="Editorial", author="Jones, Bob", journal="J. Looms", year="2018")
    store(first)
    assert store(second) == summary(read=1, created=1)
    assert store(first, second) == summary(read=2, unchanged=2)


def test_a_new_word_about_a_merged_paper_stays_with_it(store: Store) -> None:
    store(on_arxiv(), on_arxiv("2002.00002", title="Looms and their weavers"))
    merged, survivor = Paper.objects.order_by("identifier")
    with bulk.one_writer():
        composition.keep_words([survivor.pk, merged.pk])
        composition.take_out([merged.pk])
        Paper.objects.filter(pk=merged.pk).update(merged_into=survivor)
        composition.recompose([survivor.pk, merged.pk])
    assert store(listed("a", eprint="2001.00001", archiveprefix="arXiv", volume="7")) == summary(read=1, updated=1)
    assert Paper.objects.visible().get().details["volume"] == "7"
    with bulk.one_writer():
        Paper.objects.filter(pk=merged.pk).update(merged_into=None)
        composition.recompose([survivor.pk, merged.pk])
    shown = Paper.objects.visible().order_by("identifier").values_list("identifier", "details")
    assert [(name, details.get("volume")) for name, details in shown] == [("2001.00001", "7"), ("2002.00002", None)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_doi_goes_before_a_name(order: Sequence[int], store: Store) -> None:
    records = [
        listed("a", title="Numbers by looms", doi="10.1000/th"),
        listed("b", title="Weaving numbers by looms and steam"),
        listed("c", title="Weaving numbers by looms and steam", doi="10.1000/th", volume="4"),
    ]
    store(*(records[number] for number in order if number != 2), records[2])
    assert Paper.objects.get(dois__key="10.1000/th").source_records.count() == 2
    assert Paper.objects.visible().count() == 2


def test_a_year_that_another_source_moved_is_no_hindrance(store: Store) -> None:
    """A list has the report of 2019 by its arXiv id, another one the article of 2021."""
    store(on_arxiv(), listed("report", eprint="2001.00001", archiveprefix="arXiv", year="2019", journal=""))
    assert Paper.objects.get().published_date == PartialDate.of(2019)
    assert store(listed("article", year="2021")) == summary(read=1, updated=1)


@pytest.mark.parametrize(
    "line", ["J. Engines 11 (2020) 285 - 304", "J. Engines 11 (2020) 285-304", r"Engines {285--304}"]
)
def test_a_list_that_was_kept_as_one_line_is_known_by_its_pages(line: str, store: Store) -> None:
    Paper.objects.create(
        identifier=SLUG, title=TITLE, journal_ref=line, source="bibtex", byline=[], read_at=datetime.now(UTC)
    )
    clear_counts()
    mine = listed("a", volume="11", pages="285--304")
    others = listed("b", volume="12", pages="1--9")
    assert store(others, mine) == summary(read=2, created=1, updated=1)
    assert Paper.objects.get(identifier=SLUG).details["volume"] == "11"
    assert Paper.objects.get(identifier=f"{SLUG}-2").details["volume"] == "12"


@pytest.mark.parametrize("batch_size", [1, 500])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_no_third_entry_makes_one_of_two_that_differ(order: Sequence[int], batch_size: int, store: Store) -> None:
    records = [
        listed("a", doi="10.1000/a", volume="3", pages="1--9"),
        listed("b", doi="10.1000/b", volume="4", pages="20--29"),
        listed("c", journal=""),
    ]
    store(*(records[number] for number in order), batch_size=batch_size)
    assert Paper.objects.count() == 2
    assert sorted(Paper.objects.values_list("doi", flat=True)) == ["10.1000/a", "10.1000/b"]
    before = tables()
    assert store(*records, batch_size=batch_size) == summary(read=3, unchanged=3)
    assert tables() == before

"""Acts on papers: a field set, a paper added, hidden, merged, parted; what they refuse; undone in any order."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings

from papers.database import bulk
from papers.database.builds import stage_lock
from papers.ingest import composition
from papers.ingest.counts import differences as wrong_counts
from papers.ingest.runs import import_source
from papers.models import Paper, PaperCount, PaperDoi, SourceRecord, TypeCount
from papers.search import check as wrong_words
from profiles.curation import Refused, acts, decide, preview, undo
from profiles.curation.conflicts import in_force_since
from profiles.curation.paper_fields import FIELDS
from profiles.curation.rules import Invalid
from profiles.linking import linker
from profiles.models import Author, Authorship, Decision
from profiles.sitemaps import folder, write_sitemaps
from profiles.statistics import summaries
from tests.conftest import build_site, link_and_count, record
from tests.prepared_sites import prepared_site
from tests.profiles.curation.test_property import undo_if_allowed
from tests.profiles.dataset.dump import plain

# A list that speaks of one of arXiv's papers (by its DOI) and of one that is not on arXiv.
LIST = """
@article{byron1843, author = {Byron, Ada and Babbage, Charles}, title = {On engines}, journal = {Scientific Memoirs},
  volume = {3}, pages = {666--731}, year = {1843}, doi = {10.1000/engines}, publisher = {Taylor}}
@article{byron1844, author = {Byron, Ada}, title = {A sketch of looms that weave}, journal = {Looms}, year = {1844}}
"""


@prepared_site
def site_of_papers(categories: None) -> None:
    build_site(
        record("2001.00001", authors="Ada Byron, Charles Babbage", title="On engines", doi="10.1000/engines"),
        record("2001.00002", authors="A. Byron, Charles Babbage", title="On more engines"),
        record("2001.00003", authors="Ada Byron, Alan Turing", title="On numbers that are large", categories="hep-th"),
        record("2001.00004", authors="Alan Turing, Grace Hopper", title="On compilers", categories="cs.PL"),
    )


@pytest.fixture
def site(site_of_papers: None, tmp_path: Any) -> None:
    path = tmp_path / "list.bib"
    path.write_text(LIST)
    import_source(str(path), restart=True)
    link_and_count()


def paper(identifier: str) -> Paper:
    return Paper.objects.get(identifier=identifier)


LOOMS = "byron-1844-a-sketch-of-looms-that-weave"


def stored() -> dict[str, list[Any]]:
    """Every column of every row of the papers' tables, but for when it was written and as the how manieth.

    A paper that a decision made stays when that is undone, as one of which nobody says anything; it is left out.
    """
    found = {}
    for model in apps.get_app_config("papers").get_models():
        if model._meta.label in ("papers.Build", "papers.PaperSuggestion"):
            continue
        left_out = {"revision", "modified_at", "changed_at"} | ({"id"} if model._meta.model_name != "paper" else set())
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in left_out]
        rows = model._default_manager.order_by()
        if model is Paper:
            rows = rows.exclude(source="curator", is_deleted=True, source_records=None)
        if model in (PaperCount, TypeCount):
            rows = rows.filter(papers__gt=0)
        found[model._meta.label] = sorted((tuple(map(plain, row)) for row in rows.values_list(*names)), key=repr)
    return found


def check_site() -> None:
    """Raises AssertionError where what is kept beside the papers isn't what the papers say."""
    assert (wrong_counts(), wrong_words()) == ([], [])
    with stage_lock():
        linker.link_authors()
        summaries.refresh()
    assert summaries.differences() == []


# --- A field ----------------------------------------------------------------------------------------------------------


def test_the_latest_word_on_a_field_counts_and_each_is_undone_by_itself(site: None, admin_user: Any) -> None:
    before = stored()
    one = decide(acts.SetPaperField(paper(LOOMS), "title", "On A"), admin_user)
    two = decide(acts.SetPaperField(paper(LOOMS), "title", "On B"), admin_user, "It says so.")
    assert (paper(LOOMS).title, two.reason) == ("On B", "It says so.")
    assert not undo(one, admin_user).conflicts
    assert paper(LOOMS).title == "On B"
    undo(two, admin_user)
    assert stored() == before
    check_site()


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("title", "  On \n looms ", "On looms"),
        ("abstract", "One.\nTwo.", "One.\nTwo."),
        ("authors", "Grace Hopper, Joe Weaver", "Grace Hopper, Joe Weaver"),
        ("published", "1842", "1842"),
        ("issued", "1843-08", "1843-08"),
        ("issued", "", ""),
        ("type", "chapter", "chapter"),
        ("container", "Annals", "Annals"),
        ("container", "", ""),
        ("volume", "12", "12"),
        ("issue", "2", "2"),
        ("pages", "1-10", "1-10"),
        ("pages", "pp. 400--415", "400-415"),
        ("article_number", "e7", "e7"),
        ("publisher", "Springer", "Springer"),
        ("place", "Berlin", "Berlin"),
        ("editors", "Ada Byron; Charles Babbage", "Ada Byron; Charles Babbage"),
        ("edition", "2nd", "2nd"),
        ("series", "Notes", "Notes"),
        ("isbn", "978-3-16-148410-0", "978-3-16-148410-0"),
        ("issn", "1234-5679", "1234-5679"),
        ("language", "de", "de"),
        ("keywords", "cogs; looms;cogs", "cogs; looms"),
        ("doi", "https://doi.org/10.1000/LOOMS", "10.1000/LOOMS"),
        ("categories", "math.CO cs.PL", "math.CO cs.PL"),
        (
            "urls",
            "code https://example.org/code\nhttps://example.org/",
            "code https://example.org/code\nlanding https://example.org/",
        ),
        ("journal_ref", "Looms 1 (1844)", "Looms 1 (1844)"),
        ("comments", "12 pages", "12 pages"),
        ("license", "http://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
    ],
)
def test_every_field_is_set_shown_and_set_back(field: str, value: str, shown: str, site: None, admin_user: Any) -> None:
    before = stored()
    made = decide(acts.SetPaperField(paper(LOOMS), field, value), admin_user)
    assert FIELDS[field].written(FIELDS[field].of(paper(LOOMS))) == shown
    back = decide(acts.SetPaperField(paper(LOOMS), field, None), admin_user)
    with pytest.raises(Refused, match=f"Undo decision {back.pk} first"):
        undo(made, admin_user)
    undo(back, admin_user)
    assert FIELDS[field].written(FIELDS[field].of(paper(LOOMS))) == shown
    undo(made, admin_user)
    assert stored() == before
    check_site()


def test_the_sources_own_word_for_a_type_goes_and_comes_back(site: None, admin_user: Any) -> None:
    said = paper(LOOMS).details["source_type"]
    decide(acts.SetPaperField(paper(LOOMS), "type", "thesis"), admin_user)
    assert (paper(LOOMS).type, paper(LOOMS).details.get("source_type")) == ("thesis", None)
    decide(acts.SetPaperField(paper(LOOMS), "type", None), admin_user)
    assert (paper(LOOMS).type, paper(LOOMS).details["source_type"]) == ("article-journal", said)


@pytest.mark.parametrize(
    "text", ["in press", "n.d.", "99999", "0", "0000", "2019/2020", "c2019", "Spring 2019", "2019-13", "3000"]
)
def test_what_is_no_date_is_told_what_to_write(text: str, site: None, admin_user: Any) -> None:
    with pytest.raises(Invalid, match="Write 2019, 2019-05 or 2019-05-03, or leave it empty") as refused:
        decide(acts.SetPaperField(paper(LOOMS), "issued", text), admin_user)
    assert refused.value.field == "value"
    assert not Decision.objects.exists()


def test_no_import_overwrites_what_a_curator_set(site: None, admin_user: Any, import_rows: Callable[..., Any]) -> None:
    decide(acts.SetPaperField(paper("2001.00003"), "title", "On small numbers"), admin_user)
    import_rows(
        record("2001.00003", title="On larger numbers", authors="Ada Byron", comments="New.", update_date="2020-03-01")
    )
    changed = paper("2001.00003")
    assert (changed.title, changed.comments) == ("On small numbers", "New.")
    # The source's own word is the later one, and comes back.
    decide(acts.SetPaperField(changed, "title", None), admin_user)
    assert paper("2001.00003").title == "On larger numbers"
    check_site()


def test_new_names_in_a_byline_are_linked_where_they_are_known(site: None, admin_user: Any) -> None:
    before = stored()
    made = decide(acts.SetPaperField(paper(LOOMS), "authors", "Joe Weaver, Grace Hopper, Ada Byron"), admin_user)
    linked = Authorship.objects.filter(paper__identifier=LOOMS).values_list("position", "author__name")
    assert sorted(linked) == [(2, "Grace Hopper"), (3, "Ada Byron")]
    assert Author.objects.get(name="Grace Hopper").paper_count == 2
    check_site()  # the next run makes a profile of the new name
    assert Authorship.objects.get(paper__identifier=LOOMS, position=1).author.name == "Joe Weaver"
    undo(made, admin_user)
    assert Author.objects.get(name="Grace Hopper").paper_count == 1
    assert stored() == before


# --- Added ------------------------------------------------------------------------------------------------------------

NEW = {"title": "Notes on the loom", "authors": "Ada Byron, Joe Weaver", "issued": "1842-10", "container": "Looms"}


def test_a_paper_is_added_and_taken_back(site: None, admin_user: Any, client: Client) -> None:
    before = stored()
    made = decide(acts.AddPaper(NEW), admin_user)
    added = made.papers.get()
    assert (added.identifier, added.issued_date.iso()) == ("byron-1842-notes-on-the-loom", "1842-10")
    assert client.get(added.get_absolute_url()).status_code == 200
    assert client.get("/papers/?q=loom").content.decode().count("Notes on the loom") > 0
    check_site()
    title = decide(acts.SetPaperField(added, "volume", "7"), admin_user)
    undo(title, admin_user)
    assert "volume" not in paper(added.identifier).details
    undo(made, admin_user)
    assert client.get(added.get_absolute_url()).status_code == 410
    assert stored() == before
    check_site()
    # And again it is the same paper.
    assert decide(acts.AddPaper(NEW), admin_user).papers.get() == added
    assert client.get(added.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("values", "arxiv_id", "field", "sentence"),
    [
        ({"authors": "Ada Byron"}, "", "title", "A paper has a title."),
        ({"title": "Looms"}, "", "authors", "A paper has authors: write their names, or the group's."),
        ({"title": "???", "authors": "Ada Byron"}, "", "title", "The title has no word"),
        (NEW | {"issued": "in press"}, "", "issued", "'in press' is not a date. Write 2019"),
        (
            NEW | {"doi": "10.1000/ENGINES"},
            "",
            "doi",
            "10.1000/engines is the DOI of “On engines”, which is here as 2001.00001.",
        ),
        (NEW, "arXiv:2001.00003v2", "arxiv_id", "“On numbers that are large” is here already, as 2001.00003."),
        (NEW, "2001.3", "arxiv_id", "'2001.3'"),
        (
            {"title": "A Sketch of Looms that weave", "authors": "Ada Byron", "issued": "1844"},
            "",
            "title",
            "“A sketch of looms that weave” is here already, as byron-1844",
        ),
        (NEW | {"shoe_size": "7"}, "", "shoe_size", "Give title, authors"),
    ],
)
def test_what_is_no_new_paper(
    values: dict[str, str], arxiv_id: str, field: str, sentence: str, site: None, admin_user: Any
) -> None:
    with pytest.raises(Refused) as refused:
        decide(acts.AddPaper(values, arxiv_id), admin_user)
    assert (refused.value.field, str(refused.value)[: len(sentence)]) == (field, sentence)
    assert not Decision.objects.exists()


# --- Hidden -----------------------------------------------------------------------------------------------------------


def test_a_hidden_paper_is_on_no_surface(site: None, admin_user: Any, client: Client) -> None:
    before, shown = stored(), paper(LOOMS)
    address = shown.get_absolute_url()
    pages = [
        "/papers/",
        "/",
        "/authors/ada-byron/",
        "/search/?q=looms",
        "/papers/feed/",
        "/authors/ada-byron/papers.bib",
    ]
    pages += ["/api/v1/papers/", "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/new/", "/papers.bib"]
    pages += ["/api/v1/authors/ada-byron/papers/", "/authors/ada-byron/publications/", "/authors/ada-byron/embed/"]

    def text(page: str) -> str:
        answer = client.get(page)
        return (answer.getvalue() if answer.streaming else answer.content).decode()

    title = "looms that weave"
    on = [page for page in pages if title in text(page)]
    assert len(on) > 8, on
    hiding = decide(acts.SetPaperHidden(shown, True), admin_user)
    assert [page for page in pages if title in text(page)] == []
    for ending in ("", "similar/"):
        gone = client.get(f"{address}{ending}")
        assert (gone.status_code, "The curators of this site do not show this paper." in gone.content.decode()) == (
            410,
            True,
        )
    for ending in ("bib", "ris", "json", "md"):
        assert client.get(f"{address.rstrip('/')}.{ending}").status_code == 410, ending
    answer = client.get(f"/api/v1/papers/{LOOMS}/")
    assert (answer.status_code, answer.json()["detail"]) == (410, "The curators of this site do not show this paper.")
    header = text(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:{LOOMS}")
    assert 'status="deleted"' in header and title not in header
    write_sitemaps()
    maps = b"".join(gzip.decompress(path.read_bytes()) for path in folder().glob("*.gz"))
    assert LOOMS.encode() not in maps and b"2001.00001" in maps
    assert Author.objects.get(name="Ada Byron").paper_count == 2
    check_site()
    with pytest.raises(Refused, match="hidden already"):
        decide(acts.SetPaperHidden(shown, True), admin_user)
    showing = decide(acts.SetPaperHidden(shown, False), admin_user)
    assert title in text("/papers/")
    with pytest.raises(Refused, match=f"Undo decision {showing.pk} first"):
        undo(hiding, admin_user)
    undo(showing, admin_user)
    assert client.get(address).status_code == 410
    undo(hiding, admin_user)
    assert stored() == before
    assert text("/papers/").count(title) > 0


# --- Merged -----------------------------------------------------------------------------------------------------------


def test_two_are_one_paper_with_what_humans_decided_of_both(site: None, admin_user: Any, client: Client) -> None:
    gone, kept = paper(LOOMS), paper("2001.00003")
    turing, hopper = Author.objects.get(name="Alan Turing"), Author.objects.get(name="Grace Hopper")
    on_gone = Authorship.objects.get(paper=gone, position=1)
    decide(acts.Move([on_gone], hopper), admin_user)
    before = stored()
    claims = sorted(Authorship.objects.values_list("paper", "author", "position", "decided_by_human", "printed_name"))
    merging = decide(acts.MergePapers(gone, kept), admin_user)
    answer = client.get(gone.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, kept.get_absolute_url())
    answer = client.get(f"{gone.get_absolute_url().rstrip('/')}.bib")
    assert (answer.status_code, answer["Location"]) == (301, "/papers/2001.00003.bib")
    answer = client.get(f"/api/v1/papers/{LOOMS}/")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/papers/2001.00003/")
    found = client.post("/api/v1/papers/batch/", {"ids": [LOOMS]}, content_type="application/json").json()["results"]
    assert [row["paper"]["identifier"] if "paper" in row else row["identifier"] for row in found] == ["2001.00003"]
    header = client.get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:{LOOMS}")
    assert 'status="deleted"' in header.content.decode()
    # "Ada Byron" stands on both, and a human said of the one that it is Grace Hopper.
    places = Authorship.objects.filter(paper=kept).values_list("position", "author__name", "decided_by_human")
    assert sorted(places) == [(1, "Grace Hopper", True), (2, "Alan Turing", False)]
    assert kept.pk in {p.pk for p in merging.papers.all()} and gone.pk in {p.pk for p in merging.papers.all()}
    check_site()
    # What is decided of it afterwards stays, whichever is undone first.
    moving = decide(
        acts.Move([Authorship.objects.get(paper=kept, position=2)], Author.objects.get(name="A. Byron")), admin_user
    )
    undo(moving, admin_user)
    undo(merging, admin_user)
    assert stored() == before
    assert (
        sorted(Authorship.objects.values_list("paper", "author", "position", "decided_by_human", "printed_name"))
        == claims
    )
    assert client.get(gone.get_absolute_url()).status_code == 200
    assert turing.paper_count == Author.objects.get(pk=turing.pk).paper_count
    check_site()


def test_merges_one_after_the_other_are_undone_in_any_order(site: None, admin_user: Any, client: Client) -> None:
    before = stored()
    one, two, three = paper(LOOMS), paper("2001.00002"), paper("2001.00003")
    first = decide(acts.MergePapers(one, two), admin_user)
    second = decide(acts.MergePapers(two, three, override=True), admin_user, "a second submission")
    for each in (one, two):
        assert client.get(each.get_absolute_url())["Location"] == three.get_absolute_url()
    undo(first, admin_user)
    assert client.get(one.get_absolute_url()).status_code == 200
    assert client.get(two.get_absolute_url())["Location"] == three.get_absolute_url()
    again = undo(Decision.objects.first(), admin_user)
    assert client.get(one.get_absolute_url())["Location"] == three.get_absolute_url()
    undo(second, admin_user)
    undo(again, admin_user)
    assert stored() == before
    check_site()


def test_what_is_no_merge(site: None, admin_user: Any) -> None:
    one, two, three = paper(LOOMS), paper("2001.00001"), paper("2001.00003")
    with pytest.raises(Refused, match="can't be merged with itself"):
        decide(acts.MergePapers(one, one), admin_user)
    decide(acts.SetPaperField(one, "doi", "10.1000/looms"), admin_user)
    with pytest.raises(Refused, match=re.escape("Their DOIs differ: 10.1000/looms and 10.1000/engines")):
        decide(acts.MergePapers(one, two), admin_user)
    with pytest.raises(Refused, match="Say why, for their DOIs or arXiv ids differ") as refused:
        decide(acts.MergePapers(one, two, override=True), admin_user)
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match=re.escape("Their arXiv ids differ: 2001.00003 and 2001.00001")):
        decide(acts.MergePapers(three, two), admin_user)
    decide(acts.MergePapers(one, two, override=True), admin_user, "the publisher has two")
    # A curator's word on the one is a word on both.
    assert paper("2001.00001").doi == "10.1000/looms"
    for pair in ((one, three), (three, one)):
        with pytest.raises(Refused, match=re.escape(f"{LOOMS} was merged into 2001.00001")):
            decide(acts.MergePapers(*pair), admin_user)
    decide(acts.SetPaperHidden(three, True), admin_user)
    with pytest.raises(Refused, match=re.escape("2001.00003 is hidden: show it first")):
        decide(acts.MergePapers(three, two, override=True), admin_user, "why not")


@pytest.mark.parametrize("other", ["10.1000/Engines", "10.1000%2Fengines", "10.1000/engines/pdf", "10.1000/engines/"])
def test_one_doi_in_another_form_needs_no_override(other: str, site: None, admin_user: Any) -> None:
    gone, kept = paper(LOOMS), paper("2001.00001")
    PaperDoi.objects.filter(paper=gone).delete()
    PaperDoi.objects.create(paper=gone, position=1, doi=other)
    acts.MergePapers(gone, kept).check()
    PaperDoi.objects.filter(paper=gone).update(doi="10.1000/looms")
    with pytest.raises(Refused, match=r"Their DOIs differ.*Override that with a reason"):
        acts.MergePapers(gone, kept).check()


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        ("2019", "It stays 1844, which is earlier. If that is wrong, set “Published” first."),
        ("1844-03", ""),
        ("1843", ""),
        ("", "It stays 1844. If that is wrong, set “Published” first."),
    ],
)
def test_a_first_date_that_would_not_be_shown_is_refused(value: str, refusal: str, site: None, admin_user: Any) -> None:
    act = acts.SetPaperField(paper(LOOMS), "published", value)
    if refusal:
        with pytest.raises(Refused, match=re.escape(refusal)):
            decide(act, admin_user)
        # Once the other date is another, it is taken.
        decide(acts.SetPaperField(paper(LOOMS), "issued", "2020" if value else ""), admin_user)
        act = acts.SetPaperField(paper(LOOMS), "published", value or "2021")
    decide(act, admin_user)
    date = paper(LOOMS).published_date
    assert date is not None and date.iso() == (value or "2021")


# --- Parted -----------------------------------------------------------------------------------------------------------


def test_a_source_that_speaks_of_another_paper_gets_one_of_its_own(site: None, admin_user: Any, client: Client) -> None:
    before, both = stored(), paper("2001.00001")
    assert both.details["container"] == "Scientific Memoirs"
    said = acts.own_words(both)
    assert [word.source for word in said] == ["arxiv-snapshot", "bibtex"]
    parting = decide(acts.PartPaper(both, [said[1].pk]), admin_user)
    made = parting.papers.exclude(pk=both.pk).get()
    assert (made.identifier, made.title, made.details["volume"]) == ("byron-1843-on-engines", "On engines", "3")
    assert "container" not in paper("2001.00001").details
    assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get("/authors/ada-byron/").content.decode().count("On engines") >= 2
    check_site()
    # The same list again leaves each where it is.
    assert (paper("2001.00001").details, paper(made.identifier).details["volume"]) == ({}, "3")
    undo(parting, admin_user)
    assert client.get(made.get_absolute_url()).status_code in (301, 410)
    assert stored() == before
    check_site()
    undo(Decision.objects.first(), admin_user)
    assert client.get(made.get_absolute_url()).status_code == 200


def test_what_cannot_be_parted(site: None, admin_user: Any) -> None:
    both = paper("2001.00001")
    arxivs, lists = (word.pk for word in acts.own_words(both))
    for words, sentence in (
        ([], "Choose some of the sources, neither none nor all of them."),
        ([arxivs, lists], "Choose some of the sources, neither none nor all of them."),
        ([arxivs], "The address is that of arXiv:2001.00001"),
        ([10**9], "Some of these are not said of 2001.00001. Choose among"),
    ):
        with pytest.raises(Refused, match=re.escape(sentence)):
            decide(acts.PartPaper(both, words), admin_user)
    with pytest.raises(Refused, match=re.escape("Only one source speaks of 2001.00003")):
        decide(acts.PartPaper(paper("2001.00003"), [1]), admin_user)
    decide(acts.MergePapers(paper(LOOMS), paper("2001.00003")), admin_user)
    with pytest.raises(Refused, match=re.escape("were merged into 2001.00003: undo that decision")):
        decide(acts.PartPaper(paper("2001.00003"), [1]), admin_user)


# --- Of all kinds -----------------------------------------------------------------------------------------------------


def test_a_preview_says_what_papers_show_then_and_changes_nothing(site: None, admin_user: Any) -> None:
    before = stored()
    effects = preview(acts.SetPaperField(paper(LOOMS), "container", "The Loom"), admin_user)
    assert f"{LOOMS}, Journal or book: “Looms” becomes “The Loom”" in effects.others
    effects = preview(acts.MergePapers(paper(LOOMS), paper("2001.00003")), admin_user)
    assert effects.redirected == [(f"/papers/{LOOMS}/", "/papers/2001.00003/")]
    effects = preview(acts.SetPaperHidden(paper(LOOMS), True), admin_user)
    assert effects.gone == [f"/papers/{LOOMS}/"]
    assert stored() == before
    assert not Decision.objects.exists()


def test_what_visitors_may_know(site: None, admin_user: Any, client: Client) -> None:
    decide(acts.SetPaperField(paper(LOOMS), "volume", "1"), admin_user)
    decide(acts.SetPaperField(paper("2001.00003"), "volume", "1"), admin_user)
    rows = client.get("/api/v1/decisions/").json()["results"]
    assert [(row["kind"], row["papers"], row["authors"]) for row in rows] == [
        ("paper-field", ["2001.00003"], []),
        ("paper-field", [LOOMS], []),
    ]
    assert len(client.get("/api/v1/decisions/?paper=arXiv:2001.00003v1").json()["results"]) == 1
    hiding = decide(acts.SetPaperHidden(paper(LOOMS), True), admin_user)
    rows = client.get("/api/v1/decisions/").json()["results"]
    assert [row["papers"] for row in rows] == [["2001.00003"], []]
    assert client.get(f"/api/v1/decisions/?paper={LOOMS}").json()["results"] == []
    assert client.get(f"/api/v1/decisions/{hiding.pk}/").status_code == 404
    assert LOOMS not in client.get("/decisions/feed/").content.decode()
    client.force_login(admin_user)
    assert len(client.get(f"/api/v1/decisions/?paper={LOOMS}").json()["results"]) == 2


def second_word(about: Paper) -> int:
    """The number of what a list says of the paper beside its source."""
    with bulk.one_writer():
        composition.keep_words([about.pk])
        said = SourceRecord.objects.create(
            paper=about,
            source="bibtex",
            giver=f"key{about.pk}",
            identifier=f"other-{about.pk}",
            facts={"title": f"Another {about.pk}", "authors": "Ada Byron, Joe Weaver", "issued": "1850", "volume": "9"},
            read_at=about.read_at,
        )
        composition.recompose([about.pk])
    return said.pk


BYLINES = [
    "Ada Byron",
    "Ada Byron, Charles Babbage",
    "A. Byron, Grace Hopper",
    "Alan Turing, Ada Byron, Charles Babbage",
]


def random_act(random: Random) -> Any:
    rows = list(Paper.objects.order_by("pk"))
    one, two = random.choice(rows), random.choice(rows)
    words = [word.pk for word in acts.own_words(one) if word.source == "bibtex"]
    claims = list(Authorship.objects.filter(paper=one).order_by("position"))
    people = list(Author.objects.order_by("public_id"))
    choices: list[Callable[[], Any]] = [
        lambda: acts.SetPaperField(one, "title", random.choice(["On A", "On B", "On C"])),
        lambda: acts.SetPaperField(one, "authors", random.choice(BYLINES)),
        lambda: acts.SetPaperField(one, "issued", random.choice(["1900", "1900-05", "1900-05-03", ""])),
        lambda: acts.SetPaperField(one, "categories", random.choice(["math.CO", "cs.LG stat.ML", ""])),
        lambda: acts.SetPaperField(one, random.choice(["title", "authors", "issued"]), None),
        lambda: acts.SetPaperHidden(one, not one.is_hidden),
        lambda: acts.SetPaperHidden(one, random.random() < 0.5),
        lambda: acts.MergePapers(one, two, override=True),
        lambda: acts.MergePapers(one, two),
        lambda: acts.PapersDiffer(one, two) if random.random() < 0.5 else None,
        lambda: acts.PartPaper(one, random.sample(words, 1) if words else []),
        lambda: acts.AddPaper({"title": random.choice(["On X ray", "On Y ray"]), "authors": random.choice(BYLINES)}),
        lambda: acts.Move(claims[:1], random.choice(people)) if claims else None,
        lambda: acts.Merge(random.choice(people), random.choice(people), override=True),
    ]
    return random.choice(choices)()


def one_history(seed: int, decisions: int, user: Any) -> None:
    """Decisions as the seed says, undone in a random order; raises AssertionError where something is not as it was."""
    with override_settings(SECRET_KEY="a site like any other"):
        random = Random(seed)
        for each in Paper.objects.order_by("pk"):
            second_word(each)
        link_and_count()
        before = stored()
        for _ in range(decisions):
            try:
                if (act := random_act(random)) is not None:
                    decide(act, user, "because")
            except Refused:
                continue
            if random.random() < 0.2:
                undo_if_allowed(random.choice(list(Decision.objects.all())), user, in_part=random.random() < 0.5)
            if random.random() < 0.1:
                check_site()
        while standing := [d for d in Decision.objects.exclude(kind="undo") if d.is_in_force]:
            for decision in random.sample(standing, min(len(standing), 3)):
                undo_if_allowed(decision, user, in_part=random.random() < 0.5)
            standing = [decision for decision in standing if decision.is_in_force]
            standing.sort(key=in_force_since, reverse=True)
            assert not standing or any(undo_if_allowed(decision, user, in_part=False) for decision in standing), (
                standing
            )
        after = stored()
        changed = {name: [row for row in after[name] if row not in before[name]] for name in after}
        assert {name: rows for name, rows in changed.items() if rows} == {}
        assert after == before
        check_site()


# The same histories every time; with HISTORIES=100 in the environment so many.
@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "5"))))
def test_whatever_is_decided_of_papers_can_be_undone(seed: int, site_of_papers: None, admin_user: Any) -> None:
    one_history(seed, 25, admin_user)


@pytest.mark.django_db(transaction=True)
def test_what_was_decided_since_a_page_was_opened_counts(site_of_papers: None, django_user_model: Any) -> None:
    one, two = (django_user_model.objects.create(username=name, is_staff=True) for name in ("one", "two"))
    looks = [paper("2001.00003"), paper("2001.00003")]  # both have the page open
    decide(acts.SetPaperField(looks[0], "title", "By one"), one)
    decide(acts.SetPaperField(looks[1], "container", "By two"), two)
    assert (paper("2001.00003").title, paper("2001.00003").details["container"]) == ("By one", "By two")
    decide(acts.MergePapers(looks[0], paper("2001.00002"), override=True), one, "one paper")
    with pytest.raises(Refused, match=re.escape("2001.00003 was merged into 2001.00002")):
        decide(acts.SetPaperField(looks[1], "title", "By two"), two)
    with pytest.raises(Refused, match=re.escape("2001.00003 was merged into 2001.00002")):
        decide(acts.SetPaperHidden(looks[1], True), two)
    with transaction.atomic():
        assert Decision.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_once_both_hold_or_one_is_refused(site_of_papers: None, django_user_model: Any) -> None:
    if connection.vendor == "sqlite":  # in memory it refuses a second writer instead of letting it wait
        return
    one, two = (django_user_model.objects.create(username=name, is_staff=True) for name in ("one", "two"))

    def in_another_thread(act: Any) -> Decision:
        try:
            return decide(act, two)
        finally:
            connection.close()

    def at_once(first: Any, second: Any, reason: str = "") -> Future[Decision]:
        """The second, which began before the first had ended."""
        with ThreadPoolExecutor(1) as executor, transaction.atomic():
            decide(first, one, reason)
            made = executor.submit(in_another_thread, second)
            with pytest.raises(TimeoutError):
                made.result(timeout=0.5)
        return made

    looks = [paper("2001.00003"), paper("2001.00003")]
    at_once(
        acts.SetPaperField(looks[0], "title", "By one"), acts.SetPaperField(looks[1], "container", "By two")
    ).result()
    assert (paper("2001.00003").title, paper("2001.00003").details["container"]) == ("By one", "By two")
    merging = acts.MergePapers(looks[0], paper("2001.00002"), override=True)
    refused = at_once(merging, acts.SetPaperField(looks[1], "title", "By two"), "one paper")
    with pytest.raises(Refused, match=re.escape("2001.00003 was merged into 2001.00002")):
        refused.result()
    assert Decision.objects.count() == 3
    assert paper("2001.00002").details["container"] == "By two"
    check_site()

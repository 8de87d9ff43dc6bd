"""Odd sites and odd texts: what the run, the pages and the API then say, and that nothing raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from papers.database.builds import stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.models import Paper
from profiles.curation.acts import Edit, Merge, SetVerdict
from profiles.curation.service import decide, undo
from profiles.models import Author, SimilarityLink
from profiles.similarity import topics
from profiles.similarity.full_run import SimilaritySummary, compute_similarity
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Import = Callable[..., ImportSummary]


NAMES = ["Adams", "Baker", "Clark", "Davis", "Evans"]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def compute() -> SimilaritySummary:
    with stage_lock():
        return compute_similarity()


def computed_twice() -> SimilaritySummary:
    """What the run did, the second time the same."""
    first = compute()
    assert compute() == first
    assert SimilarityLink.objects.count() == first.links
    return first


def measured(client: Client) -> str:
    """What measuring says on the terminal; the page has to open with it."""
    out = StringIO()
    call_command("evaluate_similarity", stdout=out)
    assert client.get("/quality/").status_code == 200
    return out.getvalue()


def named(name: str) -> Author:
    return Author.objects.get(name=name)


def in_api(client: Client, who: str) -> list[str]:
    """The names of the similar authors that the API answers, best first."""
    answer = client.get(f"/api/v1/authors/{who}/similar/")
    assert answer.status_code == 200
    return [row["author"]["name"] for row in answer.json()["results"]]


def on_page(client: Client, who: str) -> list[str]:
    """The names in the full list; the profile's box has the same, but those who are co-authors behind the others."""
    rows = client.get(f"/authors/{who}/similar/").context["rows"]
    new_first = sorted(rows, key=lambda row: row.is_coauthor and not row.is_pinned)
    assert [row.name for row in client.get(f"/authors/{who}/").context["similar"]] == [row.name for row in new_first][
        :10
    ]
    return [row.name for row in rows]


def both(client: Client, who: str) -> list[str]:
    found = on_page(client, who)
    assert in_api(client, who) == found
    return found


def said_in_box(client: Client, who: str) -> str:
    """What stands in the place of an empty list."""
    page = client.get(f"/authors/{who}/")
    assert page.context["similar"] == []
    note: str = page.context["similar_note"]
    assert note in page.content.decode()
    return note


# --- Sites with little on them ----------------------------------------------------------------------------------------


def test_an_empty_site(client: Client) -> None:
    assert computed_twice() == SimilaritySummary()
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/similarity-links/").json()["results"] == []
    assert "None of these words is known here" in client.get("/people/?q=engines").content.decode()
    assert client.get("/authors/nobody/similar/").status_code == 404
    assert client.get("/api/v1/authors/nobody/similar/").status_code == 404


def test_one_author(build_rows: Import, client: Client) -> None:
    build_rows(*[record(f"2001.0000{n}", authors="Ada Byron", abstract=f"Cogs and cams {n}.") for n in range(1, 4)])
    assert said_in_box(client, "ada-byron") == "Similar authors have not been computed yet."
    assert computed_twice().links == 0
    assert said_in_box(client, "ada-byron").startswith("Not enough to compare")
    assert "Not enough to compare" in client.get("/authors/ada-byron/similar/").content.decode()
    assert both(client, "ada-byron") == []
    assert "0 of 1 authors have one" in measured(client)


def test_authors_of_the_same_papers_are_as_near_as_can_be(build_rows: Import, client: Client) -> None:
    rows = [
        record(f"2001.0000{n}", authors="Ada Byron, Charles Babbage, Alan Turing", title=f"Engine{n}", abstract="Cogs.")
        for n in range(1, 4)
    ]
    build_rows(*rows, record("2001.00009", authors="Emmy Noether", title="Rings", abstract="Ideals."))
    assert computed_twice().links == 6
    assert both(client, "ada-byron") == ["Charles Babbage", "Alan Turing"]
    scores = {(link.author.name, link.other.name): link.score for link in SimilarityLink.objects.all()}
    assert len(set(scores.values())) == 1  # every pair alike
    # As near as words can be, and as met at every other step of a walk among three.
    assert 0.45 < scores["Ada Byron", "Alan Turing"] < 1
    assert said_in_box(client, "emmy-noether").startswith("Not enough to compare")


def test_authors_with_equal_texts_of_their_own(build_rows: Import, client: Client) -> None:
    build_rows(
        *[
            record(f"2001.0000{n}", authors=who, title="Gears", abstract="Cogs and cams.")
            for n, who in enumerate(("Ada Byron", "Alan Turing"), start=1)
        ],
        record("2001.00003", authors="Grace Hopper", title="Moths", abstract="Bugs."),
        record("2001.00004", authors="Emmy Noether", title="Rings", abstract="Ideals."),
    )
    assert computed_twice().links == 2
    assert both(client, "ada-byron") == ["Alan Turing"]
    link = SimilarityLink.objects.get(author__name="Ada Byron")
    assert link.evidence["closest_papers"]["score"] == 1.0
    assert client.get("/authors/ada-byron/with/alan-turing/").context["comparison"].score == pytest.approx(1.0)


def test_no_abstracts_at_all(build_rows: Import, client: Client) -> None:
    build_rows(
        record("2001.00001", authors="Ada Byron", title="Difference engines", abstract=""),
        record("2001.00002", authors="Alan Turing", title="Halting engines", abstract=""),
        record("2001.00003", authors="Grace Hopper, Emmy Noether", title="On the 1 and 2", abstract=""),
        record("2001.00004", authors="Kurt Goedel", title="Rings", abstract=""),
        record("2001.00005", authors="Grace Hopper, Kurt Goedel", title="With and without", abstract=""),
    )
    computed_twice()
    assert both(client, "ada-byron") == ["Alan Turing"]  # titles are words enough
    assert both(client, "emmy-noether") == ["Grace Hopper", "Kurt Goedel"]  # and without words there is the network
    assert "ours" in measured(client)
    # A title alone, of words that tell nothing.
    assert "Not enough to compare" in client.get("/papers/2001.00003/similar/").content.decode()
    assert client.get("/authors/ada-byron/with/emmy-noether/").context["comparison"].shared == []


# --- Odd texts --------------------------------------------------------------------------------------------------------


def test_an_abstract_of_a_million_characters(build_rows: Import, client: Client) -> None:
    build_rows(
        record("2001.00001", authors="Ada Byron", title="Long", abstract="Cogs weave algebra. " * 50_000),
        record("2001.00002", authors="Alan Turing", title="One word", abstract="x" * 1_000_000),
        record("2001.00003", authors="Grace Hopper", title="Short", abstract="Algebra."),
        record("2001.00004", authors="Emmy Noether", title="Rings", abstract="Ideals $" + "a" * 1_000_000),
    )
    assert len(Paper.objects.get(identifier="2001.00001").abstract) > 900_000
    started = time.process_time()
    computed_twice()
    assert both(client, "ada-byron") == ["Grace Hopper"]
    for address in ("/papers/2001.00001/similar/", "/authors/ada-byron/with/alan-turing/", "/people/?q=algebra"):
        assert client.get(address).status_code == 200
    assert time.process_time() - started < 60  # nothing about it is worse than linear


@pytest.mark.parametrize(
    ("one", "two", "word"),
    [
        ("数学 物理", "物理 化学", "物理"),
        ("Математика колец", "Колец и полей", "колец"),
        ("نظرية الأعداد", "الأعداد الأولية", "الاعداد"),
        ("Θεωρία αριθμών", "Αριθμών σύνολα", "αριθμων"),
        ("गणित तर्क", "तर्क कण", "तर्क"),
        ("Théorème Ångström", "ÅNGSTRÖM units", "angstrom"),
    ],
)
def test_scripts_other_than_latin(one: str, two: str, word: str, build_rows: Import, client: Client) -> None:
    build_rows(
        record("2001.00001", authors="Ада Байрон", title=one, abstract=""),
        record("2001.00002", authors="陳省身", title=two, abstract=""),
        record("2001.00003", authors="Emmy Noether", title="Rings", abstract=""),
        record("2001.00004", authors="Grace Hopper", title="Moths", abstract=""),
    )
    computed_twice()
    ada = Author.objects.get(authorships__paper__identifier="2001.00001")
    link = SimilarityLink.objects.get(author=ada)
    assert link.other.name == "陳省身"
    labels = [part["label"] for part in link.evidence["parts"] if part["kind"] == "term"]
    assert labels == [word]
    assert both(client, ada.slug) == ["陳省身"]
    found, known = topics.people_who_work_on(word)
    assert known
    assert {row.author.pk for row in found} == {link.author_id, link.other_id}


def test_a_term_that_is_everywhere_is_no_reason(build_rows: Import, client: Client) -> None:
    subjects = ["engines", "engines", "rings", "moths", "tables"]
    build_rows(
        *[
            record(f"2001.0000{n}", authors=f"Ada {name}", title="Everywhere", abstract=f"Everywhere {subject}.")
            for n, (name, subject) in enumerate(zip(NAMES, subjects, strict=True), start=1)
        ]
    )
    assert computed_twice().links == 2
    labels = {part["label"] for link in SimilarityLink.objects.all() for part in link.evidence["parts"]}
    assert "everywhere" not in labels
    assert "engines" in labels
    assert "None of these words is known here" in client.get("/people/?q=everywhere").content.decode()


def test_nothing_but_terms_that_are_everywhere(build_rows: Import, client: Client) -> None:
    rows = [
        record(f"2001.0000{n}", authors=f"Ada {name}", title="Same", abstract="Words.")
        for n, name in enumerate(NAMES, 1)
    ]
    build_rows(*rows)
    assert computed_twice().links == 0
    assert said_in_box(client, "ada-adams").startswith("Not enough to compare")
    assert "0 of 5 authors have one" in measured(client)


# --- What curators say ------------------------------------------------------------------------------------------------


@prepared_site
def site(categories: None) -> None:
    build_site(
        record("2001.00001", authors="Ada Byron, Charles Babbage", title="Engines for tables", abstract="Cogs."),
        record("2001.00002", authors="Ada Byron", title="Notes on engines", abstract="Cogs weave algebra."),
        record("2001.00003", authors="Charles Babbage", title="Economy of cams", abstract="Engines and cogs."),
        record("2001.00004", authors="Alan Turing", title="Machines and algebra", abstract="Engines that halt."),
        record("2001.00005", authors="Grace Hopper", title="Compilers", abstract="Compilers weave machines."),
        record("2001.00006", authors="Emmy Noether", title="Rings", abstract="Rings over rings."),
    )
    compute()


def test_a_vetoed_pair_is_in_neither_list_at_once_and_ever_after(site: None, client: Client, admin_user: User) -> None:
    ada, babbage = named("Ada Byron"), named("Charles Babbage")
    before = {who: both(client, who) for who in ("ada-byron", "charles-babbage")}
    assert "Charles Babbage" in before["ada-byron"]
    assert "Ada Byron" in before["charles-babbage"]
    decision = decide(SetVerdict(ada, babbage, "vetoed"), admin_user, "Another Charles.")
    for again in (False, True):
        if again:
            compute()
        assert both(client, "ada-byron") == [name for name in before["ada-byron"] if name != "Charles Babbage"]
        assert both(client, "charles-babbage") == [name for name in before["charles-babbage"] if name != "Ada Byron"]
        ranks = SimilarityLink.objects.shown().filter(author=ada).best_first().values_list("rank", flat=True)
        assert list(ranks) == list(range(1, len(ranks) + 1))
    undo(decision, admin_user)
    assert {who: both(client, who) for who in before} == before
    compute()
    assert {who: both(client, who) for who in before} == before


def test_taking_a_veto_back_takes_it_back_for_both(site: None, client: Client, admin_user: User) -> None:
    ada, babbage = named("Ada Byron"), named("Charles Babbage")
    before = {who: both(client, who) for who in ("ada-byron", "charles-babbage")}
    decide(SetVerdict(ada, babbage, "vetoed"), admin_user)
    decide(SetVerdict(babbage, ada, ""), admin_user)
    assert {who: both(client, who) for who in before} == before
    assert not SimilarityLink.objects.exclude(verdict="").exists()


def test_a_pin_is_first_at_once_with_its_note(site: None, client: Client, admin_user: User) -> None:
    ada, noether = named("Ada Byron"), named("Emmy Noether")
    before = both(client, "ada-byron")
    assert "Emmy Noether" not in before
    decision = decide(SetVerdict(ada, noether, "pinned", "Both wrote of <i>rings</i>."), admin_user)
    for again in (False, True):
        if again:
            compute()
        assert both(client, "ada-byron") == ["Emmy Noether", *before]
        for address in ("/authors/ada-byron/", "/authors/ada-byron/similar/"):
            page = client.get(address).content.decode()
            assert "Both wrote of &lt;i&gt;rings&lt;/i&gt;." in page
            assert "pinned" in page
        assert client.get("/api/v1/authors/ada-byron/similar/").json()["results"][0]["pinned"] is True
        assert both(client, "emmy-noether") == []  # a pin is for one list
    undo(decision, admin_user)
    assert both(client, "ada-byron") == before


def test_a_pin_taken_back_or_undone_leaves_the_place_of_before(site: None, client: Client, admin_user: User) -> None:
    ada, hopper = named("Ada Byron"), named("Grace Hopper")
    before = both(client, "ada-byron")
    assert before[-1] == "Grace Hopper"
    decision = decide(SetVerdict(ada, hopper, "pinned"), admin_user)
    assert both(client, "ada-byron") == ["Grace Hopper", *before[:-1]]
    undo(decision, admin_user)
    assert both(client, "ada-byron") == before
    decide(SetVerdict(ada, hopper, "pinned"), admin_user)
    decide(SetVerdict(ada, hopper, ""), admin_user)
    assert both(client, "ada-byron") == before


def test_who_is_left_out_of_the_comparison_is_gone_at_once(site: None, client: Client, admin_user: User) -> None:
    before = {who: both(client, who) for who in ("ada-byron", "alan-turing", "charles-babbage")}
    decision = decide(Edit(named("Charles Babbage"), {"in_similarity": False}), admin_user)
    for again in (False, True):
        if again:
            compute()
        for who in ("ada-byron", "alan-turing"):
            assert both(client, who) == [name for name in before[who] if name != "Charles Babbage"]
        assert said_in_box(client, "charles-babbage") == "A curator has left this author out of the comparison."
        assert in_api(client, "charles-babbage") == []
        assert "charles-babbage" not in client.get("/people/?q=cams").content.decode()
        assert client.get("/api/v1/similarity-links/?author=charles-babbage").json()["results"] == []
    undo(decision, admin_user)
    compute()
    assert {who: both(client, who) for who in before} == before


def test_a_merged_author_leads_to_the_survivor_and_is_in_no_list(site: None, client: Client, admin_user: User) -> None:
    babbage, turing = named("Charles Babbage"), named("Alan Turing")
    decide(SetVerdict(named("Grace Hopper"), babbage, "pinned", "Old friends."), admin_user)
    decision = decide(Merge(babbage, turing), admin_user)
    for again in (False, True):
        if again:
            compute()
        for address in ("/authors/charles-babbage/similar/", "/authors/charles-babbage/with/ada-byron/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (301, address.replace("charles-babbage", "alan-turing"))
        assert client.get("/api/v1/authors/charles-babbage/similar/", follow=True).status_code == 200
        for who in ("ada-byron", "grace-hopper", "alan-turing"):
            assert "Charles Babbage" not in both(client, who)
        assert both(client, "grace-hopper")[0] == "Alan Turing"  # the pin follows the person
    assert "Ada Byron" in both(client, "alan-turing")
    undo(decision, admin_user)
    compute()
    assert both(client, "grace-hopper")[0] == "Charles Babbage"
    assert "Charles Babbage" in both(client, "ada-byron")

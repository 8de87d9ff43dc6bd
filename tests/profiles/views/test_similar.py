"""Pages about who is like whom: side by side, people who work on something, similar papers, not yet co-authors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.database.builds import stage_lock
from papers.ingest.import_summary import ImportSummary
from papers.models import Paper
from profiles.curation import acts, decide
from profiles.models import Author, AuthorTopic, EarlierSlug, SimilarityLink, TopicTerm
from profiles.similarity import pairs, topics
from profiles.similarity.full_run import compute_similarity
from profiles.similarity.model.evidence import EvidenceTerm
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
Import = Callable[..., ImportSummary]

ROWS = [
    record(
        "2001.00001", authors="Ada Byron, Charles Babbage", title="Engines for tables", abstract="Cogs turn engines."
    ),
    record("2001.00002", authors="Ada Byron", title="Notes on engines", abstract="Cogs weave algebra."),
    record("2001.00003", authors="Charles Babbage, Alan Turing", title="Economy of cams", abstract="Engines and cogs."),
    record("2001.00004", authors="Alan Turing", title="Machines and algebra", abstract="Engines that halt."),
    record("2001.00005", authors="Grace Hopper", title="Compilers", abstract="Compilers weave machines."),
    record("2001.00006", authors="Emmy Noether", title="Rings", abstract="Rings over rings."),
]


@prepared_site
def site(categories: None) -> None:
    build_site(*ROWS)
    with stage_lock():
        compute_similarity()


def named(name: str) -> Author:
    return Author.objects.get(name=name)


def text_of(client: Client, address: str, status: int = 200) -> str:
    """What the page says between its tags."""
    answer = client.get(address)
    assert answer.status_code == status
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# --- Two side by side -------------------------------------------------------------------------------------------------


def test_a_comparison_in_full(site: None) -> None:
    found = pairs.compare(named("Ada Byron"), named("Grace Hopper"))
    papers = dict(Paper.objects.values_list("identifier", "id"))
    assert [(part.kind, part.label) for part in found.shared] == [("term", "weave")]
    assert found.cosine == pytest.approx(sum(part.contribution for part in found.shared))
    assert 0 < found.cosine < 1
    assert set(found.only_one) >= {"algebra", "cogs"}
    assert set(found.only_two) == {"compilers", "machines"}
    assert [pair[:2] for pair in found.closest] == [(papers["2001.00002"], papers["2001.00005"])]


@pytest.mark.parametrize(
    "address", ["/authors/ada-byron/similar/", "/authors/ada-byron/with/grace-hopper/", "/papers/2001.00005/similar/"]
)
def test_a_withdrawn_paper_is_marked_where_papers_are_compared(address: str, site: None, client: Client) -> None:
    assert "Withdrawn" not in text_of(client, address)
    Paper.objects.filter(identifier="2001.00002").update(is_withdrawn=True)
    assert "Notes on engines Withdrawn" in text_of(client, address)


def test_a_comparison_says_what_the_stored_score_says_of_the_words(site: None) -> None:
    """The cosine of the page, scaled, is the topic's part of the stored score."""
    from profiles.models import SimilarityLink

    for link in SimilarityLink.objects.filter(rank=1).select_related("author", "other").order_by("id"):
        topic = sum(part["contribution"] for part in link.evidence["parts"] if part["kind"] != "graph")
        found = pairs.compare(link.author, link.other)
        assert found.cosine / (1 + 2 * 0.375**0.5) == pytest.approx(topic, abs=1e-5)


def test_the_way_from_one_to_the_other(site: None) -> None:
    ada, babbage, turing = (named(name) for name in ("Ada Byron", "Charles Babbage", "Alan Turing"))
    assert pairs.path_between(ada.pk, turing.pk) == [ada.pk, babbage.pk, turing.pk]
    assert pairs.path_between(turing.pk, ada.pk) == [turing.pk, babbage.pk, ada.pk]
    assert pairs.path_between(ada.pk, babbage.pk) == [ada.pk, babbage.pk]
    assert pairs.path_between(ada.pk, named("Emmy Noether").pk) == []
    Author.objects.filter(pk=babbage.pk).update(is_hidden=True)
    assert pairs.path_between(ada.pk, turing.pk) == []


def test_the_page_of_two(site: None, client: Client) -> None:
    text = text_of(client, "/authors/ada-byron/with/alan-turing/")
    for words in (
        "Ada Byron and Alan Turing",
        "0 papers written together",
        "Both have written with Charles Babbage",
        "Ada Byron → Charles Babbage → Alan Turing",
        "Engines",
    ):
        assert words in text
    assert "1 paper written together" in text_of(client, "/authors/ada-byron/with/charles-babbage/")
    assert "No short chain" in text_of(client, "/authors/ada-byron/with/emmy-noether/")


def test_addresses_that_moved_or_are_nobodys(site: None, client: Client) -> None:
    ada, turing = named("Ada Byron"), named("Alan Turing")
    EarlierSlug.objects.create(slug="ada-lovelace", author=ada)
    for one, two in (
        ("ada-lovelace", "alan-turing"),
        (ada.public_id, turing.public_id),
        ("ada-byron", turing.public_id),
    ):
        answer = client.get(f"/authors/{one}/with/{two}/")
        assert (answer.status_code, answer["Location"]) == (301, "/authors/ada-byron/with/alan-turing/")
    EarlierSlug.objects.create(slug="gone", author=ada, is_retired=True)
    Author.objects.filter(pk=turing.pk).update(is_hidden=True)
    for address, status in (
        ("/authors/ada-byron/with/nobody/", 404),
        ("/authors/nobody/with/ada-byron/", 404),
        ("/authors/ada-byron/with/ada-byron/", 404),
        ("/authors/ada-byron/with/alan-turing/", 404),
        ("/authors/gone/with/ada-byron/", 410),
        ("/authors/ada-byron/with/gone/", 410),
    ):
        assert client.get(address).status_code == status


# --- People who work on -----------------------------------------------------------------------------------------------


def test_people_for_a_topic_with_parts_that_add_up(site: None) -> None:
    found, known = topics.people_who_work_on("How do COMPILERS weave?")
    assert known == ["compilers", "weave"]
    assert [row.author.name for row in found] == ["Grace Hopper", "Ada Byron"]
    for row in found:
        assert row.score == pytest.approx(sum(part.contribution for part in row.parts))
    assert found[1].parts == [EvidenceTerm("term", "weave", found[1].score)]
    assert topics.people_who_work_on("xylophones") == ([], [])
    Author.objects.filter(name="Ada Byron").update(is_hidden=True)
    assert [row.author.name for row in topics.people_who_work_on("weave")[0]] == ["Grace Hopper"]


def test_the_page_of_a_topic(site: None, client: Client, django_assert_num_queries: Any) -> None:
    assert "Grace Hopper" in text_of(client, "/people/?q=compilers")
    assert "None of these words is known here" in text_of(client, "/people/?q=xylophones")
    for address in ("/people/?q=compilers", "/people/?q=weave"):  # one person, two people
        # names of the categories; the terms; the best; their terms; the people
        with django_assert_num_queries(5):
            client.get(address)
    assert "at most 500" in text_of(client, f"/people/?q={'x' * 501}", 400)
    assert "/people/?q=compilers" in client.get("/search/?q=compilers").content.decode()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
)  # a NUL is refused before any page
def test_no_text_is_too_odd_for_the_page(site: None, client: Client, text: str) -> None:
    assert client.get("/people/", {"q": text}).status_code == 200


def test_terms_are_those_of_the_latest_build(site: None) -> None:
    def stored() -> tuple[list[Any], list[Any]]:
        rows = AuthorTopic.objects.values_list("author__name", "term__term", "weight").order_by(
            "author__name", "term__term"
        )
        return list(TopicTerm.objects.values_list("term", "idf")), list(rows)

    before = stored()
    with stage_lock():
        compute_similarity()
    assert stored() == before
    assert {name for name, *_ in before[1]} == {
        "Ada Byron",
        "Charles Babbage",
        "Alan Turing",
        "Grace Hopper",
        "Emmy Noether",
    }


# --- Similar papers, and the filter -----------------------------------------------------------------------------------


def test_similar_papers(site: None, client: Client) -> None:
    papers = dict(Paper.objects.values_list("identifier", "id"))
    found = topics.similar_papers(Paper.objects.get(identifier="2001.00005"))
    assert {pk for pk, *_ in found} == {papers["2001.00002"], papers["2001.00004"]}
    assert all(0 < near < 1 for _, near, _ in found)
    assert {pk: words for pk, _, words in found} == {
        papers["2001.00002"]: ["weave"],
        papers["2001.00004"]: ["machines"],
    }
    text = text_of(client, "/papers/2001.00005/similar/")
    assert "Notes on engines" in text
    assert "Not enough to compare" in text_of(client, "/papers/2001.00006/similar/")
    assert client.get("/papers/2001.99999/similar/").status_code == 404
    answer = client.get("/papers/arXiv:2001.00005v2/similar/")
    assert (answer.status_code, answer["Location"]) == (301, "/papers/2001.00005/similar/")
    assert "/papers/2001.00005/similar/" in client.get("/papers/2001.00005/").content.decode()


def test_not_yet_coauthors(site: None, client: Client) -> None:
    def names(query: str) -> set[str]:
        found = client.get(f"/authors/ada-byron/similar/{query}").context["rows"]
        return {row.name for row in found}

    assert names("") == {"Charles Babbage", "Alan Turing", "Grace Hopper"}
    assert names("?coauthors=no") == {"Alan Turing", "Grace Hopper"}
    assert names("?coauthors=yes") == {"Charles Babbage"}
    assert "coauthors is" in text_of(client, "/authors/ada-byron/similar/?coauthors=perhaps", 400)


def test_before_anything_was_computed(build_rows: Import, client: Client) -> None:
    build_rows(*ROWS)
    assert "None of these words is known here" in text_of(client, "/people/?q=compilers")
    assert "Not enough to compare" in text_of(client, "/papers/2001.00005/similar/")
    assert "No word that tells something" in text_of(client, "/authors/ada-byron/with/alan-turing/")


def test_a_profile_begins_with_those_who_are_no_coauthors(site: None, client: Client, admin_user: Any) -> None:
    ada = named("Ada Byron")
    links = list(SimilarityLink.objects.shown().filter(author=ada).best_first().select_related("other"))
    new = [link.other.name for link in links if not link.is_coauthor]
    assert (links[0].other.name, len(new)) == ("Charles Babbage", len(links) - 1)

    def shown() -> list[str]:
        text = client.get("/authors/ada-byron/").content.decode()
        box = text.partition('<section id="similar"')[2].partition("</section>")[0]
        return re.findall(r'class="name"[^>]*>([^<]+)<', box)

    assert len(new) > 1
    assert shown() == [*new, "Charles Babbage"]
    decide(acts.SetVerdict(ada, named("Charles Babbage"), "pinned"), admin_user)
    assert shown() == ["Charles Babbage", *new]
    decide(acts.SetVerdict(ada, named("Charles Babbage"), ""), admin_user)
    markdown = (
        client.get("/authors/ada-byron.md").content.decode().partition("## Similar authors")[2].partition("##")[0]
    )
    assert re.findall(r"- \[([^\]]+)\]", markdown) == [*new, "Charles Babbage"]
    # Ranks are what they were, where all are listed.
    rows = client.get("/api/v1/authors/ada-byron/similar/").json()["results"]
    assert [(row["rank"], row["author"]["name"]) for row in rows] == list(enumerate(["Charles Babbage", *new], 1))

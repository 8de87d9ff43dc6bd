"""Whom an address or a printed name belongs to, for everybody who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.models import Paper
from papers.people import Person, UnknownPerson, people
from profiles.curation import acts, dangling_references, decide
from profiles.curation.acts.base import present
from profiles.curation.rules import Refused
from profiles.lookup import find_author, find_authors, papers_of, survivor
from profiles.models import Author, AuthorIdentifier, Authorship, EarlierSlug
from profiles.people import BASIS_LABELS, LinkedPeople
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(record("2001.00001"), record("2001.00002", authors="Alan Turing, Ada Byron"))
    ada = Author.objects.get(name="Ada Byron")
    EarlierSlug.objects.create(slug="augusta-king", author=ada)
    EarlierSlug.objects.create(slug="hidden-name", author=ada, is_retired=True)
    AuthorIdentifier.objects.create(author=ada, scheme="orcid", value=ORCID)
    AuthorIdentifier.objects.create(author=ada, scheme="homepage", value="https://example.org/ada")


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def test_the_site_uses_these_people() -> None:
    assert isinstance(people(), LinkedPeople)


@pytest.mark.parametrize(
    "who",
    [
        "ada-byron",
        "augusta-king",
        "PUBLIC ID",
        f"orcid:{ORCID}",
        f"orcid:https://orcid.org/{ORCID}",
        "orcid:0000000218250097",
    ],
)
def test_find_author(who: str, ada: Author) -> None:
    assert find_author(who.replace("PUBLIC ID", ada.public_id)) == ada


@pytest.mark.parametrize(
    "who",
    [
        "hidden-name",
        "nobody",
        "",
        "orcid:",
        "orcid:0000-0002-1825-0098",
        "orcid:0000-0001-5109-3700",
        "ADA-BYRON",
        "x" * 5000,
        "orcid:https://example.org/ada",
    ],
)
def test_nobody_is_found(who: str, ada: Author) -> None:
    assert find_author(who) is None


def test_a_merged_author_gives_the_survivor_however_long_the_way(ada: Author) -> None:
    turing, babbage = Author.objects.get(name="Alan Turing"), Author.objects.get(name="Charles Babbage")
    Author.objects.filter(pk=turing.pk).update(merged_into=babbage)
    Author.objects.filter(pk=babbage.pk).update(merged_into=ada)
    AuthorIdentifier.objects.create(author=turing, scheme="orcid", value="0000-0001-5109-3700")
    EarlierSlug.objects.create(slug="a-m-turing", author=turing)
    ways = ("alan-turing", turing.public_id, "charles-babbage", "a-m-turing", "orcid:0000-0001-5109-3700")
    assert [find_author(who) for who in ways] == [ada] * 5
    assert [survivor(author) for author in Author.objects.all()] == [ada] * 3
    assert {text: author.pk for text, author in find_authors(ways).items()} == dict.fromkeys(ways, ada.pk)


def test_an_address_comes_before_a_public_id_before_an_earlier_address_before_an_orcid(ada: Author) -> None:
    turing, babbage = Author.objects.get(name="Alan Turing"), Author.objects.get(name="Charles Babbage")
    assert find_author(ORCID) == ada
    EarlierSlug.objects.create(slug=ORCID, author=babbage)
    assert (find_author(ORCID), find_author(f"orcid:{ORCID}")) == (babbage, ada)
    EarlierSlug.objects.create(slug=babbage.public_id, author=ada)
    assert find_author(babbage.public_id) == babbage
    Author.objects.filter(pk=turing.pk).update(slug=babbage.public_id)
    assert find_authors([ORCID, babbage.public_id]) == {ORCID: babbage, babbage.public_id: turing}


def test_how_many_queries_a_look_up_takes(ada: Author, django_assert_num_queries: Callable[..., Any]) -> None:
    names, turing = ["ada-byron", ada.public_id], Author.objects.get(name="Alan Turing")
    for who, queries in [
        (["ada-byron"], 1),
        ([ada.public_id], 1),
        (["augusta-king"], 2),
        ([f"orcid:{ORCID}"], 1),
        ([ORCID], 3),  # which might be an address
        ([*names, "augusta-king", ORCID, "alan-turing", "charles-babbage"], 3),
    ]:
        with django_assert_num_queries(queries):
            assert len(find_authors(who)) == len(who)
    Author.objects.filter(pk=turing.pk).update(merged_into=ada)
    with django_assert_num_queries(3):  # and whom he was merged into, however often
        assert find_author("alan-turing") == ada


def test_merges_in_a_circle_or_into_nobody_lead_to_nobody(ada: Author, client: Client) -> None:
    """Nothing here makes them, but a database can hold them: every address answers, and says that nobody is there."""
    turing, babbage = Author.objects.get(name="Alan Turing"), Author.objects.get(name="Charles Babbage")
    Author.objects.filter(pk=ada.pk).update(merged_into=babbage)
    Author.objects.filter(pk=babbage.pk).update(merged_into=ada)
    Author.objects.filter(pk=turing.pk).update(merged_into=10**6)
    ways = ("ada-byron", "augusta-king", babbage.public_id, f"orcid:{ORCID}", turing.public_id)
    assert [find_author(who) for who in ways] == [None] * 5
    assert find_authors(ways) == {}
    for slug in ("ada-byron", "charles-babbage", "alan-turing"):
        for page in ("", "similar/", "network/", "statistics/", "papers.bib", "feed/", "embed/"):
            assert client.get(f"/authors/{slug}/{page}").status_code == 404, (slug, page)
        assert client.get(f"/api/v1/authors/{slug}/").status_code == 404
        assert client.get(f"/authors/{slug}/with/ada-byron/").status_code == 404
        assert client.get(f"/papers/?author={slug}").status_code in (200, 400)
    for path in ("/", "/authors/", "/papers/2001.00001/", "/api/v1/merged/", "/changes/"):
        assert client.get(path).status_code == 200, path
    with pytest.raises(Refused):
        decide(acts.Merge(present(ada), present(babbage)), User.objects.create(username="curator"))
    dangling_references.mend()
    assert find_author("ada-byron") == ada


def test_who_is_on_which_paper_in_one_query(
    ada: Author, django_assert_num_queries: Callable[..., CaptureQueriesContext]
) -> None:
    papers = dict(Paper.objects.values_list("identifier", "id"))
    Authorship.objects.filter(author__name="Charles Babbage").update(
        position=None, decided_by_human=True, basis="listing"
    )
    with django_assert_num_queries(1):
        found = LinkedPeople().on_papers(list(papers.values()))
    turing, babbage = Author.objects.get(name="Alan Turing"), Author.objects.get(name="Charles Babbage")

    def person(author: Author, basis: str = "name") -> Person:
        address = f"/authors/{author.slug}/"
        return Person(author.public_id, author.slug, author.name, address, basis, basis_label=BASIS_LABELS[basis])

    assert found == {
        papers["2001.00001"]: {1: [person(ada)], None: [person(babbage, "listing")]},
        papers["2001.00002"]: {1: [person(turing)], 2: [person(ada)]},
    }
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    assert LinkedPeople().on_papers([papers["2001.00002"]]) == {papers["2001.00002"]: {1: [person(turing)]}}
    assert LinkedPeople().on_papers([]) == {}


def test_papers_by(ada: Author) -> None:
    found = LinkedPeople().papers_by(Paper.objects.visible(), "augusta-king")
    assert sorted(found.values_list("identifier", flat=True)) == ["2001.00001", "2001.00002"]
    rows = (
        papers_of(ada, Paper.objects.visible()).order_by("list_id").values_list("list_id", "list_day", "id", "sort_day")
    )
    assert [(row[0], row[1]) for row in rows] == [(row[2], row[3]) for row in rows]
    for who in ("nobody", "hidden-name"):
        with pytest.raises(UnknownPerson, match=f"There is no author '{who}'"):
            LinkedPeople().papers_by(Paper.objects.visible(), who)
    Author.objects.filter(pk=ada.pk).update(is_hidden=True)
    with pytest.raises(UnknownPerson):
        LinkedPeople().papers_by(Paper.objects.visible(), "ada-byron")

"""What visitors may know of decisions, on every surface that shows any."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.bylines import parse_name
from profiles.curation import acts, decide, undo
from profiles.dataset.export_decisions import decisions as dataset_rows
from profiles.models import Author, Decision, DecisionSubject
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site

ATOM = "{http://www.w3.org/2005/Atom}"
PRIVATE = {"rename", "add-name", "name-visibility", "address", "hide", "paper-hide", "paper-show"}
assert PRIVATE == Decision.PRIVATE_KINDS  # a new one is named in both, on purpose


@prepared_site
def site_of_ada(categories: None) -> None:
    build_site(record("2001.00001", authors="Ada Byron, Charles Babbage"), record("2001.00002", authors="A. Byron"))


@pytest.fixture
def ada(site_of_ada: None) -> Author:
    return Author.objects.get(name="Ada Byron")


def in_api(client: Client) -> set[int]:
    """The whole list leafed through, which its count and each record's own address must agree with."""
    cache.clear()  # of the requests counted for the limit
    found: set[int] = set()
    address = "/api/v1/decisions/?page_size=2&count=on"
    count = client.get(address).json()["count"]
    while address:
        page = client.get(address).json()
        for row in page["results"]:
            found |= {row["id"], *row["undone_by"], *([row["undoes"]] if row["undoes"] else [])}
        address = page["next"]
    assert len(found) == count
    for pk in Decision.objects.values_list("pk", flat=True):
        assert client.get(f"/api/v1/decisions/{pk}/").status_code == (200 if pk in found else 404)
    lines = client.get("/api/v1/decisions/?format=jsonl").getvalue().decode().splitlines()
    assert {json.loads(line)["id"] for line in lines} == found
    kinds = [client.get(f"/api/v1/decisions/?kind={kind}&count=on").json()["count"] for kind in Decision.Kind.values]
    assert sum(kinds) == count
    return found


def in_feed(client: Client) -> set[int]:
    root = ElementTree.fromstring(client.get("/decisions/feed/").content)  # noqa: S314  our own
    return {int((entry.findtext(f"{ATOM}id") or "").partition("#")[2]) for entry in root.iter(f"{ATOM}entry")}


def in_dataset(client: Client) -> set[int]:
    rows = list(dataset_rows())
    return {row["number"] for row in rows} | {row["undoes"] for row in rows if row["undoes"]}


def signed_in(*permissions: str) -> Client:
    """Staff with these permissions alone."""
    user = User.objects.create_user(f"staff-{User.objects.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


SURFACES = {"api": in_api, "feed": in_feed, "dataset": in_dataset}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("undos", [0, 1, 2, 3, 4])
def test_undos_of_what_is_private_are_private(
    surface: str, undos: int, ada: Author, client: Client, admin_user: Any
) -> None:
    public = decide(acts.Merge(Author.objects.get(name="A. Byron"), ada), admin_user)
    decide(acts.Rename(ada, parse_name("Ada King")), admin_user)
    decision = decide(acts.SetVisibility(ada, "Ada Byron", "match-only"), admin_user)
    for _ in range(undos):
        decision = undo(decision, admin_user)
    assert SURFACES[surface](client) == {public.pk}


@pytest.mark.parametrize("surface", SURFACES)
def test_undos_of_what_is_public_are_public(surface: str, ada: Author, client: Client, admin_user: Any) -> None:
    decision = decide(acts.NotSame(ada, Author.objects.get(name="A. Byron")), admin_user)
    for _ in range(3):
        decision = undo(decision, admin_user)
    assert SURFACES[surface](client) == set(Decision.objects.values_list("pk", flat=True))


@given(chain=st.lists(st.tuples(st.sampled_from(Decision.Kind.values[:-1]), st.integers(0, 12)), max_size=5))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_surface_shows_the_same_decisions_however_deep_they_are_undone(
    chain: list[tuple[str, int]], client: Client, categories: None
) -> None:
    DecisionSubject.objects.all().delete()
    Decision.objects.all()._raw_delete("default")
    public = set()
    for kind, undos in chain:
        last = Decision.objects.create(kind=kind, summary="Ada", made_by_name="")
        row = [last.pk]
        for _ in range(undos):
            last = Decision.objects.create(kind="undo", undoes=last, summary="Ada", made_by_name="")
            row.append(last.pk)
        public |= set(row) if kind not in PRIVATE else set()
    newest = set(sorted(public, reverse=True)[:50])  # as many as a feed has
    assert [in_api(client), in_feed(client), in_dataset(client)] == [public, newest, public]


def test_undos_that_go_round_are_shown_nowhere_and_end(ada: Author, client: Client) -> None:
    first = Decision.objects.create(kind="split", summary="Ada", made_by_name="")
    one = Decision.objects.create(kind="undo", undoes=first, summary="Ada", made_by_name="")
    two = Decision.objects.create(kind="undo", undoes=one, summary="Ada", made_by_name="")
    Decision.objects.filter(pk=one.pk).update(undoes=two)
    assert list(Decision.objects.public()) == [first]
    assert in_feed(client) == {first.pk}


def kept_back(ada: Author, admin_user: Any) -> Iterator[tuple[str, Author]]:
    """Decisions about somebody who is hidden afterwards: herself, merged into her, and merged twice."""
    other, third = Author.objects.get(name="A. Byron"), Author.objects.get(name="Charles Babbage")
    decide(acts.NotSame(ada, third), admin_user)
    decide(acts.Merge(other, ada), admin_user)
    for person in (ada, other):
        decide(acts.Edit(ada, {"is_hidden": True}), admin_user)
        yield "hidden", person
        undo(Decision.objects.first(), admin_user)
        yield "shown", person


def test_nothing_is_answered_about_a_hidden_author(ada: Author, client: Client, admin_user: Any) -> None:
    curator = Client()
    curator.force_login(admin_user)
    for state, person in kept_back(ada, admin_user):
        asked = f"/api/v1/decisions/?author={person.public_id}&count=on"
        expected = state == "shown"
        answer = client.get(asked).json()
        assert (bool(answer["count"]), bool(answer["results"])) == (expected, expected)
        assert (person.public_id in client.get("/api/v1/decisions/").content.decode()) == expected
        assert any(person.public_id in row["authors"] for row in dataset_rows()) == expected
        assert ("ada-byron" in client.get("/decisions/feed/").content.decode()) == expected
        assert curator.get(asked).json()["count"] > 0


def test_whoever_was_merged_into_somebody_who_was_merged_into_a_hidden_author_is_not_named(
    ada: Author, client: Client
) -> None:
    other, third = Author.objects.get(name="A. Byron"), Author.objects.get(name="Charles Babbage")
    Author.objects.filter(pk=other.pk).update(merged_into=third)
    Author.objects.filter(pk=third.pk).update(merged_into=ada)
    decision = Decision.objects.create(kind="merge", summary="Ada", made_by_name="")
    DecisionSubject.objects.create(decision=decision, public_id=other.public_id)
    for hidden in (False, True):
        Author.objects.filter(pk=ada.pk).update(is_hidden=hidden)
        [row] = client.get("/api/v1/decisions/").json()["results"]
        named = [] if hidden else [other.public_id]
        assert row["authors"] == named
        assert [row["authors"] for row in dataset_rows()] == [named]
        assert ("Ada Byron" in client.get("/decisions/feed/").content.decode()) != hidden

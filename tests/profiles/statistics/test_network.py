"""The co-author network: who is in it, that it is kept, and that whatever changes it is seen at once."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import networkx
import pytest
from django.db import OperationalError
from django.test import Client

from papers.bylines import parse_name
from profiles.curation import acts, decide, undo
from profiles.models import Author, Authorship, CoauthorNetwork
from profiles.statistics import network
from tests.conftest import build_site, record
from tests.prepared_sites import prepared_site
from tests.profiles.views.test_pages import page, texts

pytestmark = pytest.mark.django_db
Build = Callable[..., object]
PAGE = "/authors/ada-byron/network/"


def author(name: str) -> Author:
    return Author.objects.get(name=name, merged_into=None)


@prepared_site
def site(categories: None) -> None:
    build_site(
        record("2001.00001", authors="Ada Byron, Charles Babbage, Alan Turing"),
        record("2001.00002", authors="Ada Byron, Charles Babbage"),
        record("2001.00003", authors="Grace Hopper, Ada Byron"),
        record("2001.00004", authors="Alan Turing, Charles Babbage"),
        record("2001.00005", authors="G. Hopper, Ada Byron"),
        record("2001.00006", authors="Ada Byron"),
    )


def people(client: Client) -> dict[str, int]:
    """Everybody in the picture but the author, with the papers written together."""
    found = page(client.get(PAGE))
    names = texts(found, ".network svg > a > text")
    assert names[-1] == "Ada Byron"
    titles = texts(found, ".network svg > a > title")
    assert sorted(title.split(":")[0] for title in titles) == sorted(names[:-1])
    return {title.split(":")[0]: int(title.split(": ")[1].split()[0]) for title in titles}


def ties(client: Client) -> set[tuple[str, str, int]]:
    rows = [line.split(",") for line in client.get("/authors/ada-byron/network.csv").content.decode().splitlines()[1:]]
    return {(*sorted((name, other)), int(papers)) for name, _, other, _, papers in rows}  # type: ignore[misc]


def test_the_picture_and_its_formats(site: None, client: Client) -> None:
    assert people(client) == {"Charles Babbage": 2, "Alan Turing": 1, "Grace Hopper": 1, "G. Hopper": 1}
    assert ties(client) == {
        ("Ada Byron", "Charles Babbage", 2),
        ("Ada Byron", "Alan Turing", 1),
        ("Ada Byron", "Grace Hopper", 1),
        ("Ada Byron", "G. Hopper", 1),
        ("Alan Turing", "Charles Babbage", 2),
    }
    found = page(client.get(PAGE))
    assert texts(found, "h1") == ["Co-authors of Ada Byron"]
    assert texts(found, ".lead")[0].startswith("All 4 co-authors. ")
    assert [a.attrs["href"] for a in found.query(".network svg > a")][-1] == "/authors/ada-byron/"
    assert all(client.get(a.attrs["href"]).status_code == 200 for a in found.query(".network svg > a"))
    assert "/authors/ada-byron/network/" in client.get("/authors/ada-byron/").content.decode()


def test_graphml_is_read_back_by_networkx(site: None, client: Client) -> None:
    answer = client.get("/authors/ada-byron/network.graphml")
    assert answer["Content-Type"] == "application/graphml+xml"
    graph = networkx.read_graphml(BytesIO(answer.content))
    labels = {node: data["label"] for node, data in graph.nodes(data=True)}
    assert {(*sorted((labels[one], labels[two])), data["weight"]) for one, two, data in graph.edges(data=True)} == ties(
        client
    )
    turing = graph.nodes[author("Alan Turing").public_id]
    assert (turing["papers"], turing["url"]) == (1, "http://127.0.0.1:8000/authors/alan-turing/")
    assert turing["group"] == graph.nodes[author("Charles Babbage").public_id]["group"] == 1
    assert 0 < turing["x"] < network.WIDTH


def test_it_is_made_once_and_then_kept(
    site: None, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    first = client.get(PAGE).content
    monkeypatch.setattr(network, "_made", None)
    # author; the kept network; the people in it
    with django_assert_num_queries(3):
        assert client.get(PAGE).content == first
    for rest in ("network.csv", "network.graphml"):
        assert client.get(f"/authors/ada-byron/{rest}").status_code == 200
    kept = CoauthorNetwork.objects.get()
    assert "Babbage" not in str(kept.drawn)


def test_made_again_it_is_the_same(site: None, client: Client) -> None:
    client.get(PAGE)
    first = CoauthorNetwork.objects.get().drawn
    CoauthorNetwork.objects.all().delete()
    client.get(PAGE)
    assert CoauthorNetwork.objects.get().drawn == first


def test_new_papers_are_seen_also_those_that_others_write(site: None, build_rows: Build, client: Client) -> None:
    people(client)
    build_rows(record("2001.00007", authors="Ada Byron, Mary Somerville"))
    assert people(client)["Mary Somerville"] == 1
    build_rows(record("2001.00008", authors="Alan Turing, Grace Hopper"))
    assert ("Alan Turing", "Grace Hopper", 1) in ties(client)


def test_a_merge_and_its_undo_are_seen_at_once(site: None, client: Client, admin_user: Any) -> None:
    before, drawn = people(client), CoauthorNetwork.objects.get().drawn["people"]
    merge = decide(acts.Merge(author("G. Hopper"), author("Grace Hopper")), admin_user)
    assert people(client) == {"Charles Babbage": 2, "Alan Turing": 1, "Grace Hopper": 2}
    undo(merge, admin_user)
    assert people(client) == before
    places = [(row["id"], row["x"], row["y"], row["group"]) for row in CoauthorNetwork.objects.get().drawn["people"]]
    assert places == [(row["id"], row["x"], row["y"], row["group"]) for row in drawn]


def test_a_paper_that_goes_to_somebody_else_is_seen_at_once(site: None, client: Client, admin_user: Any) -> None:
    people(client)
    claim = Authorship.objects.get(paper__identifier="2001.00005", position=1)
    move = decide(acts.Move([claim], author("Alan Turing")), admin_user)
    assert people(client) == {"Charles Babbage": 2, "Alan Turing": 2, "Grace Hopper": 1}
    undo(move, admin_user)
    assert people(client)["G. Hopper"] == 1


def test_who_is_hidden_is_gone_and_comes_back(site: None, client: Client, admin_user: Any) -> None:
    people(client)
    hide = decide(acts.Edit(author("Alan Turing"), {"is_hidden": True}), admin_user)
    for address in (
        PAGE,
        "/authors/ada-byron/network.csv",
        "/authors/ada-byron/network.graphml",
        "/authors/ada-byron/statistics/",
        "/authors/ada-byron/statistics/coauthors.csv",
    ):
        assert b"Turing" not in client.get(address).content, address
    assert texts(page(client.get(PAGE)), ".lead")[0].startswith("All 3 co-authors. ")
    undo(hide, admin_user)
    assert people(client)["Alan Turing"] == 1


def test_the_preferred_name_is_shown_as_it_is_today(site: None, client: Client, admin_user: Any) -> None:
    people(client)
    turing = author("Alan Turing")
    decide(acts.Rename(turing, parse_name("Alan Mathison Turing")), admin_user)
    decide(acts.SetVisibility(turing, "Alan Turing", "match-only"), admin_user)
    assert "Alan Mathison Turing" in people(client)
    for rest in ("network.csv", "network.graphml", "network/"):
        answer = client.get(f"/authors/ada-byron/{rest}").content.decode()
        assert "Alan Turing" not in answer


def test_of_very_many_the_nearest_are_shown(build_rows: Build, client: Client) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"Member {one.upper()}{two}son" for one in letters for two in letters]
    build_rows(
        *(record(f"2001.{n + 1:05}", authors=", ".join(["Ada Byron", *names[n * 80 : n * 80 + 80]])) for n in range(8)),
        record("2001.00020", authors=f"Ada Byron, {names[5]}"),
        record("2001.00021", authors=", ".join(["Ada Byron", *(f"Large {name}" for name in names[:120])])),
    )
    shown = people(client)
    assert len(shown) == network.MOST_PEOPLE
    assert max(shown, key=lambda name: shown[name]) == names[5]
    assert not any("Large" in name for name in shown)
    lead = texts(page(client.get(PAGE)), ".lead")[0]
    assert lead.startswith("The 60 of 640 co-authors with most papers together; 580 are left out.")
    assert len(client.get(PAGE).content) < 60_000
    # The list of the statistics has them all.
    assert len(client.get("/authors/ada-byron/statistics/coauthors.csv").content.splitlines()) == 641


def test_nobody_to_draw(build_rows: Build, client: Client) -> None:
    build_rows(record("2001.00001", authors="Ada Byron"))
    found = page(client.get(PAGE))
    assert texts(found, ".notice") == ["No co-authors: all papers are by one person, or by more than 100 people."]
    assert (
        networkx.read_graphml(BytesIO(client.get("/authors/ada-byron/network.graphml").content)).number_of_nodes() == 1
    )


def test_a_picture_that_can_not_be_kept_is_shown(site: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**options: Any) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(CoauthorNetwork.objects, "update_or_create", refused)
    assert len(people(client)) == 4
    assert not CoauthorNetwork.objects.exists()
